//! Invitations to a meeting: making, counting and revoking them. The tokens are shown once, to the
//! office that hands them out. Never here: using one (`session`).

use super::error::{ApiError, Body};
use super::viewer::InMeeting;
use crate::app::App;
use crate::auth::{new_token, token_digest};
use crate::store::Invitation;
use axum::Json;
use axum::extract::State;
use icabinet_models::Meeting;
use icabinet_models::ids::{PersonId, Time};
use icabinet_models::people::Participant;
use icabinet_models::wire::ErrorCode;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

/// How long an invitation is good after the meeting's planned time, in milliseconds: three days.
const GOOD_FOR_MS: i64 = 3 * 24 * 3_600_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whom {
    /// `null` for everyone who holds no office and has no password.
    people: Option<Vec<PersonId>>,
}

#[derive(Serialize)]
pub(super) struct Made {
    person: PersonId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: Option<String>,
    /// What goes into the link: `/join#TOKEN`.
    token: String,
}

#[derive(Serialize)]
pub(super) struct Counts {
    invited: i64,
    used: i64,
}

/// Secretaries only: an invitation is a way to be somebody.
async fn secretary(viewer: &InMeeting) -> Result<(), ApiError> {
    let person = viewer.staff()?.clone();
    match viewer.room.look(move |meeting| meeting.is_secretary(&person)).await? {
        true => Ok(()),
        false => Err(ErrorCode::NotAllowed.into()),
    }
}

/// Whoever holds an office is never invited: an invitation is a way to be him.
fn invited(meeting: &Meeting, whom: Option<Vec<PersonId>>) -> Result<Vec<Participant>, ErrorCode> {
    match whom {
        None => Ok(meeting.people.values().filter(|row| row.office.is_none()).cloned().collect()),
        Some(people) => people
            .iter()
            .map(|person| match meeting.people.get(person) {
                Some(row) if row.office.is_none() => Ok(row.clone()),
                Some(_) => Err(ErrorCode::NotAllowed),
                None => Err(ErrorCode::NotFound),
            })
            .collect(),
    }
}

pub(super) async fn invite(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    Body(whom): Body<Whom>,
) -> Result<Json<Vec<Made>>, ApiError> {
    secretary(&viewer).await?;
    let everyone = whom.people.is_none();
    let look = move |meeting: &Meeting| {
        let rows = invited(meeting, whom.people);
        rows.map(|rows| (rows, meeting.particulars.scheduled))
    };
    let (mut rows, scheduled) = viewer.room.look(look).await??;
    // Nobody becomes, by a link that somebody else hands out, a person with a password of his own.
    let people: Vec<PersonId> = rows.iter().map(|row| row.person.clone()).collect();
    let own: HashSet<PersonId> = app.store.with_password(&people).await?.into_iter().collect();
    if !everyone && !own.is_empty() {
        return Err(ErrorCode::NotAllowed.into());
    }
    rows.retain(|row| !own.contains(&row.person));
    let now = crate::clock::now();
    let expires = Time(scheduled.0.max(now.0)).plus_ms(GOOD_FOR_MS);
    let tokens: Vec<String> = rows.iter().map(|_| new_token()).collect();
    let invitations: Vec<(Invitation, &Participant)> = rows
        .iter()
        .zip(&tokens)
        .map(|(row, token)| {
            (Invitation { token: token_digest(token), person: row.person.clone() }, row)
        })
        .collect();
    app.store.put_invitations(viewer.room.id(), &invitations, now, expires).await?;
    let made = rows.iter().zip(&tokens).map(|(row, token)| Made {
        person: row.person.clone(),
        name: row.name.clone(),
        venue: row.venue.clone(),
        token: token.clone(),
    });
    Ok(Json(made.collect()))
}

pub(super) async fn count(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
) -> Result<Json<Counts>, ApiError> {
    secretary(&viewer).await?;
    let (invited, used) = app.store.count_invitations(viewer.room.id()).await?;
    Ok(Json(Counts { invited, used }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhomNot {
    people: Vec<PersonId>,
}

pub(super) async fn revoke(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    Body(whom): Body<WhomNot>,
) -> Result<Json<Counts>, ApiError> {
    secretary(&viewer).await?;
    let now = crate::clock::now();
    let ended = app.store.revoke_invitations(viewer.room.id(), &whom.people, now).await?;
    for token in &ended {
        app.session_ended(token);
    }
    let (invited, used) = app.store.count_invitations(viewer.room.id()).await?;
    Ok(Json(Counts { invited, used }))
}
