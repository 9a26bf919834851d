//! Requests with JSON both ways. The only file that calls `fetch`.

use icabinet_models::wire::{ErrorBody, ErrorCode, UsedOn};
use icabinet_sync::tree::{NotUnderstood, from_json};
use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// After this long without an answer the server counts as unreachable, in milliseconds.
const PATIENCE_MS: u32 = 15_000;

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// No answer came.
    Unreachable,
    /// The server's own code; `reference` finds the details in its log.
    Refused { code: ErrorCode, reference: Option<String> },
    /// The invitation was used before: on this device, at this time.
    Used(UsedOn),
    /// An answer that this version doesn't understand.
    NotUnderstood { status: u16 },
}

impl HttpError {
    /// Whether the session is over.
    pub fn is_signed_out(&self) -> bool {
        matches!(self, Self::Refused { code: ErrorCode::NotSignedIn, .. })
    }

    /// Whether the server is newer than this page.
    pub fn is_newer(&self) -> bool {
        matches!(
            self,
            Self::Refused { code: ErrorCode::PageOutdated, .. } | Self::NotUnderstood { .. }
        )
    }

    /// Whether the same request may succeed later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Refused { code, .. } => {
                matches!(
                    code,
                    ErrorCode::Unavailable
                        | ErrorCode::TooFast
                        | ErrorCode::Busy
                        | ErrorCode::Internal
                )
            }
            Self::Used(_) => false,
            Self::NotUnderstood { status } => *status >= 500,
        }
    }
}

/// `GET`, with the answer read as JSON.
///
/// # Errors
/// See [`HttpError`].
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, HttpError> {
    read(request("GET", path, None).await?)
}

/// As [`get`], with the address of the next page where the list has one (RFC 8288).
///
/// # Errors
/// See [`HttpError`].
pub async fn page<T: DeserializeOwned>(path: &str) -> Result<(T, Option<String>), HttpError> {
    let mut answer = request("GET", path, None).await?;
    let next = answer.next.take();
    Ok((read(answer)?, next))
}

/// Sends JSON, reads JSON.
///
/// # Errors
/// See [`HttpError`].
pub async fn post<B: Serialize, T: DeserializeOwned>(path: &str, body: &B) -> Result<T, HttpError> {
    exchange("POST", path, body).await
}

/// Sends JSON with `method`, reads JSON.
///
/// # Errors
/// See [`HttpError`].
pub async fn exchange<B: Serialize, T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: &B,
) -> Result<T, HttpError> {
    read(request(method, path, Some(to_json(body)?)).await?)
}

/// Sends JSON with `method`; the answer has no content.
///
/// # Errors
/// See [`HttpError`].
pub async fn send<B: Serialize>(method: &str, path: &str, body: &B) -> Result<(), HttpError> {
    request(method, path, Some(to_json(body)?)).await.map(|_| ())
}

/// `DELETE`; the answer has no content.
///
/// # Errors
/// See [`HttpError`].
pub async fn delete(path: &str) -> Result<(), HttpError> {
    request("DELETE", path, None).await.map(|_| ())
}

/// Whether the server answers at all.
pub async fn is_alive() -> bool {
    gives("/healthz").await
}

/// Whether the server gives what lies at `path` to who asks.
pub async fn gives(path: &str) -> bool {
    request("GET", path, None).await.is_ok()
}

fn to_json<B: Serialize>(body: &B) -> Result<String, HttpError> {
    serde_json::to_string(body).map_err(|_| HttpError::NotUnderstood { status: 0 })
}

struct Answer {
    status: u16,
    text: String,
    /// Where its `Link` leads, which is to the next page.
    next: Option<String>,
}

fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, HttpError> {
    from_json(&answer.text).map_err(|NotUnderstood| {
        leptos::logging::error!("icabinet: an answer was not understood: {}", answer.text);
        HttpError::NotUnderstood { status: answer.status }
    })
}

async fn request(method: &str, path: &str, body: Option<String>) -> Result<Answer, HttpError> {
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(PATIENCE_MS)));
    if let Some(body) = body {
        let headers = web_sys::Headers::new().map_err(unreachable)?;
        headers.set("content-type", "application/json").map_err(unreachable)?;
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(&body));
    }
    let response =
        JsFuture::from(window().fetch_with_str_and_init(path, &init)).await.map_err(unreachable)?;
    let response: web_sys::Response = response.dyn_into().map_err(unreachable)?;
    let text = JsFuture::from(response.text().map_err(unreachable)?).await.map_err(unreachable)?;
    let link = response.headers().get("link").ok().flatten();
    let next = link.and_then(|link| Some(link.strip_prefix('<')?.split_once('>')?.0.to_owned()));
    let answer =
        Answer { status: response.status(), text: text.as_string().unwrap_or_default(), next };
    if response.ok() {
        return Ok(answer);
    }
    Err(match from_json::<ErrorBody>(&answer.text) {
        Ok(ErrorBody { error }) => match error.used {
            Some(used) => HttpError::Used(used),
            None => HttpError::Refused { code: error.code, reference: error.reference },
        },
        Err(_) => HttpError::NotUnderstood { status: answer.status },
    })
}

/// Whatever `fetch` throws means that no answer came.
fn unreachable(_: JsValue) -> HttpError {
    HttpError::Unreachable
}
