//! The demo session of `server/demo`, played through decide and apply.

pub mod play;

mod golden;
mod minutes;
mod outcomes;
