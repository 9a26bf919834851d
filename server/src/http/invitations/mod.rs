//! Invitations to a meeting: making, counting and revoking them. The tokens are shown once, to the
//! office that hands them out. Never here: using one (`session`).

mod cards;

use super::error::{ApiError, Body};
use super::public::{Language, style_address};
use super::viewer::InMeeting;
use crate::app::App;
use crate::auth::{new_token, token_digest};
use crate::store::{Invitation, Store};
use axum::Json;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST};
use axum::response::{IntoResponse, Response};
use cards::Occasion;
use icabinet_models::Meeting;
use icabinet_models::ids::{MeetingId, PersonId, Time};
use icabinet_models::participants::Participant;
use icabinet_models::text::same;
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::ErrorCode;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

/// How long an invitation is good after the meeting's planned time, in milliseconds: three days.
const GOOD_FOR_MS: i64 = 3 * 24 * 3_600_000;

/// Most cards of one page: a browser still prints it.
const MOST_CARDS: usize = 2_000;

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

/// Secretaries only: an invitation is a way to be somebody. Who it is.
async fn secretary(viewer: &InMeeting) -> Result<PersonId, ApiError> {
    let person = viewer.staff()?.clone();
    let asked = person.clone();
    match viewer.room.look(move |meeting| meeting.is_secretary(&asked)).await? {
        true => Ok(person),
        false => Err(ErrorCode::NotAllowed.into()),
    }
}

/// Whoever holds an office is never invited: an invitation is a way to be him.
fn invited(meeting: &Meeting, whom: Option<Vec<PersonId>>) -> Result<Vec<Participant>, ErrorCode> {
    let plain = |row: &Participant| row.office.is_none() && !meeting.is_chair(&row.person);
    match whom {
        None => Ok(meeting.people.values().filter(|row| plain(row)).cloned().collect()),
        Some(people) => people
            .iter()
            .map(|person| match meeting.people.get(person) {
                Some(row) if plain(row) => Ok(row.clone()),
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
    let by = secretary(&viewer).await?;
    let everyone = whom.people.is_none();
    let look = move |meeting: &Meeting| {
        let rows = invited(meeting, whom.people);
        rows.map(|rows| (rows, meeting.particulars.scheduled))
    };
    let (mut rows, scheduled) = viewer.room.look(look).await??;
    let own = with_password(&app, &rows).await?;
    if !everyone && !own.is_empty() {
        return Err(ErrorCode::NotAllowed.into());
    }
    rows.retain(|row| !own.contains(&row.person));
    Ok(Json(make(&app, (viewer.room.id(), &by), &rows, scheduled).await?))
}

/// Nobody becomes, by a link that somebody else hands out, a person with a password of his own.
async fn with_password(app: &App, rows: &[Participant]) -> Result<HashSet<PersonId>, ApiError> {
    let people: Vec<PersonId> = rows.iter().map(|row| row.person.clone()).collect();
    Ok(app.store.with_password(&people).await?.into_iter().collect())
}

/// Makes an invitation for each, for what he is now: it opens no more when he has become more.
async fn make(
    app: &App,
    (meeting, by): (&MeetingId, &PersonId),
    rows: &[Participant],
    scheduled: Time,
) -> Result<Vec<Made>, ApiError> {
    let now = crate::clock::now();
    let expires = Time(scheduled.0.max(now.0)).plus_ms(GOOD_FOR_MS);
    let tokens: Vec<String> = rows.iter().map(|_| new_token()).collect();
    let invitations: Vec<(Invitation, &Participant)> = rows
        .iter()
        .zip(&tokens)
        .map(|(row, token)| {
            let class = if row.is_member() { ViewerClass::Member } else { ViewerClass::Guest };
            (Invitation { token: token_digest(token), person: row.person.clone(), class }, row)
        })
        .collect();
    app.store.put_invitations((meeting, by), &invitations, now, expires).await?;
    let made = rows.iter().zip(tokens).map(|(row, token)| Made {
        person: row.person.clone(),
        name: row.name.clone(),
        venue: row.venue.clone(),
        token,
    });
    Ok(made.collect())
}

/// How invitations are handed out.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Shape {
    /// A page of cards to print.
    Cards,
    /// A table to send them from.
    Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    shape: Shape,
    /// Only who sits there; blank for everybody.
    #[serde(default)]
    venue: String,
    lang: Option<String>,
}

/// Invitations in a form that is handed out, for everyone invited who has not arrived yet. The answer
/// is a page of its own, also where there is nothing to hand out.
pub(super) async fn hand_out(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(order): Form<Order>,
) -> Result<Response, ApiError> {
    let by = secretary(&viewer).await?;
    let Order { shape, venue, lang } = order;
    let look = move |meeting: &Meeting| {
        let there = |own: &str| same(own, &venue);
        let here = |row: &Participant| venue.is_empty() || row.venue.as_deref().is_some_and(there);
        let rows = invited(meeting, None)?;
        Ok::<_, ErrorCode>((
            rows.into_iter().filter(here).collect::<Vec<_>>(),
            meeting.particulars.clone(),
        ))
    };
    let (mut rows, particulars) = viewer.room.look(look).await??;
    let own = with_password(&app, &rows).await?;
    let arrived = app.store.arrived(viewer.room.id()).await?;
    let arrived: HashSet<PersonId> = arrived.into_iter().collect();
    rows.retain(|row| !own.contains(&row.person) && !arrived.contains(&row.person));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let base = app.config.public_address.clone().unwrap_or_else(|| format!("http://{host}"));
    let occasion = Occasion {
        particulars: &particulars,
        language: Language::asked(lang.as_deref()),
        base: &base,
        style: style_address(),
    };
    if rows.is_empty() {
        return Ok(page(occasion.sentence(
            "Không còn ai cần giấy mời: mọi người đã vào, hoặc vào bằng mật khẩu của mình. Không có gì thay đổi.",
            "Nobody needs an invitation: everyone has arrived, or signs in with a password. Nothing was changed.",
        )));
    }
    if shape == Shape::Cards && rows.len() > MOST_CARDS {
        return Ok(page(occasion.sentence(
            "Quá nhiều giấy mời cho một lần in (hơn 2.000). Hãy chọn từng điểm cầu. Không có gì thay đổi.",
            "Too many cards to print in one go (more than 2,000). Choose one venue after the other. Nothing was changed.",
        )));
    }
    let made = make(&app, (viewer.room.id(), &by), &rows, particulars.scheduled).await?;
    Ok(match shape {
        Shape::Cards => page(occasion.cards(&made)),
        Shape::Table => {
            let name = "attachment; filename=\"giay-moi.csv\"";
            let head = [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, name)];
            (head, occasion.table(&made)).into_response()
        }
    })
}

fn page(html: String) -> Response {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

pub(super) async fn count(
    viewer: InMeeting,
    State(store): State<Store>,
) -> Result<Json<Counts>, ApiError> {
    secretary(&viewer).await?;
    let (invited, used) = store.count_invitations(viewer.room.id()).await?;
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
    if !whom.people.iter().all(PersonId::is_well_formed) {
        return Err(ErrorCode::Malformed.into());
    }
    let now = crate::clock::now();
    let ended = app.store.revoke_invitations(viewer.room.id(), &whom.people, now).await?;
    for token in &ended {
        app.session_ended(token);
    }
    let (invited, used) = app.store.count_invitations(viewer.room.id()).await?;
    Ok(Json(Counts { invited, used }))
}
