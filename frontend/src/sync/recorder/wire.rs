//! The connection of a recorder: frames go out in their order, and the server says how far it has them
//! on its disk. Never here: which frames there are, and what is kept of them on the device.

use std::collections::VecDeque;

use serde::Deserialize;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::callbacks::Hook;
use crate::sync::device;
use icabinet_sync::tree::from_json;

/// What the server says of a recording.
#[derive(Deserialize)]
pub(super) struct Stored {
    /// Everything below this number is on its disk.
    pub stored: u32,
    /// The recording was ended: only what was recorded before belongs to it.
    #[serde(default)]
    pub over: bool,
}

/// A connection; dropped, it is closed and calls nobody back.
pub(super) struct Wire {
    socket: WebSocket,
    _on_message: Hook<MessageEvent>,
    _on_close: Hook<CloseEvent>,
    /// The number of the next frame to give to this connection; `None` until the server said.
    next: Option<u32>,
}

impl Wire {
    /// Opens a connection to a path of this server; `None` if the browser refuses.
    pub(super) fn open(
        path: &str,
        on_stored: impl Fn(Stored) + 'static,
        on_close: impl Fn() + 'static,
    ) -> Option<Self> {
        let socket = WebSocket::new(&format!("{}{path}", device::socket_origin())).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let on_message = Hook::new(move |event: MessageEvent| {
            let told = event.data().as_string().and_then(|text| from_json(&text).ok());
            told.into_iter().for_each(&on_stored);
        });
        let on_close = Hook::new(move |_: CloseEvent| on_close());
        socket.set_onmessage(Some(on_message.function()));
        socket.set_onclose(Some(on_close.function()));
        Some(Self { socket, _on_message: on_message, _on_close: on_close, next: None })
    }

    /// The server has everything below `stored`.
    pub(super) fn has(&mut self, stored: u32) {
        self.next = Some(self.next.map_or(stored, |next| next.max(stored)));
    }

    /// Gives the connection what it was not given yet.
    pub(super) fn send(&mut self, waiting: &VecDeque<(u32, Vec<u8>)>) {
        let Some(first) = self.next.filter(|_| self.socket.ready_state() == WebSocket::OPEN) else {
            return;
        };
        for (number, bytes) in waiting.iter().filter(|(number, _)| *number >= first) {
            if self.socket.send_with_u8_array(bytes).is_err() {
                return;
            }
            self.next = Some(number + 1);
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Closing what is closed is no error worth a word.
        _ = self.socket.close();
    }
}
