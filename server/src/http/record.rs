//! The whole record of a meeting, for staff. Never here: what stands in it (`record`).

use super::error::ApiError;
use super::viewer::InMeeting;
use crate::app::App;
use crate::record::{self, ExportError, For, Sound, Sources};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use icabinet_models::wire::ErrorCode;
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;

/// Bytes that are read and sent at a time.
const PIECE: usize = 1 << 18;

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::NoMeeting => ErrorCode::NotFound.into(),
            ExportError::VoteOpen => ErrorCode::Conflict.into(),
            ExportError::Computable => ErrorCode::RecordWithheld.into(),
            ExportError::Store(error) => error.into(),
            ExportError::File(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                Self::logged(ErrorCode::StorageFull, &error)
            }
            ExportError::Blob(_)
            | ExportError::Trust(_)
            | ExportError::File(_)
            | ExportError::Zip(_)
            | ExportError::Interrupted => Self::logged(ErrorCode::Internal, &error),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct With {
    /// `false` leaves recordings out.
    sound: Option<bool>,
}

/// Removes the staged file whatever happens; an open one can still be read.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // Best effort: what is left is removed when the server starts.
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(super) async fn export(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    Query(with): Query<With>,
) -> Result<Response, ApiError> {
    viewer.staff()?;
    let id = viewer.room.id();
    let now = crate::clock::now();
    let sound = if with.sound == Some(false) { Sound::LeftOut } else { Sound::Included };
    let staged = Staged(app.blobs.staging().join(format!("{}.zip", uuid::Uuid::now_v7())));
    let sources =
        Sources { store: &app.store, blobs: &app.blobs, sounds: &app.sounds, trust: &app.trust };
    record::export(&sources, id, now, sound, For::Office, &staged.0).await?;
    let io = |error: std::io::Error| ApiError::logged(ErrorCode::Internal, &error);
    let file = tokio::fs::File::open(&staged.0).await.map_err(io)?;
    let bytes = file.metadata().await.map_err(io)?.len();
    // The file lives until it was sent or the reader has gone.
    let pieces = stream::try_unfold((file, staged), |(mut file, staged)| async move {
        let mut piece = Vec::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        let next = (read > 0).then(|| (Bytes::from(piece), (file, staged)));
        Ok::<_, std::io::Error>(next)
    });
    let date = crate::instruments::date(now);
    let name = format!("icabinet-{id}-{:04}-{:02}-{:02}.zip", date.year, date.month, date.day);
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.insert(CONTENT_DISPOSITION, disposition.map_err(|_| ErrorCode::Internal)?);
    Ok(response)
}
