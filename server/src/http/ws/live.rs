//! The socket of a meeting: greeting, what was missed, then whatever happens; commands in,
//! answers out. A slow reader costs itself only.

use super::line::{Line, Upgrade};
use super::{PING, RESTART, SESSION_ENDED, SILENCE, TOO_BIG};
use crate::app::App;
use crate::auth::Ending;
use crate::connections::Socket;
use crate::feed::{Framed, Notifier, Reader, Signal, Signals};
use crate::http::{ApiError, InMeeting, may_name, spoken};
use crate::metrics::Lane;
use crate::room::{Attached, RoomHandle, Told};
use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use icabinet_models::ids::{CommandId, PersonId};
use icabinet_models::meeting::{DecisionsCommand, PreparationCommand};
use icabinet_models::visibility::{self, ViewerClass};
use icabinet_models::wire::{Answer, ClientFrame, LARGEST_CLIENT_FRAME, Rejection, ServerFrame};
use icabinet_models::{Actor, Command};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::error::Error as LineError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

/// Commands of one connection that may wait for their answers at the same time.
const MOST_WAITING: usize = 64;
/// Frames sent in one go before the socket is looked at again.
const FRAMES_AT_ONCE: usize = 64;

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
    upgrade: Upgrade,
) -> Result<Response, ApiError> {
    spoken(resume.protocol)?;
    let class = viewer.view(resume.view.as_deref())?;
    // The lesser view is asked for a wall: nothing of the person's own goes there.
    let person = viewer.person.clone().filter(|_| class == viewer.class);
    let known_epoch = resume.epoch.as_deref().is_none_or(|epoch| epoch == app.store.epoch());
    let held = super::one_more(&app, &viewer)?;
    let session = app.endings.watch(viewer.session.token, viewer.session.expires);
    let notifier = Arc::new(Notifier::default());
    session.ring_at(&notifier);
    let Attached { hello, reader, snapshot_needed } =
        viewer.room.attach(class, person.clone(), resume.after, &notifier).await?;
    // In a box: it would stand in each future that it is handed on to.
    let connection = Box::new(Connection {
        app: Arc::clone(&app),
        room: viewer.room,
        person,
        owner: viewer.person,
        class: viewer.class,
        told: viewer.told,
        session,
        _held: held,
        notifier,
        lane: app.metrics.lane(class).clone(),
        reader,
        waiting: FuturesUnordered::new(),
    });
    let (hello, behind) = (Framed::from(&hello), snapshot_needed || !known_epoch);
    Ok(upgrade.serve(LARGEST_CLIENT_FRAME, move |line| connection.serve(line, hello, behind)))
}

/// Commands that only the server gives itself.
pub fn is_for_the_server(command: &Command) -> bool {
    // Signing goes through its own route, which checks the signature first. Results of jobs are
    // refused by the meeting itself; creating has its own route.
    matches!(
        command,
        Command::Decisions(DecisionsCommand::Sign { .. })
            | Command::Preparation(PreparationCommand::CreateMeeting { .. })
    )
}

type Waiting = std::pin::Pin<Box<dyn Future<Output = (CommandId, Answer)> + Send + Sync>>;

struct Connection {
    app: Arc<App>,
    room: RoomHandle,
    person: Option<PersonId>,
    /// Whose session it is, also where he only looks at the screen's view; `None` for a screen.
    owner: Option<PersonId>,
    /// The class its owner had when it began.
    class: ViewerClass,
    told: watch::Receiver<Told>,
    session: Ending,
    /// Counts among the sockets of its session for as long as it lives.
    _held: Socket,
    notifier: Arc<Notifier>,
    lane: Lane,
    reader: Reader,
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
    /// `behind`: the position it came with is of no use here.
    async fn serve(mut self: Box<Self>, mut line: Line, hello: Framed, behind: bool) {
        self.room.connection(self.person.clone(), 1).await;
        self.lane.connections.inc();
        let mut end = self.write(&mut line, &[hello]).await.err();
        if end.is_none() && behind {
            end = Some(End::Behind);
        }
        let notifier = Arc::clone(&self.notifier);
        let mut last_heard = Instant::now();
        let mut ping = tokio::time::interval_at(Instant::now() + jittered(PING), jittered(PING));
        while end.is_none() {
            let step = tokio::select! {
                rung = notifier.rung() => self.heard(rung, &mut line).await,
                message = line.next() => {
                    last_heard = Instant::now();
                    self.take(&mut line, message).await
                }
                Some((id, answer)) = self.waiting.next(), if !self.waiting.is_empty() => {
                    self.send(&mut line, &ServerFrame::Answer { id, answer }).await
                }
                _ = ping.tick() => self.beat(&mut line, last_heard).await,
            };
            end = step.err();
        }
        self.finish(&mut line, end).await;
    }

    /// Something rang.
    async fn heard(&mut self, rung: Signals, line: &mut Line) -> Result<(), End> {
        if rung.has(Signal::Ended) {
            return Err(SIGNED_OUT);
        }
        if *self.app.stopping.borrow() || self.app.store.up_to_date().is_err() {
            return Err(End::Close(RESTART, "restart"));
        }
        // What a class is shown is not for who just left it.
        self.class_judged().await?;
        if rung.has(Signal::Frames) {
            self.forward(line).await?;
        }
        if rung.has(Signal::Word)
            && let Some(word) = self.notifier.word()
        {
            self.write(line, &[word]).await?;
        }
        Ok(())
    }

    /// Says why it ends, if the peer is there to hear it.
    async fn finish(self: Box<Self>, line: &mut Line, end: Option<End>) {
        let close = |code: u16, reason: &'static str| {
            let reason = Utf8Bytes::from_static(reason);
            Message::Close(Some(CloseFrame { code: code.into(), reason }))
        };
        // The peer may be gone already; there is nobody else to tell.
        let _ = match end {
            None | Some(End::Gone) => Ok(()),
            Some(End::Close(code, reason)) => line.control(close(code, reason)).await,
            Some(End::Behind) => {
                let position = self.room.look(|meeting| meeting.position).await.unwrap_or(0);
                let _ = self.send(line, &ServerFrame::SnapshotNeeded { position }).await;
                line.control(close(1000, "snapshot needed")).await
            }
        };
        self.lane.connections.dec();
        self.room.connection(self.person, -1).await;
    }

    async fn forward(&mut self, line: &mut Line) -> Result<(), End> {
        let read = self.reader.next(FRAMES_AT_ONCE).map_err(|_| {
            self.app.metrics.slow_readers.inc();
            End::Behind
        })?;
        self.lane.frames.inc_by(read.frames.len() as u64);
        self.write(line, &read.frames).await?;
        if read.more {
            self.notifier.ring(Signal::Frames);
        }
        if let Some(since) = read.since {
            self.lane.waited(since.elapsed());
        }
        Ok(())
    }

    async fn write(&self, line: &mut Line, messages: &[Framed]) -> Result<(), End> {
        line.write(messages).await.map_err(|error| self.lost(&error))
    }

    async fn send(&self, line: &mut Line, frame: &ServerFrame) -> Result<(), End> {
        self.write(line, &[Framed::from(frame)]).await
    }

    async fn reject(&self, line: &mut Line, code: Rejection) -> Result<(), End> {
        self.send(line, &ServerFrame::Rejected { code }).await
    }

    /// A line over which nothing goes any more.
    fn lost(&self, error: &std::io::Error) -> End {
        if error.kind() == std::io::ErrorKind::TimedOut {
            self.app.metrics.slow_readers.inc();
        }
        End::Gone
    }

    /// Judges the class anew, if it may have changed; ends with a room that broke down.
    async fn class_judged(&mut self) -> Result<(), End> {
        if !self.told.has_changed().unwrap_or(true) {
            return Ok(());
        }
        let told = *self.told.borrow_and_update();
        match told {
            Told::Nothing => Ok(()),
            Told::Roles => self.class_kept().await,
            // The next one to come finds it opened anew.
            Told::Gone => Err(End::Close(RESTART, "restart")),
        }
    }

    /// Ends a connection whose owner has another class now, or none: he begins anew with what he
    /// may see, or finds nothing.
    async fn class_kept(&self) -> Result<(), End> {
        let Some(owner) = self.owner.clone() else { return Ok(()) };
        let class = self.room.look(move |meeting| visibility::class_of(meeting, &owner)).await;
        match class {
            Ok(class) if class != Some(self.class) => Err(End::Behind),
            // A room that is gone shows nothing any more.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn take(
        &mut self,
        line: &mut Line,
        message: Option<Result<Message, LineError>>,
    ) -> Result<(), End> {
        match message {
            None | Some(Ok(Message::Close(_))) => Err(End::Gone),
            // Only the size limit is an answer's business; anything else is a broken line.
            Some(Err(LineError::Capacity(_))) => {
                self.reject(line, Rejection::TooLarge).await?;
                Err(End::Close(TOO_BIG, "too large"))
            }
            Some(Err(_)) => Err(End::Gone),
            // Boxed: thousands of sockets keep no room for a command while none comes.
            Some(Ok(Message::Text(text))) => Box::pin(self.command(line, text.as_str())).await,
            Some(Ok(Message::Binary(_))) => self.reject(line, Rejection::Malformed).await,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
        }
    }

    async fn command(&mut self, line: &mut Line, text: &str) -> Result<(), End> {
        // What was sent after the session ended is not taken, whichever is seen first.
        if self.session.is_over(crate::clock::now()) {
            return Err(SIGNED_OUT);
        }
        // An office that came since is not used by an invitation: its bell may not be heard yet.
        self.class_judged().await?;
        // A screen sends nothing, and neither does whoever looks at a screen's view.
        let Some(person) = &self.person else {
            return self.reject(line, Rejection::Malformed).await;
        };
        let full = self.waiting.len() >= MOST_WAITING;
        if full || self.room.admit(person, self.class, text.len()).is_err() {
            return self.reject(line, Rejection::TooFast).await;
        }
        let Ok(ClientFrame::Command { id, command }) = serde_json::from_str::<ClientFrame>(text)
        else {
            return self.reject(line, Rejection::Malformed).await;
        };
        if !id.is_well_formed() {
            return self.reject(line, Rejection::BadIdentifier).await;
        }
        if is_for_the_server(&command) {
            return self.reject(line, Rejection::Malformed).await;
        }
        if let Err(answer) = may_name(&self.app, self.room.id(), &command).await {
            return self.send(line, &ServerFrame::Answer { id, answer }).await;
        }
        let actor = Actor::Person(person.clone());
        let receiver = self.room.send(actor, id.clone(), command).await.ok();
        self.waiting.push(Box::pin(answered(id, receiver)));
        Ok(())
    }

    /// Pings; ends what has been silent, and what no longer has a session.
    async fn beat(&self, line: &mut Line, last_heard: Instant) -> Result<(), End> {
        if last_heard.elapsed() > SILENCE {
            return Err(End::Close(1001, "silent"));
        }
        if self.session.is_over(crate::clock::now()) {
            return Err(SIGNED_OUT);
        }
        line.control(Message::Ping(Bytes::new())).await.map_err(|error| self.lost(&error))
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

/// Up to a fifth more, so that thousands of pings don't fall on one moment.
fn jittered(duration: Duration) -> Duration {
    let mut byte = [0u8; 1];
    // Without randomness the pings just come together.
    let _ = getrandom::fill(&mut byte);
    duration + duration / 5 * u32::from(byte[0]) / 255
}
