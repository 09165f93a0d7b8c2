# Lifecycle scripts of an image that was built by the file beside this one, in a build without network, credentials or proxies.
ARG BASE_IMAGE
ARG FETCHED_IMAGE
FROM $BASE_IMAGE AS base
LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""
USER 0:0
# A path granted below /root must be reachable for the numeric user. The mark in the command is what BuildKit's cache shows of a
# step: all that our builds leave there descends from this one. It comes before any argument, so that all recipes share it.
RUN : io.cc-mcp; if [ -d /root ]; then chmod 0711 /root; fi

FROM $FETCHED_IMAGE AS install
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
USER 0:0
WORKDIR /opt/cc-mcp
# package.json, which names the packages whose scripts run.
COPY context/ ./
# Node's own headers, where the base has them: what is compiled cannot download any.
RUN set -eu; \
    node="$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")"; \
    if [ -d "$node/include/node" ]; then export NPM_CONFIG_NODEDIR="$node"; fi; \
    export HOME=/tmp NPM_CONFIG_CACHE=/tmp/npm-cache; \
    npm rebuild --foreground-scripts --no-audit --no-fund --no-progress --no-update-notifier; \
    rm -rf /tmp/npm-cache node_modules/.package-lock.json

FROM base
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
COPY --from=install /opt/cc-mcp /opt/cc-mcp
ENV HOME=/tmp
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/cc-mcp/bin/server"]
CMD []
