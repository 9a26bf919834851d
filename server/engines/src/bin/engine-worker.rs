//! The worker processes alone, for this crate's own tests and benchmarks: `engine-worker worker KIND`. The product's
//! binary does the same. `engine-worker test KIND` misbehaves on purpose.

use std::io::Write;
use std::process::ExitCode;

use icabinet_engines::{kinds, worker};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next().as_deref()) {
        (Some("worker"), Some(kind)) => kinds::main(kind),
        (Some("test"), Some(kind)) => misbehave(kind),
        _ => {
            eprintln!("usage: engine-worker worker pages|audio|speech");
            ExitCode::from(64)
        }
    }
}

/// Ways for a worker to fail, after one good event.
fn misbehave(kind: &str) -> ExitCode {
    let prepare = |request: &serde_json::Value| {
        let writes = request["writes"].as_str().map(Into::into).into_iter().collect();
        (worker::Reach { writes, ..worker::Reach::default() }, ())
    };
    worker::serve(prepare, |request, (), events: &mut worker::Emitter| -> std::io::Result<()> {
        events.send(&"hello")?;
        match kind {
            "large-file" => {
                let folder = std::path::Path::new(request["writes"].as_str().unwrap_or_default());
                std::fs::write(folder.join("large"), vec![0; 2 << 20])
            }
            "many-files" => {
                let open = (0..1000).map_while(|_| std::fs::File::open("/dev/urandom").ok());
                events.send(&open.collect::<Vec<_>>().len().to_string())
            }
            "break-out" => break_out(&request, events),
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

/// What a worker would try that a bad file has taken over. Says for each how it went.
fn break_out(request: &serde_json::Value, events: &mut worker::Emitter) -> std::io::Result<()> {
    let asked = |name: &str| request[name].as_str().unwrap_or_default();
    let folder = std::path::Path::new(asked("folder"));
    let tries: [(&str, std::io::Result<()>); 10] = [
        ("read", std::fs::read(asked("key")).map(drop)),
        ("list", std::fs::read_dir(folder).map(drop)),
        ("write", std::fs::write(folder.join("left-behind"), b"x")),
        ("link", std::os::unix::fs::symlink(asked("key"), folder.join("link"))),
        ("connect", std::net::TcpStream::connect(asked("address")).map(drop)),
        ("listen", std::net::TcpListener::bind("127.0.0.1:0").map(drop)),
        ("datagram", std::net::UdpSocket::bind("127.0.0.1:0").map(drop)),
        ("call", std::os::unix::net::UnixStream::connect(asked("socket")).map(drop)),
        ("start", std::process::Command::new("/bin/true").status().map(drop)),
        (
            "parent",
            std::fs::read(format!("/proc/{}/environ", std::os::unix::process::parent_id()))
                .map(drop),
        ),
    ];
    for (what, went) in tries {
        let went = went.map_or_else(|error| format!("{:?}", error.kind()), |()| "done".to_owned());
        events.send(&format!("{what}: {went}"))?;
    }
    // Its own environment, and that it can still do its work: a thread, and memory.
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    events.send(&format!("environment: {}", names.collect::<Vec<_>>().join(" ")))?;
    let sum =
        std::thread::spawn(|| vec![1_u8; 1 << 24].iter().map(|one| u64::from(*one)).sum::<u64>());
    events.send(&format!("thread: {:?}", sum.join().ok()))
}
