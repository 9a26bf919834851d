//! The demo's simulated members: whether they are on, and the switch.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::callbacks;
use crate::features::gate::saying;
use crate::features::office::{reader, say};
use crate::sync::http::{self, HttpError};
use crate::sync::{use_live, use_session};
use crate::ui::{Icon, IconName};

/// As the server says it, and takes it.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Switch {
    on: bool,
}

/// The switch; on a real server there is nothing to switch.
#[component]
pub fn Simulation() -> impl IntoView {
    let session = use_session();
    if session.server().get_untracked().is_none() {
        session.ask_server();
    }
    let demo = move || session.server().get().is_some_and(|server| server.demo.is_some());
    view! {
        <Show when=demo>
            <section class="demo-switch"><h2>{say(|t| t.desk.demo)}</h2>
                <p class="soft">{say(|t| t.desk.simulation_text)}</p><OnOff/>
            </section>
        </Show>
    }
}

#[component]
fn OnOff() -> impl IntoView {
    let texts = reader();
    let path = StoredValue::new(format!("/api/meetings/{}/simulation", use_live().meeting()));
    // Others switch it too: what is shown is what the server says.
    let on = RwSignal::new(None::<bool>);
    let failed = RwSignal::new(None::<HttpError>);
    let take = move |answer: Result<Switch, HttpError>| match answer {
        Ok(switch) => {
            on.try_set(Some(switch.on));
            failed.try_set(None);
        }
        Err(error) => _ = failed.try_set(Some(error)),
    };
    callbacks::task(async move {
        let path = path.get_value();
        take(http::get(&path).await);
    });
    let press = move |()| {
        let (path, wanted) = (path.get_value(), Switch { on: on.get_untracked() != Some(true) });
        callbacks::errand(async move {
            take(http::send("POST", &path, &wanted).await.map(|()| wanted));
        });
    };
    let is_on = move || on.get() == Some(true);
    let state = move || {
        let words = &texts.get().desk;
        on.get().map(|on| if on { words.simulation_on } else { words.simulation_off })
    };
    let complaint = move || {
        failed.get().map(|error| view! { <p role="alert"><b>{saying(&error, texts.get().language).what}</b></p> })
    };
    // A switch keeps its name; its state is said beside it, and told to who can't see by `aria-checked`.
    view! {
        <button type="button" role="switch" class="btn wide" aria-checked=move || is_on().to_string()
            aria-disabled=move || on.get().is_none().then_some("true") on:click=move |_| if on.get_untracked().is_some() { press(()) }>
            {move || is_on().then(|| view! { <Icon name=IconName::Done/> })}
            <span>{say(|t| t.desk.simulation)}<span class="meta" aria-hidden="true">" "{state}</span></span>
        </button>
        {complaint}
    }
}
