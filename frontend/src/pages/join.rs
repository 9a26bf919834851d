//! The door for those with an invitation: `/join#TOKEN`, from a link or a QR code. Whoever opens it and
//! presses once is signed in and led to his meeting: a program that only looks at links uses none up.

use leptos::prelude::*;

use crate::callbacks;
use crate::features::gate::saying;
use crate::navigation::{take_token, token_in_address, use_navigation};
use crate::preferences::{use_preferences, use_texts};
use crate::sync::http::HttpError;
use crate::sync::use_session;
use crate::ui::{EmptyState, Primary, TopLine};

/// Uses the invitation in the address.
#[component]
pub fn Join() -> impl IntoView {
    let texts = use_texts();
    let session = use_session();
    let navigation = use_navigation();
    let language = use_preferences().language;
    // It stays in the address until it is used: a page that is loaded again still has it.
    let token = StoredValue::new(token_in_address());
    let trouble = RwSignal::new(None::<HttpError>);
    let entering = RwSignal::new(false);
    let enter = move || {
        let Some(token) = token.get_value().filter(|_| !entering.get_untracked()) else { return };
        take_token();
        trouble.set(None);
        entering.set(true);
        callbacks::errand(async move {
            match session.sign_in_invited(&token).await {
                Ok(meeting) => navigation.replace(&format!("/meetings/{meeting}")),
                Err(error) => {
                    trouble.try_set(Some(error));
                    entering.try_set(false);
                }
            }
        });
    };
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
            None if entering.get() => (texts.gate.letting_in.to_owned(), String::new()),
            None => (texts.gate.invited_title.to_owned(), texts.gate.invited_text.to_owned()),
        }
    };
    let press = move || {
        (token.with_value(Option::is_some) && !entering.get()).then(|| {
            let label = Signal::derive(move || {
                let texts = texts.get();
                let again = trouble.with(Option::is_some);
                if again { texts.common.retry } else { texts.gate.enter }.to_owned()
            });
            view! { <Primary label=label on_press=move |()| enter()/> }
        })
    };
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=""/>
            <EmptyState title=Signal::derive(move || said().0) text=Signal::derive(move || said().1)>
                {press}
            </EmptyState>
        </div>
    }
}
