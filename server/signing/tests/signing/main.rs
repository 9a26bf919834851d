//! Signatures from the authority to the verifier, and to a verifier that nobody here wrote.

mod authorities;
mod containers;
mod mutants;
mod office;
mod refusals;
mod strangers;
mod two;
