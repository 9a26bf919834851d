//! One's own account: the devices that are signed in, and the password.

use leptos::prelude::*;

use crate::features::account::{DeviceList, Devices, PasswordForm};
use crate::features::gate::SignedInOnly;
use crate::features::office::say;
use crate::ui::{StateRule, TopLine};

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    view! { <SignedInOnly><Sections/></SignedInOnly> }
}

#[component]
fn Sections() -> impl IntoView {
    let devices = Devices::look();
    let known = devices.are_known();
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=say(|t| t.account.title)><span class="keep"><a class="btn small" href="/settings">{say(|t| t.common.back)}</a></span></TopLine>
            <main class="keys-page" tabindex="0">
                <section>
                    <h1>{say(|t| t.account.devices)}</h1><StateRule/>
                    <DeviceList devices/>
                </section>
                <Show when=move || known.get()>
                    <section><h2>{say(|t| t.account.password)}</h2><PasswordForm devices/></section>
                </Show>
            </main>
        </div>
    }
}
