//! Which kinds of worker there are, and what each does. Never here: how they are started and held.

use crate::worker::{EXIT_USAGE, complain, serve};
use std::process::ExitCode;

/// The kinds of worker that [`main`] knows.
pub const KINDS: [&str; 5] = ["pages", "audio", "convert", "speech", "lists"];

/// Runs as the worker `kind` (see [`KINDS`]): what `icabinet worker KIND` calls. Returns the exit status.
pub fn main(kind: &str) -> ExitCode {
    match kind {
        // The library is the operator's, and its own: loaded before the door is shut.
        "pages" => serve(
            |request: &crate::pages::Request| (request.reach(), crate::pages::load()),
            crate::pages::work,
        ),
        "audio" => serve(
            |request: &crate::audio::Request| (request.reach(), ()),
            |request, (), events| crate::audio::work(request, events),
        ),
        "convert" => serve(
            |request: &crate::audio::Conversion| (request.reach(), ()),
            |request, (), events| crate::audio::convert(request, events),
        ),
        "speech" => serve(
            |request: &crate::speech::Request| (request.reach(), ()),
            |request, (), events| crate::speech::work(request, events),
        ),
        "lists" => serve(
            |request: &crate::lists::Request| (request.reach(), ()),
            |request, (), events| crate::lists::work(request, events),
        ),
        other => complain(EXIT_USAGE, format_args!("unknown worker kind {other:?}")),
    }
}
