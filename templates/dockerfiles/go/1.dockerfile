# One Go program from its lock. For the classic builder, BuildKit and Podman alike: no syntax line, no heredoc, no --mount.
# Every stage begins with our labels, so that what a builder leaves behind can be told as ours.
ARG BASE_IMAGE
FROM $BASE_IMAGE AS base
LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""
USER 0:0
# The mark in the command is what BuildKit's cache shows of a step: all that our builds leave there descends from this one. It comes
# before any argument, so that all recipes share it, and with it what takes longest: the part of Go's library that every server needs.
RUN : io.cc-mcp; if [ -d /root ]; then chmod 0711 /root; fi; \
    export GOENV=off GOFLAGS= GOTOOLCHAIN=local GOTELEMETRY=off CGO_ENABLED=0 GOPATH=/tmp/go GOCACHE=/var/cache/go-build; go build -trimpath net/http

FROM base AS install
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
# What the last stage takes as its whole tree.
WORKDIR /io.cc-mcp/opt/cc-mcp
# ca.crt, possibly empty, build/modules.txt: what the lock has of code, and lock/go.sum, which stays.
COPY context/ ./
ARG CC_MCP_PACKAGE
# The user's proxies of modules and who vouches for them, where they are not Go's own defaults.
ARG GOPROXY
ARG GONOPROXY
ARG GOPRIVATE
ARG GOSUMDB
ARG GONOSUMDB
ARG GOINSECURE
# The compiler runs no code of any package: no C, no generators. What the lock does not name, or names with another hash, ends it.
RUN set -eu; \
    if [ -s ca.crt ]; then cat /etc/ssl/certs/ca-certificates.crt ca.crt >/tmp/ca.pem 2>/dev/null || cp ca.crt /tmp/ca.pem; export SSL_CERT_FILE=/tmp/ca.pem; fi; \
    export GOENV=off GOFLAGS= GOWORK=off GOTOOLCHAIN=local GOTELEMETRY=off CGO_ENABLED=0 GOPATH=/tmp/go GOMODCACHE=/tmp/go/mod GOCACHE=/var/cache/go-build; \
    : >/tmp/begin; cd build; cp ../lock/go.sum .; \
    { printf 'module server\n\ngo %s\n\nrequire (\n' "$(go env GOVERSION | sed 's/^go//; s/[ -].*//')"; sed 's/@/ /' modules.txt; echo ')'; } >go.mod; \
    go build -mod=readonly -trimpath -buildvcs=false -ldflags='-s -w' -o ../bin/server "$CC_MCP_PACKAGE"; \
    cd ..; \
    mkdir -p /io.cc-mcp/etc/ssl/certs; cp /etc/ssl/certs/ca-certificates.crt /io.cc-mcp/etc/ssl/certs/; \
    cp "$(go env GOROOT)/lib/time/zoneinfo.zip" .; \
    find /var/cache/go-build -type f -newer /tmp/begin -delete; rm -rf build ca.crt /tmp/ca.pem /tmp/go

# The program is all that its image has, with the public authorities and the time zones of the base.
FROM scratch
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
COPY --from=install /io.cc-mcp/ /
ENV HOME=/tmp ZONEINFO=/opt/cc-mcp/zoneinfo.zip
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/cc-mcp/bin/server"]
CMD []
