//! The worker processes alone, for this crate's own tests and benchmarks: `engine-worker worker KIND`. The product's
//! binary does the same. `engine-worker test KIND` misbehaves on purpose.

use std::io::Write;
use std::process::ExitCode;

use icabinet_engines::worker;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next().as_deref()) {
        (Some("worker"), Some(kind)) => worker::main(kind),
        (Some("test"), Some(kind)) => misbehave(kind),
        _ => {
            eprintln!("usage: engine-worker worker pages|audio|speech");
            ExitCode::from(64)
        }
    }
}

/// Ways for a worker to fail, after one good event.
fn misbehave(kind: &str) -> ExitCode {
    worker::serve(|_: serde_json::Value, events: &mut worker::Emitter| -> std::io::Result<()> {
        events.send(&"hello")?;
        match kind {
            "abort" => std::process::abort(),
            "status" => {
                eprintln!("last words");
                std::process::exit(7);
            }
            "hang" => loop {
                std::thread::park();
            },
            "spin" => loop {
                std::hint::spin_loop();
            },
            "memory" => {
                let mut hoard: Vec<Vec<u8>> = Vec::new();
                loop {
                    hoard.push(vec![1; 64 << 20]);
                }
            }
            "nonsense" => std::io::stdout().write_all(b"this is no event\n"),
            "long" => std::io::stdout().write_all(&vec![b'x'; 8 << 20]),
            "half" => std::io::stdout().write_all(b"\"half an ev"),
            _ => Ok(()),
        }
    })
}
