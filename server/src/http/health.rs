//! Whether the server lives and can commit, what it can do, and its numbers for the operator.

use crate::app::App;
use crate::demo::Demo;
use crate::readiness::NotReady;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use icabinet_models::ids::Text;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// How long a reader of metrics waits for the database.
const SOON: Duration = Duration::from_millis(500);

pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// For a proxy: whether, and no more.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    match app.readiness.now(&app.store) {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
    }
}

/// For the operator, on the operator's address: also why not.
pub async fn ready_or_why(State(app): State<Arc<App>>) -> (StatusCode, String) {
    match app.readiness.now(&app.store) {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(NotReady(why)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

/// `GET /metrics`, on the operator's address.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    // Numbers are wanted most when the database is busy: then the queue's is the one from before.
    match tokio::time::timeout(SOON, app.store.open_jobs()).await {
        Ok(Ok(open)) => app.metrics.queue(open),
        Ok(Err(error)) => tracing::warn!(%error, "the queue can't be counted"),
        Err(_) => {}
    }
    match app.metrics.as_text() {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "metrics can't be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Serialize)]
pub(super) struct Server {
    version: &'static str,
    demo: Option<DemoSignIns>,
    speech: Option<Speech>,
}

#[derive(Serialize)]
struct DemoSignIns {
    password: String,
    logins: Vec<DemoLogin>,
}

#[derive(Serialize)]
struct DemoLogin {
    login: String,
    name: String,
    position: Text,
}

#[derive(Serialize)]
struct Speech {
    model: String,
    synthetic: bool,
}

pub(super) async fn server(
    State(app): State<Arc<App>>,
    State(demo): State<Option<Arc<Demo>>>,
) -> Json<Server> {
    let demo = demo.map(|demo| DemoSignIns {
        password: demo.password().to_owned(),
        logins: demo
            .sign_ins()
            .map(|account| DemoLogin {
                login: account.login.clone(),
                name: account.name.clone(),
                position: account.position.clone(),
            })
            .collect(),
    });
    let speech = crate::jobs::installed_model(&app.config.data)
        .map(|model| Speech { model: model.name, synthetic: model.synthetic });
    Json(Server { version: env!("CARGO_PKG_VERSION"), demo, speech })
}
