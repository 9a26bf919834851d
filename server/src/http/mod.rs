//! Routes, and what every answer carries. The right a route needs stands beside it, as the type
//! of its first argument. Never here: SQL, rules.

mod address;
mod assets;
mod blobs;
mod demo;
mod error;
mod health;
mod invitations;
mod keys;
mod limits;
mod meetings;
mod people;
mod public;
mod record;
mod screens;
mod session;
mod signings;
mod viewer;
mod ws;

pub use assets::{EmbeddedFile, Frontend};
pub use blobs::may_name;
pub use error::ApiError;
pub use health::{metrics, ready_or_why};
pub use meetings::spoken;
pub use viewer::{InMeeting, Session};

use crate::app::App;
use crate::demo::Demo;
use crate::room::Rooms;
use crate::sound::Sounds;
use crate::store::Store;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use icabinet_models::wire::ErrorCode;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;

/// Only our own code and pictures; `wasm-unsafe-eval` is what running wasm needs.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; media-src 'self' blob:; \
    manifest-src 'self'; worker-src 'self'; frame-src 'self' blob:; object-src 'none'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What routes are served with; a handler takes the part it needs.
#[derive(Clone, Debug)]
pub struct Web {
    pub app: Arc<App>,
    /// What tablets load.
    pub frontend: Frontend,
    /// The demo's simulated members, where this server is a demo.
    pub demo: Option<Arc<Demo>>,
}

impl FromRef<Web> for Arc<App> {
    fn from_ref(web: &Web) -> Self {
        Arc::clone(&web.app)
    }
}

impl FromRef<Web> for Store {
    fn from_ref(web: &Web) -> Self {
        web.app.store.clone()
    }
}

impl FromRef<Web> for Rooms {
    fn from_ref(web: &Web) -> Self {
        web.app.rooms.clone()
    }
}

impl FromRef<Web> for Sounds {
    fn from_ref(web: &Web) -> Self {
        web.app.sounds.clone()
    }
}

impl FromRef<Web> for Frontend {
    fn from_ref(web: &Web) -> Self {
        web.frontend
    }
}

impl FromRef<Web> for Option<Arc<Demo>> {
    fn from_ref(web: &Web) -> Self {
        web.demo.clone()
    }
}

/// All routes.
pub fn router(web: Web) -> Router {
    let app = Arc::clone(&web.app);
    let api = Router::new()
        .merge(session::routes())
        .route("/server", get(health::server))
        .route("/meetings", get(meetings::list).post(meetings::create))
        .route("/meetings/{meeting}/snapshot", get(meetings::snapshot))
        .route("/meetings/{meeting}/commands", post(meetings::command))
        .route("/meetings/{meeting}/live", get(ws::live))
        .merge(screens::routes())
        .route(
            "/meetings/{meeting}/invitations",
            get(invitations::count).post(invitations::invite).delete(invitations::revoke),
        )
        .route("/meetings/{meeting}/invitations/handout", post(invitations::hand_out))
        .route("/meetings/{meeting}/simulation", post(demo::simulation).get(demo::is_simulating))
        .route("/meetings/{meeting}/blobs/{digest}", get(blobs::fetch))
        .route("/meetings/{meeting}/record.zip", get(record::export))
        .route("/meetings/{meeting}/recordings/{recording}/sound", get(ws::sound))
        .route("/meetings/{meeting}/recordings/{recording}/sound.wav", get(blobs::sound))
        .route("/meetings/{meeting}/signings", post(signings::prepare))
        .route(
            "/meetings/{meeting}/signings/{document}",
            get(signings::document).post(signings::sign),
        )
        .route("/keys", get(keys::all).post(keys::enrol))
        .route("/keys/mine", get(keys::mine))
        .route("/keys/{key}/confirm", post(keys::confirm))
        .route("/keys/{key}/revoke", post(keys::revoke))
        .route("/trust", get(keys::trust));
    let uploads = Router::new()
        .route("/meetings/{meeting}/uploads", post(blobs::upload))
        .route("/meetings/{meeting}/people/preview", post(people::preview))
        .layer(DefaultBodyLimit::disable());
    Router::new()
        .nest("/api", api.merge(uploads).fallback(not_found))
        .nest("/public", public::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(assets::serve)
        .layer(CatchPanicLayer::custom(limits::caught))
        .layer(middleware::from_fn_with_state(app, every))
        .layer(tower_http::trace::TraceLayer::new_for_http())
        .with_state(web)
}

async fn not_found() -> ApiError {
    ErrorCode::NotFound.into()
}

/// What holds for every request and its answer. One layer: each of them is copied for each request.
async fn every(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let answer = async |request: Request| {
        if is_foreign(&app, &request) {
            return ApiError::from(ErrorCode::ForeignOrigin).into_response();
        }
        next.run(limits::bounded(request)).await
    };
    guarded(limits::known(&app, request, answer).await)
}

/// Whether a foreign page sends it: every change and every socket names its origin.
fn is_foreign(app: &App, request: &Request) -> bool {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let socket = request.headers().contains_key(header::UPGRADE);
    (changes || socket) && !is_own(app, request)
}

/// A browser always sends `Origin` here; a program that sends none has no ambient cookies.
fn is_own(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    match &app.config.public_address {
        Some(address) => origin == address,
        None => headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .is_some_and(|host| origin.strip_prefix("http://") == Some(host)),
    }
}

/// An answer with what browsers keep to.
fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    let features = "camera=(), geolocation=(), microphone=(self), screen-wake-lock=(self)";
    headers.insert("permissions-policy", HeaderValue::from_static(features));
    response
}
