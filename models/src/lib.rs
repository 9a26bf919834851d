//! What a meeting is: people, agenda, papers, motions, votes, floor, speech, minutes, decisions,
//! and the aggregate that knows them all.
//!
//! Pure and deterministic, compiled for the server and for the tablet. Never here: I/O, clocks,
//! randomness, hash maps, floats, texts for the screen (refusals are codes with data).
#![forbid(unsafe_code)]
#![deny(clippy::wildcard_enum_match_arm)]

#[cfg(not(target_arch = "wasm32"))]
mod bulk;
pub mod canonical;
pub mod ids;
pub mod lists;
pub mod meeting;
mod nested;
pub mod profile;
pub mod record;
pub mod rule;
pub mod text;
pub mod waiting;
pub mod wire;

pub use meeting::{
    Actor, Command, Context, Decided, Entry, Event, Meeting, Refusal, agenda, attendance,
    decisions, effects, floor, minutes, motions, papers, participants, preparation, session,
    speech, visibility, votes,
};
