//! What the kernel alone takes: processes write the same bytes to so many connections, others read
//! them, all without a runtime. Nothing that delivers over TCP from as many threads is faster.

use crate::clock::{ms, now};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

type Trouble = String;

fn told(error: impl std::fmt::Display) -> Trouble {
    error.to_string()
}

/// Rounds that are measured; the best counts: it is a floor.
const ROUNDS: usize = 5;
/// Connections of one pair of processes: a process may not open more files than some 20,000.
const MOST: usize = 16_500;

/// A helper process, told by lines and telling by lines.
struct Helper {
    child: Child,
    orders: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Helper {
    fn start(words: &[&str]) -> Result<Self, Trouble> {
        let own = std::env::current_exe().map_err(told)?;
        let mut command = Command::new(own);
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(told)?;
        let orders = child.stdin.take().ok_or("no way in")?;
        let lines = BufReader::new(child.stdout.take().ok_or("no way out")?).lines();
        Ok(Self { child, orders, lines })
    }

    fn says(&mut self) -> Result<u64, Trouble> {
        let line = self.lines.next().ok_or("a helper ended")?.map_err(told)?;
        line.parse().map_err(told)
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // Nothing is lost by ending it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Measures: the best of some rounds, in milliseconds from the first write to the last read.
pub(crate) fn run(connections: usize, size: usize) -> Result<Value, Trouble> {
    for_writers(connections, size, 1)
}

/// The same for something that has so many processes that write.
pub(crate) fn for_writers(
    connections: usize,
    size: usize,
    writers: usize,
) -> Result<Value, Trouble> {
    let pairs = connections.div_ceil(MOST).max(writers);
    let mut senders = Vec::with_capacity(pairs);
    for pair in 0..pairs {
        let count = connections / pairs + usize::from(pair < connections % pairs);
        let words = [count.to_string(), size.to_string(), pair.to_string()];
        let mut sender = Helper::start(&["floor-sender", &words[0], &words[1], &words[2]])?;
        sender.says()?;
        senders.push(sender);
    }
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let began = now();
        for sender in &mut senders {
            writeln!(sender.orders, "go").map_err(told)?;
        }
        let mut last = 0;
        for sender in &mut senders {
            last = last.max(sender.says()?);
        }
        best = best.min(ms(began, last));
    }
    Ok(json!({"bench": "live", "what": "floor", "connections": connections, "bytes": size,
        "pairs_of_processes": pairs, "best_ms": (best * 10.0).round() / 10.0}))
}

fn word<T: std::str::FromStr>(at: usize) -> Result<T, Trouble> {
    let words: Vec<String> = std::env::args().collect();
    words.get(at).and_then(|word| word.parse().ok()).ok_or(format!("word {at} is missing"))
}

/// One end: writes to every connection when told, then says when the other end had it all.
pub(crate) fn send() -> Result<(), Trouble> {
    let (connections, size, pair): (usize, usize, u8) = (word(2)?, word(3)?, word(4)?);
    let listener = TcpListener::bind("127.0.0.1:0").map_err(told)?;
    let address = listener.local_addr().map_err(told)?.to_string();
    let words = [connections.to_string(), pair.to_string(), (connections * size).to_string()];
    let words = ["floor-receiver", &address, &words[0], &words[1], &words[2]];
    let mut receiver = Helper::start(&words)?;
    let mut sockets = Vec::with_capacity(connections);
    for _ in 0..connections {
        let (stream, _) = listener.accept().map_err(told)?;
        stream.set_nodelay(true).map_err(told)?;
        sockets.push(stream);
    }
    let payload = vec![7u8; size];
    println!("0");
    for line in std::io::stdin().lines() {
        line.map_err(told)?;
        for socket in &mut sockets {
            socket.write_all(&payload).map_err(told)?;
        }
        println!("{}", receiver.says()?);
    }
    Ok(())
}

/// The other end: reads until every connection had its bytes, then says when that was.
pub(crate) fn receive() -> Result<(), Trouble> {
    let (address, count, pair): (SocketAddr, usize, u8) = (word(2)?, word(3)?, word(4)?);
    let bytes: usize = word(5)?;
    let mut poll = Poll::new().map_err(told)?;
    let mut streams = Vec::with_capacity(count);
    for index in 0..count {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.map_err(told)?;
        let source = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 2, 0, pair + 1)), 0);
        socket.bind(&source.into()).map_err(told)?;
        socket.connect(&address.into()).map_err(told)?;
        socket.set_nonblocking(true).map_err(told)?;
        let mut stream = TcpStream::from_std(socket.into());
        poll.registry().register(&mut stream, Token(index), Interest::READABLE).map_err(told)?;
        streams.push(stream);
    }
    let mut events = Events::with_capacity(4096);
    // As large as the delegates' own.
    let mut buffer = vec![0; 1 << 16];
    let mut got = 0;
    loop {
        poll.poll(&mut events, None).map_err(told)?;
        for event in &events {
            let Some(stream) = streams.get_mut(event.token().0) else { continue };
            loop {
                match stream.read(&mut buffer) {
                    Ok(0) => return Ok(()),
                    Ok(read) => got += read,
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                    Err(error) => return Err(told(error)),
                }
            }
        }
        if got >= bytes {
            got -= bytes;
            println!("{}", now());
        }
    }
}
