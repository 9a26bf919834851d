//! Where PDFium's library is. Nothing else.

use std::path::PathBuf;

const FILE: &str = "libpdfium.so";

/// The variable that names the library's file.
pub const VARIABLE: &str = "ICABINET_PDFIUM";

/// The library's file: `ICABINET_PDFIUM` names it, else it lies beside the program, else in the tools' cache
/// (`ICABINET_CACHE`, or `icabinet` in the user's cache). `None` when it is in none of them.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        // A name that leads nowhere is a mistake to be told, not to be papered over by another copy.
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(FILE)));
    let cache = std::env::var_os("ICABINET_CACHE").map(PathBuf::from).or_else(|| {
        let user = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let user = user.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
        Some(user?.join("icabinet"))
    });
    let cached = cache.map(|cache| cache.join("pdfium").join(FILE));
    [beside, cached].into_iter().flatten().find(|path| path.is_file())
}
