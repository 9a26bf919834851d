//! Bytes in and out. What goes in is for staff; what goes out is asked for each time: a blob is
//! given to whoever sees something in the meeting that names it.

use super::error::ApiError;
use super::viewer::InMeeting;
use crate::app::App;
use crate::sound::Sounds;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use icabinet_models::agenda::Level;
use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::ids::{Digest, ItemId, MeetingId, RecordingId};
use icabinet_models::meeting::{PapersCommand, SpeechCommand, Thing};
use icabinet_models::wire::{Answer, ErrorCode};
use icabinet_models::{Command, Meeting, Refusal};
use serde::Serialize;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// A browser keeps what is not restricted for as long as a session may last; signing out clears it.
const KEPT: &str = "private, max-age=172800, immutable";
const NOT_KEPT: &str = "private, no-store";

/// Bytes that are read and sent at a time.
const PIECE: u64 = 1 << 20;

#[derive(Serialize)]
pub(super) struct Uploaded {
    blob: Digest,
    bytes: u64,
}

pub(super) async fn upload(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Uploaded>, ApiError> {
    let person = viewer.staff()?.clone();
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut body = body.into_data_stream();
    // Browsers don't agree on the types of sound, and some know none: the first bytes tell.
    let first = body.next().await;
    let head = first.as_ref().and_then(|piece| piece.as_deref().ok()).unwrap_or_default();
    let named = media.starts_with("audio/") || media.starts_with("video/");
    let sound = named || icabinet_engines::audio::looks_like_sound(head);
    let most = if sound { app.config.sound_bytes } else { app.config.upload_bytes };
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|value| value.parse::<u64>().ok()).is_some_and(|bytes| bytes > most) {
        // A browser hears no answer before all is sent, and takes a line that is closed under it for
        // trouble with the network.
        while let Some(Ok(_)) = body.next().await {}
        return Err(ErrorCode::TooLarge.into());
    }
    let (blob, bytes) = app.blobs.put_stream(stream::iter(first).chain(body), most).await?;
    app.store.put_upload(viewer.room.id(), &blob, &person, crate::clock::now()).await?;
    Ok(Json(Uploaded { blob, bytes }))
}

/// Whether a command names only bytes that were brought to its meeting; what else there is may be
/// somebody else's, and whoever names it in a meeting of his own could read it there.
///
/// # Errors
/// The answer to give instead of asking the room.
pub async fn may_name(app: &App, meeting: &MeetingId, command: &Command) -> Result<(), Answer> {
    let blob = match command {
        Command::Papers(PapersCommand::AddPaper { draft }) => &draft.blob,
        Command::Speech(SpeechCommand::ImportRecording { blob, .. }) => blob,
        // Documents and pictures are named by the system, which made them.
        Command::Papers(
            PapersCommand::RemovePaper { .. }
            | PapersCommand::PaperOpened { .. }
            | PapersCommand::PageRendered { .. }
            | PapersCommand::PageFailed { .. }
            | PapersCommand::PaperRendered { .. }
            | PapersCommand::PaperFailed { .. },
        )
        | Command::Speech(
            SpeechCommand::StartRecording { .. }
            | SpeechCommand::EndRecording { .. }
            | SpeechCommand::StoreRecording { .. }
            | SpeechCommand::CorrectSegment { .. }
            | SpeechCommand::NameSpeaker { .. }
            | SpeechCommand::SoundFailed { .. }
            | SpeechCommand::SoundFlawed { .. }
            | SpeechCommand::Transcribed { .. }
            | SpeechCommand::TranscriptFinished { .. }
            | SpeechCommand::TranscriptUnavailable { .. },
        )
        | Command::Preparation(_)
        | Command::Participants(_)
        | Command::Agenda(_)
        | Command::Motions(_)
        | Command::Attendance(_)
        | Command::Session(_)
        | Command::Floor(_)
        | Command::Votes(_)
        | Command::Minutes(_)
        | Command::Decisions(_) => return Ok(()),
    };
    // Boxed: every socket would keep room for a question that few of them ask.
    match Box::pin(app.store.is_uploaded(meeting, blob)).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Answer::Refused { refusal: Refusal::Unknown { thing: Thing::Document } }),
        Err(error) => {
            tracing::error!(%meeting, %error, "it is not known what was uploaded");
            Err(Answer::Unavailable)
        }
    }
}

/// Something that a view shows: what it is, and how secret.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    media: String,
    restricted: bool,
}

/// What a view shows that is this blob; `None` if nothing. What is shown in two places is as secret as
/// the more secret one.
fn shown_in(view: &Meeting, blob: &Digest) -> Option<Shown> {
    let is_restricted = |level: Level, item: Option<ItemId>| {
        let item = item.and_then(|item| view.items.get(&item)).map(|item| item.level);
        level == Level::Restricted || item == Some(Level::Restricted)
    };
    let papers = view.papers.values().filter_map(|paper| {
        let page = |page: &icabinet_models::papers::Page| {
            let picture = page.picture == *blob || page.thumbnail == *blob;
            let words = (page.words == *blob).then(|| "application/json".to_owned());
            picture.then(|| page.media.clone()).or(words)
        };
        let whole = (paper.blob == *blob).then(|| "application/pdf".to_owned());
        let media = whole.or_else(|| paper.pages().iter().find_map(page))?;
        Some(Shown { media, restricted: is_restricted(paper.level, paper.item) })
    });
    // Of an instrument nobody says how secret it is: it counts as the most secret item does.
    let any = view.items.values().any(|item| item.level == Level::Restricted);
    let document = document_in(view, blob).then(|| "application/pdf".to_owned());
    let document = document.map(|media| Shown { media, restricted: any });
    papers.chain(document).max_by_key(|shown| shown.restricted)
}

/// Whether an instrument's document is this blob.
fn document_in(view: &Meeting, blob: &Digest) -> bool {
    let decisions = view.decisions.keys().map(|id| Instrument::Decision(*id));
    for instrument in decisions.chain([Instrument::Minutes]) {
        let rendition = view.rendition(instrument);
        let document = match rendition {
            Some(Rendition::Typeset { document, .. } | Rendition::Signed { document, .. }) => {
                document
            }
            Some(Rendition::Waiting | Rendition::Failed { .. }) | None => continue,
        };
        let before = rendition.and_then(Rendition::countersigned).map(|signed| &signed.document);
        if document == blob || before == Some(blob) {
            return true;
        }
    }
    false
}

pub(super) async fn fetch(
    viewer: InMeeting,
    Path(path): Path<HashMap<String, String>>,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let digest = path.get("digest").and_then(|text| Digest::from_hex(text));
    let digest = digest.ok_or(ErrorCode::NotFound)?;
    let class = viewer.class;
    let view = viewer.room.snapshot(class, None).await?.view.view;
    let shown = shown_in(&view, &digest).ok_or(ErrorCode::NotFound)?;
    let mut response = send(&app, &digest, &shown.media, &headers).await?;
    // On a tablet that goes from hand to hand nothing restricted stays behind.
    let kept = if shown.restricted { NOT_KEPT } else { KEPT };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    Ok(response)
}

/// Sends a blob, or the range of it that was asked for.
pub(super) async fn send(
    app: &App,
    digest: &Digest,
    media: &str,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let size = app.blobs.size(digest).await?.ok_or(ErrorCode::NotFound)?;
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let part = asked.and_then(|asked| range(asked, size));
    let wanted = part.clone().unwrap_or(0..size);
    let body = if wanted.end - wanted.start <= PIECE {
        let bytes = match &part {
            None => app.blobs.get(digest).await?,
            Some(range) => app.blobs.get_range(digest, range.clone()).await?,
        };
        Body::from(bytes)
    } else {
        let (blobs, digest) = (app.blobs.clone(), *digest);
        in_pieces(wanted.clone(), move |piece| {
            let blobs = blobs.clone();
            async move { blobs.get_range(&digest, piece).await }
        })
    };
    let mut response = answer(body, &wanted, part.is_some().then_some(size));
    let headers = response.headers_mut();
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(NOT_KEPT));
    let media = HeaderValue::from_str(media).map_err(|_| ErrorCode::Internal)?;
    headers.insert(CONTENT_TYPE, media);
    Ok(response)
}

/// A body that is read piece by piece as it is sent: what is long never is in memory as a whole.
fn in_pieces<F, E>(
    range: Range<u64>,
    mut read: impl FnMut(Range<u64>) -> F + Send + 'static,
) -> Body
where
    F: Future<Output = Result<Bytes, E>> + Send + 'static,
    E: std::error::Error + Send + Sync + 'static,
{
    let mut start = range.start;
    let pieces = std::iter::from_fn(move || {
        let piece = start..range.end.min(start + PIECE);
        start = piece.end;
        (!piece.is_empty()).then(|| read(piece))
    });
    Body::from_stream(stream::iter(pieces).then(|piece| piece))
}

/// The answer with these bytes of something; `of` so many if it is a part that was asked for.
fn answer(body: Body, range: &Range<u64>, of: Option<u64>) -> Response {
    let length = [(CONTENT_LENGTH, HeaderValue::from(range.end - range.start))];
    match of {
        None => (length, body).into_response(),
        Some(size) => {
            let content = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
            let content = [(CONTENT_RANGE, content)];
            (StatusCode::PARTIAL_CONTENT, length, content, body).into_response()
        }
    }
}

/// A single range of RFC 9110 (`bytes=a-b`, `bytes=a-`, `bytes=-n`); anything else is the whole.
fn range(asked: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first.parse::<u64>().ok(), last.parse::<u64>().ok()) {
        (Some(first), Some(last)) => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(last)) if first.is_empty() => size.saturating_sub(last)..size,
        _ => return None,
    };
    (range.start < range.end).then_some(range)
}

/// A recording as WAV, for staff.
pub(super) async fn sound(
    viewer: InMeeting,
    Path(path): Path<HashMap<String, String>>,
    State(sounds): State<Sounds>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    viewer.staff()?;
    let number = path.get("recording").and_then(|text| text.parse().ok());
    let recording = RecordingId(number.ok_or(ErrorCode::NotFound)?);
    // The office sees every recording.
    let known = viewer.room.look(move |meeting| meeting.recordings.contains_key(&recording));
    if !known.await? {
        return Err(ErrorCode::NotFound.into());
    }
    let wav = sounds.wav(viewer.room.id(), recording).await;
    let wav = wav.map_err(|error| ApiError::logged(ErrorCode::NotFound, &error))?;
    let size = wav.size();
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let part = asked.and_then(|asked| range(asked, size));
    let wanted = part.clone().unwrap_or(0..size);
    let wav = Arc::new(tokio::sync::Mutex::new(wav));
    let body = in_pieces(wanted.clone(), move |piece| {
        let wav = Arc::clone(&wav);
        async move { wav.lock().await.read(piece).await }
    });
    let mut response = answer(body, &wanted, part.is_some().then_some(size));
    let headers = response.headers_mut();
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges_stay_within_the_bytes() {
        let cases = [
            ("bytes=0-0", Some(0..1)),
            ("bytes=5-", Some(5..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-30", Some(0..10)),
            ("bytes=2-99", Some(2..10)),
            ("bytes=10-", None),
            ("bytes=3-2", None),
            ("bytes=-0", None),
            ("bytes=a-b", None),
            ("lines=1-2", None),
            ("bytes=0-1,3-4", None),
        ];
        for (asked, expected) in cases {
            assert_eq!(range(asked, 10), expected, "{asked}");
        }
    }
}
