# shellcheck shell=bash
# Several checkouts may share one cache. Cargo knows the files of a workspace by their time alone: what
# another checkout built last would pass for built from this one's sources.

# Makes the sources of this checkout newer than what another one built.
setup_checkout() {
  local mark="$CARGO_TARGET_DIR/checkout"
  if [ "$(cat "$mark" 2>/dev/null)" = "$ICABINET_TOP" ]; then
    return
  fi
  if [ -d "$CARGO_TARGET_DIR" ]; then
    get "the sources' times (another checkout was built here last)"
    find "$ICABINET_TOP" \( -name .git -o -name node_modules \) -prune -o -type f -exec touch {} +
  fi
  mkdir -p "$CARGO_TARGET_DIR"
  echo "$ICABINET_TOP" >"$mark"
}
