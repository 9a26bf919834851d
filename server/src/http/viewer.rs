//! Who asks: the session's cookie, and the class he has in a meeting. Identity never comes from
//! a body or a frame.

use super::error::ApiError;
use crate::app::App;
use crate::auth::judged;
use crate::room::{RoomHandle, Told};
use crate::store::{Account, Principal};
use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, USER_AGENT};
use axum::http::request::Parts;
use icabinet_models::ids::{Digest, MeetingId, PersonId, Time};
use icabinet_models::visibility::{self, ViewerClass};
use icabinet_models::wire::ErrorCode;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::watch;

/// The cookie's name: with the `__Host-` prefix wherever there is TLS.
pub fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-icabinet" } else { "icabinet" }
}

/// The cookie of a device that was signed in, named in the same way.
pub fn device_cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-icabinet-device" } else { "icabinet-device" }
}

/// The session's token in a request's cookies.
pub(super) fn token_in(headers: &HeaderMap, secure: bool) -> Option<String> {
    cookie_in(headers, cookie_name(secure))
}

/// A cookie of a request.
fn cookie_in(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// What a device says of itself: the digest of the secret that it got when somebody signed in on it,
/// and what it is.
#[derive(Clone, Debug)]
pub struct Device {
    pub secret: Option<Digest>,
    pub name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Device
where
    Arc<App>: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let app = Arc::<App>::from_ref(state);
        let secret = cookie_in(&parts.headers, device_cookie_name(app.config.is_secure()));
        let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self {
            secret: secret.and_then(|secret| judged::token(&secret)),
            name: judged::device_in(agent.unwrap_or_default()),
        })
    }
}

/// Whoever has a valid session.
#[derive(Clone, Debug)]
pub struct Session {
    pub principal: Principal,
    pub token: Digest,
    pub expires: Time,
}

impl<S: Send + Sync> FromRequestParts<S> for Session
where
    Arc<App>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let app = Arc::<App>::from_ref(state);
        if let Some(session) = parts.extensions.get::<Self>() {
            return Ok(session.clone());
        }
        let token = token_in(&parts.headers, app.config.is_secure());
        let token = token.and_then(|token| judged::token(&token)).ok_or(ErrorCode::NotSignedIn)?;
        let now = crate::clock::now();
        if let Some((principal, expires)) = app.sessions.get(&token, now) {
            return Ok(Self { principal, token, expires });
        }
        let mark = app.sessions.mark();
        let found = app.store.session(&token, now).await?;
        let (principal, expires) = found.ok_or(ErrorCode::NotSignedIn)?;
        app.sessions.keep(token, (principal.clone(), expires), mark);
        Ok(Self { principal, token, expires })
    }
}

/// A person who signed in with his password.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Account);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    Arc<App>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let app = Arc::<App>::from_ref(state);
        match Session::from_request_parts(parts, state).await?.principal {
            Principal::Person(person) => {
                let account = app.store.open_account(&person).await?;
                Ok(Self(account.ok_or(ErrorCode::NotSignedIn)?))
            }
            Principal::Invited { .. } | Principal::Screen(_) => Err(ErrorCode::NotAllowed.into()),
        }
    }
}

/// Whoever is himself here, also by an invitation: `only` is the meeting that it is for.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub account: Account,
    pub only: Option<MeetingId>,
}

impl<S: Send + Sync> FromRequestParts<S> for Somebody
where
    Arc<App>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let app = Arc::<App>::from_ref(state);
        let (person, only) = match Session::from_request_parts(parts, state).await?.principal {
            Principal::Person(person) => (person, None),
            Principal::Invited { person, meeting, .. } => (person, Some(meeting)),
            Principal::Screen(_) => return Err(ErrorCode::NotAllowed.into()),
        };
        let account = app.store.open_account(&person).await?;
        Ok(Self { account: account.ok_or(ErrorCode::NotSignedIn)?, only })
    }
}

/// An organiser: may create meetings and confirm keys.
#[derive(Clone, Debug)]
pub struct Organiser(pub Account);

impl<S: Send + Sync> FromRequestParts<S> for Organiser
where
    Arc<App>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let SignedIn(account) = SignedIn::from_request_parts(parts, state).await?;
        if account.organiser { Ok(Self(account)) } else { Err(ErrorCode::NotAllowed.into()) }
    }
}

/// Somebody who may know of the meeting in the path, with the class he has in it.
#[derive(Clone, Debug)]
pub struct InMeeting {
    pub room: RoomHandle,
    pub class: ViewerClass,
    /// `None` for a room's screen.
    pub person: Option<PersonId>,
    pub session: Session,
    /// Says when the class may no longer be the one above, and when the room broke down.
    pub told: watch::Receiver<Told>,
}

impl InMeeting {
    /// The person, where the route is for people.
    pub fn somebody(&self) -> Result<&PersonId, ApiError> {
        self.person.as_ref().ok_or_else(|| ErrorCode::NotAllowed.into())
    }

    /// Staff only.
    pub fn staff(&self) -> Result<&PersonId, ApiError> {
        match self.class {
            ViewerClass::Staff => self.somebody(),
            ViewerClass::Member
            | ViewerClass::Guest
            | ViewerClass::Projector
            | ViewerClass::Reader => Err(ErrorCode::NotAllowed.into()),
        }
    }

    /// The class in force: less than one has, if one asks for the screen's view.
    pub fn view(&self, asked: Option<&str>) -> Result<ViewerClass, ApiError> {
        match asked {
            None => Ok(self.class),
            Some("projector") => Ok(ViewerClass::Projector),
            Some(_) => Err(ErrorCode::Malformed.into()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for InMeeting
where
    Arc<App>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let app = Arc::<App>::from_ref(state);
        let session = Session::from_request_parts(parts, state).await?;
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| ErrorCode::NotFound)?;
        let id = MeetingId::from(path.get("meeting").cloned().unwrap_or_default());
        if !id.is_well_formed() {
            return Err(ErrorCode::NotFound.into());
        }
        in_meeting(&app, &id, session).await
    }
}

/// Looks up what a session may see of a meeting; what it may not know of isn't found.
pub async fn in_meeting(
    app: &App,
    id: &MeetingId,
    session: Session,
) -> Result<InMeeting, ApiError> {
    let (person, only) = match &session.principal {
        Principal::Person(person) => (Some(person.clone()), None),
        Principal::Invited { person, meeting, .. } => (Some(person.clone()), Some(meeting)),
        Principal::Screen(meeting) => (None, Some(meeting)),
    };
    if only.is_some_and(|only| only != id) {
        return Err(ErrorCode::NotFound.into());
    }
    let room = app.rooms.room(id).await?;
    // Before the look, so that no change after it is missed.
    let told = room.told();
    let asked = person.clone();
    let class = room
        .look(move |meeting| match asked {
            Some(person) => visibility::class_of(meeting, &person),
            None => Some(ViewerClass::Projector),
        })
        .await?
        .ok_or(ErrorCode::NotFound)?;
    // A right is not frozen in a link: it opens what its person was when it was made, or less.
    if let Principal::Invited { class: made_for, .. } = &session.principal
        && class < *made_for
    {
        return Err(ErrorCode::NotSignedIn.into());
    }
    Ok(InMeeting { room, class, person, session, told })
}
