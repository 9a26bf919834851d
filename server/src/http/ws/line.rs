//! The line of one connection: its upgrade (RFC 6455, 4.2), and what goes over it. tungstenite reads,
//! pings and closes; messages go out past it, from where they lie, because it copies whatever it
//! sends into a buffer that stays as long as the longest message was, and there are thousands of
//! lines. Never here: what a message says.

use crate::feed::Framed;
use crate::http::ApiError;
use axum::extract::FromRequestParts;
use axum::http::Request;
use axum::http::request::Parts;
use axum::response::Response;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use icabinet_models::wire::ErrorCode;
use std::io::{Error, ErrorKind, IoSlice};
use std::pin::pin;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};

/// Bytes each line holds to read into: most commands fit, longer ones take more for a moment.
const READ_BUFFER: usize = 1024;
/// How long a send may take before the reader counts as stalled.
const SLOWEST_SEND: Duration = Duration::from_secs(20);

/// A request that asks for a line.
pub struct Upgrade {
    response: Response,
    upgrade: OnUpgrade,
}

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut request = Request::new(());
        *request.method_mut() = parts.method.clone();
        *request.version_mut() = parts.version;
        *request.headers_mut() = parts.headers.clone();
        let response = create_response_with_body(&request, axum::body::Body::empty);
        match (response, parts.extensions.remove::<OnUpgrade>()) {
            (Ok(response), Some(upgrade)) => Ok(Self { response, upgrade }),
            _ => Err(ErrorCode::Malformed.into()),
        }
    }
}

impl Upgrade {
    /// Takes the line up, for messages up to a length in bytes from the other side.
    pub fn serve<F>(
        self,
        longest: usize,
        serve: impl FnOnce(Line) -> F + Send + 'static,
    ) -> Response
    where
        F: Future<Output = ()> + Send,
    {
        let config = WebSocketConfig::default()
            .max_message_size(Some(longest))
            .max_frame_size(Some(longest))
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0);
        tokio::spawn(async move {
            // Who went away before the answer misses nothing.
            let Ok(upgraded) = self.upgrade.await else { return };
            let io = TokioIo::new(upgraded);
            serve(Line(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await))
                .await;
        });
        self.response
    }
}

/// A line to one tablet.
#[derive(Debug)]
pub struct Line(WebSocketStream<TokioIo<Upgraded>>);

impl Line {
    /// What comes next; `None` once it is closed.
    pub async fn next(&mut self) -> Option<tungstenite::Result<Message>> {
        self.0.next().await
    }

    /// Sends messages and waits until the system has them all. An error if the peer is gone, or
    /// [`ErrorKind::TimedOut`] if it takes nothing in; the line is of no use then.
    pub async fn write(&mut self, messages: &[Framed]) -> Result<(), Error> {
        timed(async {
            // Half of a pong may still be waiting.
            self.0.flush().await.map_err(Error::other)?;
            let line = self.0.get_mut();
            if let [message] = messages {
                return line.write_all(message.bytes()).await;
            }
            let mut slices: Vec<_> =
                messages.iter().map(|message| IoSlice::new(message.bytes())).collect();
            let mut rest = slices.as_mut_slice();
            while !rest.is_empty() {
                match line.write_vectored(rest).await? {
                    0 => return Err(ErrorKind::WriteZero.into()),
                    written => IoSlice::advance_slices(&mut rest, written),
                }
            }
            Ok(())
        })
        .await
    }

    /// Sends a ping or a close; errors as of [`Line::write`].
    pub async fn control(&mut self, message: Message) -> Result<(), Error> {
        timed(async { self.0.send(message).await.map_err(Error::other) }).await
    }
}

/// Waits for a send, but not for ever. Nearly every one is done at once: only the others need a
/// clock, which is large.
async fn timed(sent: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let mut sent = pin!(sent);
    if let Some(done) = sent.as_mut().now_or_never() {
        return done;
    }
    let late = Box::pin(timeout(SLOWEST_SEND, sent));
    late.await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}
