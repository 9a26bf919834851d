//! What only this device has: its own storage, its signing key, its microphone.
//! Never here: the server, the meeting, anything to look at.

pub mod database;
#[cfg(feature = "desk")]
pub mod key;
pub mod microphone;
