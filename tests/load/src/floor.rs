//! What the kernel alone takes: one process writes the same bytes to so many connections, another
//! reads them, both without a runtime. Nothing that delivers over TCP from one thread is faster.

use crate::clock::{ms, now};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Command, Stdio};

type Trouble = String;

fn told(error: impl std::fmt::Display) -> Trouble {
    error.to_string()
}

/// Rounds that are measured; the best counts: it is a floor.
const ROUNDS: usize = 5;

/// Measures and prints.
pub(crate) fn run(connections: usize, size: usize) -> Result<(), Trouble> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(told)?;
    let address = listener.local_addr().map_err(told)?;
    let own = std::env::current_exe().map_err(told)?;
    let mut receiver = Command::new(own)
        .args(["floor-receiver", &address.to_string(), &connections.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(told)?;
    let mut lines = BufReader::new(receiver.stdout.take().ok_or("no way out")?).lines();
    let mut sockets = Vec::with_capacity(connections);
    for _ in 0..connections {
        let (stream, _) = listener.accept().map_err(told)?;
        stream.set_nodelay(true).map_err(told)?;
        sockets.push(stream);
    }
    let payload = vec![7u8; size];
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let began = now();
        for socket in &mut sockets {
            socket.write_all(&payload).map_err(told)?;
        }
        let line = lines.next().ok_or("the receiver ended")?.map_err(told)?;
        let last: u64 = line.parse().map_err(told)?;
        best = best.min(ms(began, last));
    }
    let _ = receiver.kill();
    let _ = receiver.wait();
    println!(
        "{}",
        serde_json::json!({"bench": "live", "what": "floor", "connections": connections,
            "bytes": size, "best_ms": (best * 10.0).round() / 10.0})
    );
    Ok(())
}

/// The other end: reads until every connection had its bytes, then says when that was.
pub(crate) fn receive() -> Result<(), Trouble> {
    let words: Vec<String> = std::env::args().collect();
    let address: SocketAddr = words.get(2).ok_or("no address")?.parse().map_err(told)?;
    let count: usize = words.get(3).ok_or("no count")?.parse().map_err(told)?;
    let mut poll = Poll::new().map_err(told)?;
    let mut streams = Vec::with_capacity(count);
    for index in 0..count {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.map_err(told)?;
        let host = u8::try_from(index / 16_000 + 1).map_err(told)?;
        let source = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 2, 0, host)), 0);
        socket.bind(&source.into()).map_err(told)?;
        socket.connect(&address.into()).map_err(told)?;
        socket.set_nonblocking(true).map_err(told)?;
        let mut stream = TcpStream::from_std(socket.into());
        poll.registry().register(&mut stream, Token(index), Interest::READABLE).map_err(told)?;
        streams.push(stream);
    }
    let mut events = Events::with_capacity(4096);
    let mut buffer = [0u8; 4096];
    let mut got = 0;
    loop {
        poll.poll(&mut events, None).map_err(told)?;
        for event in &events {
            let Some(stream) = streams.get_mut(event.token().0) else { continue };
            loop {
                match stream.read(&mut buffer) {
                    Ok(0) => return Ok(()),
                    Ok(_) => got += 1,
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                    Err(error) => return Err(told(error)),
                }
            }
        }
        if got >= count {
            got -= count;
            println!("{}", now());
        }
    }
}
