//! Signing one document.

use icabinet_models::ids::MeetingId;
use leptos::prelude::*;

use crate::features::keys::MyKeys;
use crate::features::office::{OfficePage, say};
use crate::features::signing::{SigningDesk, instrument_of};

/// The page; `document` is the name of the document in the address.
#[component]
pub fn Sign(id: MeetingId, document: String) -> impl IntoView {
    let document = StoredValue::new(document);
    view! { <OfficePage id>{document.with_value(|document| named(document))}</OfficePage> }
}

fn named(document: &str) -> AnyView {
    let keys = MyKeys::look();
    match instrument_of(document) {
        Some(instrument) => view! { <SigningDesk instrument keys/> }.into_any(),
        None => {
            view! { <main class="calm"><p class="lead">{say(|t| t.sign.no_instrument)}</p></main> }
                .into_any()
        }
    }
}
