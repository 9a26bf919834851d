//! The socket of a meeting: greeting, what was missed, then whatever happens; commands in,
//! answers out. A slow reader costs itself only.

use super::{PING, RESTART, SESSION_ENDED, SILENCE, TOO_BIG};
use crate::app::App;
use crate::auth::Ending;
use crate::http::{ApiError, InMeeting, spoken};
use crate::metrics::Lane;
use crate::room::{Attached, Bell, Post, Reader, RoomHandle, Rung};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::SinkExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use icabinet_models::ids::{CommandId, PersonId};
use icabinet_models::seen::{self, Class};
use icabinet_models::wire::{Answer, ClientFrame, LARGEST_CLIENT_FRAME, Rejection, ServerFrame};
use icabinet_models::{Actor, Command};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

/// Commands of one connection that may wait for their answers at the same time.
const MOST_WAITING: usize = 64;
/// Frames sent in one go before the socket is looked at again.
const FRAMES_AT_ONCE: usize = 64;
/// Bytes each connection holds to read into: most commands fit, longer ones take more for a moment.
const READ_BUFFER: usize = 1024;
/// How long a send may take before the reader counts as stalled.
const SLOWEST_SEND: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
pub struct Resume {
    after: Option<u64>,
    epoch: Option<String>,
    view: Option<String>,
    protocol: Option<u32>,
}

/// `GET /api/meetings/{meeting}/live`.
pub async fn live(
    viewer: InMeeting,
    Query(resume): Query<Resume>,
    State(app): State<Arc<App>>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    spoken(resume.protocol)?;
    let class = viewer.view(resume.view.as_deref())?;
    // The lesser view is asked for a wall: nothing of the person's own goes there.
    let person = viewer.person.clone().filter(|_| class == viewer.class);
    let known_epoch = resume.epoch.as_deref().is_none_or(|epoch| epoch == app.store.epoch());
    let session = app.endings.watch(viewer.session.token, viewer.session.expires);
    let post = Arc::new(Post::default());
    session.ring_at(&post);
    let attached = viewer.room.attach(class, person.clone(), resume.after, &post).await?;
    let connection = Connection {
        app: Arc::clone(&app),
        room: viewer.room,
        person,
        owner: viewer.person,
        class: viewer.class,
        roles: viewer.roles,
        session,
        post,
        lane: app.metrics.lane(class).clone(),
        waiting: FuturesUnordered::new(),
    };
    let upgrade = upgrade
        .max_message_size(LARGEST_CLIENT_FRAME)
        .max_frame_size(LARGEST_CLIENT_FRAME)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(32 << 20);
    Ok(upgrade.on_upgrade(move |socket| connection.serve(socket, attached, known_epoch)))
}

/// Commands that only the server gives itself.
pub fn is_for_the_server(command: &Command) -> bool {
    // Signing goes through its own route, which checks the signature first. Results of jobs are
    // refused by the meeting itself; creating has its own route.
    matches!(command, Command::Sign { .. } | Command::CreateMeeting { .. })
}

type Waiting = std::pin::Pin<Box<dyn Future<Output = (CommandId, Answer)> + Send + Sync>>;

struct Connection {
    app: Arc<App>,
    room: RoomHandle,
    person: Option<PersonId>,
    /// Whose session it is, also where he only looks at the screen's view; `None` for a screen.
    owner: Option<PersonId>,
    /// The class its owner had when it began.
    class: Class,
    roles: watch::Receiver<()>,
    session: Ending,
    post: Arc<Post>,
    lane: Lane,
    waiting: FuturesUnordered<Waiting>,
}

/// Why a connection ends.
enum End {
    /// The peer is gone.
    Gone,
    Close(u16, &'static str),
    /// Told to take a snapshot.
    Behind,
}

const SIGNED_OUT: End = End::Close(SESSION_ENDED, "session ended");

impl Connection {
    async fn serve(mut self, mut socket: WebSocket, attached: Attached, known_epoch: bool) {
        self.room.connection(self.person.clone(), 1).await;
        self.lane.connections.inc();
        let Attached { hello, mut reader, snapshot_needed } = attached;
        let mut end = send(&mut socket, &hello).await.err();
        if end.is_none() && (snapshot_needed || !known_epoch) {
            end = Some(End::Behind);
        }
        let post = Arc::clone(&self.post);
        let mut last_heard = Instant::now();
        let mut ping = tokio::time::interval_at(Instant::now() + jittered(PING), jittered(PING));
        while end.is_none() {
            let step = tokio::select! {
                rung = post.rung() => self.heard(rung, &mut socket, &mut reader).await,
                message = socket.next() => {
                    last_heard = Instant::now();
                    self.take(&mut socket, message).await
                }
                Some((id, answer)) = self.waiting.next(), if !self.waiting.is_empty() => {
                    send(&mut socket, &ServerFrame::Answer { id, answer }).await
                }
                _ = ping.tick() => self.beat(&mut socket, last_heard).await,
            };
            end = step.err();
        }
        self.finish(&mut socket, end).await;
    }

    /// Something rang.
    async fn heard(
        &mut self,
        rung: Rung,
        out: &mut WebSocket,
        reader: &mut Reader,
    ) -> Result<(), End> {
        if rung.has(Bell::Ended) {
            return Err(SIGNED_OUT);
        }
        if *self.app.stopping.borrow() || self.app.store.up_to_date().is_err() {
            return Err(End::Close(RESTART, "restart"));
        }
        // What a class is shown is not for who just left it.
        if self.roles.has_changed().unwrap_or(false) {
            self.roles.mark_unchanged();
            self.class_kept().await?;
        }
        if rung.has(Bell::Frames) {
            self.forward(out, reader).await?;
        }
        if rung.has(Bell::Word)
            && let Some(text) = self.post.word()
        {
            out.send(Message::Text(text)).await.map_err(|_| End::Gone)?;
        }
        Ok(())
    }

    /// Says why it ends, if the peer is there to hear it.
    async fn finish(self, out: &mut WebSocket, end: Option<End>) {
        let close = |code, reason: &'static str| {
            Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))
        };
        // The peer may be gone already; there is nobody else to tell.
        let _ = match end {
            None | Some(End::Gone) => Ok(()),
            Some(End::Close(code, reason)) => out.send(close(code, reason)).await,
            Some(End::Behind) => {
                let position = self.room.look(|meeting| meeting.position).await.unwrap_or(0);
                let _ = send(out, &ServerFrame::SnapshotNeeded { position }).await;
                out.send(close(1000, "snapshot needed")).await
            }
        };
        self.lane.connections.dec();
        self.room.connection(self.person, -1).await;
    }

    async fn forward(&self, out: &mut WebSocket, reader: &mut Reader) -> Result<(), End> {
        let read = reader.next(FRAMES_AT_ONCE).map_err(|_| {
            self.app.metrics.slow_readers.inc();
            End::Behind
        })?;
        self.lane.frames.inc_by(read.frames.len() as u64);
        for text in read.frames {
            out.feed(Message::Text(text)).await.map_err(|_| End::Gone)?;
        }
        if read.more {
            self.post.ring(Bell::Frames);
        }
        match tokio::time::timeout(SLOWEST_SEND, out.flush()).await {
            Ok(sent) => sent.map_err(|_| End::Gone)?,
            Err(_) => {
                self.app.metrics.slow_readers.inc();
                return Err(End::Gone);
            }
        }
        if let Some(since) = read.since {
            self.lane.waited(since.elapsed());
        }
        Ok(())
    }

    /// Ends a connection whose owner has another class now, or none: he begins anew with what he
    /// may see, or finds nothing.
    async fn class_kept(&self) -> Result<(), End> {
        let Some(owner) = self.owner.clone() else { return Ok(()) };
        let class = self.room.look(move |meeting| seen::class_of(meeting, &owner)).await;
        match class {
            Ok(class) if class != Some(self.class) => Err(End::Behind),
            // A room that is gone shows nothing any more.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn take(
        &mut self,
        out: &mut WebSocket,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), End> {
        match message {
            None | Some(Ok(Message::Close(_))) => Err(End::Gone),
            Some(Err(error)) => {
                // Only the size limit is an answer's business; anything else is a broken line.
                if error.to_string().contains("too long") || error.to_string().contains("too large")
                {
                    reject(out, Rejection::TooLarge).await?;
                    return Err(End::Close(TOO_BIG, "too large"));
                }
                Err(End::Gone)
            }
            Some(Ok(Message::Text(text))) => self.command(out, text.as_str()).await,
            Some(Ok(Message::Binary(_))) => reject(out, Rejection::Malformed).await,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
        }
    }

    async fn command(&mut self, out: &mut WebSocket, text: &str) -> Result<(), End> {
        // What was sent after the session ended is not taken, whichever is seen first.
        if self.session.is_over(crate::clock::now()) {
            return Err(SIGNED_OUT);
        }
        let Ok(ClientFrame::Command { id, command }) = serde_json::from_str(text) else {
            return reject(out, Rejection::Malformed).await;
        };
        if !id.is_well_formed() {
            return reject(out, Rejection::BadIdentifier).await;
        }
        let (Some(person), false) = (&self.person, is_for_the_server(&command)) else {
            return reject(out, Rejection::Malformed).await;
        };
        if self.waiting.len() >= MOST_WAITING {
            return reject(out, Rejection::TooFast).await;
        }
        let actor = Actor::Person(person.clone());
        let receiver = self.room.send(actor, id.clone(), command).await.ok();
        self.waiting.push(Box::pin(answered(id, receiver)));
        Ok(())
    }

    /// Pings; ends what has been silent, and what no longer has a session.
    async fn beat(&self, out: &mut WebSocket, last_heard: Instant) -> Result<(), End> {
        if last_heard.elapsed() > SILENCE {
            return Err(End::Close(1001, "silent"));
        }
        if self.session.is_over(crate::clock::now()) {
            return Err(SIGNED_OUT);
        }
        out.send(Message::Ping(bytes::Bytes::new())).await.map_err(|_| End::Gone)
    }
}

async fn answered(
    id: CommandId,
    receiver: Option<oneshot::Receiver<Answer>>,
) -> (CommandId, Answer) {
    let answer = match receiver {
        Some(receiver) => receiver.await.unwrap_or(Answer::Unavailable),
        None => Answer::Unavailable,
    };
    (id, answer)
}

async fn send(out: &mut WebSocket, frame: &ServerFrame) -> Result<(), End> {
    let text = serde_json::to_string(frame).unwrap_or_default();
    out.send(Message::Text(text.into())).await.map_err(|_| End::Gone)
}

async fn reject(out: &mut WebSocket, code: Rejection) -> Result<(), End> {
    send(out, &ServerFrame::Rejected { code }).await
}

/// Up to a fifth more, so that thousands of pings don't fall on one moment.
fn jittered(duration: Duration) -> Duration {
    let mut byte = [0u8; 1];
    // Without randomness the pings just come together.
    let _ = getrandom::fill(&mut byte);
    duration + duration / 5 * u32::from(byte[0]) / 255
}
