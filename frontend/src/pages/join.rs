//! The door for those with an invitation: `/join#TOKEN`, from a link or a QR code. Whoever opens it is
//! signed in and led to his meeting.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::gate::saying;
use crate::navigation::use_navigation;
use crate::preferences::{use_preferences, use_texts};
use crate::sync::http::HttpError;
use crate::sync::use_session;
use crate::ui::{Button, EmptyState, TopLine};

use super::screen::take_token;

/// Uses the invitation in the address.
#[component]
pub fn Join() -> impl IntoView {
    let texts = use_texts();
    let session = use_session();
    let navigation = use_navigation();
    let language = use_preferences().language;
    let token = StoredValue::new(take_token());
    let trouble = RwSignal::new(None::<HttpError>);
    let enter = move || {
        let Some(token) = token.get_value() else { return };
        trouble.set(None);
        spawn_local(async move {
            match session.sign_in_invited(&token).await {
                Ok(meeting) => navigation.replace(&format!("/meetings/{meeting}")),
                Err(error) => _ = trouble.try_set(Some(error)),
            }
        });
    };
    Effect::new(move || enter());
    let said = move || {
        let texts = texts.get();
        match trouble.get() {
            Some(error) => {
                let said = saying(&error, language.get());
                (texts.gate.not_let_in.to_owned(), format!("{} {}", said.what, said.to_do))
            }
            None if token.with_value(Option::is_none) => {
                (texts.gate.not_let_in.to_owned(), texts.gate.no_invitation.to_owned())
            }
            None => (texts.gate.letting_in.to_owned(), String::new()),
        }
    };
    let again = move || {
        (trouble.get().is_some()).then(|| {
            view! {
                <Button label=Signal::derive(move || texts.get().common.retry.to_owned())
                    on_press=move |()| enter()/>
            }
        })
    };
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=""/>
            <EmptyState title=Signal::derive(move || said().0) text=Signal::derive(move || said().1)>
                {again}
            </EmptyState>
        </div>
    }
}
