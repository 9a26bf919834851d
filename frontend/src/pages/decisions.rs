//! The documents of a meeting's adopted motions.

use icabinet_models::ids::MeetingId;
use leptos::prelude::*;

use crate::features::office::OfficePage;

/// The page.
#[component]
pub fn Decisions(id: MeetingId) -> impl IntoView {
    view! { <OfficePage id><crate::features::decisions::Decisions/></OfficePage> }
}
