//! The socket of a recording: frames in, acknowledged when they are on disk. It is apart from the
//! meeting's own, so that votes never queue behind sound.

use super::{RESTART, SESSION_ENDED, SILENCE, asked_to_stop};
use crate::app::App;
use crate::auth::Ending;
use crate::http::{ApiError, InMeeting};
use crate::room::RoomHandle;
use crate::sound::{FrameHead, LAST, LONGEST_FRAME, Recorder};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use icabinet_models::ids::{CommandId, RecordingId};
use icabinet_models::wire::{Answer, ErrorCode};
use icabinet_models::{Actor, Command};
use std::collections::HashMap;
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
            .is_some_and(|found| found.by == person && found.is_under_way())
    });
    if !open.await? {
        return Err(ErrorCode::NotFound.into());
    }
    let room = viewer.room;
    let session = app.endings.watch(viewer.session.token, viewer.session.expires);
    let upgrade = upgrade.max_message_size(LONGEST_FRAME * 2 + 64).read_buffer_size(16 << 10);
    Ok(upgrade.on_upgrade(move |socket| take(app, session, room, recording, socket)))
}

async fn take(
    app: Arc<App>,
    mut session: Ending,
    room: RoomHandle,
    recording: RecordingId,
    mut socket: WebSocket,
) {
    let mut claim = app.sounds.claim(room.id(), recording).await;
    let mut recorder = match app.sounds.recorder(room.id(), recording).await {
        Ok(recorder) => recorder,
        Err(error) => {
            tracing::error!(meeting = %room.id(), %recording, %error, "sound can't be stored");
            return close(socket, 1011, "storage").await;
        }
    };
    if acknowledge(&mut socket, &recorder).await.is_err() {
        return;
    }
    let mut stopping = app.stopping.subscribe();
    let mut sync = tokio::time::interval(SYNC);
    let mut acknowledged = recorder.next();
    loop {
        let message = tokio::select! {
            message = tokio::time::timeout(SILENCE, socket.recv()) => message,
            _ = sync.tick() => {
                if recorder.next() > acknowledged {
                    if let Err(error) = recorder.sync().await {
                        tracing::error!(meeting = %room.id(), %recording, %error, "sound can't be stored");
                        return close(socket, 1011, "storage").await;
                    }
                    acknowledged = recorder.next();
                    if acknowledge(&mut socket, &recorder).await.is_err() {
                        return;
                    }
                }
                continue;
            }
            () = claim.displaced() => {
                settle(&room, recording, &mut recorder).await;
                return close(socket, 1000, "displaced").await;
            }
            () = session.told() => {
                settle(&room, recording, &mut recorder).await;
                return close(socket, SESSION_ENDED, "session ended").await;
            }
            () = asked_to_stop(&mut stopping) => {
                settle(&room, recording, &mut recorder).await;
                return close(socket, RESTART, "restart").await;
            }
        };
        let Ok(Some(Ok(message))) = message else { return };
        let Message::Binary(frame) = message else { continue };
        let Some((head, samples)) = FrameHead::parse(&frame) else {
            return close(socket, 1007, "not a frame").await;
        };
        let appended = match recorder.append(head, samples).await {
            // Something is missing: say from where, once what came before it is safe.
            Ok(false) => recorder.sync().await.map(|()| false),
            other => other,
        };
        match appended {
            Ok(true) => {}
            Ok(false) => {
                acknowledged = recorder.next();
                if acknowledge(&mut socket, &recorder).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::error!(meeting = %room.id(), %recording, %error, "sound can't be stored");
                return close(socket, 1011, "storage").await;
            }
        }
        if head.flags & LAST != 0 && head.number < recorder.next() {
            return finish(app, room, recording, recorder, socket).await;
        }
    }
}

/// Writes out what has arrived before the connection ends. What is synced now is acknowledged when
/// the tablet comes back; what is not, it keeps.
async fn settle(room: &RoomHandle, recording: RecordingId, recorder: &mut Recorder) {
    if let Err(error) = recorder.sync().await {
        tracing::error!(meeting = %room.id(), %recording, %error, "sound can't be stored");
    }
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
            let _ = acknowledge(&mut socket, &recorder).await;
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
    let command = Command::StoreRecording { recording, samples, digest };
    let id = CommandId::from(format!("stored-{recording}"));
    let answer = room.submit(Actor::System, id, command).await;
    let noted = matches!(answer, Ok(Answer::Accepted { .. }));
    if !noted {
        tracing::error!(meeting = %room.id(), %recording, ?answer, "a recording's end was not noted");
    }
    Ok(noted)
}

async fn acknowledge(socket: &mut WebSocket, recorder: &Recorder) -> Result<(), axum::Error> {
    let text = format!("{{\"stored\":{}}}", recorder.next());
    socket.send(Message::Text(text.into())).await
}

async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    // The peer may be gone.
    let _ = socket.send(Message::Close(Some(frame))).await;
}
