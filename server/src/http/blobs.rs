//! Bytes in and out. What goes in is for staff; what goes out is asked for each time: a blob is
//! given to whoever sees something in the meeting that names it.

use super::error::ApiError;
use super::viewer::InMeeting;
use crate::app::App;
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
use icabinet_models::Meeting;
use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::ids::{Digest, RecordingId};
use icabinet_models::wire::ErrorCode;
use serde::Serialize;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

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
    viewer.staff()?;
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let sound = media.starts_with("audio/") || media.starts_with("video/");
    let most = if sound { app.config.sound_bytes } else { app.config.upload_bytes };
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.and_then(|value| value.parse::<u64>().ok()).is_some_and(|bytes| bytes > most) {
        // A browser hears no answer before all is sent, and takes a line that is closed under it for
        // trouble with the network.
        let mut rest = body.into_data_stream();
        while let Some(Ok(_)) = rest.next().await {}
        return Err(ErrorCode::TooLarge.into());
    }
    let (blob, bytes) = app.blobs.put_stream(body.into_data_stream(), most).await?;
    Ok(Json(Uploaded { blob, bytes }))
}

/// What a view shows that is this blob, and what it is; `None` if nothing.
fn media_in(view: &Meeting, blob: &Digest) -> Option<String> {
    for paper in view.papers.values() {
        if paper.blob == *blob {
            return Some("application/pdf".to_owned());
        }
        for page in paper.pages() {
            if page.picture == *blob || page.thumbnail == *blob {
                return Some(page.media.clone());
            }
            if page.words == *blob {
                return Some("application/json".to_owned());
            }
        }
    }
    let decisions = view.decisions.keys().map(|id| Instrument::Decision(*id));
    for instrument in decisions.chain([Instrument::Minutes]) {
        let document = match view.rendition(instrument) {
            Some(Rendition::Typeset { document, .. } | Rendition::Signed { document, .. }) => {
                document
            }
            Some(Rendition::Waiting | Rendition::Failed { .. }) | None => continue,
        };
        if document == blob {
            return Some("application/pdf".to_owned());
        }
    }
    None
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
    let media = media_in(&view, &digest).ok_or(ErrorCode::NotFound)?;
    send(&app, &digest, &media, &headers).await
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
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
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
    State(app): State<Arc<App>>,
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
    let wav = app.sounds.wav(viewer.room.id(), recording).await;
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
