# npm packages, installed from their lock files into the cache, never into the checkout.
# Sourced by scripts/setup.

# setup_npm NAME FOLDER: installs FOLDER's package-lock.json into $ICABINET_CACHE/npm-NAME.
setup_npm() {
  local name="$1" from="$ICABINET_TOP/$2" to="$ICABINET_CACHE/npm-$1"
  local packages
  packages="$(sed -n 's/^ *"\(@\{0,1\}[a-z][a-z/-]*\)": "\([0-9][0-9.]*\)",\{0,1\}$/\1 \2/p' "$from/package.json" | paste -sd, - | sed 's/,/, /g')"
  if [ -f "$to/.complete" ] && cmp -s "$from/package-lock.json" "$to/.complete"; then
    have "$packages"
    return
  fi
  need_node
  get "$packages (npm)"
  mkdir -p "$to"
  rm -f "$to/.complete"
  cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to/"
  # Browsers come from the system: Playwright must not look for its own.
  (cd "$to" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quietly npm ci --ignore-scripts) ||
    fail "npm ci for $name failed; the lines above say why"
  cp "$from/package-lock.json" "$to/.complete"
}

need_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    need_command node nodejs
    need_command npm npm
  fi
}
