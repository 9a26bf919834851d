//! The frontend inside the binary, precompressed; every other address is a page of it.

use axum::extract::State;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

/// A file of the tablet's bundle.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedFile {
    /// Path below the site's root, without a leading slash.
    pub path: &'static str,
    /// Value of `Content-Type`.
    pub media: &'static str,
    /// Lower-case hex SHA-256 of `raw`, for `ETag`; empty when the frontend was not built.
    pub sha256: &'static str,
    /// The name follows the content: may be cached for ever.
    pub immutable: bool,
    pub raw: &'static [u8],
    /// The same bytes in brotli, where that is smaller.
    pub br: Option<&'static [u8]>,
}

/// The bundle that the program carries (`server/program`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Frontend {
    /// Whether a bundle was there when the program was built; otherwise one page says that none was.
    pub built: bool,
    pub files: &'static [EmbeddedFile],
}

/// A file of the bundle, or the page that starts it.
pub(super) async fn serve(
    State(frontend): State<Frontend>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let files = frontend.files;
    let found = files.iter().find(|file| file.path == path);
    // A name with a dot is a file that isn't there; anything else is an address in the frontend.
    let file = match found {
        Some(file) => file,
        None if path.rsplit('/').next().is_some_and(|last| last.contains('.')) => {
            return StatusCode::NOT_FOUND.into_response();
        }
        None => match page_of(files, path) {
            Some(file) => file,
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    send(file, &headers)
}

/// The page for an address of the frontend: the office, one's own account and the room's screen get the
/// larger program, everything else the small one (`frontend/src/place.rs` lists them all).
fn page_of(files: &'static [EmbeddedFile], path: &str) -> Option<&'static EmbeddedFile> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_office = matches!(
        *parts.as_slice(),
        ["account" | "keys"] | ["screen", _] | ["meetings", "new"] | ["meetings", _, _, ..]
    );
    let named = |name: &str| files.iter().find(|file| file.path == name);
    // A build with everything in one program has one page.
    is_office.then(|| named("desk.html")).flatten().or_else(|| named("index.html"))
}

fn send(file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let brotli = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().starts_with("br")));
    let mut response = match file.br.filter(|_| brotli) {
        Some(bytes) => {
            let mut response = bytes.into_response();
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
            response
        }
        None => file.raw.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let cache = if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", file.sha256)) {
        headers.insert(ETAG, tag);
    }
    response
}
