//! Signing: bytes are prepared for one signer and one key, the device signs what it computes from
//! those very bytes, and only a signature that checks becomes part of the document.

use super::error::{ApiError, Body};
use super::viewer::InMeeting;
use crate::app::App;
use crate::instruments::{self, CHAIR};
use crate::jobs;
use crate::store::{DeviceKey, KeyState, SigningRow};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::ids::{CommandId, Digest, PersonId};
use icabinet_models::wire::{Answer, ErrorCode};
use icabinet_models::{Actor, Command, Meeting};
use icabinet_signing::{SignRequest, SigningError};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// Vietnam's distance from UTC in minutes.
const VIETNAM: i16 = 420;
/// How long prepared bytes may wait for their signature, in milliseconds.
const PATIENCE_MS: i64 = 30 * 60_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prepare {
    instrument: Instrument,
    key: String,
}

#[derive(Serialize)]
pub(super) struct Signing {
    document: Digest,
    byte_range: [u64; 4],
    certificate: String,
    fingerprint: String,
    pages: Vec<Picture>,
}

#[derive(Serialize)]
struct Picture {
    width: u32,
    height: u32,
    picture: String,
}

/// What of the meeting the signature is about, taken between two batches.
struct Matter {
    source: Digest,
    sheet: instruments::Sheet,
    name: String,
    document: Digest,
}

fn matter(m: &Meeting, person: &PersonId, instrument: Instrument) -> Result<Matter, ErrorCode> {
    if !m.is_chair(person) {
        return Err(ErrorCode::NotAllowed);
    }
    let document = match m.rendition(instrument) {
        Some(Rendition::Typeset { document, .. }) => *document,
        Some(Rendition::Waiting | Rendition::Failed { .. } | Rendition::Signed { .. }) => {
            return Err(ErrorCode::Conflict);
        }
        None => return Err(ErrorCode::NotFound),
    };
    Ok(Matter {
        source: m.source_digest(instrument).ok_or(ErrorCode::NotFound)?,
        sheet: instruments::sheet(m, instrument).map_err(|_| ErrorCode::Conflict)?,
        name: instruments::name(m, instrument),
        document,
    })
}

/// The certificate of a key that may sign for a person now.
fn certificate(key: Option<DeviceKey>, person: &PersonId) -> Result<Vec<u8>, ErrorCode> {
    let key = key.filter(|key| key.person == *person).ok_or(ErrorCode::NotFound)?;
    match key.state {
        KeyState::Certified { certificate, not_after } if not_after > crate::clock::now() => {
            Ok(certificate)
        }
        KeyState::Certified { .. } | KeyState::Waiting | KeyState::Revoked { .. } => {
            Err(ErrorCode::KeyNotConfirmed)
        }
    }
}

pub(super) async fn prepare(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    Body(given): Body<Prepare>,
) -> Result<Json<Signing>, ApiError> {
    let person = viewer.somebody()?.clone();
    let (asked, instrument) = (person.clone(), given.instrument);
    let matter = viewer.room.look(move |m| matter(m, &asked, instrument)).await??;
    let certificate = certificate(app.store.key(&given.key).await?, &person)?;
    let name = app.store.account(&person).await?.ok_or(ErrorCode::NotSignedIn)?.name;
    let now = crate::clock::now();
    let signer = certificate.clone();
    // The same sheet gives the same bytes, so setting it again tells where the signature goes.
    let made = tokio::task::spawn_blocking(move || {
        let rendered = instruments::set(&matter.sheet).map_err(|error| error.to_string())?;
        if Digest::of(&rendered.pdf) != matter.document {
            return Err("the document set again differs from the one that was read".to_owned());
        }
        let area = rendered.signature_areas.iter().find(|area| area.key == CHAIR);
        let area = area.ok_or("the document has no place for the chair's signature")?;
        let signed_at = now.0 / 1000;
        let lines = icabinet_signing::pades::usual_lines(&signer, signed_at, VIETNAM)
            .map_err(|error| error.to_string())?;
        let request = SignRequest {
            page: area.page,
            rect: area.rect,
            name: &name,
            reason: &matter.name,
            signed_at,
            utc_offset_minutes: VIETNAM,
            lines: &lines,
        };
        let prepared = icabinet_signing::prepare(&rendered.pdf, &request);
        prepared.map(|prepared| (prepared, matter.source)).map_err(|error| error.to_string())
    });
    let made = made.await.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    let (prepared, source) = made.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    let document = app.blobs.put(prepared.pdf.clone().into()).await?;
    let pages = jobs::pictures(&app, &document).await;
    let pages = pages.map_err(|error| ApiError::logged(ErrorCode::Unavailable, &error))?;
    let row = SigningRow {
        document,
        meeting: viewer.room.id().clone(),
        instrument,
        source,
        person,
        key: given.key,
        created: now,
    };
    app.store.put_signing(&row).await?;
    let base = format!("/api/meetings/{}/signings/{}", viewer.room.id(), document.hex());
    let pages = pages.iter().map(|page| Picture {
        width: page.width,
        height: page.height,
        picture: format!("{base}?picture={}", page.picture.hex()),
    });
    Ok(Json(Signing {
        document,
        byte_range: prepared.byte_range,
        certificate: STANDARD.encode(&certificate),
        fingerprint: prepared.fingerprint,
        pages: pages.collect(),
    }))
}

/// The prepared document, if it was prepared for this person in this meeting.
async fn signing(
    app: &App,
    viewer: &InMeeting,
    path: &HashMap<String, String>,
) -> Result<SigningRow, ApiError> {
    let document = path.get("document").and_then(|text| Digest::from_hex(text));
    let row = app.store.signing(&document.ok_or(ErrorCode::NotFound)?).await?;
    let own = |row: &SigningRow| {
        row.meeting == *viewer.room.id() && viewer.person.as_ref() == Some(&row.person)
    };
    row.filter(own).ok_or_else(|| ErrorCode::NotFound.into())
}

#[derive(Deserialize)]
pub(super) struct Which {
    picture: Option<Digest>,
}

pub(super) async fn document(
    viewer: InMeeting,
    Path(path): Path<HashMap<String, String>>,
    axum::extract::Query(which): axum::extract::Query<Which>,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let row = signing(&app, &viewer, &path).await?;
    match which.picture {
        None => super::blobs::send(&app, &row.document, "application/pdf", &headers).await,
        // Pictures of a page are named by their content, which only this signer was told.
        Some(picture) => {
            let pages = jobs::pictures(&app, &row.document).await;
            let pages = pages.map_err(|error| ApiError::logged(ErrorCode::Unavailable, &error))?;
            let page = pages.iter().find(|page| page.picture == picture);
            let page = page.ok_or(ErrorCode::NotFound)?;
            super::blobs::send(&app, &picture, &page.media, &headers).await
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sign {
    id: CommandId,
    /// 64 bytes in hexadecimal.
    signature: String,
}

pub(super) async fn sign(
    viewer: InMeeting,
    Path(path): Path<HashMap<String, String>>,
    State(app): State<Arc<App>>,
    Body(given): Body<Sign>,
) -> Result<Json<Answer>, ApiError> {
    let row = signing(&app, &viewer, &path).await?;
    let signature = signature(&given.signature).ok_or(ErrorCode::Malformed)?;
    if !given.id.is_well_formed() {
        return Err(ErrorCode::Malformed.into());
    }
    let signer = certificate(app.store.key(&row.key).await?, &row.person)?;
    if crate::clock::now().ms_since(row.created) > PATIENCE_MS {
        return Err(ErrorCode::Conflict.into());
    }
    let instrument = row.instrument;
    let source = viewer.room.look(move |m| m.source_digest(instrument)).await?;
    if source != Some(row.source) {
        return Err(ErrorCode::Conflict.into());
    }
    let prepared = app.blobs.get(&row.document).await?;
    let chain = app.trust.chain(&signer);
    let chain = chain.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    let signed = icabinet_signing::assemble(&prepared, &chain, &signature).map_err(|error| {
        let code = match error {
            SigningError::SignatureInvalid => ErrorCode::SignatureInvalid,
            _ => ErrorCode::Internal,
        };
        ApiError::logged(code, &error)
    })?;
    let document = app.blobs.put(signed.into()).await?;
    let fingerprint = fingerprint(&prepared);
    let fingerprint = fingerprint.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    let certificate = app.blobs.put(signer.into()).await?;
    let command = Command::Sign { instrument, document, fingerprint, certificate };
    Ok(Json(viewer.room.submit(Actor::Person(row.person), given.id, command).await?))
}

/// The first 32 bytes of the SHA-512 that the signature covers: what people compare.
fn fingerprint(
    prepared: &[u8],
) -> Result<Digest, icabinet_models::canonical::cades::ByteRangeRefusal> {
    use icabinet_models::canonical::cades::{byte_range_digest, parse_byte_range};
    let range = parse_byte_range(prepared)?;
    let digest = byte_range_digest(prepared, &range)?;
    let mut first = [0; 32];
    first.copy_from_slice(&digest[..32]);
    Ok(Digest(first))
}

fn signature(hex: &str) -> Option<[u8; 64]> {
    let (first, second) = hex.split_at_checked(64)?;
    let mut out = [0; 64];
    out[..32].copy_from_slice(&Digest::from_hex(first)?.0);
    out[32..].copy_from_slice(&Digest::from_hex(second)?.0);
    Some(out)
}
