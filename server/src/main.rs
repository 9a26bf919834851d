//! The one binary: server, demo, workers, and the tools of the operator and of whoever checks.

use std::process::ExitCode;

fn main() -> ExitCode {
    icabinet::cli::run()
}
