//! The client's replica of one meeting: the view as this class may know it, kept in step with the
//! server by frames, and the commands that wait for an answer.
//!
//! - [`Replica`]: the view, its position, own ballots, counts; what a frame changes.
//! - [`Outbox`]: commands until they are answered; it can be stored, so that a killed tab loses none.
//! - [`reconnect`], [`clock`], [`identifier`]: policies as pure functions; time and randomness are
//!   parameters.
//!
//! Never here: sockets, timers, storage, the browser, a framework, and rules of the meeting (they
//! are in `models`).
#![forbid(unsafe_code)]
#![deny(clippy::wildcard_enum_match_arm)]

pub mod clock;
pub mod identifier;
mod kept;
mod outbox;
pub mod reconnect;
mod replica;
mod standing;
pub mod tree;
mod verdict;

pub use kept::Kept;
pub use outbox::{NotCounted, Outbox, Pending, Stage};
pub use replica::{Attendance, Change, Replica, Settled, Signed, Turnout};
pub use standing::{BallotStanding, Reach};
