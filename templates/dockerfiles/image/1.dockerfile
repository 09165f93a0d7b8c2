# An image of a registry, by its digest. For the classic builder, BuildKit and Podman alike: no syntax line, no heredoc, no --mount.
# Nothing of it runs here.
ARG BASE_IMAGE
FROM $BASE_IMAGE
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
COPY io.cc-mcp/ /opt/cc-mcp/
HEALTHCHECK NONE
USER 10001:10001
