//! From Rust to the two files a browser loads: cargo, wasm-bindgen, wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use super::{Program, order};
use crate::failure::{At, Failure};
use crate::toolchain::{TARGET, Toolchain, run};

/// What browsers of the last years understand. Named one by one: `--all-features` writes what
/// Chromium refuses.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// What makes the program smaller *as it travels*, and nothing else: dead and doubled functions go, and
/// those of like names, mostly one generic function for many types, stand beside each other, by their
/// code ([`order`]).
/// `-Oz` makes the file a sixth smaller and what brotli makes of it a tenth larger, since it writes the
/// same code in a new way in each place (decision 0006 has the figures of each pass).
const PASSES: [&str; 6] = [
    "--strip-producers",
    "--duplicate-function-elimination",
    "--remove-unused-module-elements",
    "--vacuum",
    "--memory-packing",
    "--reorder-functions-by-name",
];

/// The frontend as browsers load it.
pub struct Module {
    pub wasm: Vec<u8>,
    pub script: Vec<u8>,
}

/// Compiles, binds and shrinks the frontend. Build outputs stay in `cache`, apart from native ones.
///
/// # Errors
/// [`Failure::Program`], [`Failure::Bindgen`] or [`Failure::Missing`], after the tool in question
/// has written its own words to the terminal.
pub fn build(
    top: &Path,
    cache: &Path,
    compiler: Toolchain,
    program: Program,
) -> Result<Module, Failure> {
    let target_dir = cache.join("target-wasm");
    let mut cargo = compiler.cargo_build(&target_dir);
    cargo.current_dir(top).args(["-p", "icabinet-frontend", "--lib", "--no-default-features"]);
    cargo.args(["--features", program.features]);
    run("cargo build", &mut cargo)?;
    let compiled = target_dir.join(TARGET).join("wasm/icabinet_frontend.wasm");
    let bound = target_dir.join("bindgen");
    let script = bind(&compiled, &bound)?;
    let (plain, named) = (bound.join("icabinet_bg.wasm"), bound.join("icabinet_named.wasm"));
    fs::write(&named, order::named_by_code(&fs::read(&plain).at(&plain)?)?).at(&named)?;
    let wasm = shrink(&named, &bound.join("icabinet_opt.wasm"), cache)?;
    Ok(Module { wasm, script })
}

/// `ICABINET_NAMES=1`: functions keep their names, so that a stack from a browser can be read. Larger
/// than what tablets load.
fn with_names() -> bool {
    std::env::var_os("ICABINET_NAMES").is_some()
}

fn bind(compiled: &Path, bound: &Path) -> Result<Vec<u8>, Failure> {
    if bound.exists() {
        fs::remove_dir_all(bound).at(bound)?;
    }
    let words = |cause| Failure::Bindgen(format!("{cause:#}"));
    Bindgen::new()
        .input_path(compiled)
        .out_name("icabinet")
        .web(true)
        .map_err(words)?
        .typescript(false)
        .keep_debug(false)
        .remove_name_section(false)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(bound)
        .map_err(words)?;
    let snippets = bound.join("snippets");
    if snippets.exists() {
        return Err(Failure::Input(format!(
            "a dependency brings scripts of its own, which the bundle does not carry: {}",
            snippets.display()
        )));
    }
    let script = bound.join("icabinet.js");
    fs::read(&script).at(&script)
}

fn shrink(bound: &Path, shrunk: &Path, cache: &Path) -> Result<Vec<u8>, Failure> {
    let wasm_opt: PathBuf = cache.join("npm-xtask/node_modules/binaryen/bin/wasm-opt");
    if !wasm_opt.exists() {
        return Err(Failure::Missing("wasm-opt (npm's binaryen)".into()));
    }
    let mut command = Command::new(&wasm_opt);
    command.args(PASSES).args(WASM_FEATURES).arg(bound).arg("-o").arg(shrunk);
    command.arg(if with_names() { "-g" } else { "--strip-debug" });
    run("wasm-opt", &mut command)?;
    fs::read(shrunk).at(shrunk)
}
