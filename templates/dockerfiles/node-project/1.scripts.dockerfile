# Lifecycle scripts of the packages, and the project's own build, in a build without network, credentials or proxies, from an image
# that was built by the file beside this one.
ARG BASE_IMAGE
ARG FETCHED_IMAGE
FROM $BASE_IMAGE AS base
LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""
USER 0:0
# A path granted below /root must be reachable for the numeric user. The mark in the command is what BuildKit's cache shows of a
# step: all that our builds leave there descends from this one. It comes before any argument, so that all recipes share it.
RUN : io.cc-mcp; if [ -d /root ]; then chmod 0711 /root; fi

FROM $FETCHED_IMAGE AS build
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
USER 0:0
WORKDIR /opt/cc-mcp
# package.json, which names the packages whose scripts run, and those that the server needs.
COPY context/ ./
# The project's script that builds it; empty: there is none.
ARG CC_MCP_BUILD=
# Node's own headers, where the base has them: what is compiled cannot download any.
RUN set -eu; \
    node="$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")"; \
    if [ -d "$node/include/node" ]; then export NPM_CONFIG_NODEDIR="$node"; fi; \
    export HOME=/tmp NPM_CONFIG_CACHE=/tmp/npm-cache NPM_CONFIG_AUDIT=false NPM_CONFIG_FUND=false NPM_CONFIG_UPDATE_NOTIFIER=false; \
    npm rebuild --foreground-scripts --no-progress; \
    if [ -n "$CC_MCP_BUILD" ]; then (cd app && npm run "$CC_MCP_BUILD"); npm prune --omit=dev --ignore-scripts --no-package-lock --no-progress; fi; \
    rm -rf /tmp/npm-cache node_modules/.package-lock.json

FROM base
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
COPY --from=build /opt/cc-mcp /opt/cc-mcp
ENV HOME=/tmp
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/cc-mcp/bin/node"]
CMD []
