//! Meetings: list, creation, snapshot, commands without a socket.

use super::blobs::may_name;
use super::error::{ApiError, Body};
use super::viewer::{InMeeting, Organiser, Somebody};
use crate::app::App;
use crate::room::Rooms;
use crate::room::Shot;
use crate::store::{Cursor, Store};
use axum::Json;
use axum::extract::{Query, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use icabinet_models::ids::{CommandId, MeetingId, PersonId, Time};
use icabinet_models::meeting::{ParticipantsCommand, PreparationCommand};
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::{
    Answer, ErrorCode, LARGEST_CLIENT_FRAME, Mine, OLDEST_PROTOCOL, PROTOCOL,
};
use icabinet_models::{Actor, Command};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// Meetings in one answer.
const MOST_LISTED: usize = 200;

/// `?after=CURSOR`: what the link to the next page says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    after: Option<String>,
}

pub(super) async fn list(
    Somebody { account, only }: Somebody,
    State(app): State<Arc<App>>,
    Query(page): Query<Page>,
) -> Result<Response, ApiError> {
    let after: Option<Cursor> = match &page.after {
        Some(after) => Some(after.parse().map_err(|()| ErrorCode::Malformed)?),
        None => None,
    };
    app.rooms.catch_up_lists().await?;
    let (person, one) = (&account.person, only.as_ref());
    let mut listed = app.store.meetings_of(person, one, after.as_ref(), MOST_LISTED).await?;
    // An invitation opens no desk, whatever office its person has got since.
    if only.is_some() {
        listed.rows.retain(|one| one.class != ViewerClass::Staff);
    }
    let mut response = Json(listed.rows).into_response();
    if let Some(next) = listed.next
        && let Ok(link) = format!("</api/meetings?after={next}>; rel=\"next\"").parse()
    {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    /// The client's own UUID: the meeting's identifier and the command's.
    id: CommandId,
    command: Command,
}

#[derive(Serialize)]
pub(super) struct Created {
    meeting: MeetingId,
    answer: Answer,
}

pub(super) async fn create(
    Organiser(account): Organiser,
    State(rooms): State<Rooms>,
    Body(given): Body<Create>,
) -> Result<Json<Created>, ApiError> {
    if uuid::Uuid::try_parse(given.id.as_str()).is_err() {
        return Err(ErrorCode::Malformed.into());
    }
    if !matches!(given.command, Command::Preparation(PreparationCommand::CreateMeeting { .. })) {
        return Err(ErrorCode::Malformed.into());
    }
    let meeting = MeetingId::from(given.id.as_str().to_lowercase());
    let room = rooms.new_room(&meeting).await?;
    room.admit(&account.person, ViewerClass::Staff, 0)?;
    let actor = Actor::Organiser(account.person);
    let answer = room.submit(actor, given.id, given.command).await?;
    Ok(Json(Created { meeting, answer }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct View {
    view: Option<String>,
    protocol: Option<u32>,
}

/// Whether this server speaks a client's version of the protocol; one that names none has the first.
///
/// # Errors
/// `page_outdated` for one that is too old; `unavailable` for one that is newer than this node, which
/// is being upgraded: another node speaks it.
pub fn spoken(protocol: Option<u32>) -> Result<(), ErrorCode> {
    match protocol.unwrap_or(1) {
        old if old < OLDEST_PROTOCOL => Err(ErrorCode::PageOutdated),
        new if new > PROTOCOL => Err(ErrorCode::Unavailable),
        _ => Ok(()),
    }
}

pub(super) async fn snapshot(
    viewer: InMeeting,
    State(store): State<Store>,
    Query(view): Query<View>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    spoken(view.protocol)?;
    let class = viewer.view(view.view.as_deref())?;
    let person = viewer.person.clone().filter(|_| class == viewer.class);
    let Shot { view, mine } = viewer.room.snapshot(class, person.clone()).await?;
    // One's own ballots are part of the answer, so they are part of the tag.
    let own = icabinet_models::ids::Digest::of(&icabinet_models::canonical::bytes(&mine));
    let epoch = store.epoch();
    let tag = format!("\"{epoch}-{}-{class:?}-{}\"", view.position, own.short(1));
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((axum::http::StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    let snapshot = Snapshot {
        protocol: PROTOCOL,
        epoch,
        class,
        person,
        position: view.position,
        server_time: crate::clock::now(),
        meeting: &view.meeting,
        mine,
    };
    Ok(([(ETAG, tag)], Json(snapshot)).into_response())
}

/// `wire::Snapshot` with the meeting as it was encoded for the whole class.
#[derive(Serialize)]
struct Snapshot<'a> {
    protocol: u32,
    epoch: &'a str,
    class: ViewerClass,
    person: Option<PersonId>,
    position: u64,
    server_time: Time,
    meeting: &'a RawValue,
    mine: Mine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Send {
    id: CommandId,
    command: Command,
}

/// Longest command but for a list of people, in bytes: as over the socket.
const LONGEST: usize = LARGEST_CLIENT_FRAME;
/// Longest list of people, a thousand of them, in bytes.
const LONGEST_LIST: usize = 2 << 20;

/// Bytes that are heard to their end: a browser hears no answer before all is sent.
const HEARD: usize = 16 << 20;

/// A command as it came: counted before it is read, and a list of people only from the office.
async fn read(viewer: &InMeeting, request: Request) -> Result<Send, ApiError> {
    let person = viewer.somebody()?;
    let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|media| {
        media.to_str().is_ok_and(|media| media.split(';').next() == Some("application/json"))
    });
    if !is_json {
        return Err(ErrorCode::WrongMedia.into());
    }
    let longest = if viewer.class == ViewerClass::Staff { LONGEST_LIST } else { LONGEST };
    let (mut bytes, mut chunks) = (Vec::new(), request.into_body().into_data_stream());
    let mut heard = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ErrorCode::Malformed)?;
        heard += chunk.len();
        if heard <= longest {
            bytes.extend_from_slice(&chunk);
        } else if heard > HEARD {
            break;
        }
    }
    if heard > longest {
        return Err(ErrorCode::TooLarge.into());
    }
    viewer.room.admit(person, viewer.class, bytes.len())?;
    let given: Send = serde_json::from_slice(&bytes).map_err(|_| ErrorCode::Malformed)?;
    if bytes.len() > LONGEST
        && !matches!(
            given.command,
            Command::Participants(ParticipantsCommand::AddParticipants { .. })
        )
    {
        return Err(ErrorCode::TooLarge.into());
    }
    Ok(given)
}

pub(super) async fn command(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Json<Answer>, ApiError> {
    let given = read(&viewer, request).await?;
    let person = viewer.somebody()?.clone();
    if !given.id.is_well_formed() {
        return Err(ErrorCode::Malformed.into());
    }
    if super::ws::is_for_the_server(&given.command) {
        return Err(ErrorCode::NotAllowed.into());
    }
    if let Err(answer) = may_name(&app, viewer.room.id(), &given.command).await {
        return Ok(Json(answer));
    }
    Ok(Json(viewer.room.submit(Actor::Person(person), given.id, given.command).await?))
}
