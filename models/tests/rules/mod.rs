//! The rules of order (R1 to R31, as far as they are built), one named test or table each.

mod agenda;
mod ballots;
mod documents;
mod editors;
mod leaving;
mod majority;
mod papers;
mod presence;
mod quorum;
mod recording;
mod tables;
mod wording;
