//! An honest load: simulated delegates sign in with their invitations and play a conference through
//! the public protocol, from processes and source addresses of their own. Times are those of the
//! monotonic clock that all processes of a machine share; a command's time counts from the moment it
//! was due, not from the moment it could be sent. Every delivery is counted, and a lost one fails.
//!
//! `icabinet-load conference [--delegates N] [--nodes K] [--database sqlite|postgres]` prints JSON,
//! an object a line. `icabinet-load delegates` and `icabinet-load floor-receiver` are its own helpers.

mod client;
mod clock;
mod conference;
mod delegates;
mod floor;
mod helper;
mod process;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    process::raise_descriptors();
    let done = match words.first().map(String::as_str) {
        Some("conference") => conference::run(&conference::Plan {
            delegates: word("--delegates").and_then(|n| n.parse().ok()).unwrap_or(1_000),
            nodes: word("--nodes").and_then(|n| n.parse().ok()).unwrap_or(1),
            postgres: word("--database").as_deref() == Some("postgres"),
            processes: word("--processes").and_then(|n| n.parse().ok()).unwrap_or(2),
        }),
        Some("floor") => {
            let connections = word("--connections").and_then(|n| n.parse().ok()).unwrap_or(1_000);
            floor::run(connections, 160)
        }
        Some("delegates") => delegates::run(),
        Some("floor-receiver") => floor::receive(),
        _ => Err("usage: icabinet-load conference [--delegates N] [--nodes K] \
                  [--database sqlite|postgres] [--processes P] | floor [--connections N]"
            .to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("icabinet-load: {trouble}");
            ExitCode::FAILURE
        }
    }
}
