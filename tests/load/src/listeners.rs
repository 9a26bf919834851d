//! A helper process: some thousands of clients of a peer on one thread, who come, and then only
//! listen. Each notes when it had a message, and that it had it once. Never here: who publishes.

use crate::clock::now;
use crate::delegates::listen;
use crate::line::{self, Kind, Line};
use crate::peer::{Packet, Peer, packet};
use mio::{Events, Poll, Registry, Token, Waker};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The token under which orders ring; the others are clients.
const ORDERS: Token = Token(usize::MAX);
/// So many connect at the same time. Of many at once node's primary gives one worker more than the
/// other, and the last client then waits for the busier one.
const AT_ONCE: usize = 4;
/// How long something may take; what is missing then is lost.
const PATIENCE_NS: u64 = 60_000_000_000;
/// Digits of a message's number, with which it begins.
const DIGITS: usize = 12;

/// What a helper process is asked, a JSON object a line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ask {
    /// So many clients connect. It answers when all are there.
    Come { peer: Peer, address: SocketAddr, sources: Vec<IpAddr>, count: usize, bytes: usize },
    /// This message comes next. It answers at once, and again when every client has it.
    Expect { sequence: u64 },
    /// What was heard since the last report.
    Report,
}

/// What a helper's clients heard. Only a report says anything: other answers are empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Heard {
    /// When each client had the message.
    pub(crate) times: Vec<u64>,
    /// Messages that came to a client that had them already.
    pub(crate) doubled: u64,
    pub(crate) failures: Vec<String>,
}

/// The message of a number: digits, then filling. Nothing in it needs escapes.
pub(crate) fn message(sequence: u64, bytes: usize) -> Vec<u8> {
    let mut text = format!("{sequence:0DIGITS$}").into_bytes();
    text.resize(bytes.max(DIGITS), b'x');
    text
}

/// The number of a message, if it is one of so many bytes, unchanged.
fn sequence(text: &[u8], bytes: usize) -> Option<u64> {
    let number = std::str::from_utf8(text.get(..DIGITS)?).ok()?.parse().ok()?;
    (text == message(number, bytes)).then_some(number)
}

/// What all clients of a process share.
#[derive(Debug)]
struct Room {
    peer: Peer,
    address: SocketAddr,
    sources: Vec<IpAddr>,
    bytes: usize,
    /// The message that comes next, and its number.
    message: Vec<u8>,
    sequence: u64,
    /// How many are not there yet, or don't have it yet.
    left: usize,
    deadline: u64,
    /// How many connect right now.
    coming: usize,
    heard: Heard,
}

impl Room {
    fn begin(&mut self, left: usize) {
        self.left = left;
        self.deadline = now() + PATIENCE_NS;
    }

    /// Whether waiting is over, well or not.
    fn over(&self) -> bool {
        self.left == 0 || !self.heard.failures.is_empty() || now() > self.deadline
    }

    /// Notes what went wrong: the beginning of it, where it is long.
    fn failed(&mut self, what: &str) {
        if self.heard.failures.len() < 20 {
            self.heard.failures.push(what.chars().take(200).collect());
        }
    }
}

/// How far a client has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Away,
    /// Asks for its socket.
    Joining,
    /// Has it, and Socket.IO has not let it in yet.
    Greeting,
    Live,
}

/// One client.
#[derive(Debug)]
struct Listener {
    stage: Stage,
    line: Option<Line>,
    /// The number of the last message that it had.
    had: u64,
}

impl Listener {
    fn come(&mut self, index: usize, room: &mut Room, registry: &Registry) {
        let source = room.sources[index % room.sources.len()];
        self.stage = Stage::Joining;
        match Line::connect(registry, Token(index), room.address, source) {
            Ok(line) => self.line = Some(line),
            Err(error) => return self.lost(&error.to_string(), room),
        }
        let text = format!(
            "GET {} HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            room.peer.path(),
            room.address
        );
        self.send(text.as_bytes(), room);
    }

    fn send(&mut self, bytes: &[u8], room: &mut Room) {
        let sent = self.line.as_mut().map_or(Ok(()), |line| line.send(bytes));
        if let Err(error) = sent {
            self.lost(&error.to_string(), room);
        }
    }

    fn says(&mut self, text: &[u8], room: &mut Room) {
        self.send(&line::masked(Kind::Text, text), room);
    }

    /// The line is gone, and nobody asked for that: the run has failed.
    fn lost(&mut self, why: &str, room: &mut Room) {
        room.failed(&format!("a line ended ({:?}): {why}", self.stage));
        (self.line, self.stage) = (None, Stage::Away);
    }

    /// The line can be written or read again.
    fn ready(&mut self, room: &mut Room, buffer: &mut [u8]) {
        loop {
            let Some(line) = &mut self.line else { return };
            let read = match line.flush().and_then(|()| line.fill(buffer)) {
                Ok(None) => return,
                Ok(Some(0)) => return self.lost("closed", room),
                Ok(Some(read)) => read,
                Err(error) => return self.lost(&error.to_string(), room),
            };
            let mut held = std::mem::take(&mut line.unread);
            held.extend_from_slice(&buffer[..read]);
            let taken = self.take(&held, room);
            held.drain(..taken);
            if let Some(line) = &mut self.line {
                line.unread = held;
            }
            // Less than there was room for: nothing more is there, and what comes rings anew.
            if read < buffer.len() {
                return;
            }
        }
    }

    /// Takes what is whole; how many bytes that was.
    fn take(&mut self, bytes: &[u8], room: &mut Room) -> usize {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            let end = match self.stage {
                Stage::Away => return bytes.len(),
                Stage::Joining => line::answer(rest).map(|(head, body)| {
                    self.joined(&head, room);
                    body.end
                }),
                Stage::Greeting | Stage::Live => line::frame(rest).map(|(kind, payload)| {
                    self.frame(kind, &rest[payload.clone()], room);
                    payload.end
                }),
            };
            match end {
                Some(end) => at += end,
                None => return at,
            }
        }
    }

    fn joined(&mut self, head: &str, room: &mut Room) {
        if !head.starts_with("http/1.1 101") {
            return self.lost(head, room);
        }
        // Compressed frames would not be equal payloads.
        if head.contains("permessage-deflate") {
            return self.lost("compression that nobody asked for", room);
        }
        match room.peer {
            Peer::Socketio => self.stage = Stage::Greeting,
            Peer::Ws | Peer::Nchan => self.arrived(room),
        }
    }

    fn arrived(&mut self, room: &mut Room) {
        self.stage = Stage::Live;
        room.coming -= 1;
        room.left -= 1;
    }

    fn frame(&mut self, kind: Kind, payload: &[u8], room: &mut Room) {
        match (kind, room.peer) {
            (Kind::Text, Peer::Socketio) => self.packet(payload, room),
            (Kind::Text, Peer::Ws | Peer::Nchan) => self.hears(payload, room),
            (Kind::Ping, _) => self.send(&line::masked(Kind::Pong, payload), room),
            (Kind::Pong, _) => {}
            (Kind::Close | Kind::Other, _) => self.lost(&format!("{kind:?}"), room),
        }
    }

    fn packet(&mut self, text: &[u8], room: &mut Room) {
        match packet(text) {
            Packet::Open => self.says(b"40", room),
            Packet::Ping => self.says(b"3", room),
            Packet::Connected if self.stage == Stage::Greeting => self.arrived(room),
            Packet::Message(body) => self.hears(body, room),
            Packet::Connected | Packet::Other => self.lost(&String::from_utf8_lossy(text), room),
        }
    }

    fn hears(&mut self, body: &[u8], room: &mut Room) {
        let at = now();
        if body == room.message && self.had < room.sequence {
            self.had = room.sequence;
            room.heard.times.push(at);
            room.left = room.left.saturating_sub(1);
        } else if sequence(body, room.bytes).is_some_and(|number| number <= self.had) {
            room.heard.doubled += 1;
        } else {
            let text = String::from_utf8_lossy(body);
            room.failed(&format!("number {} was due, and there came {text}", room.sequence));
        }
    }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Runs until the benchmark closes the line.
pub(crate) fn run() -> Result<(), String> {
    let mut poll = Poll::new().map_err(told)?;
    let asked = listen(Waker::new(poll.registry(), ORDERS).map_err(told)?);
    let Ok(Ask::Come { peer, address, sources, count, bytes }) = asked.recv() else {
        return Err("clients are to come first".to_owned());
    };
    let (message, heard) = (Vec::new(), Heard::default());
    let (sequence, left, deadline, coming) = (0, 0, 0, 0);
    let mut room =
        Room { peer, address, sources, bytes, message, sequence, left, deadline, coming, heard };
    room.begin(count);
    let mut listeners: Vec<Listener> =
        (0..count).map(|_| Listener { stage: Stage::Away, line: None, had: 0 }).collect();
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 1 << 16];
    let (mut next, mut busy) = (0, true);
    loop {
        while room.coming < AT_ONCE && next < count {
            room.coming += 1;
            listeners[next].come(next, &mut room, poll.registry());
            next += 1;
        }
        if busy && room.over() {
            busy = false;
            answer(&Heard::default());
        }
        while !busy {
            match asked.try_recv() {
                Ok(ask) => busy = begin(&ask, &mut room, count),
                Err(std::sync::mpsc::TryRecvError::Empty) => break,
                Err(std::sync::mpsc::TryRecvError::Disconnected) => return Ok(()),
            }
        }
        poll.poll(&mut events, Some(Duration::from_secs(1))).map_err(told)?;
        for event in &events {
            if let Some(listener) = listeners.get_mut(event.token().0) {
                listener.ready(&mut room, &mut buffer);
            }
        }
    }
}

/// Begins what is asked; whether it takes time.
fn begin(ask: &Ask, room: &mut Room, count: usize) -> bool {
    match ask {
        Ask::Come { .. } => false,
        Ask::Expect { sequence } => {
            room.sequence = *sequence;
            room.message = message(*sequence, room.bytes);
            room.begin(count);
            answer(&Heard::default());
            true
        }
        Ask::Report => {
            if room.left > 0 && room.sequence == 0 {
                room.failed(&format!("{} clients did not get in", room.left));
            }
            answer(&std::mem::take(&mut room.heard));
            false
        }
    }
}

fn answer(heard: &Heard) {
    let mut out = std::io::stdout().lock();
    let line = serde_json::to_string(heard).unwrap_or_default();
    // A benchmark that is gone asks nothing more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(peer: Peer) -> Room {
        Room {
            peer,
            address: SocketAddr::from(([127, 0, 0, 1], 9)),
            sources: Vec::new(),
            bytes: 160,
            message: message(2, 160),
            sequence: 2,
            left: 1,
            deadline: 0,
            coming: 1,
            heard: Heard::default(),
        }
    }

    #[test]
    fn a_message_has_its_bytes_and_its_number() {
        assert_eq!(message(7, 160).len(), 160);
        assert_eq!(sequence(&message(7, 160), 160), Some(7));
        assert_eq!(sequence(&message(7, 161), 160), None);
        assert_eq!(sequence(b"7", 160), None);
    }

    #[test]
    fn every_delivery_is_counted_once() {
        let mut room = room(Peer::Ws);
        let mut listener = Listener { stage: Stage::Live, line: None, had: 1 };
        for number in [2, 2, 1] {
            listener.hears(&message(number, 160), &mut room);
        }
        assert_eq!((room.heard.times.len(), room.heard.doubled, room.left), (1, 2, 0));
        assert!(room.heard.failures.is_empty());
        listener.hears(&message(3, 160), &mut room);
        listener.hears(b"else", &mut room);
        assert_eq!(room.heard.failures.len(), 2);
    }

    #[test]
    fn a_client_of_socket_io_is_there_when_it_was_let_in() {
        let mut room = room(Peer::Socketio);
        let mut listener = Listener { stage: Stage::Joining, line: None, had: 1 };
        let text = |text: &[u8]| [&[0x81, u8::try_from(text.len()).unwrap()], text].concat();
        let joined = b"HTTP/1.1 101 Switching Protocols\r\n\r\n".to_vec();
        let steps = [
            (joined, Stage::Greeting, 1),
            (text(b"0{\"sid\":\"a\"}"), Stage::Greeting, 1),
            (text(b"40{\"sid\":\"b\"}"), Stage::Live, 0),
            (text(b"2"), Stage::Live, 0),
        ];
        for (bytes, stage, left) in steps {
            assert_eq!(listener.take(&bytes, &mut room), bytes.len());
            assert_eq!((listener.stage, room.left), (stage, left));
        }
        listener.take(&text(b"41"), &mut room);
        assert_eq!(room.heard.failures.len(), 1);
    }

    #[test]
    fn part_of_a_frame_waits_for_the_rest() {
        let mut room = room(Peer::Nchan);
        let mut listener = Listener { stage: Stage::Live, line: None, had: 1 };
        let mut bytes = vec![0x81, 126, 0, 160];
        bytes.extend(message(2, 160));
        assert_eq!(listener.take(&bytes[..163], &mut room), 0);
        assert_eq!(listener.take(&bytes, &mut room), bytes.len());
        assert_eq!(room.heard.times.len(), 1);
    }
}
