# A folder's Deno project and its locked dependencies. For the classic builder, BuildKit and Podman alike: no syntax line, no heredoc,
# no --mount. Every stage begins with our labels, so that what a builder leaves behind can be told as ours.
ARG BASE_IMAGE
FROM $BASE_IMAGE AS base
LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""
USER 0:0
# A path granted below /root must be reachable for the numeric user. The mark in the command is what BuildKit's cache shows of a
# step: all that our builds leave there descends from this one. It comes before any argument, so that all recipes share it.
RUN : io.cc-mcp; if [ -d /root ]; then chmod 0711 /root; fi

# Nothing here knows the recipe: dependencies that stay the same are not fetched again when a line of the project changes.
FROM base AS dependencies
WORKDIR /opt/cc-mcp
# app/: what the project says of itself, and npmrc; ca.crt, possibly empty; and lock/deno.lock, which stays.
COPY context/ ./
# Deno adds its own list of authorities to this one. No code of any package runs here.
RUN set -eu; \
    if [ -s ca.crt ]; then export DENO_CERT="$PWD/ca.crt"; fi; \
    export DENO_DIR="$PWD/deno" DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 HOME=/tmp; \
    mkdir bin; ln -s "$(command -v deno)" bin/deno; cd app; \
    deno install --quiet --node-modules-dir=none --lock=../lock/deno.lock --frozen
COPY app/ app/
# What its files name beside that, of what the lock has, and their translation.
ARG CC_MCP_EXECUTABLE
RUN set -eu; \
    if [ -s ca.crt ]; then export DENO_CERT="$PWD/ca.crt"; fi; \
    export DENO_DIR="$PWD/deno" DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 HOME=/tmp; \
    (cd app && deno cache --quiet --node-modules-dir=none --lock=../lock/deno.lock --frozen "$CC_MCP_EXECUTABLE"); \
    rm -f ca.crt app/.npmrc; chmod -R a+rX deno

FROM base
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
COPY --from=dependencies /opt/cc-mcp /opt/cc-mcp
ENV HOME=/tmp DENO_DIR=/opt/cc-mcp/deno DENO_NO_UPDATE_CHECK=1
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/cc-mcp/bin/deno"]
CMD []
