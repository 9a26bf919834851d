//! The agenda beside the desk: where each item stands.

use icabinet_models::agenda::{Conclusion, ItemKind, ItemState, Level};
use icabinet_models::ids::ItemId;
use icabinet_models::meeting::Meeting;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::features::office::{reader, say};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::outcome;
use crate::texts::people::said;
use crate::ui::{Icon, IconName};
use icabinet_presenter::vietnamese::no_break;

/// How much of what was before stays over the current item, in pixels.
const SIGHT_PX: i32 = 120;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    number: usize,
    title: String,
    state: String,
    icon: IconName,
    here: bool,
    done: bool,
}

fn line(m: &Meeting, id: ItemId, texts: &Texts) -> Line {
    let number = m.number_of(id).unwrap_or(0);
    let (room, words) = (&texts.room, &texts.desk);
    let Some(item) = m.items.get(&id) else {
        let title = room.withheld_item.to_owned();
        return Line {
            number,
            title,
            state: String::new(),
            icon: IconName::Lock,
            here: false,
            done: false,
        };
    };
    let (state, icon) = match &item.state {
        ItemState::Waiting | ItemState::Removed => {
            ((room.minutes)(item.minutes_planned), IconName::Pending)
        }
        ItemState::Open { .. } => (room.item_open.to_owned(), IconName::Clock),
        ItemState::AdoptedWithoutDebate { .. } => (room.item_adopted.to_owned(), IconName::Done),
        ItemState::Concluded { conclusion, .. } => match conclusion {
            Conclusion::Decided => (outcome::ended(m, id, texts).to_owned(), IconName::Done),
            Conclusion::Discussed => (room.item_discussed.to_owned(), IconName::Done),
            Conclusion::Deferred { until } => ((room.item_deferred)(until), IconName::Forward),
            Conclusion::Withdrawn => (room.item_withdrawn.to_owned(), IconName::Cross),
            Conclusion::CarriedOver => (room.item_carried_over.to_owned(), IconName::Forward),
        },
    };
    let waits = item.state == ItemState::Waiting;
    let icon = if waits && item.level == Level::Restricted { IconName::Lock } else { icon };
    let mut remarks = Vec::new();
    if item.level == Level::Restricted {
        remarks.push(room.restricted.to_owned());
    }
    match (&item.kind, waits) {
        (ItemKind::Consent, true) if item.objections.is_empty() => {
            remarks.push(words.consent.to_owned())
        }
        (ItemKind::Consent, true) => remarks.push((room.objections)(item.objections.len())),
        (ItemKind::Urgent { .. }, _) => remarks.push(room.urgent.to_owned()),
        _ => {}
    }
    remarks.push(state);
    Line {
        number,
        title: no_break(said(&item.title, texts.language)),
        state: remarks.join(" · "),
        icon,
        here: m.current == Some(id),
        done: item.is_settled(),
    }
}

/// Scrolls the column, and only the column, to the item that the room is at.
fn keep_in_sight(list: NodeRef<html::Nav>) {
    let Some(column) = list.try_get_untracked().flatten() else { return };
    let row = column.query_selector(".here").ok().flatten();
    if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        column.set_scroll_top(row.offset_top() - column.offset_top() - SIGHT_PX);
    }
}

/// The agenda. A press on an item that is not settled offers what else can become of it.
#[component]
pub fn DeskAgenda(conclude: RwSignal<Option<ItemId>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let lines = live.view_or_default(move |replica| {
        let m = replica.meeting();
        m.agenda.iter().map(|id| (*id, line(m, *id, texts.get()))).collect::<Vec<_>>()
    });
    // The item that the room is at stays in sight in a long agenda.
    let list = NodeRef::<html::Nav>::new();
    let here = Memo::new(move |_| {
        lines.with(|lines| lines.iter().find(|(_, line)| line.here).map(|(id, _)| *id))
    });
    Effect::new(move || {
        if here.get().is_some() {
            crate::callbacks::next_frame(move || keep_in_sight(list));
        }
    });
    let rows = move || {
        let row = |(id, line): (ItemId, Line)| {
            let sign = if line.done {
                view! { <Icon name=line.icon/> }.into_any()
            } else {
                line.number.into_any()
            };
            let body = view! {
                <span>{line.title}<span class="meta">{(!line.done).then(|| view! { <Icon name=line.icon/> })}{line.state}</span></span>
            };
            let body = if line.done {
                body.into_any()
            } else {
                view! { <button type="button" class="open" on:click=move |_| conclude.set(Some(id))>{body}</button> }.into_any()
            };
            view! { <li class:here=line.here class:done=line.done aria-current=line.here.then_some("true")><span class="no">{sign}</span>{body}</li> }
        };
        lines.get().into_iter().map(row).collect::<Vec<_>>()
    };
    view! {
        <nav class="agenda" node_ref=list aria-label=say(|t| t.room.agenda) tabindex="0">
            <p class="over">{say(|t| t.room.agenda)}</p>
            <ol>{rows}</ol>
        </nav>
    }
}
