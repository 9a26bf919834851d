# PDFium's library, taken from the wheel that carries it. Sourced after `scripts/env`.
# `setup_pdfium` puts libpdfium.so into "$ICABINET_CACHE/pdfium/", checked by SHA-256; does nothing when it is there.

PDFIUM_WHEEL="pypdfium2==5.15.2"
PDFIUM_BUILD="8149"
# The library inside the manylinux wheels of that version (x86_64; other machines bring their own file and hash).
PDFIUM_SHA256="${ICABINET_PDFIUM_SHA256:-c76dc0f7839644bfa7c3e3107a6068df714e339c861bb7d4519907b821d427f9}"

pdfium_is_right() {
    [ -f "$1" ] && [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$PDFIUM_SHA256" ]
}

setup_pdfium() {
    local dir="$ICABINET_CACHE/pdfium" work
    if pdfium_is_right "$dir/libpdfium.so"; then
        echo "pdfium: build $PDFIUM_BUILD is there"
        return 0
    fi
    echo "pdfium: fetching build $PDFIUM_BUILD (4 MB) from the wheel $PDFIUM_WHEEL"
    mkdir -p "$dir"
    work="$(mktemp -d "$dir/fetch.XXXXXX")" || return 1
    if python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
            --dest "$work" "$PDFIUM_WHEEL" >"$work/pip.log" 2>&1 \
        && python3 -m zipfile -e "$work"/pypdfium2-*.whl "$work/wheel" \
        && pdfium_is_right "$work/wheel/pypdfium2_raw/libpdfium.so"; then
        mv "$work/wheel/pypdfium2_raw/libpdfium.so" "$dir/libpdfium.so"
        rm -rf "$work"
        return 0
    fi
    echo "pdfium: could not be fetched, or its SHA-256 is not $PDFIUM_SHA256" >&2
    tail -n 5 "$work/pip.log" >&2 2>/dev/null
    sha256sum "$work/wheel/pypdfium2_raw/libpdfium.so" >&2 2>/dev/null
    rm -rf "$work"
    return 1
}
