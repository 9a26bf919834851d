//! The secretary after the meeting: transcript beside the minutes.

use icabinet_models::ids::MeetingId;
use leptos::prelude::*;

use crate::features::minutes::{
    DraftColumn, ImportSheet, MinutesBar, Player, PlayerBar, Transcript,
};
use crate::features::office::OfficePage;

/// The page.
#[component]
pub fn Minutes(id: MeetingId) -> impl IntoView {
    view! { <OfficePage id><Desk/></OfficePage> }
}

#[component]
fn Desk() -> impl IntoView {
    let player = Player::new();
    let import = RwSignal::new(false);
    let saved = RwSignal::new(None);
    view! {
        <MinutesBar saved/>
        <main class="mins"><Transcript player import/><DraftColumn player saved/></main>
        <PlayerBar player/>
        <ImportSheet open=import/>
    }
}
