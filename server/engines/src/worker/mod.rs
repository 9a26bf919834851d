//! The pipe between the server and its worker processes.
//!
//! The parent ([`Worker`]) starts the binary again, writes ONE line of JSON (the request) to the child's
//! stdin and keeps that pipe open; the child ([`serve`]) answers with lines of JSON on stdout, one event a
//! line, and exits. Limits are set by the child on itself before it reads anything; before it opens its input it
//! gives up everything but the files that the request names ([`Reach`]). Its environment is empty but for what its
//! [`Worker`] names. A child whose stdin closes ends at once: no worker outlives its server.
//!
//! Architecture invariant: nothing in a child's life can take the parent down. Lines are bounded, waiting
//! is bounded, names that it says are plain ([`PlainName`]), and every way for a child to end is a value of
//! [`EngineFailure`].

mod calls;
mod child;
mod guard;
mod limits;
mod name;
mod parent;

pub use child::{Emitter, serve};
pub(crate) use child::{Trouble, complain};
pub use guard::{Guards, Reach, guards};
pub use limits::Limits;
pub use name::{PlainName, Produced};
pub use parent::{EngineFailure, Running, Worker};

/// Exit status of a child that found its engine's library or model missing.
const EXIT_NOT_INSTALLED: u8 = 69;
/// Exit status of a child that could not read or write what the request named.
const EXIT_IO: u8 = 74;
/// Exit status of a child that was asked for something it does not know.
pub(crate) const EXIT_USAGE: u8 = 64;
