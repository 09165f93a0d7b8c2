#!/usr/bin/env bash
#
# ensure-podman.sh [--stop] [IMAGE…]: a Podman of the tests' own, beside whatever Podman this machine has.
#
#   Installs podman and what it needs where they are missing (root on Debian or Ubuntu), starts its Docker-compatible API on a socket
#   of its own, with storage, settings and a bridge of its own, and waits until it answers. What answers already is used as it is.
#   Copies the named images from the Docker engine where Docker has them.
#   Not root: rootless, with what is installed.
#
#   --stop   end the API's service, its containers and what is mounted for it; the storage stays
#
# Prints the socket's path on stdout; everything else is said on stderr. The service ends by itself when nobody has used it for an hour.
# Exit codes: 0 it answers, 1 failed, 2 usage, 4 this machine cannot have it (not Linux; not root and not installed).

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

SELF=${BASH_SOURCE[0]}
WAIT_SECONDS=30
IDLE_SECONDS=3600

say() { printf 'ensure-podman: %s\n' "$*" >&2; }
fail() { local code=$1; shift; say "$*"; exit "$code"; }
usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$SELF" >&2; }

stop=
images=()
for arg in "$@"; do
  case $arg in
    --stop) stop=1 ;;
    -h | --help) usage; exit 0 ;;
    -*) say "unknown argument: $arg"; usage; exit 2 ;;
    *) images+=("$arg") ;;
  esac
done

[ "$(uname -s)" = Linux ] || fail 4 'these tests use a Podman of this machine itself, which only Linux has'
if [ "$(id -u)" = 0 ]; then
  RUN=/run/cc-mcp-podman
  DATA=/var/lib/cc-mcp-podman
else
  RUN=${XDG_RUNTIME_DIR:-/tmp/cc-mcp-podman-$(id -u)}/cc-mcp-podman
  DATA=${XDG_DATA_HOME:-$HOME/.local/share}/cc-mcp-podman
fi
SOCKET=$RUN/podman.sock
LOG=$RUN/service.log
PID_FILE=$RUN/service.pid

# Its own storage, networks and settings: nothing of the user's Podman is read or changed.
podman_here() {
  env -u TMPDIR -u CONTAINER_HOST CONTAINERS_CONF="$RUN/containers.conf" CONTAINERS_STORAGE_CONF="$RUN/storage.conf" \
    podman --tmpdir "$RUN/tmp" --network-config-dir "$DATA/networks" "$@"
}

answers() {
  local version
  [ -S "$SOCKET" ] || return 1
  version=$(curl -sf -m 5 --unix-socket "$SOCKET" http://podman/version | sed -n 's/.*"Version":"\([^"]*\)","ApiVersion".*/\1/p')
  [ -n "$version" ] || return 1
  say "Podman $version answers at $SOCKET"
}

service_pid() {
  local pid
  pid=$(cat "$PID_FILE" 2>/dev/null) && grep -qs podman "/proc/$pid/comm" && echo "$pid"
}

if [ -n "$stop" ]; then
  [ -e "$RUN/storage.conf" ] || { say 'there is none'; exit 0; }
  podman_here rm --all --force --time 0 >/dev/null 2>&1 || true
  if pid=$(service_pid); then kill "$pid" 2>/dev/null || true; fi
  while service_pid >/dev/null; do sleep 0.1; done
  awk -v run="$RUN/" -v data="$DATA/" 'index($2, run) == 1 || index($2, data) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount; do umount "$mount" 2>/dev/null || true; done
  rm -rf "$RUN"
  say 'stopped'
  exit 0
fi

install_packages() {
  local missing=()
  command -v podman >/dev/null 2>&1 || missing+=(podman)
  # What it needs for networks with names, and for the init that reaps children; recommended only, so not there for certain.
  [ -x /usr/lib/podman/netavark ] || [ -x /usr/libexec/podman/netavark ] || missing+=(netavark)
  [ -x /usr/lib/podman/aardvark-dns ] || [ -x /usr/libexec/podman/aardvark-dns ] || missing+=(aardvark-dns)
  [ -x /usr/bin/catatonit ] || [ -x /usr/libexec/podman/catatonit ] || missing+=(catatonit)
  [ -n "$(runtime)" ] || missing+=("$(wanted_runtime)")
  command -v iptables >/dev/null 2>&1 || missing+=(iptables)
  command -v curl >/dev/null 2>&1 || missing+=(curl)
  [ ${#missing[@]} -gt 0 ] || return 0
  local family=
  # shellcheck source=/dev/null
  [ ! -r /etc/os-release ] || family=$(. /etc/os-release && echo " ${ID:-} ${ID_LIKE:-} ")
  case $family in
    *' debian '* | *' ubuntu '*) ;;
    *) fail 4 "install your distribution's podman, and: ${missing[*]}" ;;
  esac
  [ "$(id -u)" = 0 ] || fail 4 "type this first: sudo apt-get install -y ${missing[*]} uidmap slirp4netns"
  export DEBIAN_FRONTEND=noninteractive
  say "installing from the distribution: ${missing[*]} (apt-get)"
  apt-get update -q >&2 9>&- || say 'apt-get update failed; trying with the lists that are here'
  apt-get install -y -q --no-install-recommends "${missing[@]}" >&2 9>&- || fail 1 "apt-get could not install ${missing[*]}"
}

# crun refuses hosts that have both versions of control groups.
wanted_runtime() { if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo crun; else echo runc; fi; }
runtime() { if command -v "$(wanted_runtime)" >/dev/null 2>&1; then wanted_runtime; else command -v runc >/dev/null 2>&1 && echo runc; fi || true; }

# CAP_SYS_RESOURCE is number 24.
may_raise_limits() { [ $(((0x$(sed -n 's/^CapEff:\s*//p' /proc/self/status) >> 24) & 1)) = 1 ]; }

write_settings() {
  local runtime path driver
  runtime=$(runtime)
  path=$(command -v "$runtime")
  mkdir -p "$DATA/networks"
  if [ "$(id -u)" = 0 ] && ! may_raise_limits; then
    # Podman asks for 4194304 processes where a caller limits files and not processes, and root here may not raise that.
    cat >"$RUN/runtime" <<WRAPPER
#!/bin/sh
for argument do
  case \$previous in
    --bundle | -b) file=\$argument/config.json ;;
    --process | -p) file=\$argument ;;
    *) file= ;;
  esac
  [ -z "\$file" ] || sed -i 's/{"type":"RLIMIT_NPROC","hard":[0-9]*,"soft":[0-9]*},\{0,1\}//; s/,\]/]/' "\$file"
  previous=\$argument
done
exec $path "\$@"
WRAPPER
    chmod +x "$RUN/runtime"
    path=$RUN/runtime
  fi
  cat >"$RUN/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "$runtime"
[engine.runtimes]
$runtime = ["$path"]
[network]
network_backend = "netavark"
CONF
  if [ "$(id -u)" = 0 ]; then
    # Podman's own name for the bridge and its subnet may be in use by the user's.
    cat >"$DATA/networks/podman.json" <<JSON
{"name":"podman","id":"2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9","driver":"bridge","network_interface":"ccmcp0",
 "subnets":[{"subnet":"10.187.88.0/24","gateway":"10.187.88.1"}],"ipv6_enabled":false,"internal":false,"dns_enabled":false,"ipam_options":{"driver":"host-local"}}
JSON
  fi
  for driver in overlay vfs; do
    cat >"$RUN/storage.conf" <<CONF
[storage]
driver = "$driver"
graphroot = "$DATA/$driver"
runroot = "$RUN/storage"
rootless_storage_path = "$DATA/$driver"
CONF
    if podman_here info >/dev/null 2>"$RUN/info.log"; then
      say "storage: $driver in $DATA"
      return 0
    fi
  done
  cat "$RUN/info.log" >&2
  fail 1 'podman does not start'
}

start_service() {
  rm -f "$SOCKET"
  # A container's monitor notes in its working folder that memory ran out.
  cd "$RUN"
  say "starting podman's API service, log in $LOG"
  # The lock must not be inherited, or the service would hold it for good.
  env -u TMPDIR -u CONTAINER_HOST CONTAINERS_CONF="$RUN/containers.conf" CONTAINERS_STORAGE_CONF="$RUN/storage.conf" setsid \
    podman --tmpdir "$RUN/tmp" --network-config-dir "$DATA/networks" system service --time "$IDLE_SECONDS" "unix://$SOCKET" >"$LOG" 2>&1 </dev/null 9>&- &
  local pid=$! end=$((SECONDS + WAIT_SECONDS))
  echo "$pid" >"$PID_FILE"
  until answers; do
    if ! kill -0 "$pid" 2>/dev/null || [ "$SECONDS" -ge "$end" ]; then
      tail -n 25 "$LOG" >&2
      fail 1 'podman did not start its service'
    fi
    sleep 0.1
  done
}

# The id of an image in an engine: $1 docker or podman_here. Nothing when it is not there.
id_in() { "$1" image inspect --format '{{.Id}}' "$2" 2>/dev/null | sed 's/^sha256://' || true; }

copy_images() {
  local image there
  for image in "${images[@]}"; do
    command -v docker >/dev/null 2>&1 || return 0
    there=$(id_in docker "$image")
    [ -n "$there" ] || continue
    [ "$(id_in podman_here "$image")" != "$there" ] || continue
    say "copying $image from Docker"
    docker save "$image" | podman_here load >/dev/null 9>&- || fail 1 "$image could not be copied"
  done
}

mkdir -p "$RUN"
exec 9>"$RUN.lock"
flock -w 600 9 || fail 1 'another ensure-podman.sh has been at work for 600 s'
install_packages
if ! answers; then
  write_settings
  start_service
fi
copy_images
echo "$SOCKET"
