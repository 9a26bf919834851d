//! The files of the bundle: names by content, compressed forms, the list, the sizes.
//!
//! A folder that is written holds, for each file, `PATH`, and where they are smaller `PATH.br` and
//! `PATH.gz`; `manifest.json` for people and tools; and `manifest.sha256` (the form of `sha256sum`),
//! which `server/build.rs` reads.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::failure::{At, Failure};

/// What a file is. `server/build.rs` draws the same conclusions from the extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Page,
    Script,
    Styles,
    Wasm,
    Font,
    Svg,
    Text,
}

impl Media {
    fn extension(self) -> &'static str {
        match self {
            Self::Page => "html",
            Self::Script => "js",
            Self::Styles => "css",
            Self::Wasm => "wasm",
            Self::Font => "woff2",
            Self::Svg => "svg",
            Self::Text => "txt",
        }
    }

    fn mime(self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Script => "text/javascript; charset=utf-8",
            Self::Styles => "text/css; charset=utf-8",
            Self::Wasm => "application/wasm",
            Self::Font => "font/woff2",
            Self::Svg => "image/svg+xml",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

struct File {
    path: String,
    media: Media,
    bytes: Vec<u8>,
}

/// A bundle in memory.
#[derive(Default)]
pub struct Files(Vec<File>);

impl Files {
    /// Adds a file whose address never changes.
    pub fn add(&mut self, path: String, media: Media, bytes: Vec<u8>) {
        self.0.push(File { path, media, bytes });
    }

    /// Adds a file named by its content (64 bits of SHA-256) and returns its path in the bundle.
    pub fn add_hashed(&mut self, stem: &str, media: Media, bytes: Vec<u8>) -> String {
        let hash = sha256(&bytes);
        let path = format!("assets/{stem}-{}.{}", &hash[..16], media.extension());
        self.add(path.clone(), media, bytes);
        path
    }

    /// Writes all files, their compressed forms and the lists into `dir`, which must not exist.
    ///
    /// # Errors
    /// [`Failure::File`] when the folder cannot be written.
    pub fn write(mut self, dir: &Path) -> Result<(), Failure> {
        self.0.sort_by(|a, b| a.path.cmp(&b.path));
        let mut manifest = Vec::new();
        let mut sums = String::new();
        for file in &self.0 {
            let path = dir.join(&file.path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).at(parent)?;
            }
            fs::write(&path, &file.bytes).at(&path)?;
            let br_bytes = if file.media == Media::Font {
                None // woff2 is brotli already.
            } else {
                write_smaller(&path, "gz", &file.bytes, gzip(&file.bytes).at(&path)?)?;
                write_smaller(&path, "br", &file.bytes, brotli(&file.bytes).at(&path)?)?
            };
            let sum = sha256(&file.bytes);
            let _infallible = writeln!(sums, "{sum}  {}", file.path);
            manifest.push(json!({
                "path": file.path, "sha256": sum, "media": file.media.mime(),
                "bytes": file.bytes.len(), "br_bytes": br_bytes,
            }));
        }
        let list = dir.join("manifest.json");
        fs::write(&list, format!("{:#}\n", Value::Array(manifest))).at(&list)?;
        let list = dir.join("manifest.sha256");
        fs::write(&list, sums).at(&list)
    }
}

/// Prints what a first load costs, from the manifest of a written bundle.
///
/// # Errors
/// [`Failure::Input`] or [`Failure::File`] when the folder holds no bundle.
pub fn print_sizes(dir: &Path) -> Result<(), Failure> {
    let path = dir.join("manifest.json");
    let text = fs::read_to_string(&path).at(&path)?;
    let manifest: Vec<Value> = serde_json::from_str(&text)
        .map_err(|cause| Failure::Input(format!("{}: {cause}", path.display())))?;
    let total = |extensions: &[&str], without: &str| {
        let counts = |path: &str| {
            extensions.iter().any(|ext| path.ends_with(ext)) && !path.starts_with(without)
        };
        manifest
            .iter()
            .filter(|file| file["path"].as_str().is_some_and(counts))
            .map(|file| {
                let raw = file["bytes"].as_u64().unwrap_or(0);
                (raw, file["br_bytes"].as_u64().unwrap_or(raw))
            })
            .fold((0, 0), |sum, file| (sum.0 + file.0, sum.1 + file.1))
    };
    for (what, extensions, without) in [
        ("official", [".wasm", ".js"].as_slice(), "assets/desk"),
        ("office", [".wasm", ".js"].as_slice(), "assets/room"),
        ("css", [".css"].as_slice(), "-"),
        ("fonts", [".woff2"].as_slice(), "-"),
    ] {
        let (raw, br) = total(extensions, without);
        println!("  {what:<10} {raw:>8} bytes, {br:>7} in brotli ({:.1} KB)", kilobytes(br));
    }
    Ok(())
}

fn kilobytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1024.0
}

fn write_smaller(
    path: &Path,
    extension: &str,
    raw: &[u8],
    packed: Vec<u8>,
) -> Result<Option<usize>, Failure> {
    if packed.len() >= raw.len() {
        return Ok(None);
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    let path = Path::new(&name);
    fs::write(path, &packed).at(path)?;
    Ok(Some(packed.len()))
}

fn brotli(raw: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: raw.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*raw, &mut packed, &params)?;
    Ok(packed)
}

fn gzip(raw: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    encoder.finish()
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::{Files, Media, brotli};

    #[test]
    fn a_name_follows_the_content() {
        let mut files = Files::default();
        let one = files.add_hashed("a", Media::Script, b"1".to_vec());
        let two = files.add_hashed("a", Media::Script, b"2".to_vec());
        let same = files.add_hashed("a", Media::Script, b"1".to_vec());
        assert_eq!(one, "assets/a-6b86b273ff34fce1.js");
        assert_ne!(one, two);
        assert_eq!(one, same);
    }

    #[test]
    fn brotli_comes_back_whole() {
        let raw = "Ủy ban nhân dân ".repeat(500).into_bytes();
        let packed = brotli(&raw).unwrap_or_else(|cause| panic!("{cause}"));
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut back)
            .unwrap_or_else(|cause| panic!("{cause}"));
        assert!(packed.len() < raw.len() / 10);
        assert_eq!(back, raw);
    }
}
