#!/usr/bin/env bash
#
# ensure-engine.sh [--yes]: makes sure that a Docker engine answers.
#
#   An engine that answers already (DOCKER_HOST, the docker context, the default socket) is used as it is.
#   root on Debian or Ubuntu: installs docker.io and iptables where they are missing, starts dockerd
#     (systemd where it runs, else by itself), and waits until it answers.
#   Not root: prints what to type and exits 4; with --yes it types that with sudo.
#   Another system: names what to install and exits 4.
#
# Everything is said on stderr. Safe to run twice and twice at once.
# Exit codes: 0 an engine answers, 2 usage, 4 none does.

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

SELF=${BASH_SOURCE[0]}
WAIT_SECONDS=60
LOG=/var/log/cc-mcp-dockerd.log
LOCK=/run/cc-mcp-ensure-engine.lock
DEFAULT_SOCKET=/var/run/docker.sock

say() { printf 'ensure-engine: %s\n' "$*" >&2; }
fail() { say "$*"; exit 4; }
usage() { sed -n '3,/^$/s/^# \{0,1\}//p' "$SELF" >&2; }

yes=
for arg in "$@"; do
  case $arg in
    -y | --yes) yes=1 ;;
    -h | --help) usage; exit 0 ;;
    *) say "unknown argument: $arg"; usage; exit 2 ;;
  esac
done

# Runs a command for at most $1 seconds (timeout is not on every system).
bounded() {
  local limit=$1; shift
  if command -v timeout >/dev/null 2>&1; then timeout -k 1 "$limit" "$@"; else "$@"; fi
}

# The version of the engine that answers, or nothing.
engine_version() {
  if command -v docker >/dev/null 2>&1; then
    bounded 5 docker version --format '{{.Server.Version}}' 2>/dev/null
  elif command -v curl >/dev/null 2>&1; then
    local socket=$DEFAULT_SOCKET
    case ${DOCKER_HOST:-} in
      '') ;;
      unix://*) socket=${DOCKER_HOST#unix://} ;;
      *) return 1 ;;
    esac
    [ -S "$socket" ] || return 1
    curl -sf -m 5 --unix-socket "$socket" http://engine/version |
      sed -n 's/.*"Version":"\([^"]*\)","ApiVersion".*/\1/p;t;s/.*"ApiVersion":"\([^"]*\)".*/API \1/p' | grep .
  else
    return 1
  fi
}

answers() {
  local version
  version=$(engine_version) && [ -n "$version" ] || return 1
  say "engine $version answers"
}

# The process id of a dockerd in this network namespace: two in one destroy each other's bridge.
running_dockerd() {
  local pid mine theirs
  command -v pgrep >/dev/null 2>&1 || return 1
  mine=$(readlink /proc/self/ns/net || true)
  for pid in $(pgrep -x dockerd); do
    theirs=$(readlink "/proc/$pid/ns/net" 2>/dev/null || true)
    if [ -z "$theirs" ] || [ "$theirs" = "$mine" ]; then
      echo "$pid"
      return 0
    fi
  done
  return 1
}

# Waits for an engine: $1 is the process id to watch, or empty.
wait_for_engine() {
  local pid=${1:-} end=$((SECONDS + WAIT_SECONDS))
  while [ "$SECONDS" -lt "$end" ]; do
    answers && return 0
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      say 'dockerd ended'
      return 1
    fi
    sleep 0.3
  done
  say "no answer within $WAIT_SECONDS s"
  return 1
}

has_systemd() { [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; }

log_tail() {
  if has_systemd; then
    say 'the last lines of its log:'
    journalctl -u docker --no-pager -n 25 >&2 2>/dev/null || true
  elif [ -s "$LOG" ]; then
    say "the last lines of $LOG:"
    tail -n 25 "$LOG" >&2
  fi
}

answers && exit 0

if [ "$(uname -s)" != Linux ]; then
  fail 'no Docker engine answers. Start Docker Desktop, or: brew install colima docker && colima start'
fi
if [ -n "${DOCKER_HOST:-}" ] && [ "${DOCKER_HOST#unix://}" != "$DEFAULT_SOCKET" ] && [ "${DOCKER_HOST#unix://}" != /run/docker.sock ]; then
  fail "DOCKER_HOST names an engine that does not answer ($DOCKER_HOST): start it, or unset DOCKER_HOST"
fi
if command -v docker >/dev/null 2>&1; then
  context=$(docker context show 2>/dev/null || echo default)
  [ "$context" = default ] || fail "the docker context '$context' does not answer: start it, or: docker context use default"
fi

family=
if [ -r /etc/os-release ]; then
  # shellcheck source=/dev/null
  family=$(. /etc/os-release && echo " ${ID:-} ${ID_LIKE:-} ")
fi
case $family in
  *' debian '* | *' ubuntu '*) ;;
  *) fail "no Docker engine answers. Install your distribution's package (moby-engine, docker, docker-ce) or Docker Desktop, and start it" ;;
esac

if [ "$(id -u)" != 0 ]; then
  if pid=$(running_dockerd) && [ -S "$DEFAULT_SOCKET" ] && [ ! -w "$DEFAULT_SOCKET" ]; then
    say "an engine runs (process $pid) but $(id -un) may not use its socket. Type this, then log in again:"
    say "  sudo usermod -aG docker $(id -un)"
    exit 4
  fi
  if [ -z "$yes" ]; then
    say 'no Docker engine answers. Type this (or run this script with --yes):'
    command -v dockerd >/dev/null 2>&1 || say '  sudo apt-get update && sudo apt-get install -y docker.io iptables'
    if has_systemd; then
      say '  sudo systemctl enable --now docker'
    else
      say "  sudo sh -c 'setsid dockerd </dev/null >$LOG 2>&1 &'"
    fi
    say "  sudo usermod -aG docker $(id -un)   # then log in again"
    exit 4
  fi
  command -v sudo >/dev/null 2>&1 || fail 'no sudo here: run this script as root'
  say "with sudo: $SELF --yes"
  sudo -- bash "$SELF" --yes || exit 4
  answers && exit 0
  say "the engine runs, but $(id -un) may not use its socket. Type this, then log in again:"
  say "  sudo usermod -aG docker $(id -un)"
  exit 4
fi

# root, Debian or Ubuntu, nothing answers. One of us at a time.
exec 9>"$LOCK"
flock -w 300 9 || fail 'another ensure-engine.sh has been at work for 300 s'
answers && exit 0

missing=()
command -v dockerd >/dev/null 2>&1 || missing+=(docker.io)
command -v iptables >/dev/null 2>&1 || missing+=(iptables)
command -v pgrep >/dev/null 2>&1 || missing+=(procps)
if [ ${#missing[@]} -gt 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  say "installing from the distribution: ${missing[*]} (apt-get)"
  apt-get update -q >&2 9>&- || say 'apt-get update failed; trying with the lists that are here'
  # Newer releases have the docker command in a package of its own.
  if [[ " ${missing[*]} " == *' docker.io '* ]] && ! command -v docker >/dev/null 2>&1 && apt-cache show docker-cli >/dev/null 2>&1; then
    missing+=(docker-cli)
  fi
  apt-get install -y -q --no-install-recommends ca-certificates "${missing[@]}" >&2 9>&- || fail "apt-get could not install ${missing[*]}"
  answers && exit 0
fi

if pid=$(running_dockerd); then
  say "dockerd runs already (process $pid); waiting for its answer"
  wait_for_engine "$pid" && exit 0
  log_tail
  fail "dockerd (process $pid) does not answer on $DEFAULT_SOCKET. A second one would break its network, so none is started. If it listens elsewhere, set DOCKER_HOST"
fi

if has_systemd; then
  say 'starting the docker service'
  systemctl start docker 9>&- || { log_tail; fail 'systemctl start docker failed'; }
  wait_for_engine && exit 0
else
  say "starting dockerd, log in $LOG"
  # The lock must not be inherited, or the daemon would hold it for good; nor a TMPDIR that goes when the caller ends, because the
  # daemon opens files in it as long as it lives.
  env -u TMPDIR setsid dockerd >"$LOG" 2>&1 </dev/null 9>&- &
  wait_for_engine $! && exit 0
fi
log_tail
fail 'the engine did not start'
