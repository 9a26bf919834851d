//! The secretary after the meeting: what was said, what the minutes say, and the sound behind both.

mod draft;
mod field;
mod import;
mod player;
mod transcript;

pub use draft::{DraftColumn, MinutesBar};
pub use import::ImportSheet;
pub use player::{Player, PlayerBar};
pub use transcript::Transcript;
