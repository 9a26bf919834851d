//! The tablet's bundle from its inputs to the folder that the server embeds: compile, bind, shrink,
//! name by content, compress, list. The order of the steps is here, each step in a module of its own.

mod files;
mod fingerprint;
mod styles;
mod wasm;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{At, Failure};
use crate::toolchain::{self, Toolchain};
use files::{Files, Media};

/// What is compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Features {
    /// What people use.
    Product,
    /// Also the page `/kit` with every widget in its states.
    Kit,
}

/// When to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rebuild {
    /// Only when an input has changed since the last bundle in the same folder.
    WhenChanged,
    Always,
}

const FINGERPRINT: &str = "inputs.sha256";

/// Writes the bundle to `out` (by default the cache's `dist`, or `dist-kit`) and prints its sizes.
/// The folder is replaced in one step: it never holds half a bundle.
///
/// # Errors
/// A [`Failure`]; what stood in the folder before is then untouched.
pub fn bundle(out: Option<PathBuf>, features: Features, rebuild: Rebuild) -> Result<(), Failure> {
    let top = toolchain::workspace();
    let cache = toolchain::cache()?;
    let out = out.unwrap_or_else(|| cache.join(default_folder(features)));
    let compiler = Toolchain::find()?;
    let inputs = fingerprint::of(&top, compiler, features)?;
    if rebuild == Rebuild::WhenChanged
        && fs::read_to_string(out.join(FINGERPRINT)).is_ok_and(|old| old == inputs)
    {
        println!("bundle: up to date in {}", out.display());
        return files::print_sizes(&out);
    }
    let module = wasm::build(&top, &cache, compiler, features)?;
    let files = assemble(&top.join("frontend"), module, features)?;
    let fresh = out.with_extension("new");
    remove(&fresh)?;
    files.write(&fresh)?;
    fs::write(fresh.join(FINGERPRINT), inputs).at(&fresh)?;
    remove(&out)?;
    fs::rename(&fresh, &out).at(&out)?;
    println!("bundle: written to {}", out.display());
    files::print_sizes(&out)
}

fn default_folder(features: Features) -> &'static str {
    match features {
        Features::Product => "dist",
        Features::Kit => "dist-kit",
    }
}

fn remove(dir: &Path) -> Result<(), Failure> {
    if dir.exists() { fs::remove_dir_all(dir).at(dir) } else { Ok(()) }
}

/// Names everything by content, from the leaves up: whoever mentions a file comes after it.
fn assemble(frontend: &Path, module: wasm::Module, features: Features) -> Result<Files, Failure> {
    let mut files = Files::default();
    let wasm = files.add_hashed("icabinet", Media::Wasm, module.wasm);
    let script = files.add_hashed("icabinet", Media::Script, module.script);
    let boot = read(&frontend.join("boot.js"))?
        .replace("./icabinet.js", &format!("./{}", file_name(&script)))
        .replace("./icabinet.wasm", &format!("./{}", file_name(&wasm)));
    let boot = files.add_hashed("boot", Media::Script, boot.into_bytes());
    let early =
        files.add_hashed("early", Media::Script, read(&frontend.join("early.js"))?.into_bytes());
    let capture = files.add_hashed(
        "capture",
        Media::Script,
        read(&frontend.join("capture.js"))?.into_bytes(),
    );
    let icon = files.add_hashed("icon", Media::Svg, read(&frontend.join("icon.svg"))?.into_bytes());
    let sheet = match features {
        Features::Product => "styles/index.css",
        Features::Kit => "styles/kit.css",
    };
    let styles = styles::bundle(&frontend.join(sheet), |font| {
        let bytes = fs::read(font).at(font)?;
        let stem =
            font.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(file_name(&files.add_hashed(&stem, Media::Font, bytes)).to_owned())
    })?;
    let styles = files.add_hashed("icabinet", Media::Styles, styles.into_bytes());
    for licence in ["be-vietnam-pro-OFL.txt", "source-serif-4-OFL.txt"] {
        let text = read(&frontend.join("fonts").join(licence))?;
        files.add(format!("licences/{licence}"), Media::Text, text.into_bytes());
    }
    let mut page = read(&frontend.join("index.html"))?;
    for (place, path) in [
        ("{{styles}}", &styles),
        ("{{early}}", &early),
        ("{{boot}}", &boot),
        ("{{script}}", &script),
        ("{{wasm}}", &wasm),
        ("{{icon}}", &icon),
        ("{{capture}}", &capture),
    ] {
        if !page.contains(place) {
            return Err(Failure::Input(format!("frontend/index.html has no {place}")));
        }
        page = page.replace(place, &format!("/{path}"));
    }
    files.add("index.html".into(), Media::Page, page.into_bytes());
    Ok(files)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).at(path)
}
