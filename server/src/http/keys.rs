//! Keys of devices: enrolment by their owners, confirmation by an organiser, revocation.

use super::error::{ApiError, Body};
use super::viewer::{Organiser, SignedIn};
use crate::app::App;
use crate::auth::judged::is_device_name;
use crate::store::{Account, DeviceKey, KeyState};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use icabinet_models::ids::{Digest, PersonId, Time};
use icabinet_models::wire::ErrorCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Waiting,
    Certified { certificate: String, not_after: Time },
    Revoked,
}

#[derive(Serialize)]
pub(super) struct Key {
    key: String,
    person: PersonId,
    name: String,
    device: String,
    public_key: String,
    fingerprint: String,
    state: Standing,
}

async fn key_of(app: &App, key: DeviceKey) -> Result<Key, ApiError> {
    let name = app.store.account(&key.person).await?.map(|account| account.name);
    Ok(Key {
        fingerprint: Digest::of(&key.public_key).short(4),
        public_key: hex(&key.public_key),
        key: key.key,
        person: key.person,
        name: name.unwrap_or_default(),
        device: key.device,
        state: match key.state {
            KeyState::Waiting => Standing::Waiting,
            KeyState::Certified { certificate, not_after } => {
                Standing::Certified { certificate: STANDARD.encode(certificate), not_after }
            }
            KeyState::Revoked { .. } => Standing::Revoked,
        },
    })
}

async fn keys_of(app: &App, keys: Vec<DeviceKey>) -> Result<Json<Vec<Key>>, ApiError> {
    let mut out = Vec::with_capacity(keys.len());
    for key in keys {
        out.push(key_of(app, key).await?);
    }
    Ok(Json(out))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrol {
    public_key: Digest,
    device: String,
}

pub(super) async fn enrol(
    SignedIn(account): SignedIn,
    State(app): State<Arc<App>>,
    Body(given): Body<Enrol>,
) -> Result<Json<Key>, ApiError> {
    if !is_device_name(&given.device) {
        return Err(ErrorCode::Malformed.into());
    }
    // Thirty-two bytes in hexadecimal: the form of a digest.
    let public_key = given.public_key.0.to_vec();
    let id = Digest::of(&public_key).hex()[..24].to_owned();
    let key = DeviceKey {
        key: id.clone(),
        person: account.person,
        device: given.device,
        public_key,
        state: KeyState::Waiting,
    };
    if !app.store.put_key(&key, crate::clock::now()).await? {
        return Err(ErrorCode::Conflict.into());
    }
    let stored = app.store.key(&id).await?.ok_or(ErrorCode::Conflict)?;
    Ok(Json(key_of(&app, stored).await?))
}

pub(super) async fn mine(
    SignedIn(account): SignedIn,
    State(app): State<Arc<App>>,
) -> Result<Json<Vec<Key>>, ApiError> {
    let keys = app.store.keys(Some(&account.person)).await?;
    keys_of(&app, keys).await
}

pub(super) async fn all(
    _: Organiser,
    State(app): State<Arc<App>>,
) -> Result<Json<Vec<Key>>, ApiError> {
    let keys = app.store.keys(None).await?;
    keys_of(&app, keys).await
}

pub(super) async fn confirm(
    Organiser(by): Organiser,
    Path(id): Path<String>,
    State(app): State<Arc<App>>,
) -> Result<Json<Key>, ApiError> {
    let key = app.store.key(&id).await?.ok_or(ErrorCode::NotFound)?;
    // Four eyes: nobody confirms a key of his own.
    if key.person == by.person {
        return Err(ErrorCode::NotAllowed.into());
    }
    if key.state != KeyState::Waiting {
        return Err(ErrorCode::Conflict.into());
    }
    let owner = app.store.account(&key.person).await?.ok_or(ErrorCode::NotFound)?;
    let public_key: [u8; 32] =
        key.public_key.as_slice().try_into().map_err(|_| ErrorCode::Malformed)?;
    let now = crate::clock::now();
    let made = app.trust.certify(&public_key, &owner.name, &owner.position.vi, now);
    // A key that is no point of the curve is the device's fault, not ours.
    let made = made.map_err(|error| ApiError::logged(ErrorCode::Malformed, &error))?;
    let certified = app
        .store
        .certify_key(&id, &made.certificate, made.serial, made.not_after, &by.person)
        .await?;
    // Revoked, or confirmed by somebody else, in the meantime: this certificate was never issued.
    if !certified {
        return Err(ErrorCode::Conflict.into());
    }
    let stored = app.store.key(&id).await?.ok_or(ErrorCode::NotFound)?;
    Ok(Json(key_of(&app, stored).await?))
}

pub(super) async fn revoke(
    SignedIn(by): SignedIn,
    Path(id): Path<String>,
    State(app): State<Arc<App>>,
) -> Result<Json<Key>, ApiError> {
    let key = app.store.key(&id).await?.filter(|key| may_revoke(&by, key));
    if key.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    if app.store.revoke_key(&id, crate::clock::now()).await? {
        app.trust.list_changed().await;
    }
    let stored = app.store.key(&id).await?.ok_or(ErrorCode::NotFound)?;
    Ok(Json(key_of(&app, stored).await?))
}

fn may_revoke(by: &Account, key: &DeviceKey) -> bool {
    by.organiser || key.person == by.person
}

pub(super) async fn trust(
    State(app): State<Arc<App>>,
) -> Result<([(HeaderName, &'static str); 1], String), ApiError> {
    let pem = app.trust.root_pem();
    let pem = pem.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    Ok(([(CONTENT_TYPE, "application/x-pem-file")], pem))
}

/// The revocation list, for everyone: signed by the issuing authority, of this moment.
pub(super) async fn revocations(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let list = app.trust.published_list(&app.store, crate::clock::now()).await;
    let list = list.map_err(|error| ApiError::logged(ErrorCode::Unavailable, &error))?;
    let headers = [(CONTENT_TYPE, "application/pkix-crl"), (CACHE_CONTROL, "public, no-cache")];
    Ok((headers, list).into_response())
}
