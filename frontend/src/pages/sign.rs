//! Signing one document.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::features::keys::MyKeys;
use crate::features::office::{OfficePage, say};
use crate::features::signing::{SigningDesk, instrument_of};

/// The page.
#[component]
pub fn Sign() -> impl IntoView {
    view! { <OfficePage><Named/></OfficePage> }
}

#[component]
fn Named() -> impl IntoView {
    let params = use_params_map();
    let named =
        Memo::new(move |_| params.with(|params| params.get("instrument")).unwrap_or_default());
    let keys = MyKeys::look();
    move || match instrument_of(&named.get()) {
        Some(instrument) => view! { <SigningDesk instrument keys/> }.into_any(),
        None => {
            view! { <main class="calm"><p class="lead">{say(|t| t.sign.no_instrument)}</p></main> }
                .into_any()
        }
    }
}
