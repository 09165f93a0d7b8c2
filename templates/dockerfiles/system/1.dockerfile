# The stage that adds packages of the base's own distribution. cc-mcp puts it behind the first stage of a runtime's file, and lets the
# stages that begin with the base begin with it. Recipes with the same packages share it.
FROM base AS system
# Names alone, separated by spaces. Recipes with the same ones share this stage.
ARG CC_MCP_SYSTEM_PACKAGES
# ca.crt, possibly empty.
COPY system/ /tmp/cc-mcp/
# apt-get takes a name that it does not know for a pattern, and lists that it could not fetch for a warning. Nothing but what the
# packages hold is left.
RUN set -eu; \
    cd /tmp/cc-mcp; ca=; \
    if [ -s ca.crt ]; then cat /etc/ssl/certs/ca-certificates.crt ca.crt >ca.pem 2>/dev/null || cp ca.crt ca.pem; export SSL_CERT_FILE="$PWD/ca.pem" SSL_CA_CERT_FILE="$PWD/ca.pem"; ca="-o Acquire::https::CaInfo=$PWD/ca.pem"; fi; \
    if command -v apt-get >/dev/null; then \
      export DEBIAN_FRONTEND=noninteractive; \
      apt-get update -q -o APT::Update::Error-Mode=any $ca; \
      for name in $CC_MCP_SYSTEM_PACKAGES; do apt-cache pkgnames "$name" | grep -qxF -e "$name" || { echo "cc-mcp: The distribution of the base image has no package $name"; exit 1; }; done; \
      apt-get install -q -y --no-install-recommends $ca $CC_MCP_SYSTEM_PACKAGES; \
      apt-get clean; \
      rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/apt /var/log/dpkg.log /var/log/alternatives.log; \
    elif command -v apk >/dev/null; then \
      apk add --no-cache --no-progress $CC_MCP_SYSTEM_PACKAGES; \
      rm -rf /var/cache/apk/*; \
    else echo "cc-mcp: The base image has neither apt-get nor apk, so no package of its distribution can be added"; exit 1; fi; \
    cd /; rm -rf /tmp/cc-mcp
