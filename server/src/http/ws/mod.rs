//! Sockets: thin. Who may is decided before the upgrade; what is decided, is decided by the room.

mod line;
mod live;
mod sound;

pub use live::{is_for_the_server, live};
pub use sound::sound;

use crate::app::App;
use crate::connections::Socket;
use crate::http::{ApiError, InMeeting};
use icabinet_models::wire::ErrorCode;
use std::time::Duration;

/// How often the server pings, before jitter.
const PING: Duration = Duration::from_secs(25);
/// Silence after which a connection is closed.
const SILENCE: Duration = Duration::from_secs(60);
/// Close code: the session has ended.
const SESSION_ENDED: u16 = 4401;
/// Close code of RFC 6455: the server restarts.
const RESTART: u16 = 1012;
/// Close code of RFC 6455: a message too big.
const TOO_BIG: u16 = 1009;

/// One more socket of a session, if it may have one.
fn one_more(app: &App, viewer: &InMeeting) -> Result<Socket, ApiError> {
    let person = viewer.person.as_ref().map(|person| person.as_str());
    let socket = app.sockets.open(&viewer.session.token, person);
    socket.ok_or_else(|| ErrorCode::TooFast.into())
}

/// Close code of RFC 6455: against the rules, which is here sound faster than time.
const TOO_MUCH: u16 = 1008;

/// Waits until the server is asked to stop.
async fn asked_to_stop(stopping: &mut tokio::sync::watch::Receiver<bool>) {
    // The sender lives as long as the server; its end would mean stopping too.
    let _ = stopping.wait_for(|stopping| *stopping).await.map(|_| ());
}
