//! The laws and rules of a meeting, tested on generated histories, tables and the demo session.

mod carried;
mod commands;
mod conference;
mod coverage;
mod decoders;
#[path = "../demo/mod.rs"]
mod demo;
mod generator;
mod invariants;
mod log;
#[path = "../rules/mod.rs"]
mod rules;
mod running_vote;
mod secrecy;
mod source;
#[path = "../support/mod.rs"]
mod support;
mod texts;
