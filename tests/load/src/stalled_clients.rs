//! Tablets that open a socket and then read nothing, with so little room that what is sent to them
//! soon waits at the server. Never here: those who are measured.

use socket2::{Domain, SockAddr, Socket, Type};
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;

/// Bytes the kernel takes for one of them; it doubles the number for its own needs.
const ROOM: usize = 2048;
/// Sockets of one session.
pub(crate) const OF_A_SESSION: usize = 16;

/// Their sockets, open as long as this lives.
#[derive(Debug)]
pub(crate) struct StalledClients {
    sockets: Vec<Socket>,
}

impl StalledClients {
    /// Opens `count` sockets at the nodes by turns, all with the same request but for the session: a
    /// server lets one have [`OF_A_SESSION`].
    pub(crate) fn sit(
        count: usize,
        nodes: &[SocketAddr],
        path: &str,
        cookies: &[String],
    ) -> Result<Self, String> {
        let one = |node: SocketAddr, cookie: &str| -> std::io::Result<Socket> {
            let mut socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            socket.set_recv_buffer_size(ROOM)?;
            socket.connect(&SockAddr::from(node))?;
            let request = format!(
                "GET {path} HTTP/1.1\r\nhost: {node}\r\ncookie: {cookie}\r\nconnection: upgrade\r\n\
                 upgrade: websocket\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            socket.write_all(request.as_bytes())?;
            let mut status = [0; 12];
            socket.read_exact(&mut status)?;
            if status != *b"HTTP/1.1 101" {
                return Err(std::io::Error::other("a socket was refused"));
            }
            Ok(socket)
        };
        let sessions = cookies.iter().flat_map(|cookie| std::iter::repeat_n(cookie, OF_A_SESSION));
        let places = nodes.iter().cycle().zip(sessions).take(count);
        let sockets = places.map(|(node, cookie)| one(*node, cookie).map_err(|e| e.to_string()));
        Ok(Self { sockets: sockets.collect::<Result<_, _>>()? })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.sockets.len()
    }
}
