//! Whether the server lives and can commit, and what it can do.

use crate::app::App;
use crate::readiness::NotReady;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use icabinet_models::ids::Text;
use serde::Serialize;
use std::sync::Arc;

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

pub(super) async fn server(State(app): State<Arc<App>>) -> Json<Server> {
    let demo = app.demo.as_ref().map(|demo| DemoSignIns {
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
