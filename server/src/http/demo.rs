//! The demo's simulated members, switched on and off by the desk. Not found on a real server.

use super::error::{ApiError, Body};
use super::viewer::InMeeting;
use crate::app::App;
use crate::demo::Demo;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use icabinet_models::wire::ErrorCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    on: bool,
}

pub(super) async fn simulation(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    State(demo): State<Option<Arc<Demo>>>,
    Body(given): Body<Switch>,
) -> Result<StatusCode, ApiError> {
    viewer.staff()?;
    let demo = demo.ok_or(ErrorCode::NotFound)?;
    demo.simulate(&app, viewer.room, given.on);
    Ok(StatusCode::NO_CONTENT)
}

/// Whether they are on.
pub(super) async fn is_simulating(
    viewer: InMeeting,
    State(demo): State<Option<Arc<Demo>>>,
) -> Result<Json<Switch>, ApiError> {
    viewer.staff()?;
    let demo = demo.ok_or(ErrorCode::NotFound)?;
    Ok(Json(Switch { on: demo.is_simulating() }))
}
