//! What officials, secretaries, chairs and the projector see: the browser's half of i-Cabinet.
//!
//! - [`texts`], [`figures`]: pure, tested natively.
//! - `ui`: plain widgets; `pages`: a route each; `preferences`: what a person chose on this device.
//!   These touch the browser and exist only in wasm.
//!
//! Never here: rules of the meeting (they are in `models`), and anything of the server.

pub mod figures;
pub mod texts;

#[cfg(target_family = "wasm")]
mod app;
#[cfg(target_family = "wasm")]
mod pages;
#[cfg(target_family = "wasm")]
mod preferences;
#[cfg(target_family = "wasm")]
pub mod ui;
