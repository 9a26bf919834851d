# Debian packages and small talk for scripts/setup. Sourced, never run; does nothing by itself.

# One line of progress: what is there, or what is being brought.
have() { printf '  have  %s\n' "$*"; }
get() { printf '  get   %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "root is needed for: $* (run it yourself, or install sudo, then start again)"
  fi
}

# Runs a command quietly; shows what it said only when it failed.
quietly() {
  local log
  log="$(mktemp)"
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    local status=$?
    tail -n 25 "$log" >&2
    rm -f "$log"
    return "$status"
  fi
}

apt_install() {
  command -v apt-get >/dev/null || fail "these are missing and this is no Debian or Ubuntu: $* (install their counterparts, then start again)"
  # Lists are refreshed only when they do not know a wanted package: a second run costs nothing.
  if [ -z "${APT_FRESH:-}" ] && ! apt-cache show --no-all-versions "$@" >/dev/null 2>&1; then
    quietly as_root apt-get update || fail "apt-get update failed; the lines above say why"
    APT_FRESH=1
  fi
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
    {
      # Lists that are too old name files that are gone: refresh once and try again.
      [ -z "${APT_FRESH:-}" ] || fail "apt-get install $* failed; the lines above say why"
      quietly as_root apt-get update || fail "apt-get update failed; the lines above say why"
      APT_FRESH=1
      quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
        fail "apt-get install $* failed; the lines above say why"
    }
}

# need_command COMMAND PACKAGE...: the packages are installed where the command is missing.
need_command() {
  local command="$1"
  shift
  if command -v "$command" >/dev/null; then
    have "$command"
  else
    get "$command (Debian: $*)"
    apt_install "$@"
    command -v "$command" >/dev/null || fail "$* was installed, but there is still no $command on the PATH"
  fi
}
