//! The one binary: server, demo, workers, and the tools of the operator and of whoever checks; with
//! the frontend in it. Never here: anything but handing that to the library.

use icabinet::http::{EmbeddedFile, Frontend};
use std::process::ExitCode;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

fn main() -> ExitCode {
    icabinet::cli::run(Frontend { built: BUILT, files: FILES })
}
