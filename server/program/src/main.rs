//! The one binary: server, demo, workers, and the tools of the operator and of whoever checks; with
//! the frontend in it. Never here: anything but handing that to the library.

use icabinet::http::{EmbeddedFile, Frontend};
use std::process::ExitCode;

/// The system's allocator keeps a heap for each thread: thousands of connections left holes in all of
/// them (14 KB a connection, 10 with this one).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

fn main() -> ExitCode {
    icabinet::cli::run(Frontend { built: BUILT, files: FILES })
}
