# The compiler for the tablet's bundle and wasm-opt. Sourced by scripts/setup.
# Which of the two compilers builds is decided by xtask (xtask/src/toolchain.rs), by the same signs.

WASM_TARGET=wasm32-unknown-unknown
# Debian's own Rust with the sources of std, for networks that reach no Rust download.
WASM_PACKAGES=(rustc-web cargo-web rust-web-src rust-web-llvm lld-22)

wasm_target_installed() {
  local libdir
  libdir="$(rustc --print target-libdir --target "$WASM_TARGET" 2>/dev/null)" && compgen -G "$libdir/libstd-*.rlib" >/dev/null
}

wasm_packages_installed() {
  command -v dpkg-query >/dev/null &&
    [ "$(dpkg-query -W -f='${db:Status-Status}\n' "${WASM_PACKAGES[@]}" 2>/dev/null | grep -cx installed)" -eq "${#WASM_PACKAGES[@]}" ]
}

setup_wasm_target() {
  if wasm_target_installed; then
    have "Rust target $WASM_TARGET"
  elif wasm_packages_installed; then
    have "Rust target $WASM_TARGET (Debian's rustc-web)"
  else
    get "Rust target $WASM_TARGET (rustup)"
    if command -v rustup >/dev/null && timeout 300 rustup target add "$WASM_TARGET" >/dev/null 2>&1 && wasm_target_installed; then
      return
    fi
    get "Rust target $WASM_TARGET (Debian: ${WASM_PACKAGES[*]})"
    apt_install "${WASM_PACKAGES[@]}"
  fi
}
