//! Signing keys: one's own on this device, and everybody's for organisers.

use leptos::prelude::*;

use crate::features::gate::SignedInOnly;
use crate::features::keys::{AllKeys, DeviceKeyPanel, MyKeys};
use crate::features::office::say;
use crate::sync::use_session;
use crate::ui::{StateRule, TopLine};

/// The page.
#[component]
pub fn Keys() -> impl IntoView {
    view! { <SignedInOnly><Both/></SignedInOnly> }
}

#[component]
fn Both() -> impl IntoView {
    let keys = MyKeys::look();
    let me = use_session().me();
    let organiser = move || me.get().is_some_and(|me| me.organiser);
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=say(|t| t.home.keys_title)><span class="keep"><a class="btn small" href="/">{say(|t| t.common.go_home)}</a></span></TopLine>
            <main class="keys-page" tabindex="0">
                <section>
                    <h1>{say(|t| t.home.keys_title)}</h1><p class="soft">{say(|t| t.sign.keys_lead)}</p>
                    <StateRule/>
                    <h2>{say(|t| t.sign.this_device)}</h2>
                    <div class="key-panel"><DeviceKeyPanel keys/></div>
                </section>
                <Show when=organiser><AllKeys keys/></Show>
            </main>
        </div>
    }
}
