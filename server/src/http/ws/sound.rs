//! The socket of a recording: frames in, acknowledged when they are on disk. It is apart from the
//! meeting's own, so that votes never queue behind sound.

use super::{RESTART, SESSION_ENDED, SILENCE, TOO_MUCH, asked_to_stop};
use crate::app::App;
use crate::auth::Ending;
use crate::connections::Socket;
use crate::http::{ApiError, InMeeting};
use crate::room::RoomHandle;
use crate::sound::{Claim, FrameHead, LAST, LONGEST_FRAME, Measure, Recorder};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use icabinet_models::ids::{CommandId, RecordingId};
use icabinet_models::meeting::SpeechCommand;
use icabinet_models::speech::Capture;
use icabinet_models::wire::{Answer, ErrorCode};
use icabinet_models::{Actor, Command, Meeting};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How often what has arrived is synced and acknowledged.
const SYNC: Duration = Duration::from_secs(1);

/// `GET /api/meetings/{meeting}/recordings/{recording}/sound`.
pub async fn sound(
    viewer: InMeeting,
    Path(path): Path<HashMap<String, String>>,
    State(app): State<Arc<App>>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let person = viewer.somebody()?.clone();
    let number = path.get("recording").and_then(|text| text.parse().ok());
    let recording = RecordingId(number.ok_or(ErrorCode::NotFound)?);
    let open = viewer.room.look(move |meeting| {
        meeting
            .recordings
            .get(&recording)
            .is_some_and(|found| found.by == person && found.takes_sound())
    });
    if !open.await? {
        return Err(ErrorCode::NotFound.into());
    }
    let held = super::one_more(&app, &viewer)?;
    let room = viewer.room;
    let session = app.endings.watch(viewer.session.token, viewer.session.expires);
    let upgrade = upgrade.max_message_size(LONGEST_FRAME * 2 + 64).read_buffer_size(16 << 10);
    Ok(upgrade.on_upgrade(move |socket| take(app, (session, held), room, recording, socket)))
}

async fn take(
    app: Arc<App>,
    (mut session, _held): (Ending, Socket),
    room: RoomHandle,
    recording: RecordingId,
    mut socket: WebSocket,
) {
    // Held to the very end: nobody else writes this recording meanwhile.
    let mut claim = app.sounds.claim(room.id(), recording).await;
    let recorder = match app.sounds.recorder(room.id(), recording).await {
        Ok(recorder) => recorder,
        Err(error) => {
            tracing::error!(meeting = %room.id(), %recording, %error, "sound can't be stored");
            return close(socket, 1011, "storage").await;
        }
    };
    let taken = room.look(move |meeting| most(meeting, recording)).await;
    let Ok(Some((most_samples, measure))) = taken else {
        return close(socket, 1000, "stored").await;
    };
    let acknowledged = recorder.next();
    let mut taking = Taking { room, recording, recorder, most_samples, measure, acknowledged };
    let Err(end) = taking.listen(&app, &mut claim, &mut session, &mut socket).await;
    let Taking { room, recorder, .. } = taking;
    match end {
        End::Gone => {}
        End::Whole => finish(app, room, recording, recorder, socket).await,
        End::Closed(code, reason) => close(socket, code, reason).await,
    }
}

/// How a connection ends.
enum End {
    /// The tablet is gone.
    Gone,
    /// The last frame is there.
    Whole,
    /// By us, with this code and reason.
    Closed(u16, &'static str),
}

/// A recording on its way in over one connection.
struct Taking {
    room: RoomHandle,
    recording: RecordingId,
    recorder: Recorder,
    /// What it may have, once it was ended.
    most_samples: u64,
    measure: Measure,
    /// The frame of which the tablet was told last that it is needed next.
    acknowledged: u32,
}

impl Taking {
    /// Takes frames in until there is no more to take.
    async fn listen(
        &mut self,
        app: &App,
        claim: &mut Claim,
        session: &mut Ending,
        socket: &mut WebSocket,
    ) -> Result<Infallible, End> {
        self.acknowledge(socket).await?;
        let mut stopping = app.stopping.subscribe();
        let mut sync = tokio::time::interval(SYNC);
        loop {
            let message = tokio::select! {
                message = tokio::time::timeout(SILENCE, socket.recv()) => message,
                _ = sync.tick() => {
                    self.confirm(socket).await?;
                    continue;
                }
                () = claim.displaced() => return Err(self.settled(1000, "displaced").await),
                () = session.told() => return Err(self.settled(SESSION_ENDED, "session ended").await),
                () = asked_to_stop(&mut stopping) => return Err(self.settled(RESTART, "restart").await),
            };
            let Ok(Some(Ok(message))) = message else { return Err(End::Gone) };
            if let Message::Binary(frame) = message {
                self.take_in(&frame, socket).await?;
            }
        }
    }

    /// Syncs what has arrived and says so; and that the recording was ended, when it was.
    async fn confirm(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        let recording = self.recording;
        let taken = self.room.look(move |meeting| most(meeting, recording)).await;
        let Ok(Some((samples, _))) = taken else { return Err(self.settled(1000, "stored").await) };
        let ended = samples != u64::MAX && !self.is_over();
        self.most_samples = samples;
        if self.recorder.next() > self.acknowledged || ended {
            self.recorder.sync().await.map_err(|error| self.lost(&error))?;
            self.acknowledge(socket).await?;
        }
        Ok(())
    }

    /// Appends a frame. What was said after the end is no part of it; its frames are passed over, so
    /// that the last one finds its place.
    async fn take_in(&mut self, frame: &[u8], socket: &mut WebSocket) -> Result<(), End> {
        let Some((head, samples)) = FrameHead::parse(frame) else {
            return Err(End::Closed(1007, "not a frame"));
        };
        let room_left = self.most_samples.saturating_sub(self.recorder.count()).saturating_mul(2);
        let kept = usize::try_from(room_left).map_or(samples.len(), |left| left.min(samples.len()));
        let count = self.recorder.count() + kept as u64 / 2;
        if !self.measure.allows(count, self.recorder.next(), crate::clock::now()) {
            return Err(self.settled(TOO_MUCH, "too_fast").await);
        }
        let appended = self.recorder.append(head, &samples[..kept]).await;
        if !appended.map_err(|error| self.lost(&error))? {
            // Something is missing: say from where, once what came before it is safe.
            self.recorder.sync().await.map_err(|error| self.lost(&error))?;
            self.acknowledge(socket).await?;
        }
        if head.flags & LAST != 0 && head.number < self.recorder.next() {
            return Err(End::Whole);
        }
        Ok(())
    }

    /// The recording was ended, and takes only what was recorded before.
    fn is_over(&self) -> bool {
        self.most_samples != u64::MAX
    }

    async fn acknowledge(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        self.acknowledged = self.recorder.next();
        acknowledge(socket, &self.recorder, self.is_over()).await.map_err(|_| End::Gone)
    }

    /// Writes out what has arrived before the connection ends. What is synced now is acknowledged when
    /// the tablet comes back; what is not, it keeps.
    async fn settled(&mut self, code: u16, reason: &'static str) -> End {
        if let Err(error) = self.recorder.sync().await {
            self.lost(&error);
        }
        End::Closed(code, reason)
    }

    fn lost(&self, error: &std::io::Error) -> End {
        let (meeting, recording) = (self.room.id(), self.recording);
        tracing::error!(%meeting, %recording, %error, "sound can't be stored");
        End::Closed(1011, "storage")
    }
}

/// The most samples that a recording may have, once it was ended; and how fast they may come. `None`
/// once it takes none at all.
fn most(meeting: &Meeting, recording: RecordingId) -> Option<(u64, Measure)> {
    let found = meeting.recordings.get(&recording).filter(|found| found.takes_sound())?;
    let samples = match found.capture {
        Capture::Ended { at } => found.most_samples(at),
        Capture::Recording | Capture::Stored { .. } | Capture::Faulty { .. } => u64::MAX,
    };
    Some((samples, Measure::since(found.started?)))
}

/// Syncs the rest, tells the meeting, then the tablet. The last frame is confirmed only when the log
/// has the recording's end: until then the tablet keeps it and sends it again.
async fn finish(
    app: Arc<App>,
    room: RoomHandle,
    recording: RecordingId,
    mut recorder: Recorder,
    mut socket: WebSocket,
) {
    match end(&app, &room, recording, &mut recorder).await {
        Ok(true) => {
            // The tablet may be gone; the recording is safe either way, and its index of no more use.
            let _ = acknowledge(&mut socket, &recorder, true).await;
            close(socket, 1000, "stored").await;
        }
        Ok(false) => close(socket, 1011, "unavailable").await,
        Err(error) => {
            tracing::error!(meeting = %room.id(), %recording, %error, "sound can't be stored");
            close(socket, 1011, "storage").await;
        }
    }
}

/// Whether the log has the end of the recording.
async fn end(
    app: &App,
    room: &RoomHandle,
    recording: RecordingId,
    recorder: &mut Recorder,
) -> std::io::Result<bool> {
    recorder.sync_samples().await?;
    let (samples, digest) = app.sounds.measure(room.id(), recording).await?;
    let command = Command::Speech(SpeechCommand::StoreRecording { recording, samples, digest });
    let id = CommandId::from(format!("stored-{recording}"));
    let answer = room.submit(Actor::System, id, command).await;
    let noted = matches!(answer, Ok(Answer::Accepted { .. }));
    if !noted {
        tracing::error!(meeting = %room.id(), %recording, ?answer, "a recording's end was not noted");
    }
    Ok(noted)
}

/// `over`: the recording was ended, and takes only what was recorded before.
async fn acknowledge(
    socket: &mut WebSocket,
    recorder: &Recorder,
    over: bool,
) -> Result<(), axum::Error> {
    let over = if over { ",\"over\":true" } else { "" };
    let text = format!("{{\"stored\":{}{over}}}", recorder.next());
    socket.send(Message::Text(text.into())).await
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    // The peer may be gone.
    let _ = socket.send(Message::Close(Some(frame))).await;
}
