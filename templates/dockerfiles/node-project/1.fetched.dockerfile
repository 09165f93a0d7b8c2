# The same image as by the file beside this one, from archives that were fetched with credentials before: nothing here asks a registry.
# A folder's npm project and its locked dependencies. For the classic builder, BuildKit and Podman alike: no syntax line, no heredoc,
# no --mount. Every stage has our labels, so that what a builder leaves behind can be told as ours.
ARG BASE_IMAGE
FROM $BASE_IMAGE AS base
LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""
USER 0:0
# A path granted below /root must be reachable for the numeric user. The mark in the command is what BuildKit's cache shows of a
# step: all that our builds leave there descends from this one. It comes before any argument, so that all recipes share it.
RUN : io.cc-mcp; if [ -d /root ]; then chmod 0711 /root; fi

# Nothing here knows the recipe or the project: dependencies that stay the same are neither fetched nor copied again when a line of it
# changes.
FROM base AS dependencies
WORKDIR /opt/cc-mcp
# package.json, package-lock.json, archives.tar with what it names, and lock/: the lock without addresses, which stays.
COPY context/ ./
# No code of any package runs here: what the user allows runs after it and without network, by the other file.
RUN set -eu; \
    mkdir archives; tar -xf archives.tar -C archives; \
    export NPM_CONFIG_USERCONFIG=/dev/null NPM_CONFIG_CACHE=/tmp/npm-cache; \
    npm ci --offline --omit=dev --ignore-scripts --no-audit --no-fund --no-progress --no-update-notifier; \
    rm -rf /tmp/npm-cache archives archives.tar package-lock.json ca.crt node_modules/.package-lock.json; \
    mkdir bin; ln -s "$(command -v node)" bin/node

FROM base
COPY --from=dependencies /opt/cc-mcp /opt/cc-mcp
# Node looks for packages in the folders above: the project finds those of /opt/cc-mcp.
COPY app/ /opt/cc-mcp/app/
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
ENV HOME=/tmp
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/cc-mcp/bin/node"]
CMD []
