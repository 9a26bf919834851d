//! Keys for signing: making one on this device, waiting for it to be confirmed, and, for organisers,
//! comparing and confirming. Never here: signing.

use icabinet_models::ids::{Digest, PersonId, Time};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::gate::saying;
use super::office::{field, reader, say, small};
use crate::callbacks;
use crate::local::key::{self, DeviceKey, KeyTrouble};
use crate::sync::http::{self, HttpError};
use crate::sync::{Session, SignedIn, transfer, use_session};
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};
use crate::texts::{Language, Texts};
use crate::ui::{Badge, BadgeTone, Button, Fingerprint, IconName, Primary};

/// A key as the server knows it (`docs/protocol.md`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Key {
    pub key: String,
    pub person: PersonId,
    pub name: String,
    pub device: String,
    pub public_key: Digest,
    pub fingerprint: String,
    pub state: KeyState,
}

/// Whether a key may sign.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    Waiting,
    /// `certificate` is base64 of DER.
    Certified {
        certificate: String,
        not_after: Time,
    },
    Revoked,
}

#[derive(Serialize)]
struct Enrolment {
    public_key: Digest,
    device: String,
}

/// Why there is no key to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    Device(KeyTrouble),
    Server(HttpError),
}

/// What this device and the server know of a person's key.
#[derive(Clone)]
pub enum MyKey {
    Asking,
    /// None was made here, or the server doesn't know the one that is here.
    None,
    Here {
        device: DeviceKey,
        key: Key,
    },
    Failed(Trouble),
}

/// A trouble in words.
pub fn trouble_words(trouble: &Trouble, texts: &Texts) -> String {
    match trouble {
        Trouble::Device(trouble) => {
            let words = &texts.sign;
            match trouble {
                KeyTrouble::NotSecure => words.trouble_not_secure,
                KeyTrouble::Unsupported => words.trouble_unsupported,
                KeyTrouble::NotKept => words.trouble_not_kept,
                KeyTrouble::NotSigned => words.trouble_not_signed,
            }
            .to_owned()
        }
        Trouble::Server(error) => {
            let said = saying(error, texts.language);
            format!("{} {}", said.what, said.to_do)
        }
    }
}

/// Day of the end of a key, as it is written.
pub fn day(time: Time, language: Language) -> String {
    LocalTime::at(time.0, VIETNAM_OFFSET_MINUTES).official_date(language)
}

async fn find(person: &PersonId) -> Result<Option<(DeviceKey, Key)>, Trouble> {
    let Some(device) = key::find(person).await.map_err(Trouble::Device)? else { return Ok(None) };
    let mine: Vec<Key> = http::get("/api/keys/mine").await.map_err(Trouble::Server)?;
    let known = mine.into_iter().find(|key| key.public_key == device.public);
    Ok(known.map(|key| (device, key)))
}

async fn enrol(person: &PersonId, device: String) -> Result<(DeviceKey, Key), Trouble> {
    let made = key::make(person).await.map_err(Trouble::Device)?;
    let enrolment = Enrolment { public_key: made.public, device };
    let key: Key = http::post("/api/keys", &enrolment).await.map_err(Trouble::Server)?;
    Ok((made, key))
}

/// The key of who is signed in, on this device. Copies are the same.
#[derive(Clone, Copy)]
pub struct MyKeys {
    state: RwSignal<MyKey, LocalStorage>,
    session: Session,
}

impl MyKeys {
    /// Looks for it.
    pub fn look() -> Self {
        let keys = Self { state: RwSignal::new_local(MyKey::Asking), session: use_session() };
        keys.look_again();
        keys
    }

    /// What is known.
    pub fn state(self) -> RwSignal<MyKey, LocalStorage> {
        self.state
    }

    /// Asks device and server again.
    pub fn look_again(self) {
        let me = self.me();
        callbacks::task(async move {
            let Some(me) = me else { return };
            let found = match find(&me).await {
                Ok(Some((device, key))) => MyKey::Here { device, key },
                Ok(None) => MyKey::None,
                Err(trouble) => MyKey::Failed(trouble),
            };
            self.state.try_set(found);
        });
    }

    fn me(self) -> Option<PersonId> {
        match self.session.state().get_untracked() {
            SignedIn::Yes(me) => Some(me.person),
            SignedIn::Asking | SignedIn::No | SignedIn::Failed(_) => None,
        }
    }

    /// Makes a key here and tells the server its public half.
    pub fn make(self, device: String) {
        let me = self.me();
        self.state.set(MyKey::Asking);
        callbacks::errand(async move {
            let Some(me) = me else { return };
            let made = match enrol(&me, device).await {
                Ok((device, key)) => MyKey::Here { device, key },
                Err(trouble) => MyKey::Failed(trouble),
            };
            self.state.try_set(made);
        });
    }
}

fn state_badge(state: &KeyState, texts: Signal<&'static Texts>) -> AnyView {
    let texts = texts.get();
    let (words, icon, tone) = match state {
        KeyState::Waiting => {
            (texts.sign.key_waiting.to_owned(), IconName::Pending, BadgeTone::Plain)
        }
        KeyState::Certified { not_after, .. } => (
            (texts.sign.key_certified)(&day(*not_after, texts.language)),
            IconName::Key,
            BadgeTone::Good,
        ),
        KeyState::Revoked => (texts.sign.key_revoked.to_owned(), IconName::Cross, BadgeTone::Boxed),
    };
    view! { <Badge text=words icon=icon tone=tone/> }.into_any()
}

/// The key of this device: make it, watch it being confirmed.
#[component]
pub fn DeviceKeyPanel(keys: MyKeys) -> impl IntoView {
    let texts = reader();
    let device = RwSignal::new(key::device_name());
    let make = move |()| keys.make(device.get_untracked().trim().to_owned());
    let again = move || keys.look_again();
    let form = move || {
        view! {
            {field(say(|t| t.sign.device_label), device, 1)}
            <Primary label=say(|t| t.sign.make_key) icon=IconName::Key on_press=Callback::new(make)/>
        }
    };
    move || {
        match keys.state().get() {
        MyKey::Asking => view! { <p role="status">{say(|t| t.sign.making_key)}</p> }.into_any(),
        MyKey::None => view! { <p class="lead">{say(|t| t.sign.no_key_here)}</p>{form()} }.into_any(),
        MyKey::Failed(trouble) => {
            view! { <p role="alert"><b>{trouble_words(&trouble, texts.get())}</b></p>{small(say(|t| t.common.retry), again)} }.into_any()
        }
        MyKey::Here { key, .. } => {
            let note = match key.state {
                KeyState::Waiting => view! {
                    <p class="soft">{say(|t| t.sign.key_waiting_text)}</p>
                    {small(say(|t| t.sign.check_again), again)}
                }
                .into_any(),
                KeyState::Certified { .. } => ().into_any(),
                KeyState::Revoked => form().into_any(),
            };
            view! {
                <p><b>{key.device.clone()}</b></p>
                <p>{state_badge(&key.state, texts)}</p>
                <Fingerprint groups=key.fingerprint.clone()/>
                {note}
            }
            .into_any()
        }
    }
    }
}

/// Everybody's keys, for organisers: compare, confirm, revoke.
#[component]
pub fn AllKeys(keys: MyKeys) -> impl IntoView {
    let texts = reader();
    let me = StoredValue::new(keys.me());
    let all = RwSignal::new(None::<Result<Vec<Key>, HttpError>>);
    let load = move || {
        callbacks::task(async move {
            let found = http::get::<Vec<Key>>("/api/keys").await;
            all.try_set(Some(found));
        });
    };
    load();
    let failed = RwSignal::new(None::<HttpError>);
    let act = move |id: String, what: &'static str| {
        callbacks::errand(async move {
            let done = transfer::post_nothing::<Key>(&format!("/api/keys/{id}/{what}")).await;
            failed.try_set(done.err());
            load();
        });
    };
    let row = move |key: Key| {
        let (confirm, revoke) = (key.key.clone(), key.key.clone());
        let may_confirm =
            key.state == KeyState::Waiting && me.with_value(|me| me.as_ref() != Some(&key.person));
        let asked = RwSignal::new(false);
        let revocation = (key.state != KeyState::Revoked).then(|| {
            let revoke = StoredValue::new(revoke);
            move || {
                if asked.get() {
                    view! {
                        <span class="ask"><span>{say(|t| t.sign.revoke_question)}</span>
                            {small(say(|t| t.sign.revoke_key), move || act(revoke.get_value(), "revoke"))}
                            {small(say(|t| t.common.cancel), move || asked.set(false))}</span>
                    }
                    .into_any()
                } else {
                    small(say(|t| t.sign.revoke_key), move || asked.set(true))
                }
            }
        });
        let confirmation = may_confirm.then(|| {
            let on_press = Callback::new(move |()| act(confirm.clone(), "confirm"));
            view! { <Button label=say(|t| t.sign.confirm_key) icon=IconName::Done on_press=on_press/> }
        });
        view! {
            <li class="key-row">
                <div><b>{key.name}</b><p class="meta">{key.device}</p><p>{state_badge(&key.state, texts)}</p></div>
                <Fingerprint groups=key.fingerprint/>
                <div class="acts">{confirmation}{revocation}</div>
            </li>
        }
    };
    let list = move || match all.get() {
        None => view! { <p role="status">{say(|t| t.gate.asking)}</p> }.into_any(),
        Some(Err(error)) => {
            view! { <p role="alert">{trouble_words(&Trouble::Server(error), texts.get())}</p> }
                .into_any()
        }
        Some(Ok(list)) if list.is_empty() => {
            view! { <p class="soft">{say(|t| t.sign.no_keys)}</p> }.into_any()
        }
        Some(Ok(list)) => {
            view! { <ul class="keys">{list.into_iter().map(row).collect::<Vec<_>>()}</ul> }
                .into_any()
        }
    };
    let complaint = move || {
        failed.get().map(|error| view! { <p role="alert"><b>{trouble_words(&Trouble::Server(error), texts.get())}</b></p> })
    };
    view! {
        <section>
            <h2>{say(|t| t.sign.all_keys)}</h2>
            <p class="soft">{say(|t| t.sign.confirm_note)}</p>
            {complaint}{list}
        </section>
    }
}
