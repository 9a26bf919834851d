//! The frontend inside the binary, precompressed; every other address is a page of it.

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A file of the bundle, or the page that starts it.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let found = FILES.iter().find(|file| file.path == path);
    // A name with a dot is a file that isn't there; anything else is an address in the frontend.
    let file = match found {
        Some(file) => file,
        None if path.rsplit('/').next().is_some_and(|last| last.contains('.')) => {
            return StatusCode::NOT_FOUND.into_response();
        }
        None => match page_of(path) {
            Some(file) => file,
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    send(file, &headers)
}

/// The page for an address of the frontend: the office's addresses get the program with the office's
/// pages, everything else the small one (`frontend/src/place.rs` lists them all).
fn page_of(path: &str) -> Option<&'static EmbeddedFile> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_office =
        matches!(*parts.as_slice(), ["keys"] | ["meetings", "new"] | ["meetings", _, _, ..]);
    let named = |name: &str| FILES.iter().find(|file| file.path == name);
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
