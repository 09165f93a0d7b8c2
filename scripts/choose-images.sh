#!/usr/bin/env bash
#
# choose-images.sh: prints the "images" part of cc-mcp's config.json that works with this engine's network.
#
#   {"images":{}} when the engine has or can fetch node:24-slim from its registry: cc-mcp's own defaults work;
#   else the JSON of base-images.sh, which makes base images from Debian's packages where they are missing.
#
# Base images that are there already and current are used at once. The registry gets at most 10 seconds
# (CC_MCP_REGISTRY_SECONDS): long enough for a small layer to arrive, the rest is fetched when it is needed.
# stdout is one JSON document, everything else is said on stderr.
# Exit codes: 0 done, 2 usage, 4 engine unreachable, else those of base-images.sh.

set -euo pipefail
export LC_ALL=C

SELF=${BASH_SOURCE[0]}
HERE=$(cd "$(dirname "$SELF")" && pwd)
PROBE=node:24-slim
LIMIT=${CC_MCP_REGISTRY_SECONDS:-10}

say() { printf 'choose-images: %s\n' "$*" >&2; }
usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$SELF" >&2; }

case ${1:-} in
  '') ;;
  -h | --help) usage; exit 0 ;;
  *) say "unknown argument: $1"; usage; exit 2 ;;
esac

if ! command -v docker >/dev/null 2>&1 || ! docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
  say 'no Docker engine answers: run scripts/ensure-engine.sh'
  exit 4
fi

if docker image inspect "$PROBE" >/dev/null 2>&1; then
  say "$PROBE is here: using the defaults"
  echo '{"images":{}}'
  exit 0
fi
if bash "$HERE/base-images.sh" --check 2>/dev/null; then
  say 'using the base images made from packages'
  exit 0
fi

# The engine's network counts, not ours, so the engine is asked to pull.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
docker pull "$PROBE" >"$output" 2>&1 </dev/null &
pull=$!
reached=
end=$((SECONDS + LIMIT))
while kill -0 "$pull" 2>/dev/null; do
  if grep -qE 'Download complete|Pull complete|Already exists' "$output"; then reached=1; break; fi
  [ "$SECONDS" -lt "$end" ] || break
  sleep 0.2
done
if kill "$pull" 2>/dev/null; then
  wait "$pull" 2>/dev/null || true
elif wait "$pull"; then
  reached=1
fi

if [ -n "$reached" ]; then
  say "the engine reaches its registry: using the defaults"
  echo '{"images":{}}'
  exit 0
fi
say "the engine cannot fetch $PROBE: $(tail -n 1 "$output" | cut -c1-200)"
bash "$HERE/base-images.sh"
