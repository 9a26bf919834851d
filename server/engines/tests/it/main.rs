//! The engines as the server uses them: through worker processes, on real files.

mod audio;
mod fetch;
mod pages;
mod pdf;
mod picture;
mod relatives;
mod speech;
mod worker;

use std::path::PathBuf;

/// The program that runs the workers in these tests.
fn exe() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_engine-worker"))
}

/// A file committed beside these tests.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A file of the synthetic model and its recordings.
fn asset(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/synthetic-speech").join(name)
}
