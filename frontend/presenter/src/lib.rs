//! What a screen shows and offers, computed from what the device has: pure, compiled for the tablet and
//! tested natively. Never here: widgets, the browser, a rule that the server does not also hold.
#![deny(clippy::wildcard_enum_match_arm)]

pub mod account;
pub mod editing;
pub mod figures;
pub mod meeting_list;
pub mod next_action;
pub mod people_search;
pub mod room_screen;
pub mod signing;
pub mod vietnamese;
