# A folder's Go program and its locked modules. For the classic builder, BuildKit and Podman alike: no syntax line, no heredoc, no
# --mount. Every stage begins with our labels, so that what a builder leaves behind can be told as ours.
ARG BASE_IMAGE
FROM $BASE_IMAGE AS base
LABEL io.cc-mcp.recipe="" io.cc-mcp.version=""
USER 0:0
# The mark in the command is what BuildKit's cache shows of a step: all that our builds leave there descends from this one. It comes
# before any argument, so that all recipes share it, and with it what takes longest: the part of Go's library that every server needs.
RUN : io.cc-mcp; if [ -d /root ]; then chmod 0711 /root; fi; \
    export GOENV=off GOFLAGS= GOTOOLCHAIN=local GOTELEMETRY=off CGO_ENABLED=0 GOPATH=/tmp/go GOCACHE=/var/cache/go-build; go build -trimpath net/http

# Nothing here knows the recipe: modules that stay the same are not fetched again when a line of the project changes.
FROM base AS dependencies
# What the last stage takes as its whole tree.
WORKDIR /io.cc-mcp/opt/cc-mcp
# ca.crt, possibly empty, build/modules.txt: what the lock has of code, build/go.mod: the project's, and lock/go.sum, which stays.
COPY context/ ./
# The user's proxies of modules and who vouches for them, where they are not Go's own defaults.
ARG GOPROXY
ARG GONOPROXY
ARG GOPRIVATE
ARG GOSUMDB
ARG GONOSUMDB
ARG GOINSECURE
# What the lock names with another hash ends it.
RUN set -eu; \
    if [ -s ca.crt ]; then cat /etc/ssl/certs/ca-certificates.crt ca.crt >/tmp/ca.pem 2>/dev/null || cp ca.crt /tmp/ca.pem; export SSL_CERT_FILE=/tmp/ca.pem; fi; \
    export GOENV=off GOFLAGS= GOWORK=off GOTOOLCHAIN=local GOTELEMETRY=off CGO_ENABLED=0 GOPATH=/tmp/go GOMODCACHE=/tmp/go/mod GOCACHE=/var/cache/go-build; \
    cd build; cp ../lock/go.sum .; \
    if [ -s modules.txt ]; then go mod download $(cat modules.txt); go mod graph >/dev/null 2>&1 || true; fi; \
    cd ..; rm -rf build
COPY app/ app/
# Where in it the program is, and `vendor` where the project has the code of its modules itself.
ARG CC_MCP_PACKAGE
ARG CC_MCP_MODULES=readonly
# The compiler runs no code of any package: no C, no generators. What the lock does not name, or names with another hash, ends it.
RUN set -eu; \
    if [ -s /tmp/ca.pem ]; then export SSL_CERT_FILE=/tmp/ca.pem; fi; \
    export GOENV=off GOFLAGS= GOWORK=off GOTOOLCHAIN=local GOTELEMETRY=off CGO_ENABLED=0 GOPATH=/tmp/go GOMODCACHE=/tmp/go/mod GOCACHE=/var/cache/go-build; \
    : >/tmp/begin; cd app; cp ../lock/go.sum .; \
    go build -mod="$CC_MCP_MODULES" -trimpath -buildvcs=false -ldflags='-s -w' -o ../bin/server "$CC_MCP_PACKAGE"; \
    cd ..; test -x bin/server; \
    mkdir -p /io.cc-mcp/etc/ssl/certs; cp /etc/ssl/certs/ca-certificates.crt /io.cc-mcp/etc/ssl/certs/; \
    cp "$(go env GOROOT)/lib/time/zoneinfo.zip" .; \
    find /var/cache/go-build -type f -newer /tmp/begin -delete; rm -rf app ca.crt /tmp/ca.pem /tmp/go

# The program is all that its image has, with the public authorities and the time zones of the base.
FROM scratch
ARG CC_MCP_RECIPE
ARG CC_MCP_VERSION
LABEL io.cc-mcp.recipe=$CC_MCP_RECIPE io.cc-mcp.version=$CC_MCP_VERSION
COPY --from=dependencies /io.cc-mcp/ /
ENV HOME=/tmp ZONEINFO=/opt/cc-mcp/zoneinfo.zip
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/opt/cc-mcp/bin/server"]
CMD []
