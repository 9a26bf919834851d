//! The server of i-Cabinet. `docs/architecture.md` says what lives where and what never does.
#![forbid(unsafe_code)]
#![deny(clippy::wildcard_enum_match_arm)]

pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod demo;
pub mod feed;
pub mod http;
pub mod instruments;
pub mod jobs;
pub mod metrics;
pub mod people;
mod private;
mod published;
pub mod readiness;
mod rebuild;
pub mod record;
mod restore;
pub mod room;
pub mod serve;
pub mod sound;
pub mod store;
#[cfg(test)]
#[path = "../../models/tests/support/mod.rs"]
#[expect(dead_code, reason = "the laws of the models use more of it")]
mod support;
pub mod trust;
