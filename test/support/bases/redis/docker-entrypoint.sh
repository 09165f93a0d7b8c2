#!/usr/bin/env bash
# The part of the official redis image's entrypoint that cc-mcp needs: options alone go to redis-server, and never root runs it.
set -euo pipefail

case ${1:-} in '' | -* | *.conf) set -- redis-server "$@" ;; esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=redis --regid=redis --init-groups -- "$@"
fi
exec "$@"
