//! What people see of a topic, one module each; they read the meeting through `sync` and give their
//! commands there. Features don't import each other: pages put them together.

#[cfg(feature = "desk")]
pub mod account;
pub mod agenda;
#[cfg(feature = "desk")]
pub mod among;
pub mod announce;
#[cfg(feature = "desk")]
pub mod chair;
#[cfg(feature = "desk")]
pub mod decisions;
#[cfg(feature = "desk")]
pub mod editing;
pub mod floor;
pub mod gate;
#[cfg(feature = "desk")]
pub mod keys;
pub mod link;
#[cfg(feature = "desk")]
pub mod minutes;
#[cfg(feature = "desk")]
pub mod office;
pub mod papers;
#[cfg(feature = "desk")]
pub mod prepare;
pub mod presence;
pub mod recording;
#[cfg(feature = "desk")]
pub mod signing;
pub mod voting;

use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::texts::Texts;
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};

/// A fixed text, following the language.
pub fn say(word: fn(&'static Texts) -> &'static str) -> Signal<String> {
    let texts = use_texts();
    Signal::derive(move || word(texts.get()).to_owned())
}

/// `14:05` where the meeting is held.
fn clock(ms: i64) -> String {
    LocalTime::at(ms, VIETNAM_OFFSET_MINUTES).clock()
}

/// `14:05:03` where the meeting is held.
fn clock_seconds(ms: i64) -> String {
    LocalTime::at(ms, VIETNAM_OFFSET_MINUTES).clock_seconds()
}
