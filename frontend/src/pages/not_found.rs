//! An address that leads nowhere.

use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::ui::{EmptyState, TopLine};

/// Says that there is no such page, and leads to the first one.
#[component]
pub fn NotFound() -> impl IntoView {
    let texts = use_texts();
    let words = move || &texts.get().common;
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=""/>
            <EmptyState title=Signal::derive(move || words().not_found_title.to_owned())
                text=Signal::derive(move || words().not_found_text.to_owned())>
                <a class="btn primary" href="/">{move || words().go_home}</a>
            </EmptyState>
        </div>
    }
}
