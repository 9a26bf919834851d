//! Pages for everyone: what was published and nothing else, at addresses that don't change.
//! Plain HTML that works without script, from the read model: no stranger opens a meeting. Never here:
//! anything of one but what `published` gives.

mod ics;
mod pages;
#[cfg(test)]
mod tests;
mod words;

use super::error::ApiError;
use super::viewer::{Session, in_meeting};
use crate::app::App;
use crate::http::Web;
use crate::published::{Published, Seal};
use crate::store::Cursor;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use icabinet_models::ids::{DecisionId, Digest, MeetingId};
use icabinet_models::wire::ErrorCode;
use pages::Frame;
use serde::Deserialize;
use std::sync::{Arc, LazyLock};
pub(super) use words::{Language, day_and_time};

/// The sheet: the tablet's own tokens, fonts and reset, and what the public pages add.
static STYLE: LazyLock<String> = LazyLock::new(|| {
    let parts = [
        include_str!("../../../../frontend/styles/tokens.css"),
        include_str!("../../../../frontend/styles/fonts.css"),
        include_str!("../../../../frontend/styles/base.css"),
        include_str!("public.css"),
    ];
    parts.concat().replace("../fonts/", "/public/fonts/")
});
static STYLE_ADDRESS: LazyLock<String> =
    LazyLock::new(|| format!("/public/style.css?v={}", &Digest::of(STYLE.as_bytes()).hex()[..12]));

/// The address of the sheet.
pub(super) fn style_address() -> &'static str {
    &STYLE_ADDRESS
}

macro_rules! fonts {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../../../../frontend/fonts/", $name)).as_slice())),*]
    };
}
static FONTS: [(&str, &[u8]); 8] = fonts![
    "be-vietnam-pro-latin-400.woff2",
    "be-vietnam-pro-latin-600.woff2",
    "be-vietnam-pro-vietnamese-400.woff2",
    "be-vietnam-pro-vietnamese-600.woff2",
    "source-serif-4-latin-400.woff2",
    "source-serif-4-latin-600.woff2",
    "source-serif-4-vietnamese-400.woff2",
    "source-serif-4-vietnamese-600.woff2",
];

const HTML: &str = "text/html; charset=utf-8";
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Kept, but asked for again: a page changes when something is published.
const ASK_AGAIN: &str = "public, no-cache";

/// The routes below `/public`.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(index))
        .route("/style.css", get(style))
        .route("/icon.svg", get(icon))
        .route("/fonts/{name}", get(font))
        .route("/checking", get(checking))
        .route("/revocations.crl", get(super::keys::revocations))
        .route("/meetings/{meeting}", get(meeting))
        .route("/meetings/{meeting}/decisions/{decision}", get(decision))
        .route("/meetings/{meeting}/minutes", get(minutes))
        .route("/meetings/{meeting}/minutes.pdf", get(minutes_pdf))
        .fallback(nowhere)
}

/// Meetings on one page of the list.
const MOST_LISTED: usize = 100;

/// `?lang=en`; anything else is Vietnamese. `after=CURSOR` in the list: where the page before ended.
#[derive(Default, Deserialize)]
struct Asked {
    lang: Option<String>,
    after: Option<String>,
}

impl Asked {
    fn frame<'a>(&self, path: &'a str) -> Frame<'a> {
        let language = Language::asked(self.lang.as_deref());
        Frame { language, path, style: &STYLE_ADDRESS }
    }
}

/// An answer with a tag; 304 where the reader has it already.
fn send(
    headers: &HeaderMap,
    media: &'static str,
    cache: &'static str,
    body: impl Into<Bytes>,
) -> Response {
    let body: Bytes = body.into();
    let mut answer = tagged(headers, &Digest::of(&body), media, cache);
    if !is_known(&answer) {
        *answer.body_mut() = body.into();
    }
    answer
}

/// Whether an answer says that the asker has it already, and so wants no body.
fn is_known(answer: &Response) -> bool {
    answer.status() == StatusCode::NOT_MODIFIED
}

/// An answer without its body; none is wanted if it [`is_known`].
fn tagged(
    headers: &HeaderMap,
    digest: &Digest,
    media: &'static str,
    cache: &'static str,
) -> Response {
    let tag = format!("\"{}\"", digest.hex());
    let asked = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let known = asked.is_some_and(|asked| {
        let mut tags = asked.split(',').map(|one| one.trim().trim_start_matches("W/"));
        tags.any(|one| one == "*" || one == tag)
    });
    let mut response = Response::default();
    let out = response.headers_mut();
    out.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(ETAG, tag);
    }
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    response
}

fn nothing(frame: &Frame<'_>) -> Response {
    let body = pages::nothing(frame);
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, HTML), (CACHE_CONTROL, "no-store")], body)
        .into_response()
}

async fn nowhere(Query(asked): Query<Asked>) -> Response {
    nothing(&asked.frame("/public"))
}

async fn style(headers: HeaderMap) -> Response {
    send(&headers, "text/css; charset=utf-8", FOREVER, STYLE.as_bytes())
}

async fn icon(headers: HeaderMap) -> Response {
    let icon = include_bytes!("../../../../frontend/icon.svg").as_slice();
    send(&headers, "image/svg+xml", ASK_AGAIN, icon)
}

async fn font(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match FONTS.iter().find(|(known, _)| *known == name) {
        Some((_, bytes)) => send(&headers, "font/woff2", FOREVER, *bytes),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn checking(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let root = app.trust.root_der();
    let root = root.map_err(|error| ApiError::logged(ErrorCode::Internal, &error))?;
    let hex = Digest::of(&root).hex().to_uppercase();
    let pairs: Vec<&str> = (0..32).map(|pair| &hex[pair * 2..pair * 2 + 2]).collect();
    let page = pages::checking(&asked.frame("/public/checking"), &pairs.join(":"));
    Ok(send(&headers, HTML, ASK_AGAIN, page))
}

/// What is public of a meeting; `None` also for one that isn't there.
async fn published(app: &App, id: &MeetingId) -> Result<Option<Published>, ApiError> {
    if !id.is_well_formed() {
        return Ok(None);
    }
    app.rooms.catch_up_lists().await?;
    Ok(app.store.published(id).await?)
}

async fn index(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let after: Option<Cursor> = match &asked.after {
        Some(after) => match after.parse() {
            Ok(after) => Some(after),
            Err(()) => return Ok(nothing(&asked.frame("/public"))),
        },
        None => None,
    };
    app.rooms.catch_up_lists().await?;
    let listed = app.store.publications(after.as_ref(), MOST_LISTED).await?;
    let address = |cursor: &Cursor| format!("/public?after={cursor}");
    let own = after.as_ref().map_or_else(|| "/public".to_owned(), address);
    let older = listed.next.as_ref().map(address);
    let page = pages::index(&asked.frame(&own), &listed.rows, after.is_none(), older.as_deref());
    Ok(send(&headers, HTML, ASK_AGAIN, page))
}

/// The page of a meeting, or with `.ics` at the end its invitation.
async fn meeting(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    uri: Uri,
    session: Result<Session, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let own = format!("/public{}", uri.path());
    let frame = asked.frame(&own);
    if let Some(id) = name.strip_suffix(".ics") {
        return invitation(&app, &MeetingId::from(id), session, &frame).await;
    }
    match published(&app, &MeetingId::from(name)).await? {
        Some(found) => Ok(send(&headers, HTML, ASK_AGAIN, pages::meeting(&frame, &found))),
        None => Ok(nothing(&frame)),
    }
}

/// For everyone once something of the meeting is public; before that for those who take part.
async fn invitation(
    app: &App,
    id: &MeetingId,
    session: Result<Session, ApiError>,
    frame: &Frame<'_>,
) -> Result<Response, ApiError> {
    let invitation = match (published(app, id).await?, session) {
        (Some(found), _) => ics::Invitation::published(&found),
        (None, Ok(session)) if id.is_well_formed() => match in_meeting(app, id, session).await {
            Ok(viewer) => viewer.room.look(ics::Invitation::of).await?,
            Err(_) => return Ok(nothing(frame)),
        },
        (None, Ok(_) | Err(_)) => return Ok(nothing(frame)),
    };
    let page = app.config.public_address.as_ref().map(|host| format!("{host}/meetings/{id}"));
    let file = invitation.file(crate::clock::now(), page.as_deref());
    let mut response = file.into_response();
    let out = response.headers_mut();
    out.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/calendar; charset=utf-8; method=PUBLISH"),
    );
    out.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    out.insert(VARY, HeaderValue::from_static("cookie"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{id}.ics\"")) {
        out.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The page of a decision, or with `.pdf` at the end the signed document.
async fn decision(
    State(app): State<Arc<App>>,
    Path((id, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let own = format!("/public{}", uri.path());
    let frame = asked.frame(&own);
    let (number, pdf) = match name.strip_suffix(".pdf") {
        Some(number) => (number, true),
        None => (name.as_str(), false),
    };
    let found = published(&app, &MeetingId::from(id)).await?;
    // One address for each: "01" and "+1" are none.
    let number = number.parse().ok().filter(|known: &u32| known.to_string() == number);
    let wanted = number.map(DecisionId);
    let decision = found
        .as_ref()
        .and_then(|found| found.decisions.iter().find(|decision| Some(decision.id) == wanted));
    let (Some(found), Some(decision)) = (&found, decision) else { return Ok(nothing(&frame)) };
    if pdf {
        let label = format!("quyet-dinh-{}", decision.id);
        return document(&app, &decision.seal, &label, &headers).await;
    }
    let bytes = app.blobs.size(&decision.seal.document).await?.unwrap_or_default();
    let page = pages::decision(&frame, found, decision, bytes);
    Ok(send(&headers, HTML, ASK_AGAIN, page))
}

async fn minutes(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let own = format!("/public{}", uri.path());
    let frame = asked.frame(&own);
    let found = published(&app, &MeetingId::from(id)).await?;
    let told = found.as_ref().and_then(|found| found.minutes.as_ref());
    let (Some(found), Some(told)) = (&found, told) else { return Ok(nothing(&frame)) };
    let bytes = app.blobs.size(&told.seal.document).await?.unwrap_or_default();
    Ok(send(&headers, HTML, ASK_AGAIN, pages::minutes(&frame, found, told, bytes)))
}

async fn minutes_pdf(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = published(&app, &MeetingId::from(id)).await?;
    match found.and_then(|found| found.minutes) {
        Some(told) => document(&app, &told.seal, "bien-ban", &headers).await,
        None => Ok(nothing(&asked.frame("/public"))),
    }
}

/// The signed PDF, or the range of it that was asked for.
async fn document(
    app: &App,
    seal: &Seal,
    label: &str,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    const PDF: &str = "application/pdf";
    let tagged = tagged(headers, &seal.document, PDF, ASK_AGAIN);
    if is_known(&tagged) {
        return Ok(tagged);
    }
    let mut response = super::blobs::send(app, &seal.document, PDF, headers).await?;
    let out = response.headers_mut();
    for (name, value) in tagged.headers() {
        out.insert(name, value.clone());
    }
    if let Ok(name) = HeaderValue::from_str(&format!("inline; filename=\"{label}.pdf\"")) {
        out.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
