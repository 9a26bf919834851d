//! What a meeting is: people, agenda, papers, motions, votes, floor, speech, minutes, decisions,
//! and the aggregate that knows them all.
//!
//! Pure and deterministic, compiled for the server and for the tablet. Never here: I/O, clocks,
//! randomness, hash maps, floats, texts for the screen (refusals are codes with data).
#![forbid(unsafe_code)]

pub mod agenda;
pub mod attendance;
#[cfg(not(target_arch = "wasm32"))]
mod bulk;
pub mod canonical;
pub mod decisions;
pub mod documents;
pub mod effects;
pub mod floor;
pub mod ids;
pub mod lists;
pub mod meeting;
pub mod minutes;
pub mod people;
pub mod profile;
pub mod seen;
pub mod speech;
pub mod text;
pub mod votes;
pub mod waiting;
pub mod wire;

pub use meeting::{Actor, Command, Context, Decided, Entry, Event, Meeting, Refusal};
