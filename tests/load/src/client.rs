//! One delegate's connection, written from `docs/protocol.md`: the invitation, the snapshot and the
//! socket over one TCP connection. Never here: what a delegate does.

use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// The socket of a delegate.
pub(crate) type Socket = WebSocketStream<TcpStream>;

/// A connection to a node, from a source address of its own.
pub(crate) struct Client {
    stream: TcpStream,
    host: String,
    cookie: String,
    pending: Vec<u8>,
}

type Trouble = String;

fn told(error: impl std::fmt::Display) -> Trouble {
    error.to_string()
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(node: SocketAddr, source: IpAddr) -> Result<Self, Trouble> {
        let socket = TcpSocket::new_v4().map_err(told)?;
        socket.bind(SocketAddr::new(source, 0)).map_err(told)?;
        let stream = socket.connect(node).await.map_err(told)?;
        stream.set_nodelay(true).map_err(told)?;
        Ok(Self { stream, host: node.to_string(), cookie: String::new(), pending: Vec::new() })
    }

    /// The head and the body of the next answer; the body's length is always said.
    async fn answer(&mut self) -> Result<(String, Vec<u8>), Trouble> {
        let mut buffer = [0u8; 4096];
        let end = loop {
            if let Some(at) = self.pending.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            let read = self.stream.read(&mut buffer).await.map_err(told)?;
            if read == 0 {
                return Err("the server closed the connection".to_owned());
            }
            self.pending.extend_from_slice(&buffer[..read]);
        };
        let head = String::from_utf8_lossy(&self.pending[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        while self.pending.len() < end + length {
            let read = self.stream.read(&mut buffer).await.map_err(told)?;
            if read == 0 {
                return Err("the server closed the connection".to_owned());
            }
            self.pending.extend_from_slice(&buffer[..read]);
        }
        let body = self.pending[end..end + length].to_vec();
        self.pending.drain(..end + length);
        Ok((head, body))
    }

    async fn request(&mut self, line: &str, body: &str) -> Result<(String, Vec<u8>), Trouble> {
        let cookie = match self.cookie.as_str() {
            "" => String::new(),
            cookie => format!("cookie: {cookie}\r\n"),
        };
        let content = match body {
            "" => String::new(),
            body => {
                format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
            }
        };
        let text = format!("{line} HTTP/1.1\r\nhost: {}\r\n{cookie}{content}\r\n{body}", self.host);
        self.stream.write_all(text.as_bytes()).await.map_err(told)?;
        self.answer().await
    }

    /// Whose session it is.
    pub(crate) fn with_cookie(self, cookie: String) -> Self {
        Self { cookie, ..self }
    }

    /// Uses an invitation; the session's cookie.
    pub(crate) async fn invited(&mut self, token: &str, device: &str) -> Result<String, Trouble> {
        let body = serde_json::json!({"token": token, "device": device}).to_string();
        let (head, body) = self.request("POST /api/session/invitation", &body).await?;
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie:"));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        let Some(cookie) = cookie else {
            return Err(format!("not let in: {head} {}", String::from_utf8_lossy(&body)));
        };
        self.cookie = cookie.trim().to_owned();
        Ok(self.cookie.clone())
    }

    /// The snapshot's position and epoch, and its size in bytes.
    pub(crate) async fn snapshot(
        &mut self,
        meeting: &str,
    ) -> Result<(u64, String, usize), Trouble> {
        let (head, body) =
            self.request(&format!("GET /api/meetings/{meeting}/snapshot"), "").await?;
        let value: Value =
            serde_json::from_slice(&body).map_err(|_| format!("no snapshot: {head}"))?;
        let position = value["position"].as_u64().ok_or("a snapshot without a position")?;
        let epoch = value["epoch"].as_str().unwrap_or_default().to_owned();
        Ok((position, epoch, body.len()))
    }

    /// Becomes a socket of the meeting, from a position on.
    pub(crate) async fn live(
        mut self,
        meeting: &str,
        after: u64,
        epoch: &str,
    ) -> Result<Socket, Trouble> {
        let Self { host, cookie, .. } = &self;
        let text = format!(
            "GET /api/meetings/{meeting}/live?after={after}&epoch={epoch} HTTP/1.1\r\nhost: {host}\r\n\
             cookie: {cookie}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        self.stream.write_all(text.as_bytes()).await.map_err(told)?;
        let (head, _) = self.answer().await?;
        if !head.starts_with("http/1.1 101") {
            return Err(format!("no socket: {head}"));
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(1024)
            .write_buffer_size(0)
            .max_write_buffer_size(1 << 20);
        let rest = std::mem::take(&mut self.pending);
        Ok(WebSocketStream::from_partially_read(self.stream, rest, Role::Client, Some(config))
            .await)
    }
}
