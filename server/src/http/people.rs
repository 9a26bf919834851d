//! Lists of people that a secretary looks at before anybody is added. Never here: what a list means,
//! adding (`add_participants`).

use super::error::ApiError;
use super::viewer::InMeeting;
use crate::app::App;
use crate::jobs::JobError;
use crate::people::{self, Around, Asked, LARGEST};
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use futures_util::StreamExt as _;
use icabinet_models::lists::{Meaning, Preview};
use icabinet_models::participants::Part;
use icabinet_models::wire::ErrorCode;
use serde::Deserialize;
use std::sync::Arc;

/// Bytes beyond [`LARGEST`] that are still heard to their end: a browser hears no answer before all is
/// sent.
const HEARD: usize = 256 << 20;

/// The secretary's choices, in the address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choices {
    tab: Option<String>,
    header: Option<u32>,
    /// Meanings of the columns from the first on, separated by commas; nothing for one that is not
    /// read.
    columns: Option<String>,
    /// The part of who has none in the list: `member` or `guest`.
    role: Option<String>,
}

impl Choices {
    fn asked(self) -> Result<Asked, ErrorCode> {
        let meaning = |tag: &str| match tag {
            "" => Ok(None),
            tag => Meaning::of_tag(tag).map(Some).ok_or(ErrorCode::Malformed),
        };
        let columns = self.columns.map(|all| all.split(',').map(meaning).collect()).transpose()?;
        let part = match self.role.as_deref().map(Part::named) {
            None => None,
            Some(Some(part @ (Part::Member | Part::Guest))) => Some(part),
            Some(_) => return Err(ErrorCode::Malformed),
        };
        Ok(Asked { tab: self.tab, header: self.header, columns, part })
    }
}

/// What would come of a list; nothing is added.
pub(super) async fn preview(
    viewer: InMeeting,
    State(app): State<Arc<App>>,
    choices: Result<Query<Choices>, QueryRejection>,
    body: Body,
) -> Result<Json<Preview>, ApiError> {
    let person = viewer.staff()?.clone();
    let Query(choices) = choices.map_err(|_| ErrorCode::Malformed)?;
    let asked = choices.asked()?;
    let look = move |meeting: &icabinet_models::Meeting| {
        meeting.is_secretary(&person).then(|| Around::of(meeting))
    };
    let mut around = viewer.room.look(look).await?.ok_or(ErrorCode::NotAllowed)?;
    let accounts = app.store.accounts_of_the_organisation().await?;
    around.reserved = accounts.iter().map(|one| one.person.as_str().to_owned()).collect();
    // Who may not read the list of accounts is told nothing of it by way of names.
    let reader = viewer.person.as_ref();
    let may_read = accounts.iter().any(|one| Some(&one.person) == reader && one.organiser);
    around.accounts = if may_read { accounts } else { Vec::new() };
    let bytes = taken(body).await?;
    let read = people::read(&app, &bytes, asked.tab.clone()).await.map_err(failed)?;
    let judged = tokio::task::spawn_blocking(move || people::preview(read, &asked, &around));
    match judged.await {
        Ok(preview) => Ok(Json(preview)),
        Err(error) => Err(ApiError::logged(ErrorCode::Internal, &error)),
    }
}

/// The bytes of a list.
async fn taken(body: Body) -> Result<Vec<u8>, ApiError> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut heard) = (Vec::new(), 0_usize);
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| ErrorCode::Malformed)?;
        heard = heard.saturating_add(piece.len());
        if heard > HEARD {
            break;
        }
        if heard <= LARGEST {
            bytes.extend_from_slice(&piece);
        } else {
            bytes = Vec::new();
        }
    }
    if heard > LARGEST { Err(ErrorCode::TooLarge.into()) } else { Ok(bytes) }
}

fn failed(error: JobError) -> ApiError {
    ApiError::logged(ErrorCode::Internal, &error)
}
