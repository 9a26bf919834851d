//! Signing: bytes are prepared for one signer and one key, the device signs what it computes from
//! those very bytes, and only a signature that checks becomes part of the document.

use super::error::{ApiError, Body};
use super::viewer::InMeeting;
use crate::app::App;
use crate::instruments::{self, CHAIR, SECRETARY};
use crate::jobs;
use crate::store::{DeviceKey, KeyState, SigningRow};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use icabinet_models::decisions::{Instrument, Place, Rendition};
use icabinet_models::ids::{CommandId, Digest, PersonId};
use icabinet_models::meeting::DecisionsCommand;
use icabinet_models::wire::{Answer, ErrorCode};
use icabinet_models::{Actor, Command, Meeting};
use icabinet_signing::{SignRequest, SigningError};
use icabinet_typeset::Rendered;
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
    /// The document with the signature that comes before this one.
    countersigned: Option<Digest>,
    place: Place,
    /// Who signs after the secretary.
    chair: String,
}

fn matter(m: &Meeting, person: &PersonId, instrument: Instrument) -> Result<Matter, ErrorCode> {
    let countersigner = m.countersigner(instrument);
    if !m.is_chair(person) && countersigner.is_none_or(|known| known.person != *person) {
        return Err(ErrorCode::NotAllowed);
    }
    let document = match m.rendition(instrument) {
        Some(Rendition::Typeset { document, .. }) => *document,
        Some(Rendition::Waiting | Rendition::Failed { .. } | Rendition::Signed { .. }) => {
            return Err(ErrorCode::Conflict);
        }
        None => return Err(ErrorCode::NotFound),
    };
    let place = m.place_of(instrument, person).ok_or(ErrorCode::Conflict)?;
    let chair = m.chair.as_ref().and_then(|chair| m.people.get(chair));
    let before = m.rendition(instrument).and_then(Rendition::countersigned);
    Ok(Matter {
        source: m.source_digest(instrument).ok_or(ErrorCode::NotFound)?,
        sheet: instruments::sheet(m, instrument).map_err(|_| ErrorCode::Conflict)?,
        name: instruments::name(m, instrument),
        document,
        countersigned: before.map(|signed| signed.document),
        place,
        chair: chair.map(|chair| chair.name.clone()).unwrap_or_default(),
    })
}

/// Who signs, for what, with which certificate, when.
struct Signer {
    /// Meeting, document and key: no two of them are prepared as the same bytes.
    matter: String,
    name: String,
    certificate: Vec<u8>,
    at: i64,
}

/// Prepares a document for a signature in its place; after a signature that stands on it already,
/// `before`.
fn prepared(
    matter: &Matter,
    rendered: &Rendered,
    before: Option<&[u8]>,
    signer: &Signer,
) -> Result<icabinet_signing::Prepared, String> {
    let said = |error: SigningError| error.to_string();
    let area = |key: &str| {
        let area = rendered.signature_areas.iter().find(|area| area.key == key);
        area.ok_or_else(|| format!("the document has no place for {key}"))
    };
    let own = area(if matter.place == Place::Secretary { SECRETARY } else { CHAIR })?;
    let chair = area(CHAIR)?;
    let later = icabinet_signing::Place { page: chair.page, rect: chair.rect, name: &matter.chair };
    let lines = icabinet_signing::pades::usual_lines(&signer.certificate, signer.at, VIETNAM);
    let lines = lines.map_err(said)?;
    let request = SignRequest {
        page: own.page,
        rect: own.rect,
        name: &signer.name,
        reason: &matter.name,
        signed_at: signer.at,
        utc_offset_minutes: VIETNAM,
        lines: &lines,
        matter: signer.matter.as_bytes(),
        later: (matter.place == Place::Secretary).then_some(later),
    };
    match before {
        None => icabinet_signing::prepare(&rendered.pdf, &request).map_err(said),
        Some(signed) if signed.starts_with(&rendered.pdf) => {
            icabinet_signing::prepare_last(signed, &request).map_err(said)
        }
        Some(_) => Err("the secretary signed another document".to_owned()),
    }
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
    let before = match &matter.countersigned {
        Some(document) => Some(app.blobs.get(document).await?),
        None => None,
    };
    let meeting = viewer.room.id();
    let at = now.0 / 1000;
    let bound = format!("{meeting} {instrument:?} {}", given.key);
    let signer = Signer { matter: bound, name, certificate: certificate.clone(), at };
    let source = matter.source;
    let set = instruments::set_apart(matter.sheet.clone()).await;
    let rendered = set.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    // The same sheet gives the same bytes, so setting it again tells where signatures go.
    if Digest::of(&rendered.pdf) != matter.document {
        return Err(set_otherwise(&app, &viewer, &matter, instrument, rendered).await?);
    }
    let made = tokio::task::spawn_blocking(move || {
        prepared(&matter, &rendered, before.as_deref(), &signer)
    });
    let made = made.await.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    let prepared = made.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
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
    // Setting and drawing took their time: what a revocation came before is void with the others.
    let key = app.store.key(&row.key).await?;
    self::certificate(key, &row.person)?;
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

/// Another version of this program set the document: where nobody has signed it yet, it is put in the
/// place of that one, to be read and signed.
async fn set_otherwise(
    app: &App,
    viewer: &InMeeting,
    matter: &Matter,
    instrument: Instrument,
    rendered: Rendered,
) -> Result<ApiError, ApiError> {
    if matter.countersigned.is_some() {
        let said = "the document set again differs from the one that the secretary signed";
        return Err(ApiError::logged(ErrorCode::Internal, &said));
    }
    let pages = rendered.pages;
    let document = app.blobs.put(rendered.pdf.into()).await?;
    let id = CommandId::from(uuid::Uuid::now_v7().to_string());
    let source = matter.source;
    let command = Command::Decisions(DecisionsCommand::InstrumentTypeset {
        instrument,
        source,
        document,
        pages,
    });
    viewer.room.submit(Actor::System, id, command).await?;
    Ok(ErrorCode::Conflict.into())
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
    let look = move |m: &Meeting| {
        let before = m.rendition(instrument).and_then(Rendition::countersigned);
        (m.source_digest(instrument), before.map(|signed| signed.document))
    };
    let (source, before) = viewer.room.look(look).await?;
    if source != Some(row.source) {
        return Err(ErrorCode::Conflict.into());
    }
    let prepared = app.blobs.get(&row.document).await?;
    // What was prepared before the secretary signed would leave that signature out: the meeting
    // refuses it.
    let after = match before {
        Some(before) if prepared.starts_with(&app.blobs.get(&before).await?) => Some(before),
        Some(_) | None => None,
    };
    let chain = app.trust.chain(&signer);
    let chain = chain.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    let signed = icabinet_signing::assemble(&prepared, &chain, &signature).map_err(|error| {
        let invalid = matches!(error, SigningError::SignatureInvalid);
        let code = if invalid { ErrorCode::SignatureInvalid } else { ErrorCode::Internal };
        ApiError::logged(code, &error)
    })?;
    let document = app.blobs.put(signed.into()).await?;
    let fingerprint = fingerprint(&prepared);
    let fingerprint = fingerprint.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    // Assembling took its time: a key that was revoked meanwhile signs nothing.
    let now = certificate(app.store.key(&row.key).await?, &row.person)?;
    if now != signer {
        return Err(ErrorCode::KeyNotConfirmed.into());
    }
    let certificate = app.blobs.put(signer.into()).await?;
    let command = Command::Decisions(DecisionsCommand::Sign {
        instrument,
        document,
        fingerprint,
        certificate,
        after,
    });
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
