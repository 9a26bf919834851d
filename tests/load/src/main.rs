//! An honest load: simulated delegates sign in with their invitations and play a conference through
//! the public protocol, from processes and source addresses of their own. Times are those of the
//! monotonic clock that all processes of a machine share; a command's time counts from the moment it
//! was due, not from the moment it could be sent. Every delivery is counted, and a lost one fails.
//!
//! `icabinet-load conference [--delegates N] [--nodes K] [--database sqlite|postgres] [--at-once]`
//! prints JSON, an object a line; with `--at-once` nothing waits for a moment, and nothing is
//! measured. `--fault` lets something happen in the middle of a vote (`faults.rs` has the list),
//! `--check` proves in the end, from what every delegate heard and from the log, that nothing was
//! lost, doubled or shown to the wrong person. `--stalled K` holds three more votes beside K tablets that
//! read nothing, and says how much later everybody else heard. `icabinet-load fanout` puts the same load on a peer:
//! one message, from its publishing to the last client. `icabinet-load durable` sends a burst of ballots
//! to a plain server with one insert a ballot. `delegates`, `listeners`, `plain-server`, `floor-sender`
//! and `floor-receiver` are its own helpers.

mod checker;
mod clock;
mod conference;
mod delegate;
mod delegates;
mod durable;
mod fanout;
mod faults;
mod floor;
mod hall;
mod helpers;
mod ipc;
mod line;
mod listeners;
mod peer;
mod plain;
mod plan;
mod process;
mod rounds;
mod stalled_clients;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    process::raise_descriptors();
    let done = match words.first().map(String::as_str) {
        Some("conference") => conference::run(&plan::Plan {
            delegates: word("--delegates").and_then(|n| n.parse().ok()).unwrap_or(1_000),
            nodes: word("--nodes").and_then(|n| n.parse().ok()).unwrap_or(1),
            postgres: word("--database").as_deref() == Some("postgres"),
            processes: word("--processes").and_then(|n| n.parse().ok()).unwrap_or(2),
            at_once: words.iter().any(|word| word == "--at-once"),
            check: words.iter().any(|word| word == "--check"),
            stalled: word("--stalled").and_then(|n| n.parse().ok()).unwrap_or(0),
            fault: match word("--fault").map(|name| name.parse()) {
                None => None,
                Some(Ok(fault)) => Some(fault),
                Some(Err(())) => return usage(),
            },
        }),
        Some("floor") => {
            let connections = word("--connections").and_then(|n| n.parse().ok()).unwrap_or(1_000);
            floor::run(connections, 160).map(|floor| println!("{floor}"))
        }
        Some("durable") => {
            let connections = word("--connections").and_then(|n| n.parse().ok()).unwrap_or(1_000);
            durable::run(connections, word("--database").as_deref() == Some("postgres"))
        }
        Some("fanout") => match fanout::Plan::told(word) {
            Some(plan) => fanout::run(&plan),
            None => return usage(),
        },
        Some("delegates") => delegates::run(),
        Some("plain-server") => plain::serve(),
        Some("listeners") => listeners::run(),
        Some("floor-sender") => floor::send(),
        Some("floor-receiver") => floor::receive(),
        _ => return usage(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("icabinet-load: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "usage: icabinet-load conference [--delegates N] [--nodes K] [--database sqlite|postgres]\n\
         \x20      [--processes P] [--at-once] [--check] [--fault FAULT] [--stalled K] | floor [--connections N]\n\
         \x20      | durable [--connections N] [--database sqlite|postgres]\n\
         \x20      | fanout --peer ws|socketio|nchan [--connections N] [--bytes B] [--rounds R]\n\
         \x20      [--peers DIR] [--command COMMAND]"
    );
    ExitCode::FAILURE
}
