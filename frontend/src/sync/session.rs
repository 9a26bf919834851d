//! Who is signed in on this device, and what kind of server this is.

use icabinet_models::ids::{MeetingId, Text, Time};
use icabinet_models::wire::Me;
use leptos::prelude::*;

use crate::callbacks;
use crate::reactive::memo;
use serde::{Deserialize, Serialize};

use super::http::{self, HttpError};
use super::storage;

/// What is known of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// The server was not asked yet, or has not answered.
    Asking,
    No,
    Yes(Me),
    /// The server can't be asked.
    Failed(HttpError),
}

/// `GET /api/server`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ServerInfo {
    pub version: String,
    /// Only in a demo: who may sign in as whom.
    pub demo: Option<Demo>,
}

/// The sign-ins of a demo.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Demo {
    pub logins: Vec<DemoLogin>,
    pub password: String,
}

/// One sign-in of a demo.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DemoLogin {
    pub login: String,
    pub name: String,
    pub position: Text,
}

#[derive(Serialize)]
struct Credentials<'a> {
    login: &'a str,
    password: &'a str,
}

#[derive(Serialize)]
struct ScreenToken<'a> {
    meeting: &'a str,
    token: &'a str,
}

#[derive(Serialize)]
struct Invitation<'a> {
    token: &'a str,
    device: &'a str,
}

#[derive(Deserialize)]
struct Invited {
    meeting: MeetingId,
}

/// The session on this device. Shared by all; written here only.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SignedIn>,
    /// The page is still that of the person in `state`, but the server wants him to sign in again.
    expired: RwSignal<bool>,
    server: RwSignal<Option<ServerInfo>>,
}

impl Session {
    /// Provides the session to everything below and asks the server who is signed in.
    pub fn provide() -> Self {
        let session = Self {
            state: RwSignal::new(SignedIn::Asking),
            expired: RwSignal::new(false),
            server: RwSignal::new(None),
        };
        provide_context(session);
        session.ask();
        session
    }

    /// Asks the server who is signed in.
    pub fn ask(self) {
        callbacks::errand(async move {
            let state = match http::get::<Me>("/api/me").await {
                Ok(me) => SignedIn::Yes(me),
                Err(error) if error.is_signed_out() => SignedIn::No,
                Err(error) => SignedIn::Failed(error),
            };
            self.state.try_set(state);
        });
    }

    /// Asks what kind of server this is, once.
    pub fn ask_server(self) {
        callbacks::errand(async move {
            match http::get::<ServerInfo>("/api/server").await {
                Ok(info) => _ = self.server.try_set(Some(info)),
                Err(error) => leptos::logging::warn!("icabinet: /api/server: {error:?}"),
            }
        });
    }

    /// What kind of server this is, once known.
    pub fn server(self) -> Signal<Option<ServerInfo>> {
        self.server.into()
    }

    /// What is known of the session.
    pub fn state(self) -> Signal<SignedIn> {
        self.state.into()
    }

    /// Who is signed in, if somebody is.
    pub fn me(self) -> Memo<Option<Me>> {
        memo(move || match self.state.get() {
            SignedIn::Yes(me) => Some(me),
            SignedIn::Asking | SignedIn::No | SignedIn::Failed(_) => None,
        })
    }

    /// Whether the person has to sign in again before anything is sent.
    pub fn expired(self) -> Signal<bool> {
        self.expired.into()
    }

    /// The server ended the session: the page stays, and what is being typed stays.
    pub(super) fn expire(self) {
        match self.state.get_untracked() {
            SignedIn::Yes(_) => self.expired.set(true),
            SignedIn::Asking | SignedIn::No | SignedIn::Failed(_) => self.state.set(SignedIn::No),
        }
    }

    /// Signs in. Somebody else than before gets a page of his own.
    ///
    /// # Errors
    /// The server's code, or that it can't be reached.
    pub async fn sign_in(self, login: String, password: String) -> Result<(), HttpError> {
        let credentials = Credentials { login: &login, password: &password };
        let me: Me = http::post("/api/session", &credentials).await?;
        let somebody_else = match self.state.get_untracked() {
            SignedIn::Yes(before) => before.person != me.person,
            SignedIn::Asking | SignedIn::No | SignedIn::Failed(_) => false,
        };
        if somebody_else {
            storage::forget_typed();
            reload();
            return Ok(());
        }
        self.state.set(SignedIn::Yes(me));
        self.expired.set(false);
        Ok(())
    }

    /// Signs this machine in as the screen of a meeting.
    ///
    /// # Errors
    /// The server's code, or that it can't be reached.
    pub async fn sign_in_screen(self, meeting: &MeetingId, token: &str) -> Result<(), HttpError> {
        http::send("POST", "/api/session/screen", &ScreenToken { meeting: meeting.as_str(), token })
            .await
    }

    /// Uses an invitation and signs in with it; the meeting that it is for.
    ///
    /// # Errors
    /// The server's code, or that it can't be reached.
    pub async fn sign_in_invited(self, token: &str) -> Result<MeetingId, HttpError> {
        let device = storage::device();
        let invitation = Invitation { token, device: &device };
        let invited: Invited = http::post("/api/session/invitation", &invitation).await?;
        let me: Me = http::get("/api/me").await?;
        self.state.set(SignedIn::Yes(me));
        self.expired.set(false);
        Ok(invited.meeting)
    }

    /// Signs out and wipes what this device keeps of the person.
    pub fn sign_out(self) {
        callbacks::errand(async move {
            match http::delete("/api/session").await {
                Ok(()) => {
                    storage::forget_all();
                    self.state.set(SignedIn::No);
                }
                Err(error) if error.is_signed_out() => {
                    storage::forget_all();
                    self.state.set(SignedIn::No);
                }
                Err(error) => leptos::logging::warn!("icabinet: not signed out: {error:?}"),
            }
        });
    }
}

/// The session on this device.
///
/// # Panics
/// Outside the application's root, which provides it: a mistake of the programmer.
pub fn use_session() -> Session {
    expect_context()
}

/// Whether a newer page may be loaded now: at most once a minute.
pub(super) fn may_load_newer(now: Time) -> bool {
    const KEY: &str = "icabinet.loaded-newer";
    const MINUTE_MS: i64 = 60_000;
    let Ok(Some(kept)) = window().session_storage() else { return false };
    let last = kept.get_item(KEY).ok().flatten().and_then(|at| at.parse().ok());
    let may = last.is_none_or(|at| now.ms_since(Time(at)) > MINUTE_MS);
    may && kept.set_item(KEY, &now.0.to_string()).is_ok()
}

pub(super) fn reload() {
    if window().location().reload().is_err() {
        leptos::logging::warn!("icabinet: the page could not be loaded again");
    }
}
