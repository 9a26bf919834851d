//! What every request keeps to, whoever sends it: how long its body may be and how slowly it may come;
//! and what is left when a page fails half-way. Never here: what one person may send (`room::budgets`),
//! how many connections there may be (`connections`).

use super::error::ApiError;
use super::viewer::{Session, token_in};
use crate::app::App;
use crate::auth::judged;
use crate::connections::Connection;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use hyper::body::{Frame, SizeHint};
use icabinet_models::ids::Digest;
use icabinet_models::wire::ErrorCode;
use std::any::Any;
use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Longest body of a request that needs no session, or changes it, in bytes.
const OF_A_STRANGER: usize = 4 << 10;
/// Longest JSON body of any other, in bytes.
const USUAL: usize = 64 << 10;
/// A list of whom to invite: some ten thousand identifiers.
const OF_NAMES: usize = 1 << 20;
/// A new meeting with a list of some ten thousand participants.
const OF_PEOPLE: usize = 16 << 20;

/// How long the first bytes of a body may take, and how long it may stand still.
const GRACE: Duration = Duration::from_secs(20);
/// Bytes a second that a body comes with at least, once it has begun.
const SLOWEST: u64 = 4 << 10;

/// Gives every body its bounds. A route that takes longer ones, or streams, says so itself.
pub(super) fn bounded(mut request: Request) -> Request {
    DefaultBodyLimit::max(longest(request.uri().path())).apply(&mut request);
    if !request.body().is_end_stream() {
        request = request.map(|body| Body::new(Paced::of(body)));
    }
    request
}

fn longest(path: &str) -> usize {
    let Some(path) = path.strip_prefix("/api/") else { return OF_A_STRANGER };
    match path {
        "meetings" => OF_PEOPLE,
        _ if path.starts_with("session") || path.starts_with("me/") => OF_A_STRANGER,
        _ if path.ends_with("/invitations") => OF_NAMES,
        _ => USUAL,
    }
}

/// A body that has to come on. A fast one earns no right to stand still.
struct Paced {
    body: Body,
    began: Instant,
    received: u64,
    /// Since nothing came.
    waiting: Option<Instant>,
    timer: Pin<Box<Sleep>>,
}

impl Paced {
    fn of(body: Body) -> Self {
        let began = Instant::now();
        let timer = Box::pin(sleep_until(began + GRACE));
        Self { body, began, received: 0, waiting: None, timer }
    }
}

/// Until when more has to come of a body that has waited since then.
fn deadline(began: Instant, received: u64, waiting: Instant) -> Instant {
    let whole = began + GRACE + Duration::from_secs(received / SLOWEST);
    whole.min(waiting + GRACE)
}

impl hyper::body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.waiting = None;
            let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
            this.received += bytes.map_or(0, |bytes| bytes.len() as u64);
            return Poll::Ready(frame);
        }
        if this.waiting.is_none() {
            let now = Instant::now();
            this.waiting = Some(now);
            this.timer.as_mut().reset(deadline(this.began, this.received, now));
        }
        ready!(this.timer.as_mut().poll(context));
        let late = Error::new(ErrorKind::TimedOut, "a body stood still");
        Poll::Ready(Some(Err(axum::Error::new(late))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Answers a request, and tells its connection that somebody speaks over it, and whether they have
/// signed in. Whose session it is goes along with the request: nobody looks it up a second time.
pub(super) async fn known<Answered: Future<Output = Response>>(
    app: &App,
    mut request: Request,
    answer: impl FnOnce(Request) -> Answered,
) -> Response {
    let Some(line) = request.extensions().get::<Connection>().cloned() else {
        return answer(request).await;
    };
    line.heard(std::time::Instant::now());
    let token = token_in(request.headers(), app.config.is_secure());
    let token = token.and_then(|token| judged::token(&token));
    let session = |token: Digest| {
        let (principal, expires) = app.sessions.get(&token, crate::clock::now())?;
        Some(Session { principal, token, expires })
    };
    if let Some(session) = token.and_then(session) {
        line.signed_in(&session.token);
        request.extensions_mut().insert(session);
        return answer(request).await;
    }
    let response = answer(request).await;
    // It may have been asked for just now.
    if let Some(session) = token.and_then(session) {
        line.signed_in(&session.token);
    }
    response
}

/// The answer to a request whose page failed half-way: the connection and everybody else go on.
pub(super) fn caught(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    ApiError::logged(ErrorCode::Internal, &text.unwrap_or("a panic")).into_response()
}

/// Whoever signs out leaves no paper in the browser's cache. What the page itself keeps stays: keys, and
/// sound that is not stored yet.
pub(super) async fn cleared(mut response: Response) -> Response {
    if response.status().is_success() {
        let name = HeaderName::from_static("clear-site-data");
        response.headers_mut().insert(name, HeaderValue::from_static("\"cache\""));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{GRACE, Paced, caught, deadline, longest};
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::routing::get;
    use icabinet_models::wire::{ErrorBody, ErrorCode};
    use std::time::Duration;
    use tokio::time::Instant;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    #[test]
    fn a_body_that_stands_still_or_drips_ends_and_a_slow_one_comes_through() {
        let (began, second) = (Instant::now(), Duration::from_secs(1));
        assert_eq!(deadline(began, 0, began), began + GRACE, "nothing came");
        let late = |passed: &u32| {
            let now = began + second * *passed;
            deadline(began, u64::from(*passed), now) <= now
        };
        assert_eq!((0..60).find(late), Some(20), "a byte a second");
        // What came fast at first is no credit for standing still.
        assert_eq!(deadline(began, 64 << 20, began + second), began + second + GRACE);
        // 10 KB a second, for ten minutes.
        for passed in 0..600 {
            let waiting = began + second * passed;
            assert_eq!(deadline(began, u64::from(passed) * 10_240, waiting), waiting + GRACE);
        }
    }

    #[tokio::test]
    async fn what_comes_through_is_whole() {
        let body = Body::from(vec![b'x'; 100_000]);
        let read = to_bytes(Body::new(Paced::of(body)), usize::MAX).await.unwrap();
        assert_eq!(read.len(), 100_000);
    }

    #[tokio::test]
    async fn a_page_that_panics_is_answered_and_the_others_go_on() {
        async fn fails() -> StatusCode {
            panic!("half-way")
        }
        let routes = Router::new().route("/fails", get(fails)).route("/works", get(async || "ok"));
        let routes = routes.layer(CatchPanicLayer::custom(caught));
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = routes.clone().oneshot(request).await.unwrap();
            (answer.status(), to_bytes(answer.into_body(), 1 << 16).await.unwrap())
        };
        let (status, body) = ask("/fails").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let body: ErrorBody = serde_json::from_slice(&body).unwrap();
        assert_eq!(body.error.code, ErrorCode::Internal);
        assert!(body.error.reference.is_some());
        assert_eq!(ask("/works").await.0, StatusCode::OK);
    }

    #[test]
    fn a_strangers_body_is_short_and_only_lists_are_long() {
        for (path, most) in [
            ("/api/session", 4 << 10),
            ("/api/session/invitation", 4 << 10),
            ("/api/me/password", 4 << 10),
            ("/public/meetings/m", 4 << 10),
            ("/", 4 << 10),
            ("/api/keys", 64 << 10),
            ("/api/meetings/m/signings", 64 << 10),
            ("/api/meetings/m/invitations", 1 << 20),
            ("/api/meetings", 16 << 20),
        ] {
            assert_eq!(longest(path), most, "{path}");
        }
    }
}
