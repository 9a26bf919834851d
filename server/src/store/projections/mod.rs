//! The read model: tables in which lists and public pages find what they show without opening a
//! meeting. They are made from the logs and from nothing else, in the transaction that appends, so that
//! no list lags behind an answer; they can be thrown away and made again (`icabinet rebuild`).
//! `rows` says what a state comes to, `touched` which rows an event may change, `write` and `read` are
//! the SQL. Never here: anything that a log doesn't say.

mod read;
mod rows;
mod touched;
mod write;

pub(crate) use read::Unfinished;
pub use read::{Cursor, Listed};
pub use rows::Changes;
pub(crate) use touched::Touched;

/// The version of what is made. A program that makes it otherwise says a higher one, and finds what an
/// older one made behind.
pub(super) const VERSION: i32 = 1;
