//! One delegate's connection without a runtime: bytes in, bytes out, and what they mean. HTTP as far
//! as a delegate speaks it, and frames of RFC 6455. Never here: what a delegate does.

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// A connection to a node, and what didn't go out yet.
#[derive(Debug)]
pub(crate) struct Line {
    stream: TcpStream,
    unsent: Vec<u8>,
    /// What came of something that is not whole yet.
    pub(crate) unread: Vec<u8>,
}

impl Line {
    /// Begins to connect, from a source address of its own.
    pub(crate) fn connect(
        registry: &Registry,
        token: Token,
        node: SocketAddr,
        source: IpAddr,
    ) -> io::Result<Self> {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        socket.bind(&SocketAddr::new(source, 0).into())?;
        match socket.connect(&node.into()) {
            Ok(()) => {}
            Err(error)
                if error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {}
            Err(error) => return Err(error),
        }
        let mut stream = TcpStream::from_std(socket.into());
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self { stream, unsent: Vec::new(), unread: Vec::new() })
    }

    /// Sends, as far as the kernel takes it now; the rest goes when there is room.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.unsent.extend_from_slice(bytes);
        self.flush()
    }

    /// Sends what waits.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(sent) => drop(self.unsent.drain(..sent)),
                // Not connected yet counts as no room.
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) =>
                {
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        self.unsent = Vec::new();
        Ok(())
    }

    /// Reads what is there; `None` if nothing is. 0 bytes: the other end closed.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        match self.stream.read(buffer) {
            Ok(read) => Ok(Some(read)),
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// An answer of HTTP/1.1: its head in lower case, where its body is, and where it ends. `None` until
/// it is whole. A body's length is always said.
pub(crate) fn answer(bytes: &[u8]) -> Option<(String, Range<usize>)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    (bytes.len() >= end + length).then_some((head, end..end + length))
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Ping,
    Pong,
    Close,
    /// Nothing that the protocol has: parts of messages, binary ones.
    Other,
}

/// The first frame: what it is and where its payload is. `None` until it is whole. The server masks
/// nothing and sends each message as one frame.
pub(crate) fn frame(bytes: &[u8]) -> Option<(Kind, Range<usize>)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (length, from) = match second & 0x7f {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
        length => (usize::from(length), 2),
    };
    let kind = match first {
        0x81 => Kind::Text,
        0x89 => Kind::Ping,
        0x8a => Kind::Pong,
        0x88 => Kind::Close,
        _ => Kind::Other,
    };
    (bytes.len() >= from + length).then_some((kind, from..from + length))
}

/// A frame as a client sends it, masked.
pub(crate) fn masked(kind: Kind, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x5a, 0x17, 0xc3, 0x88];
    let first = if kind == Kind::Pong { 0x8a } else { 0x81 };
    let mut bytes = vec![first];
    match u16::try_from(payload.len()) {
        Ok(short @ 0..126) => bytes.push(0x80 | short.to_be_bytes()[1]),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_once_it_is_whole() {
        let mut bytes = vec![0x81, 126, 1, 0];
        bytes.extend([b'x'; 256]);
        assert_eq!(frame(&bytes[..259]), None);
        assert_eq!(frame(&bytes), Some((Kind::Text, 4..260)));
        assert_eq!(frame(&[0x88, 2, 3, 232]), Some((Kind::Close, 2..4)));
        assert_eq!(frame(&[0x81]), None);
    }

    #[test]
    fn what_is_masked_reads_back() {
        for length in [0, 125, 126, 70_000] {
            let payload: Vec<u8> = (0..length).map(|n: u32| n.to_be_bytes()[3]).collect();
            let mut bytes = masked(Kind::Text, &payload);
            assert_eq!(bytes[1] & 0x80, 0x80);
            let key = if length < 126 {
                2
            } else if length < 65_536 {
                4
            } else {
                10
            };
            let mask: Vec<u8> = bytes.drain(key..key + 4).collect();
            let (kind, at) = frame(&bytes).unwrap();
            assert_eq!(kind, Kind::Text);
            let read: Vec<u8> =
                bytes[at].iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
            assert_eq!(read, payload);
        }
    }

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{";
        let (head, body) = answer(text).unwrap();
        assert!(head.starts_with("http/1.1 200"));
        assert_eq!(&text[body.clone()], b"{}");
        assert_eq!(body.end, text.len() - 1);
        assert_eq!(answer(&text[..text.len() - 2]), None);
    }
}
