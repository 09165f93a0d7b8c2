# What a Dockerfile of a folder's own made. For the classic builder, BuildKit and Podman alike: no syntax line, no heredoc, no --mount.
# Nothing of it runs here.
ARG FETCHED_IMAGE
FROM $FETCHED_IMAGE
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
COPY io.cc-mcp/ /opt/cc-mcp/
HEALTHCHECK NONE
USER 10001:10001
