//! Signing in and out, one's own account and sessions.

use super::address::Address;
use super::error::{ApiError, Body};
use super::viewer::{
    Device, Organiser, Session, SignedIn, Somebody, cookie_name, device_cookie_name,
};
use crate::app::App;
use crate::auth::{
    Asker, NotTaken, SESSION_MS, Shut, Turn, judge_password, judged, new_token, token_digest,
};
use crate::http::Web;
use crate::store::{Account, Admission, Arrival, Because, Beginning, DEVICE_MS, Failure, Store};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::map_response;
use axum::response::AppendHeaders;
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use icabinet_models::ids::{Digest, MeetingId, PersonId, Text, Time};
use icabinet_models::participants::Courtesy;
use icabinet_models::wire::{ErrorCode, Me};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

/// Largest body of these routes, in bytes: strangers may send them.
const LARGEST_BODY: usize = 4 << 10;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/session", post(sign_in))
        .route("/session", delete(sign_out).layer(map_response(super::limits::cleared)))
        .route("/session/screen", post(sign_in_screen))
        .route("/session/invitation", post(sign_in_invited))
        .route("/me", get(me))
        .route("/me/password", put(change_password))
        .route("/me/sessions", get(sessions))
        .route("/me/sessions/{session}", delete(end_session))
        .route("/people", get(people))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    login: String,
    password: String,
}

type Cookies = AppendHeaders<Vec<(HeaderName, String)>>;

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
    device: Device,
    Body(given): Body<SignIn>,
) -> Result<(Cookies, Json<Me>), ApiError> {
    let now = crate::clock::now();
    // What nobody can be called is nobody's: nothing of it is looked up or kept.
    let login = judged::login(&given.login).ok_or(ErrorCode::WrongPassword)?;
    let turn = let_try(&app, &login, from, &device, now).await?;
    let (person, stored) = app.store.credentials(&login).await?.unzip();
    let fits = app.gate.compare(turn, given.password, stored.clone()).await;
    let (true, Some(person), Some(stored)) = (fits, person, stored) else {
        app.history.failed(Failure::WrongPassword, &login, from, now);
        return Err(ErrorCode::WrongPassword.into());
    };
    let account = app.store.open_account(&person).await?.ok_or(ErrorCode::WrongPassword)?;
    let cookies = begin(&app, &person, &stored, &device, Some(from)).await?;
    Ok((cookies, Json(me_of(account))))
}

/// Takes an attempt. A device that was signed in with this login before has attempts of its own: what
/// strangers try doesn't count against it, nor the length of their line.
async fn let_try(
    app: &App,
    login: &str,
    from: IpAddr,
    device: &Device,
    now: Time,
) -> Result<Turn, ErrorCode> {
    let shut = match app.gate.enter(Asker::Stranger { login, address: from }, now) {
        Ok(turn) => return Ok(turn),
        Err(shut) => shut,
    };
    let known = match &device.secret {
        // A database that doesn't answer knows no device.
        Some(secret) => app.store.is_device_of(secret, login, now).await.unwrap_or(false),
        None => false,
    };
    let entered = match &device.secret {
        Some(secret) if known => app.gate.enter(Asker::Device { login, secret }, now),
        _ => Err(shut),
    };
    entered.map_err(|shut| {
        if shut == Shut::Locked {
            app.history.failed(Failure::Locked, login, from, now);
        }
        refusal(shut)
    })
}

fn refusal(shut: Shut) -> ErrorCode {
    match shut {
        Shut::Locked => ErrorCode::TooManyAttempts,
        Shut::Busy => ErrorCode::Busy,
    }
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
) -> Result<(StatusCode, Cookies), ApiError> {
    let screen = judged::token(&given.token).filter(|_| given.meeting.is_well_formed());
    let (screen, token) = (screen.ok_or(ErrorCode::NotFound)?, new_token());
    let now = crate::clock::now();
    let expires = now.plus_ms(SESSION_MS);
    let screen = (&screen, &given.meeting);
    if !app.store.begin_screen(screen, &token_digest(&token), now, expires).await? {
        return Err(ErrorCode::NotFound.into());
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders(vec![session_cookie(&app, &token)])))
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
    device: Device,
    Body(given): Body<InvitedSignIn>,
) -> Result<(Cookies, Json<Invited>), ApiError> {
    if !(16..=256).contains(&given.device.len()) {
        return Err(ErrorCode::Malformed.into());
    }
    let token = new_token();
    let arrival = Arrival {
        invitation: judged::token(&given.token).ok_or(ErrorCode::NotFound)?,
        device: token_digest(&given.device),
        session: token_digest(&token),
        address: from.to_string(),
        name: device.name,
    };
    match app.arrivals.admit(arrival).await {
        Some(Admission::Admitted { person, meeting }) => {
            let cookies = AppendHeaders(vec![session_cookie(&app, &token)]);
            Ok((cookies, Json(Invited { person, meeting })))
        }
        Some(Admission::Used { device, at }) => Err(ApiError::used(device, at)),
        Some(Admission::Unknown) => Err(ErrorCode::NotFound.into()),
        None => Err(ErrorCode::Unavailable.into()),
    }
}

/// Begins the session of somebody whose password fits the hash `stored`, and remembers the device.
async fn begin(
    app: &App,
    person: &PersonId,
    stored: &str,
    device: &Device,
    from: Option<IpAddr>,
) -> Result<Cookies, ApiError> {
    let (token, fresh) = (new_token(), new_token());
    let now = crate::clock::now();
    let new = Beginning {
        person,
        password: stored,
        token: token_digest(&token),
        expires: now.plus_ms(SESSION_MS),
        device: &device.name,
        known: device.secret,
        fresh: token_digest(&fresh),
        address: from.map(|from| from.to_string()),
    };
    // Closed, or another password, since it was compared.
    let begun = app.store.begin_session(&new, now).await?.ok_or(ErrorCode::WrongPassword)?;
    begun.ended.iter().for_each(|token| app.session_ended(token));
    let mut cookies = vec![session_cookie(app, &token)];
    if !begun.known {
        cookies.push(cookie(app, device_cookie_name, &fresh, DEVICE_MS / 1000));
    }
    Ok(AppendHeaders(cookies))
}

fn session_cookie(app: &App, token: &str) -> (HeaderName, String) {
    cookie(app, cookie_name, token, SESSION_MS / 1000)
}

fn cookie(
    app: &App,
    name: fn(bool) -> &'static str,
    token: &str,
    seconds: i64,
) -> (HeaderName, String) {
    let secure = app.config.is_secure();
    let name = name(secure);
    let flag = if secure { "; Secure" } else { "" };
    let value =
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{flag}");
    (SET_COOKIE, value)
}

pub(super) async fn sign_out(
    session: Session,
    State(app): State<Arc<App>>,
) -> Result<(StatusCode, Cookies), ApiError> {
    app.store.end_session(&session.token).await?;
    app.session_ended(&session.token);
    Ok((StatusCode::NO_CONTENT, AppendHeaders(vec![cookie(&app, cookie_name, "", 0)])))
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

/// Changes one's own password. Everything that the old one began ends; this device goes on with a
/// session of its own.
pub(super) async fn change_password(
    SignedIn(account): SignedIn,
    State(app): State<Arc<App>>,
    device: Device,
    Body(given): Body<ChangePassword>,
) -> Result<(StatusCode, Cookies), ApiError> {
    let now = crate::clock::now();
    let turn = app.gate.enter(Asker::Own { login: &account.login }, now).map_err(refusal)?;
    let stored = app.store.credentials(&account.login).await?.map(|(_, stored)| stored);
    if !app.gate.compare(turn, given.current, stored).await {
        return Err(ErrorCode::WrongPassword.into());
    }
    let about = [account.login.as_str(), &account.name, &account.position.vi, &account.unit.vi];
    judge_password(&given.new, &about).map_err(|not_taken| match not_taken {
        NotTaken::TooShort | NotTaken::TooLong => ErrorCode::Malformed,
        NotTaken::Weak => ErrorCode::WeakPassword,
    })?;
    let hash = app.gate.hash(given.new).await.ok_or(ErrorCode::Malformed)?;
    app.end_everything(&account.person, Because::Password(&hash)).await?;
    // The device is remembered anew: its old secret went with everything.
    let device = Device { secret: None, ..device };
    Ok((StatusCode::NO_CONTENT, begin(&app, &account.person, &hash, &device, None).await?))
}

#[derive(Serialize)]
pub(super) struct SessionRow {
    /// Names the session, and opens nothing.
    id: String,
    device: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting: Option<MeetingId>,
    created: Time,
    expires: Time,
    /// The one that asks.
    own: bool,
}

/// Half of the token's digest: enough to tell one's sessions apart.
fn session_id(token: &Digest) -> String {
    token.hex()[..32].to_owned()
}

pub(super) async fn sessions(
    SignedIn(account): SignedIn,
    session: Session,
    State(store): State<Store>,
) -> Result<Json<Vec<SessionRow>>, ApiError> {
    let found = store.sessions_of(&account.person, crate::clock::now()).await?;
    let rows = found.into_iter().map(|row| SessionRow {
        id: session_id(&row.token),
        own: row.token == session.token,
        device: row.device,
        meeting: row.meeting,
        created: row.created,
        expires: row.expires,
    });
    Ok(Json(rows.collect()))
}

pub(super) async fn end_session(
    SignedIn(account): SignedIn,
    Path(id): Path<String>,
    State(app): State<Arc<App>>,
) -> Result<StatusCode, ApiError> {
    let found = app.store.sessions_of(&account.person, crate::clock::now()).await?;
    let row = found.into_iter().find(|row| session_id(&row.token) == id);
    let token = row.ok_or(ErrorCode::NotFound)?.token;
    app.store.end_session(&token).await?;
    app.session_ended(&token);
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
    State(store): State<Store>,
) -> Result<Json<Vec<PersonRow>>, ApiError> {
    let accounts = store.accounts_of_the_organisation().await?;
    let rows = accounts.into_iter().map(|account| PersonRow {
        person: account.person,
        name: account.name,
        courtesy: account.courtesy,
        position: account.position,
        unit: account.unit,
    });
    Ok(Json(rows.collect()))
}
