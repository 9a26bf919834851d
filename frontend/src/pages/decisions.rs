//! The documents of a meeting's adopted motions.

use leptos::prelude::*;

use crate::features::office::OfficePage;

/// The page.
#[component]
pub fn Decisions() -> impl IntoView {
    view! { <OfficePage><crate::features::decisions::Decisions/></OfficePage> }
}
