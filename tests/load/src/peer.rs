//! A peer that the same load is put on: how it is started, how its clients speak to it, and what it
//! uses. Never here: the clients themselves.

use crate::process;
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

type Trouble = String;

fn told(error: impl std::fmt::Display) -> Trouble {
    error.to_string()
}

/// How long a peer may take to start, and to end.
const PATIENCE: Duration = Duration::from_secs(20);
/// Workers of a peer.
const WORKERS: usize = 2;

/// Whom the load is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Peer {
    Ws,
    Socketio,
    Nchan,
}

impl std::str::FromStr for Peer {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "ws" => Ok(Self::Ws),
            "socketio" => Ok(Self::Socketio),
            "nchan" => Ok(Self::Nchan),
            _ => Err(()),
        }
    }
}

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ws => "ws",
            Self::Socketio => "socketio",
            Self::Nchan => "nchan",
        }
    }

    /// Where a client asks for its socket.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Ws => "/",
            Self::Socketio => "/socket.io/?EIO=4&transport=websocket",
            Self::Nchan => "/subscribe",
        }
    }

    /// What each of its workers says when it is up, one on standard output, nginx on standard error.
    fn up(self) -> &'static str {
        match self {
            Self::Ws | Self::Socketio => "worker is up",
            Self::Nchan => ": start worker process ",
        }
    }

    /// What starts it, before ports and folders are filled in.
    fn command(self) -> &'static str {
        match self {
            Self::Ws => "node {peers}/ws.mjs {port}",
            Self::Socketio => "node {peers}/socketio.mjs {port}",
            Self::Nchan => "nginx -p {work} -c {work}/nginx.conf",
        }
    }
}

/// What a text of Socket.IO is: a packet of Engine.IO, and what of Socket.IO is in it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Packet<'a> {
    /// Engine.IO's own handshake: the namespace is to be asked for.
    Open,
    /// To be answered, or the client is taken for gone.
    Ping,
    /// The namespace is ours.
    Connected,
    /// An event `m` with one text that needs no escapes.
    Message(&'a [u8]),
    Other,
}

/// Reads a packet.
pub(crate) fn packet(text: &[u8]) -> Packet<'_> {
    match text {
        [b'0', ..] => Packet::Open,
        [b'2'] => Packet::Ping,
        [b'4', b'0', ..] => Packet::Connected,
        _ => {
            let body = text.strip_prefix(b"42[\"m\",\"").and_then(|rest| rest.strip_suffix(b"\"]"));
            body.map_or(Packet::Other, Packet::Message)
        }
    }
}

/// A peer that runs, and ends with this.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// A word for each worker that is up; closed when all its processes have ended.
    said: Receiver<()>,
    pub(crate) address: SocketAddr,
    /// What it writes; kept until it has ended.
    _work: tempfile::TempDir,
}

impl Running {
    /// Starts it and waits until its workers take connections. `command` takes the place of the usual
    /// one; in both, `{port}`, `{peers}` and `{work}` are filled in.
    pub(crate) fn start(peer: Peer, peers: &Path, command: Option<&str>) -> Result<Self, Trouble> {
        let work = tempfile::tempdir().map_err(told)?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(told)?;
        let address = free.local_addr().map_err(told)?;
        drop(free);
        let fill = |text: &str| {
            text.replace("{port}", &address.port().to_string())
                .replace("{peers}", &peers.to_string_lossy())
                .replace("{work}", &work.path().to_string_lossy())
        };
        if peer == Peer::Nchan {
            let template = peers.join("nchan.conf");
            let template = std::fs::read_to_string(&template)
                .map_err(|error| format!("{}: {error}", template.display()))?;
            std::fs::write(work.path().join("nginx.conf"), fill(&template)).map_err(told)?;
        }
        let mut words = command.unwrap_or(peer.command()).split_whitespace().map(fill);
        let program = words.next().ok_or("the command is empty")?;
        let mut command = Command::new(&program);
        // Of what is printed here every line is a result.
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped());
        if peer == Peer::Nchan {
            command.stdout(Stdio::null()).stderr(Stdio::piped());
        }
        let mut child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
        let (out, errors) = (child.stdout.take(), child.stderr.take());
        let (says, said) = channel();
        for pipe in [out.map(boxed), errors.map(boxed)].into_iter().flatten() {
            let says = says.clone();
            std::thread::spawn(move || listen(pipe, peer.up(), &says));
        }
        drop(says);
        let running = Self { child, said, address, _work: work };
        for _ in 0..WORKERS {
            running.said.recv_timeout(PATIENCE).map_err(|why| match why {
                RecvTimeoutError::Timeout => "the peer's workers don't start".to_owned(),
                RecvTimeoutError::Disconnected => "the peer ended".to_owned(),
            })?;
        }
        Ok(running)
    }

    /// The primary and its workers.
    pub(crate) fn pids(&self) -> Vec<u32> {
        process::family(self.child.id())
    }

    /// What it holds in memory, in KB: what processes share counts once.
    pub(crate) fn memory_kb(&self) -> u64 {
        self.pids().into_iter().map(process::share_kb).sum()
    }

    /// Processor time of all its processes so far.
    pub(crate) fn cpu_ms(&self) -> u64 {
        self.pids().into_iter().map(process::cpu_ms).sum()
    }

    /// Open descriptors of each worker: how evenly clients are divided.
    pub(crate) fn descriptors(&self) -> Vec<usize> {
        self.pids().into_iter().skip(1).map(process::descriptors).collect()
    }

    fn signal(pid: u32, signal: Signal) {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended meanwhile.
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let workers = self.pids();
        // Asked first: who is killed leaves his workers behind.
        Self::signal(self.child.id(), Signal::TERM);
        // Their pipe closes when the last of them has ended.
        loop {
            match self.said.recv_timeout(PATIENCE) {
                Ok(()) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    workers.iter().for_each(|pid| Self::signal(*pid, Signal::KILL));
                    break;
                }
            }
        }
        let _ = self.child.wait();
    }
}

fn boxed(pipe: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(pipe)
}

/// Passes on that a worker is up, and whatever else is said but nginx's notices.
fn listen(pipe: Box<dyn Read + Send>, up: &str, says: &Sender<()>) {
    for line in BufReader::new(pipe).lines().map_while(Result::ok) {
        if line.contains(up) {
            // Nobody may listen any more.
            let _ = says.send(());
        } else if !line.contains("[notice]") {
            eprintln!("{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_of_engine_io_are_told_apart() {
        assert_eq!(packet(br#"0{"sid":"a","upgrades":[],"pingInterval":25000}"#), Packet::Open);
        assert_eq!(packet(b"2"), Packet::Ping);
        assert_eq!(packet(br#"40{"sid":"b"}"#), Packet::Connected);
        assert_eq!(packet(br#"42["m","000000000001x"]"#), Packet::Message(b"000000000001x"));
        assert_eq!(packet(br#"42["m",""]"#), Packet::Message(b""));
    }

    #[test]
    fn what_is_no_packet_of_ours_is_not_taken_for_a_message() {
        let others: [&[u8]; 8] = [
            b"",
            b"1",
            b"2probe",
            b"41",
            br#"44{"message":"no"}"#,
            br#"42["n","x"]"#,
            br#"42["m","x""#,
            br#"42["m",1]"#,
        ];
        for other in others {
            assert_eq!(packet(other), Packet::Other, "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn a_peer_is_named_as_it_is_asked_for() {
        for peer in [Peer::Ws, Peer::Socketio, Peer::Nchan] {
            assert_eq!(peer.name().parse(), Ok(peer));
        }
        assert_eq!("nginx".parse::<Peer>(), Err(()));
    }
}
