//! One's own account: the devices that are signed in, each of which can be signed out, and another
//! password. Never here: signing in (`gate`), keys.

use icabinet_models::wire::{ErrorCode, SHORTEST_PASSWORD};
use leptos::prelude::*;
use serde::Serialize;

use super::gate::{SignOut, saying};
use super::office::{reader, say};
use crate::callbacks;
use crate::sync::http::{self, HttpError};
use crate::sync::{Session, use_session};
use crate::texts::account::{not_changed, not_known};
use crate::texts::refusals::Saying;
use crate::texts::{Language, Texts};
use crate::ui::{Badge, BadgeTone, Button, ButtonSize, Primary, twice};
use icabinet_presenter::account::{SignedInDevice, in_order, lacking};

const DEVICES: &str = "/api/me/sessions";

/// The devices that are signed in as who is signed in. Copies are the same.
#[derive(Clone, Copy)]
pub struct Devices {
    found: RwSignal<Option<Result<Vec<SignedInDevice>, HttpError>>>,
    session: Session,
}

impl Devices {
    /// Asks the server for them.
    pub fn look() -> Self {
        let devices = Self { found: RwSignal::new(None), session: use_session() };
        devices.look_again();
        devices
    }

    fn look_again(self) {
        callbacks::errand(async move {
            let found = http::get::<Vec<SignedInDevice>>(DEVICES).await.map(|mut found| {
                in_order(&mut found);
                found
            });
            if found.as_ref().is_err_and(HttpError::is_signed_out) {
                self.session.ask();
            }
            self.found.try_set(Some(found));
        });
    }

    /// Whether there is an account: whoever came with an invitation has none.
    pub fn are_known(self) -> Signal<bool> {
        Signal::derive(move || self.found.with(|found| matches!(found, Some(Ok(_)))))
    }
}

fn why_no_devices(error: &HttpError, texts: &Texts) -> String {
    match error {
        HttpError::Refused { code: ErrorCode::NotAllowed, .. } => {
            texts.account.no_account.to_owned()
        }
        other => {
            let said = saying(other, texts.language);
            format!("{} {}", said.what, said.to_do)
        }
    }
}

/// What was answered to the last press.
#[derive(Clone)]
enum Told {
    Ended(SignedInDevice),
    Failed(HttpError),
}

/// The list, with a button at each.
#[component]
pub fn DeviceList(devices: Devices) -> impl IntoView {
    let texts = reader();
    let told = RwSignal::new(None::<Told>);
    let end = move |device: SignedInDevice| {
        callbacks::errand(async move {
            let path = format!("{DEVICES}/{}", device.id);
            told.try_set(Some(match http::delete(&path).await {
                Ok(()) => Told::Ended(device),
                Err(error) => Told::Failed(error),
            }));
            devices.look_again();
        });
    };
    let row = move |device: SignedInDevice| {
        let (shown, own) = (StoredValue::new(device.clone()), device.own);
        let name = move || shown.with_value(|d| texts.get().account.name_of(d).to_owned());
        let since = move || {
            let texts = texts.get();
            shown.with_value(|device| texts.account.since_when(device, texts.language))
        };
        let act = if own {
            view! { <SignOut/> }.into_any()
        } else {
            let label = Signal::derive(move || (texts.get().account.end)(&name()));
            let press = Callback::new(move |()| end(device.clone()));
            let (label, press) = twice(label, true.into(), press);
            view! { <Button label=label size=ButtonSize::Small on_press=press/> }.into_any()
        };
        let badge = own.then(|| {
            view! { <p><Badge text=say(|t| t.account.this_device) tone=BadgeTone::Good/></p> }
        });
        view! { <li class="key-row"><div><b>{name}</b><p class="meta">{since}</p>{badge}</div><div class="acts">{act}</div></li> }
    };
    let list = move || match devices.found.get() {
        None => view! { <p role="status">{say(|t| t.gate.asking)}</p> }.into_any(),
        Some(Err(error)) => {
            view! { <p role="alert">{why_no_devices(&error, texts.get())}</p> }.into_any()
        }
        Some(Ok(list)) => {
            view! { <ul class="keys">{list.into_iter().map(row).collect::<Vec<_>>()}</ul> }
                .into_any()
        }
    };
    let answer = move || {
        let texts = texts.get();
        match told.get() {
            None => String::new(),
            Some(Told::Ended(device)) => (texts.account.ended)(texts.account.name_of(&device)),
            Some(Told::Failed(error)) => why_no_devices(&error, texts),
        }
    };
    view! {
        <p class="soft">{say(|t| t.account.devices_text)}</p>
        {list}
        <p role="status"><b>{answer}</b></p>
    }
}

#[derive(Serialize)]
struct Change<'a> {
    current: &'a str,
    new: &'a str,
}

/// Where a change of the password stands.
#[derive(Clone, PartialEq, Eq)]
enum Stage {
    Writing,
    Sent,
    Changed,
    Failed(HttpError),
}

/// Why the password stayed, or that nobody knows.
fn why_not(error: &HttpError, language: Language) -> Saying {
    match error {
        HttpError::Refused { code, .. } => not_changed(*code, language),
        HttpError::Unreachable => not_known(language),
        HttpError::Used(_) | HttpError::NotUnderstood { .. } => saying(error, language),
    }
}

async fn change(current: String, new: String) -> Stage {
    let body = Change { current: &current, new: &new };
    match http::send("PUT", "/api/me/password", &body).await {
        Ok(()) => Stage::Changed,
        Err(error) => Stage::Failed(error),
    }
}

fn secret(
    label: Signal<String>,
    name: &'static str,
    kind: &'static str,
    value: RwSignal<String>,
) -> AnyView {
    view! { <label><span>{label}</span><input type="password" name=name autocomplete=kind bind:value=value/></label> }.into_any()
}

/// The form for another password.
#[component]
pub fn PasswordForm(devices: Devices) -> impl IntoView {
    let texts = reader();
    let blank = || RwSignal::new(String::new());
    let (current, new, again) = (blank(), blank(), blank());
    let stage = RwSignal::new(Stage::Writing);
    let lack = Signal::derive(move || {
        current.with(|current| new.with(|new| again.with(|again| lacking(current, new, again))))
    });
    let ready = Signal::derive(move || lack.get().is_none() && stage.get() != Stage::Sent);
    let label = Signal::derive(move || {
        let words = &texts.get().account;
        match (stage.get(), lack.get()) {
            (Stage::Sent, _) => words.changing.to_owned(),
            (_, Some(lack)) => words.lack(lack),
            (_, None) => words.change.to_owned(),
        }
    });
    let send = move || {
        if !ready.get_untracked() {
            return;
        }
        stage.set(Stage::Sent);
        let (now, wanted) = (current.get_untracked(), new.get_untracked());
        callbacks::errand(async move {
            let after = change(now, wanted).await;
            match &after {
                Stage::Changed => {
                    for field in [current, new, again] {
                        field.try_set(String::new());
                    }
                    devices.look_again();
                }
                Stage::Failed(error) if error.is_signed_out() => devices.session.ask(),
                Stage::Failed(_) | Stage::Writing | Stage::Sent => {}
            }
            stage.try_set(after);
        });
    };
    let answer = move || {
        let texts = texts.get();
        match stage.get() {
            Stage::Writing | Stage::Sent => ().into_any(),
            Stage::Changed => {
                view! { <p role="status"><b>{texts.account.changed}</b></p> }.into_any()
            }
            Stage::Failed(error) => {
                let Saying { what, is_safe, to_do } = why_not(&error, texts.language);
                view! { <p class="complaint" role="alert"><b>{what}</b>" "{is_safe}" "{to_do}</p> }
                    .into_any()
            }
        }
    };
    let new_label = Signal::derive(move || (texts.get().account.new)(SHORTEST_PASSWORD));
    view! {
        <p class="soft">{say(|t| t.account.password_text)}</p>
        <form class="fields" on:submit=move |event| { event.prevent_default(); send(); }>
            {secret(say(|t| t.account.current), "current", "current-password", current)}
            {secret(new_label, "new", "new-password", new)}
            {secret(say(|t| t.account.again), "again", "new-password", again)}
            <button type="submit" class="sr" tabindex="-1" aria-hidden="true"></button>
            {answer}
            <Primary size=ButtonSize::Wide label=label enabled=ready on_press=move |()| send()/>
        </form>
    }
}
