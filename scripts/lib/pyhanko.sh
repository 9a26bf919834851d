# A stranger's check of our signatures: pyHanko in a virtual environment of its own.
# Sourced after scripts/env. Defines:
#   setup_pyhanko   makes "$ICABINET_CACHE/pyhanko" hold the pinned pyHanko; cheap when it already does
#   PYHANKO         the program's path, exported for the tests once setup_pyhanko has succeeded

PYHANKO_VERSION=0.38.0
PYHANKO_CLI_VERSION=0.6.0

setup_pyhanko() {
  local home="$ICABINET_CACHE/pyhanko"
  local stamp="$home/icabinet.version"
  local wanted="pyHanko $PYHANKO_VERSION, pyhanko-cli $PYHANKO_CLI_VERSION"
  if [ ! -x "$home/bin/pyhanko" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$home"
    python3 -m venv "$home" || return 1
    "$home/bin/pip" install --quiet --disable-pip-version-check \
      "pyHanko==$PYHANKO_VERSION" "pyhanko-cli==$PYHANKO_CLI_VERSION" || return 1
    "$home/bin/pyhanko" --version >/dev/null || return 1
    printf '%s\n' "$wanted" >"$stamp" || return 1
  fi
  PYHANKO="$home/bin/pyhanko"
  export PYHANKO
}
