//! The tablet's bundle from its inputs to the folder that the server embeds: compile, bind, shrink,
//! name by content, compress, list. The order of the steps is here, each step in a module of its own.

mod files;
mod fingerprint;
mod order;
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
    /// One program with everything, and the page `/kit` with every widget in its states.
    Kit,
}

/// One program that browsers load, and the page that starts it.
#[derive(Clone, Copy, Debug)]
struct Program {
    /// The name of its files.
    name: &'static str,
    /// The frontend's features, as cargo wants them.
    features: &'static str,
    /// The page that starts it.
    page: &'static str,
}

/// What everybody loads: home, meetings, settings.
const ROOM: Program = Program { name: "room", features: "", page: "index.html" };
/// The same with the office's pages, one's own account and the room's screen; the server gives its page for
/// their addresses.
const DESK: Program = Program { name: "desk", features: "desk", page: "desk.html" };
const KIT: Program = Program { name: "room", features: "kit", page: "index.html" };

impl Features {
    fn programs(self) -> &'static [Program] {
        match self {
            Self::Product => &[ROOM, DESK],
            Self::Kit => &[KIT],
        }
    }
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
    let frontend = top.join("frontend");
    let mut files = Files::default();
    let shared = shared(&frontend, features, &mut files)?;
    for program in features.programs() {
        let module = wasm::build(&top, &cache, compiler, *program)?;
        add_program(&frontend, *program, module, &shared, &mut files)?;
    }
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

/// Adds what every page needs, and returns the places in a page with the paths that go there.
/// Everything is named by content, from the leaves up: whoever mentions a file comes after it.
fn shared(
    frontend: &Path,
    features: Features,
    files: &mut Files,
) -> Result<Vec<(&'static str, String)>, Failure> {
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
    Ok(vec![
        ("{{styles}}", styles),
        ("{{early}}", early),
        ("{{icon}}", icon),
        ("{{capture}}", capture),
    ])
}

/// Adds a program and the page that starts it.
fn add_program(
    frontend: &Path,
    program: Program,
    module: wasm::Module,
    shared: &[(&'static str, String)],
    files: &mut Files,
) -> Result<(), Failure> {
    let wasm = files.add_hashed(program.name, Media::Wasm, module.wasm);
    let script = files.add_hashed(program.name, Media::Script, module.script);
    let boot = read(&frontend.join("boot.js"))?
        .replace("./icabinet.js", &format!("./{}", file_name(&script)))
        .replace("./icabinet.wasm", &format!("./{}", file_name(&wasm)));
    let boot =
        files.add_hashed(&format!("{}-boot", program.name), Media::Script, boot.into_bytes());
    let mut page = read(&frontend.join("index.html"))?;
    let own = [("{{boot}}", boot), ("{{script}}", script), ("{{wasm}}", wasm)];
    for (place, path) in own.iter().chain(shared) {
        if !page.contains(place) {
            return Err(Failure::Input(format!("frontend/index.html has no {place}")));
        }
        page = page.replace(place, &format!("/{path}"));
    }
    files.add(program.page.into(), Media::Page, page.into_bytes());
    Ok(())
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).at(path)
}
