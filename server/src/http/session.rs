//! Signing in and out, one's own account.

use super::address::Address;
use super::error::{ApiError, Body};
use super::viewer::{Organiser, Session, SignedIn, Somebody, cookie_name};
use crate::app::App;
use crate::auth::{SESSION_MS, SHORTEST_PASSWORD, new_token, token_digest};
use crate::store::{Account, Admission, Arrival, Principal};
use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, StatusCode};
use icabinet_models::ids::{MeetingId, PersonId, Text};
use icabinet_models::people::Courtesy;
use icabinet_models::wire::{ErrorCode, Me};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    login: String,
    password: String,
}

type Cookie = [(HeaderName, String); 1];

fn me_of(account: Account) -> Me {
    Me {
        person: account.person,
        name: account.name,
        position: account.position,
        organiser: account.organiser,
        administrator: account.administrator,
    }
}

pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    Address(from): Address,
    Body(given): Body<SignIn>,
) -> Result<(Cookie, Json<Me>), ApiError> {
    let now = crate::clock::now();
    let address = from.to_string();
    let login = given.login.trim().to_lowercase();
    if !app.attempts.may_try(&login, &address, now) {
        app.store.record_sign_in(now, &login, &address, "too_many_attempts").await?;
        return Err(ErrorCode::TooManyAttempts.into());
    }
    let known = app.store.credentials(&login).await?;
    let (person, stored) = known.unzip();
    let fits = app.passwords.verify(given.password, stored).await;
    let (true, Some(person)) = (fits, person) else {
        app.attempts.failed(&login, &address, now);
        app.store.record_sign_in(now, &login, &address, "wrong_password").await?;
        return Err(ErrorCode::WrongPassword.into());
    };
    app.attempts.succeeded(&login);
    app.store.record_sign_in(now, &login, &address, "signed_in").await?;
    let account = app.store.account(&person).await?.ok_or(ErrorCode::WrongPassword)?;
    let cookie = begin(&app, Principal::Person(person)).await?;
    Ok((cookie, Json(me_of(account))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScreenSignIn {
    meeting: MeetingId,
    token: String,
}

pub(super) async fn sign_in_screen(
    State(app): State<Arc<App>>,
    Body(given): Body<ScreenSignIn>,
) -> Result<(StatusCode, Cookie), ApiError> {
    let meeting = app.store.screen(&token_digest(&given.token)).await?;
    if meeting.as_ref() != Some(&given.meeting) {
        return Err(ErrorCode::NotFound.into());
    }
    Ok((StatusCode::NO_CONTENT, begin(&app, Principal::Screen(given.meeting)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InvitedSignIn {
    token: String,
    /// A secret of the client's own making: with it, and with no other, the invitation may be used
    /// again, should the first answer be lost.
    device: String,
}

#[derive(Serialize)]
pub(super) struct Invited {
    person: PersonId,
    meeting: MeetingId,
}

/// Signs in with a personal invitation. No password is hashed and no address is counted: a token of
/// 256 bits is not guessed, and a whole commune may come from one address.
pub(super) async fn sign_in_invited(
    State(app): State<Arc<App>>,
    Address(from): Address,
    Body(given): Body<InvitedSignIn>,
) -> Result<(Cookie, Json<Invited>), ApiError> {
    if !(16..=256).contains(&given.device.len()) {
        return Err(ErrorCode::Malformed.into());
    }
    let token = new_token();
    let arrival = Arrival {
        invitation: token_digest(&given.token),
        device: token_digest(&given.device),
        session: token_digest(&token),
        address: from.to_string(),
    };
    match app.arrivals.admit(arrival).await {
        Some(Admission::Admitted { person, meeting }) => {
            let cookie = cookie(&app, &token, SESSION_MS / 1000);
            Ok((cookie, Json(Invited { person, meeting })))
        }
        Some(Admission::Used) => Err(ErrorCode::InvitationUsed.into()),
        Some(Admission::Unknown) => Err(ErrorCode::NotFound.into()),
        None => Err(ErrorCode::Unavailable.into()),
    }
}

async fn begin(app: &App, principal: Principal) -> Result<Cookie, ApiError> {
    let token = new_token();
    let now = crate::clock::now();
    let digest = token_digest(&token);
    app.store.put_session(&digest, &principal, now, now.plus_ms(SESSION_MS)).await?;
    Ok(cookie(app, &token, SESSION_MS / 1000))
}

fn cookie(app: &App, token: &str, seconds: i64) -> Cookie {
    let secure = app.config.is_secure();
    let name = cookie_name(secure);
    let flag = if secure { "; Secure" } else { "" };
    let value =
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{flag}");
    [(SET_COOKIE, value)]
}

pub(super) async fn sign_out(
    session: Session,
    State(app): State<Arc<App>>,
) -> Result<(StatusCode, Cookie), ApiError> {
    app.store.end_session(&session.token).await?;
    app.session_ended(&session.token);
    Ok((StatusCode::NO_CONTENT, cookie(&app, "", 0)))
}

pub(super) async fn me(somebody: Somebody) -> Json<Me> {
    Json(me_of(somebody.account))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePassword {
    current: String,
    new: String,
}

pub(super) async fn change_password(
    SignedIn(account): SignedIn,
    State(app): State<Arc<App>>,
    Body(given): Body<ChangePassword>,
) -> Result<StatusCode, ApiError> {
    let stored = app.store.credentials(&account.login).await?.map(|(_, stored)| stored);
    if !app.passwords.verify(given.current, stored).await {
        return Err(ErrorCode::WrongPassword.into());
    }
    if given.new.chars().count() < SHORTEST_PASSWORD {
        return Err(ErrorCode::Malformed.into());
    }
    let hash = app.passwords.hash(given.new).await.ok_or(ErrorCode::Malformed)?;
    app.store.set_password(&account.person, &hash).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
pub(super) struct PersonRow {
    person: PersonId,
    name: String,
    courtesy: Option<Courtesy>,
    position: Text,
    unit: Text,
}

pub(super) async fn people(
    _: Organiser,
    State(app): State<Arc<App>>,
) -> Result<Json<Vec<PersonRow>>, ApiError> {
    let accounts = app.store.accounts_of_the_organisation().await?;
    let rows = accounts.into_iter().map(|account| PersonRow {
        person: account.person,
        name: account.name,
        courtesy: account.courtesy,
        position: account.position,
        unit: account.unit,
    });
    Ok(Json(rows.collect()))
}
