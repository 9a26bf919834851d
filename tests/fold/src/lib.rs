//! Folds a log in wasm, as a tablet does, for `check.mjs`. Never part of the product.
#![cfg(target_family = "wasm")]

use wasm_bindgen::prelude::wasm_bindgen;

/// The digest, in hex, of the state that a log of one JSON entry a line folds to.
///
/// # Errors
/// What is wrong with the log, and in which line.
#[wasm_bindgen]
pub fn fold(jsonl: &str) -> Result<String, String> {
    icabinet_models::meeting::replay::fold_log(jsonl)
        .map(|digest| digest.hex())
        .map_err(|error| format!("{error:?}"))
}
