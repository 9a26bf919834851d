//! How what a room shows reaches connections: a ring of encoded frames for each viewer class, cursors
//! into it, and what wakes whom. Never here: what a frame says, sockets.

mod framed;
mod notifier;
mod primitives;
mod ring;
#[cfg(test)]
mod tests;

pub use framed::Framed;
pub use notifier::{Notifier, Signal, Signals};
pub(crate) use ring::Feeds;
pub use ring::{Missed, Read, Reader};
