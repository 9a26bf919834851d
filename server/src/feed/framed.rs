//! A message as it goes over the line: made once, sent to thousands from where it lies. Never here:
//! who it is for.

use icabinet_models::wire::ServerFrame;
use tokio_tungstenite::tungstenite::Bytes;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// The longest header of a message that a server sends (RFC 6455, 5.2: it masks nothing).
const LONGEST_HEADER: usize = 10;

/// A text under the header of its websocket frame (RFC 6455, 5.2); a clone shares the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    bytes: Bytes,
    header: usize,
}

impl Framed {
    /// Puts a text under its header.
    pub fn new(text: &str) -> Self {
        let header = FrameHeader { opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
        let mut bytes = Vec::with_capacity(LONGEST_HEADER + text.len());
        // A vector takes whatever is written to it.
        let _ = header.format(text.len() as u64, &mut bytes);
        let header = bytes.len();
        bytes.extend_from_slice(text.as_bytes());
        Self { bytes: bytes.into(), header }
    }

    /// Header and text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text alone.
    pub fn text(&self) -> &str {
        // It was put in as one.
        self.bytes.get(self.header..).and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl From<&ServerFrame> for Framed {
    fn from(frame: &ServerFrame) -> Self {
        // A room that can't say what it has to breaks down, and is opened anew: an empty frame would be
        // a gap that nobody sees.
        Self::new(&serde_json::to_string(frame).expect("a frame is JSON"))
    }
}
