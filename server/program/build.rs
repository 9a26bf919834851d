//! Writes `embedded.rs`: the tablet's bundle as a table of files compiled into the binary.
//!
//! The bundle is the folder that `xtask bundle` wrote: `ICABINET_DIST`, or `dist` in the cache folder
//! that `scripts/env` chooses. Without one the build succeeds all the same, and the table holds a
//! single page that says the frontend was not built.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const NOT_BUILT: &str = r#"<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>i-Cabinet</title></head>
<body><h1>Chưa có giao diện trong bản dựng này</h1>
<p>Máy chủ đang chạy, nhưng được dựng khi chưa có giao diện. Hãy chạy <code>scripts/run</code>, hoặc <code>cargo run --release -p xtask -- bundle</code> rồi dựng lại máy chủ.</p>
<div lang="en"><h1>This build has no frontend</h1>
<p>The server runs, but it was built before the frontend was. Run <code>scripts/run</code>, or <code>cargo run --release -p xtask -- bundle</code> and build the server again.</p></div>
</body></html>
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?).join("embedded.rs");
    let dist = dist()?;
    for name in ["ICABINET_DIST", "ICABINET_CACHE", "XDG_CACHE_HOME"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    // The folder itself is watched, so it has to be there, empty if need be: a watched path that is
    // missing would make cargo link the program anew each time.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");
    let table = match fs::read_to_string(dist.join("manifest.sha256")) {
        Ok(manifest) => from_manifest(&dist, &manifest)?,
        Err(_not_built) => {
            println!(
                "cargo::warning=no frontend in {}: the server will say so on its pages",
                dist.display()
            );
            fs::write(out.with_file_name("not-built.html"), NOT_BUILT)?;
            table(false, &entry("index.html", "", &out.with_file_name("not-built.html"), None))
        }
    };
    fs::write(out, table)?;
    Ok(())
}

fn dist() -> Result<PathBuf, Box<dyn Error>> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("ICABINET_DIST")
        .or_else(|| named("ICABINET_CACHE").map(|cache| cache.join("dist")))
        .or_else(|| named("XDG_CACHE_HOME").map(|caches| caches.join("icabinet/dist")))
        .or_else(|| named("HOME").map(|home| home.join(".cache/icabinet/dist")))
        .ok_or_else(|| "set ICABINET_DIST: there is no home folder to look in".into())
}

/// `manifest` has the form of `sha256sum`: hash, two spaces, path; sorted by path.
fn from_manifest(dist: &Path, manifest: &str) -> Result<String, Box<dyn Error>> {
    let mut entries = String::new();
    for line in manifest.lines() {
        let (sha256, path) = line
            .split_once("  ")
            .ok_or_else(|| format!("{}: not a line of a manifest: {line:?}", dist.display()))?;
        let raw = dist.join(path);
        let br = dist.join(format!("{path}.br"));
        entries.push_str(&entry(path, sha256, &raw, br.exists().then_some(br.as_path())));
    }
    Ok(table(true, &entries))
}

fn table(built: bool, entries: &str) -> String {
    format!(
        "const BUILT: bool = {built};\n\n/// Sorted by path.\nstatic FILES: &[EmbeddedFile] = &[\n{entries}];\n"
    )
}

fn entry(path: &str, sha256: &str, raw: &Path, br: Option<&Path>) -> String {
    let mut text = String::new();
    let br = br.map_or_else(|| "None".to_owned(), |br| format!("Some(include_bytes!({br:?}))"));
    let immutable = path.starts_with("assets/");
    let _infallible = writeln!(
        text,
        "    EmbeddedFile {{ path: {path:?}, media: {:?}, sha256: {sha256:?}, immutable: {immutable}, raw: include_bytes!({raw:?}), br: {br} }},",
        media(path),
    );
    text
}

fn media(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
