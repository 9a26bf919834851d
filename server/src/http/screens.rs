//! Links for the machines at projectors: making, listing and revoking them. The tokens are shown
//! once. Never here: using one (`session`).

use super::error::{ApiError, Body};
use super::viewer::InMeeting;
use crate::app::App;
use crate::auth::{new_token, token_digest};
use crate::http::Web;
use crate::store::{ScreenRow, Store};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use icabinet_models::ids::{Digest, MeetingId, PersonId, Time};
use icabinet_models::wire::ErrorCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How long a screen is good after the meeting's planned end, in milliseconds: a day.
const AFTER_THE_END_MS: i64 = 24 * 3_600_000;
/// And at least, from now: a meeting that is planned for long ago, or runs for days.
const AT_LEAST_MS: i64 = 7 * 24 * 3_600_000;
/// Most screens of a meeting that are good at the same time.
const MOST: usize = 64;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/meetings/{meeting}/screens", post(make).get(list).delete(revoke))
}

#[derive(Serialize)]
struct Made {
    address: String,
    expires: Time,
}

#[derive(Serialize)]
struct Row {
    /// Names the screen, and opens nothing.
    id: String,
    made_by: Option<PersonId>,
    created: Time,
    expires: Time,
}

/// Half of the token's digest: enough to tell a meeting's screens apart.
fn id(token: &Digest) -> String {
    token.hex()[..32].to_owned()
}

async fn make(viewer: InMeeting, State(store): State<Store>) -> Result<Json<Made>, ApiError> {
    let by = viewer.staff()?.clone();
    let now = crate::clock::now();
    let meeting = viewer.room.id().clone();
    if store.screens(&meeting, now).await?.len() >= MOST {
        return Err(ErrorCode::Conflict.into());
    }
    let planned = viewer.room.look(|meeting| {
        let length = i64::from(meeting.particulars.minutes_planned).saturating_mul(60_000);
        meeting.particulars.scheduled.0.saturating_add(length)
    });
    let token = new_token();
    let after = planned.await?.saturating_add(AFTER_THE_END_MS);
    let expires = Time(after.max(now.plus_ms(AT_LEAST_MS).0));
    let row = ScreenRow {
        token: token_digest(&token),
        meeting: meeting.clone(),
        made_by: Some(by),
        created: now,
        expires,
    };
    store.put_screen(&row).await?;
    Ok(Json(Made { address: format!("/screen/{meeting}#{token}"), expires }))
}

async fn rows(app: &App, meeting: &MeetingId) -> Result<Json<Vec<Row>>, ApiError> {
    let screens = app.store.screens(meeting, crate::clock::now()).await?;
    let rows = screens.into_iter().map(|screen| Row {
        id: id(&screen.token),
        made_by: screen.made_by,
        created: screen.created,
        expires: screen.expires,
    });
    Ok(Json(rows.collect()))
}

async fn list(viewer: InMeeting, State(app): State<Arc<App>>) -> Result<Json<Vec<Row>>, ApiError> {
    viewer.staff()?;
    rows(&app, viewer.room.id()).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    /// `null` for all of them.
    screens: Option<Vec<String>>,
}

async fn revoke(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    Body(which): Body<Which>,
) -> Result<Json<Vec<Row>>, ApiError> {
    viewer.staff()?;
    let (meeting, now) = (viewer.room.id(), crate::clock::now());
    let good = app.store.screens(meeting, now).await?.into_iter().map(|screen| screen.token);
    let chosen =
        |token: &Digest| which.screens.as_ref().is_none_or(|screens| screens.contains(&id(token)));
    let tokens: Vec<Digest> = good.filter(chosen).collect();
    for ended in app.store.revoke_screens(meeting, &tokens, now).await? {
        app.session_ended(&ended);
    }
    rows(&app, meeting).await
}
