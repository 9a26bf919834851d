//! The secretary before the meeting.

use icabinet_models::ids::MeetingId;
use leptos::prelude::*;

use crate::features::office::{OfficePage, say};
use crate::features::prepare::{
    AgendaTree, Checklist, ItemForm, NewItem, Panel, ParticularsForm, PeopleForm, TitleBar,
    is_closed,
};
use crate::sync::use_live;
use crate::ui::StateRule;

/// The page.
#[component]
pub fn Prepare(id: MeetingId) -> impl IntoView {
    view! { <OfficePage id><Desk/></OfficePage> }
}

#[component]
fn Desk() -> impl IntoView {
    let panel = RwSignal::new(Panel::NewItem);
    let closed = use_live().view_or_default(is_closed);
    let side = move || {
        if closed.get() {
            return view! {
                <section>
                    <h2>{say(|t| t.desk.stage_closed)}</h2><StateRule/>
                    <p>{say(|t| t.prepare.closed_text)}</p>
                </section>
            }
            .into_any();
        }
        match panel.get() {
            Panel::Particulars => view! { <ParticularsForm/> }.into_any(),
            Panel::People => view! { <PeopleForm/> }.into_any(),
            Panel::NewItem => view! { <NewItem panel/> }.into_any(),
            Panel::Item(id) => view! { <ItemForm id panel/> }.into_any(),
        }
    };
    view! {
        <TitleBar panel/>
        <main class="prep"><Checklist panel/><AgendaTree panel/>{side}</main>
    }
}
