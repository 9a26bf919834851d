//! Which compiler builds for wasm32, and where build outputs are kept.
//! `scripts/lib/wasm.sh` looks for the same signs when it decides what to bring.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// The target the tablet's bundle is built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_STD_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";

/// The two ways to a wasm32 build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The ordinary toolchain has the target's standard library.
    Ordinary,
    /// Debian's `rustc-web`: the standard library is built from its sources, once.
    DebianWeb,
}

impl Toolchain {
    /// # Errors
    /// [`Failure::Missing`] when neither way is open.
    pub fn find() -> Result<Self, Failure> {
        if ordinary_has_target() {
            Ok(Self::Ordinary)
        } else if [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_STD_SOURCE]
            .iter()
            .all(|path| Path::new(path).exists())
        {
            Ok(Self::DebianWeb)
        } else {
            Err(Failure::Missing(format!("the Rust target {TARGET}")))
        }
    }

    /// A name for the fingerprint: the two ways do not write the same bytes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::DebianWeb => "debian-web",
        }
    }

    /// `cargo build` for the bundle, without package and features.
    pub fn cargo_build(self, target_dir: &Path) -> Command {
        let mut cargo = match self {
            Self::Ordinary => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::DebianWeb => Command::new(DEBIAN_CARGO),
        };
        // Meant for native builds: `-C target-cpu=native`, say, is no flag for wasm.
        for leaked in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC", "RUSTC_WRAPPER"] {
            cargo.env_remove(leaked);
        }
        cargo.args(["build", "--profile", "wasm", "--target", TARGET]);
        cargo.env("CARGO_TARGET_DIR", target_dir);
        // Leptos then erases the types of components: the bundle is 5 % smaller and links faster.
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "--cfg erase_components");
        if self == Self::DebianWeb {
            cargo.args(["-Z", "build-std=std,panic_abort"]);
            cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
        }
        cargo
    }
}

fn ordinary_has_target() -> bool {
    let Ok(answer) = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .env_remove("RUSTC")
        .output()
    else {
        return false;
    };
    let libdir = PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim());
    answer.status.success()
        && fs::read_dir(libdir).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
        })
}

/// Runs a program; what it says goes to the terminal.
///
/// # Errors
/// [`Failure::Program`] when it can't be started or fails.
pub fn run(name: &str, command: &mut Command) -> Result<(), Failure> {
    let failed = |cause: String| Failure::Program { name: name.to_owned(), cause };
    let status = command.status().map_err(|cause| failed(cause.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}

/// The cache folder, as `scripts/env` chooses it.
///
/// # Errors
/// [`Failure::Missing`] when the environment names no home to put it in.
pub fn cache() -> Result<PathBuf, Failure> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("ICABINET_CACHE")
        .or_else(|| named("XDG_CACHE_HOME").map(|dir| dir.join("icabinet")))
        .or_else(|| named("HOME").map(|dir| dir.join(".cache/icabinet")))
        .ok_or_else(|| Failure::Missing("ICABINET_CACHE".into()))
}

/// The top of the checkout: what `scripts/env` says, or the workspace that cargo runs xtask in, or
/// else the one that built it.
pub fn workspace() -> PathBuf {
    if let Some(top) = env::var_os("ICABINET_TOP").filter(|top| !top.is_empty()) {
        return PathBuf::from(top);
    }
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}
