//! One websocket: text in, text out, and the news that it closed. The only file that touches it.

use wasm_bindgen::JsValue;

use crate::callbacks::Hook;

/// What a socket tells.
pub(super) enum SocketEvent {
    Text(String),
    Closed { code: u16 },
}

/// A socket; dropped, it closes and tells nothing more.
pub(super) struct Socket {
    socket: web_sys::WebSocket,
    _on_message: Hook<web_sys::MessageEvent>,
    _on_close: Hook<web_sys::CloseEvent>,
}

impl Socket {
    /// Begins to connect. `tell` is called until the socket is dropped.
    ///
    /// # Errors
    /// The browser's own, for an address that is none.
    pub(super) fn open(
        address: &str,
        tell: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let socket = web_sys::WebSocket::new(address)?;
        let on_text = tell.clone();
        let on_message = Hook::new(move |event: web_sys::MessageEvent| {
            if let Some(text) = event.data().as_string() {
                on_text(SocketEvent::Text(text));
            }
        });
        let on_close = Hook::new(move |event: web_sys::CloseEvent| {
            tell(SocketEvent::Closed { code: event.code() })
        });
        socket.set_onmessage(Some(on_message.function()));
        socket.set_onclose(Some(on_close.function()));
        Ok(Self { socket, _on_message: on_message, _on_close: on_close })
    }

    /// Sends a text; false if the connection is not open (any more).
    pub(super) fn send(&self, text: &str) -> bool {
        self.socket.ready_state() == web_sys::WebSocket::OPEN
            && self.socket.send_with_str(text).is_ok()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Closing what is closed is no error worth a word.
        _ = self.socket.close();
    }
}
