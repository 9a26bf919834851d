//! What officials, secretaries, chairs and the projector see: the browser's half of i-Cabinet.
//!
//! - [`texts`], [`place`], [`sound`]: pure, tested natively, as all of `icabinet_presenter`.
//! - `ui`: plain widgets; `features`: what people see of a topic; `pages`: a route each; `sync`: the
//!   meeting as signals, requests, the socket; `preferences`: what a person chose on this device;
//!   `local`: its storage, signing key and microphone; `navigation`: the address.
//!   These touch the browser and exist only in wasm.
//!
//! The feature `desk` adds the office's pages, one's own account and the screen at the projector: an
//! official's tablet loads the program without them.
//! Never here: rules of the meeting (they are in `models`), and anything of the server.

pub mod place;
pub mod sound;
pub mod texts;

#[cfg(target_family = "wasm")]
mod app;
#[cfg(target_family = "wasm")]
mod callbacks;
#[cfg(target_family = "wasm")]
mod features;
#[cfg(target_family = "wasm")]
mod local;
#[cfg(target_family = "wasm")]
mod navigation;
#[cfg(target_family = "wasm")]
mod pages;
#[cfg(target_family = "wasm")]
mod preferences;
#[cfg(target_family = "wasm")]
mod reactive;
#[cfg(target_family = "wasm")]
pub mod sync;
#[cfg(target_family = "wasm")]
pub mod ui;
