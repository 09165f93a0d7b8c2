# The same image as by the file beside this one, from wheels that were fetched or made before: nothing here asks an index or runs code of
# a package.
# One PyPI package from its lock. For the classic builder, BuildKit and Podman alike: no syntax line, no heredoc, no --mount.
# Every stage begins with our labels, so that what a builder leaves behind can be told as ours.
ARG BASE_IMAGE
FROM $BASE_IMAGE AS base
LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""
USER 0:0
# A path granted below /root must be reachable for the numeric user. The mark in the command is what BuildKit's cache shows of a
# step: all that our builds leave there descends from this one. It comes before any argument, so that all recipes share it.
RUN : io.cc-mcp; if [ -d /root ]; then chmod 0711 /root; fi

FROM base AS install
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
WORKDIR /opt/cc-mcp
# wheels.tar, possibly built.tar with wheels that were made of sources, install.txt with the hashes of both, and lock/requirements.txt,
# which stays.
COPY context/ ./
ARG CC_MCP_EXECUTABLE
RUN set -eu; \
    mkdir /tmp/wheels; for archive in wheels.tar built.tar; do if [ -f "$archive" ]; then tar -xf "$archive" -C /tmp/wheels; fi; done; \
    export UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_PROGRESS=1; \
    uv venv --quiet --no-cache --python "$(command -v python3)" venv; \
    uv pip sync --offline --no-index --find-links /tmp/wheels --no-cache --python venv/bin/python --require-hashes --no-build --compile-bytecode install.txt; \
    rm -rf ca.crt wheels.tar built.tar install.txt /tmp/wheels; \
    mkdir bin; ln -s "$CC_MCP_EXECUTABLE" bin/server; test -x bin/server

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
