//! Bytes up and down, beside the JSON of `http`: files, prepared documents, and requests without a
//! body.

use icabinet_models::ids::{CommandId, Digest};
use icabinet_models::wire::ErrorBody;
use icabinet_sync::identifier;
use icabinet_sync::tree::{NotUnderstood, from_json};
use js_sys::Uint8Array;
use leptos::prelude::{on_cleanup, window};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, Headers, RequestInit, Response, Url};

use super::device;
use super::http::HttpError;

/// The answer to an upload.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Uploaded {
    pub blob: Digest,
    pub bytes: u64,
}

/// The answer to a request for a screen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Screen {
    pub address: String,
}

/// Whatever `fetch` throws means that no answer came.
fn unreachable(_: JsValue) -> HttpError {
    HttpError::Unreachable
}

async fn fetch(path: &str, init: &RequestInit) -> Result<Vec<u8>, HttpError> {
    let response: JsValue = JsFuture::from(window().fetch_with_str_and_init(path, init))
        .await
        .map_err(unreachable)?
        .into();
    let response: Response = response.dyn_into().map_err(unreachable)?;
    let buffer: JsValue = JsFuture::from(response.array_buffer().map_err(unreachable)?)
        .await
        .map_err(unreachable)?
        .into();
    let bytes = Uint8Array::new(&buffer).to_vec();
    if response.ok() {
        return Ok(bytes);
    }
    Err(match parsed::<ErrorBody>(&bytes) {
        Ok(ErrorBody { error }) => {
            HttpError::Refused { code: error.code, reference: error.reference }
        }
        Err(NotUnderstood) => HttpError::NotUnderstood { status: response.status() },
    })
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, NotUnderstood> {
    from_json(std::str::from_utf8(bytes).map_err(|_| NotUnderstood)?)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, HttpError> {
    parsed(bytes).map_err(|NotUnderstood| HttpError::NotUnderstood { status: 200 })
}

/// `GET`, byte for byte.
///
/// # Errors
/// See [`HttpError`].
pub async fn bytes(path: &str) -> Result<Vec<u8>, HttpError> {
    fetch(path, &RequestInit::new()).await
}

/// `POST` without a body; reads JSON.
///
/// # Errors
/// See [`HttpError`].
pub async fn post_nothing<T: DeserializeOwned>(path: &str) -> Result<T, HttpError> {
    let init = RequestInit::new();
    init.set_method("POST");
    read(&fetch(path, &init).await?)
}

/// `POST` with a file as it is, named as `media`. It takes as long as it takes.
///
/// # Errors
/// See [`HttpError`].
pub async fn upload(path: &str, file: &File, media: &str) -> Result<Uploaded, HttpError> {
    let init = RequestInit::new();
    init.set_method("POST");
    let headers = Headers::new().map_err(unreachable)?;
    headers.set("content-type", media).map_err(unreachable)?;
    init.set_headers(&headers);
    init.set_body(file);
    read(&fetch(path, &init).await?)
}

/// `POST` with bytes as they are; reads JSON.
///
/// # Errors
/// See [`HttpError`].
pub async fn post_bytes<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, HttpError> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&Uint8Array::from(bytes));
    read(&fetch(path, &init).await?)
}

/// An identifier for a command that goes over HTTP.
pub fn fresh_id() -> CommandId {
    identifier::command_id(device::now(), device::random())
}

/// An address for bytes that this page holds, to be opened as they are; forgotten with the owner.
pub fn object_address(bytes: &[u8], media: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(media);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let address = Url::create_object_url_with_blob(&blob).ok()?;
    let held = address.clone();
    on_cleanup(move || {
        // An address that is forgotten twice is forgotten.
        _ = Url::revoke_object_url(&held);
    });
    Some(address)
}
