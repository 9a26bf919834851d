//! The record that leaves the system and the pages that the public reads: exported, verified,
//! broken on purpose. Each test has its own folder; what they share is bytes nobody changes.

mod findings;
mod hall;
mod mutants;
mod old_logs;
mod older;
mod public;
mod resumed;
mod revocations;
mod withheld;
mod zipped;
