# Sourced by the scripts beside it: how a part is had, started, answered for and stopped.
# Everything it needs stays in the git-ignored .ci/tools: programs in bin/, one folder per part in real/.
set -euo pipefail
umask 077

PART="$(basename "$0")"
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
TOOLS="$(cd "$HERE/.." && pwd)/tools"
BIN="$TOOLS/bin"
STATE="$TOOLS/real/$PART"
BUILD_SECONDS="${REAL_BUILD_SECONDS:-600}" # for one program, from cold caches on two cores
READY_SECONDS=30
mkdir -p "$BIN" "$STATE"

fail() {
  echo "$PART: $*" >&2
  exit 1
}

# apt_command COMMAND PACKAGE: the command of a Debian package.
apt_command() {
  PATH="$PATH:/usr/sbin" command -v "$1" && return
  command -v apt-get >/dev/null || fail "$1 is not installed and there is no apt-get"
  [ "$(id -u)" = 0 ] || fail "$1 is not installed and only root may install it"
  {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"
  } >"$STATE/install.log" 2>&1 </dev/null || fail "the package $2 could not be installed: $(tail -n 1 "$STATE/install.log")"
  PATH="$PATH:/usr/sbin" command -v "$1" || fail "the package $2 has no $1"
}

# go_command NAME PACKAGE@VERSION: the program of a Go module, built once per version.
go_command() {
  built "$1" "$2" env GOBIN="$BIN" go install -trimpath "$2"
}

# go_folder NAME: the program whose Go module stands in the folder NAME beside this file.
go_folder() {
  built "$1" "$(cat "$HERE/$1"/* | cksum)" go build -C "$HERE/$1" -trimpath -o "$BIN/$1" .
}

# built NAME VERSION COMMAND...: runs the command unless the program of this version is there.
built() {
  local name="$1" version="$2"
  shift 2
  if [ ! -x "$BIN/$name" ] || [ "$(cat "$STATE/version" 2>/dev/null)" != "$version" ]; then
    command -v go >/dev/null || fail "there is no go to build it with"
    CGO_ENABLED=0 timeout "$BUILD_SECONDS" "$@" >"$STATE/build.log" 2>&1 </dev/null ||
      fail "could not be built within $BUILD_SECONDS s: $(tail -n 1 "$STATE/build.log")"
    echo "$version" >"$STATE/version"
  fi
  echo "$BIN/$name"
}

free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000)) # below the ports that the kernel gives to clients
    (exec <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || {
      echo "$port"
      return
    }
  done
  fail "no port is free"
}

secret() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# running NAME: whether the process that was started under this name is there.
running() {
  local pid
  pid="$(cat "$STATE/$1.pid" 2>/dev/null)" || return 1
  [ "$(start_of "$pid")" = "$(cat "$STATE/$1.born")" ]
}

# When a process began, so that its id in other hands is not taken for it.
start_of() {
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# start NAME COMMAND...: a process of its own that outlives this script, and has 8 GiB of addresses at most: a part that
# grows without end shall not take the machine with it.
start() {
  local name="$1"
  shift
  (
    ulimit -v $((${REAL_MEMORY_GIB:-8} << 20))
    exec setsid "$@"
  ) >"$STATE/$name.log" 2>&1 </dev/null &
  echo "$!" >"$STATE/$name.pid"
  start_of "$!" >"$STATE/$name.born"
}

# await NAME COMMAND...: until the command succeeds; fails when the process ends or time is up.
await() {
  local name="$1" end=$((SECONDS + READY_SECONDS))
  shift
  until "$@" >/dev/null 2>&1; do
    running "$name" || fail "$name ended: $(tail -n 1 "$STATE/$name.log")"
    [ "$SECONDS" -lt "$end" ] || {
      stop "$name"
      fail "$name was not ready within $READY_SECONDS s"
    }
    sleep 0.1
  done
}

# stop NAME...: ends what was started, politely first.
stop() {
  local name pid
  for name in "$@"; do
    if running "$name"; then
      pid="$(cat "$STATE/$name.pid")"
      kill "$pid" 2>/dev/null || true
      for _ in $(seq 100); do
        running "$name" || break
        sleep 0.1
      done
      running "$name" && kill -9 "$pid" 2>/dev/null || true
    fi
    rm -f "$STATE/$name.pid" "$STATE/$name.born"
  done
}

# service NAME...: the life of a part with processes. The script defines `begin`, which starts them and
# prints the addresses. `start` again gives the same addresses while all of them run.
service() {
  local name all=yes
  case "${ACTION:-start}" in
    start)
      for name in "$@"; do running "$name" || all=no; done
      if [ "$all" = no ] || [ ! -s "$STATE/addresses" ]; then
        stop "$@"
        rm -rf "$STATE/data" "$STATE/addresses"
        mkdir -p "$STATE/data"
        begin >"$STATE/addresses.new"
        mv "$STATE/addresses.new" "$STATE/addresses"
      fi
      cat "$STATE/addresses"
      ;;
    stop)
      stop "$@"
      rm -rf "$STATE/data" "$STATE/addresses"
      ;;
    *) fail "start or stop, not '$ACTION'" ;;
  esac
}

# program VARIABLE COMMAND...: a part that tests start by themselves; says where it is.
program() {
  case "${ACTION:-start}" in
    start)
      local variable="$1" path
      shift
      path="$("$@")" || exit 1
      echo "$variable=$path"
      ;;
    stop) ;;
    *) fail "start or stop, not '$ACTION'" ;;
  esac
}

ACTION="${1:-start}"
