//! Law 3 in wasm: builds `tests/fold` for wasm32, binds it for Node and runs `tests/fold/check.mjs`.

use std::fs;
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::failure::{At, Failure};
use crate::toolchain::{self, TARGET, Toolchain};

/// Builds the module and runs Node's test runner over it.
///
/// # Errors
/// [`Failure::Program`] when cargo or a test failed, after it has said why on the terminal.
pub fn fold() -> Result<(), Failure> {
    let (top, target_dir) = (toolchain::workspace(), toolchain::cache()?.join("target-wasm"));
    let mut cargo = Toolchain::find()?.cargo_build(&target_dir);
    cargo.current_dir(&top).args(["-p", "icabinet-fold", "--lib"]);
    toolchain::run("cargo build", &mut cargo)?;
    let bound = target_dir.join("fold");
    if bound.exists() {
        fs::remove_dir_all(&bound).at(&bound)?;
    }
    let words = |cause| Failure::Bindgen(format!("{cause:#}"));
    Bindgen::new()
        .input_path(target_dir.join(TARGET).join("wasm/icabinet_fold.wasm"))
        .out_name("fold")
        .nodejs(true)
        .map_err(words)?
        .typescript(false)
        .generate(&bound)
        .map_err(words)?;
    let mut node = Command::new("node");
    node.arg("--test").arg(top.join("tests/fold/check.mjs"));
    toolchain::run("node --test", node.env("ICABINET_FOLD", bound.join("fold.js")))
}
