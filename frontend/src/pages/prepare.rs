//! The secretary before the meeting.

use icabinet_models::ids::MeetingId;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::callbacks;
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
    let place = NodeRef::<html::Main>::new();
    Effect::new(move |before: Option<Panel>| {
        let now = panel.get();
        if before.is_some() {
            // Once it is drawn.
            callbacks::next_frame(move || {
                if let Some(place) = place.get_untracked() {
                    begin(&place, now);
                }
            });
        }
        now
    });
    view! {
        <TitleBar panel/>
        <main class="prep" node_ref=place><Checklist panel/><AgendaTree panel/>{side}</main>
    }
}

/// Shows the panel that was opened from its top, and gives the keyboard to its first field; a list of
/// people is read first.
fn begin(place: &web_sys::HtmlElement, panel: Panel) {
    let part = |found: Option<web_sys::Element>| -> Option<web_sys::HtmlElement> {
        found.and_then(|found| found.dyn_into().ok())
    };
    let (Some(first), Some(side)) =
        (part(place.first_element_child()), part(place.last_element_child()))
    else {
        return;
    };
    // One under the other on a small screen, side by side on a large one.
    if side.offset_top() > first.offset_top() {
        side.scroll_into_view_with_bool(true);
    }
    let field = match panel {
        Panel::People => None,
        Panel::Particulars | Panel::NewItem | Panel::Item(_) => {
            part(side.query_selector("input, textarea, select").ok().flatten())
        }
    };
    // What can't take the keyboard leaves it where it is.
    _ = field.as_ref().unwrap_or(&side).focus();
    side.set_scroll_top(0);
}
