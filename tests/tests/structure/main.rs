//! What may depend on what: trees of crates, their licences, and imports between parts. The laws
//! of `docs/architecture.md` that no compiler checks.

mod dependencies;
mod imports;
mod licences;
mod words;
mod workspace;
