//! The secretary before the meeting.

use icabinet_models::ids::MeetingId;
use leptos::prelude::*;

use crate::features::office::OfficePage;
use crate::features::prepare::{
    AgendaTree, Checklist, ItemForm, NewItem, Panel, ParticularsForm, PeopleForm, TitleBar,
};

/// The page.
#[component]
pub fn Prepare(id: MeetingId) -> impl IntoView {
    view! { <OfficePage id><Desk/></OfficePage> }
}

#[component]
fn Desk() -> impl IntoView {
    let panel = RwSignal::new(Panel::NewItem);
    let side = move || match panel.get() {
        Panel::Particulars => view! { <ParticularsForm/> }.into_any(),
        Panel::People => view! { <PeopleForm/> }.into_any(),
        Panel::NewItem => view! { <NewItem panel/> }.into_any(),
        Panel::Item(id) => view! { <ItemForm id panel/> }.into_any(),
    };
    view! {
        <TitleBar panel/>
        <main class="prep"><Checklist panel/><AgendaTree panel/>{side}</main>
    }
}
