#!/usr/bin/env bash
# The part of the official postgres image's entrypoint that cc-mcp needs: POSTGRES_USER, POSTGRES_PASSWORD,
# POSTGRES_DB (each also as …_FILE), POSTGRES_HOST_AUTH_METHOD, POSTGRES_INITDB_ARGS, PGDATA,
# /docker-entrypoint-initdb.d/*.sql and *.sh, any uid.
set -Eeuo pipefail

case ${1:-} in '' | -*) set -- postgres "$@" ;; esac
if [ "$1" != postgres ]; then exec "$@"; fi
for arg in "$@"; do
  case $arg in -\? | --help | --describe-config | -V | --version) exec "$@" ;; esac
done

from_file() {
  local name=$1 default=${2:-} file=$1_FILE
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then echo "error: both $name and $file are set" >&2; exit 1; fi
  if [ -n "${!file:-}" ]; then export "$name"="$(<"${!file}")"; else export "$name"="${!name:-$default}"; fi
  unset "$file"
}

mkdir -p "$PGDATA"
if [ "$(id -u)" = 0 ]; then
  chown -R postgres "$PGDATA" /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "${BASH_SOURCE[0]}" "$@"
fi
if [ ! -O "$PGDATA" ]; then
  echo "warning: $PGDATA belongs to another uid. The official image fails here: mount it with uid=$(id -u), or set PGDATA to a folder below. Using $PGDATA/pgdata" >&2
  export PGDATA=$PGDATA/pgdata
  mkdir -p "$PGDATA"
fi
chmod 700 "$PGDATA"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  from_file POSTGRES_USER postgres
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_DB "$POSTGRES_USER"
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$method" != trust ]; then
    echo 'error: POSTGRES_PASSWORD must be set (or POSTGRES_HOST_AUTH_METHOD=trust)' >&2
    exit 1
  fi
  wrapper=()
  if ! getent passwd "$(id -u)" >/dev/null; then
    passwd=$(mktemp) group=$(mktemp)
    printf 'postgres:x:%s:%s:PostgreSQL:%s:/bin/false\n' "$(id -u)" "$(id -g)" "$PGDATA" >"$passwd"
    printf 'postgres:x:%s:\n' "$(id -g)" >"$group"
    wrapper=(env "LD_PRELOAD=$(echo /usr/lib/*/libnss_wrapper.so)" "NSS_WRAPPER_PASSWD=$passwd" "NSS_WRAPPER_GROUP=$group")
  fi
  # shellcheck disable=SC2086 # arguments, as in the official image
  "${wrapper[@]}" initdb --no-sync --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    --auth-local=trust --auth-host="$method" ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  if [ ${#wrapper[@]} -gt 0 ]; then rm -f "$passwd" "$group"; fi

  # Like the official image: a first server on the unix socket only, for what comes before the real one.
  pg_ctl -s -D "$PGDATA" -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" -w start
  psql=(psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER")
  if [ "$POSTGRES_DB" != postgres ]; then
    "${psql[@]}" --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) echo "running $file"; bash "$file" ;;
      *.sql) echo "running $file"; "${psql[@]}" --dbname "$POSTGRES_DB" -f "$file" ;;
    esac
  done
  pg_ctl -s -D "$PGDATA" -m fast -w stop
  unset POSTGRES_PASSWORD
  echo 'PostgreSQL init process complete; ready for start up.'
fi

exec "$@"
