//! The agenda as a tree: items in their order with their papers. Order is changed by dragging an item,
//! by buttons and by Alt with the arrow keys.

use icabinet_models::agenda::{ItemKind, ItemState, Level};
use icabinet_models::ids::ItemId;
use icabinet_models::meeting::{AgendaCommand, Command, Meeting};
use icabinet_models::motions::MotionState;
use leptos::html;
use leptos::prelude::*;

use super::papers::Papers;
use super::{Panel, is_closed};
use crate::features::office::{reader, say};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::people::said;
use crate::ui::{Button, ButtonSize, IconName};
use icabinet_presenter::vietnamese::no_break;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    number: usize,
    title: String,
    marks: String,
    first: bool,
    last: bool,
    waiting: bool,
}

fn line(m: &Meeting, id: ItemId, texts: &Texts) -> Option<Line> {
    let item = m.items.get(&id)?;
    let place = m.number_of(id)?;
    let words = &texts.prepare;
    let motions = m
        .motions
        .values()
        .filter(|motion| motion.item == Some(id) && motion.state != MotionState::Withdrawn)
        .count();
    let mut marks = vec![(texts.room.minutes)(item.minutes_planned)];
    match &item.kind {
        ItemKind::Regular => {}
        ItemKind::Consent => marks.push(texts.desk.consent.to_owned()),
        ItemKind::Urgent { .. } => marks.push(texts.room.urgent.to_owned()),
    }
    if item.level == Level::Restricted {
        marks.push(texts.room.restricted.to_owned());
    }
    marks.push((words.motions_count)(motions));
    Some(Line {
        number: place,
        title: no_break(said(&item.title, texts.language)),
        marks: marks.join(" · "),
        first: place == 1,
        last: place == m.agenda.len(),
        waiting: item.state == ItemState::Waiting,
    })
}

/// The tree in the middle.
#[component]
pub fn AgendaTree(panel: RwSignal<Panel>) -> impl IntoView {
    let live = use_live();
    let items = live.view_or_default(|replica| replica.meeting().agenda.clone());
    let dragged = RwSignal::new(None::<ItemId>);
    let open = live.view_or_default(|replica| !is_closed(replica));
    view! {
        <section tabindex="0" aria-label=say(|t| t.prepare.agenda_and_papers)>
            <div class="line"><h2 class="grow">{say(|t| t.prepare.agenda_and_papers)}</h2>
                <Show when=move || open.get()><Button label=say(|t| t.prepare.add_item) icon=IconName::Plus size=ButtonSize::Small
                    on_press=Callback::new(move |()| panel.set(Panel::NewItem))/></Show></div>
            <Show when=move || open.get()><p class="meta how">{say(|t| t.prepare.order_keys)}</p></Show>
            <ol class="tree"><For each=move || items.get() key=|id| *id children=move |id| view! { <Branch id panel dragged/> }/></ol>
            <h2>{say(|t| t.prepare.common_papers)}</h2>
            <div class="tree"><Papers item=None/></div>
        </section>
    }
}

#[component]
fn Branch(id: ItemId, panel: RwSignal<Panel>, dragged: RwSignal<Option<ItemId>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let line = live.view(move |replica| line(replica.meeting(), id, texts.get()));
    let line = Memo::new(move |_| line.get().flatten());
    let part = move |read: fn(&Line) -> bool| {
        Memo::new(move |_| line.with(|line| line.as_ref().is_none_or(read)))
    };
    let (first, last, waiting) =
        (part(|line| line.first), part(|line| line.last), part(|line| line.waiting));
    let chosen = Memo::new(move |_| panel.get() == Panel::Item(id));
    let shift = move |up: bool| {
        let Some(number) = line.get_untracked().map(|line| line.number) else { return };
        let blocked = if up { first.get_untracked() } else { last.get_untracked() };
        if !blocked && waiting.get_untracked() {
            let to = if up { number.saturating_sub(2) } else { number };
            live.submit(Command::Agenda(AgendaCommand::MoveItem {
                item: id,
                to: u32::try_from(to).unwrap_or(0),
            }));
        }
    };
    // The row is moved in the page when the order comes back, and loses the keyboard with that.
    let title = NodeRef::<html::Button>::new();
    let keyed = StoredValue::new(false);
    Effect::new(move |before: Option<usize>| {
        let number = line.with(|line| line.as_ref().map_or(0, |line| line.number));
        if before.is_some_and(|before| before != number) && keyed.get_value() {
            keyed.set_value(false);
            crate::callbacks::next_frame(move || {
                if let Some(title) = title.try_get_untracked().flatten() {
                    // A row that is gone meanwhile needs no focus.
                    _ = title.focus();
                }
            });
        }
        number
    });
    let key = move |event: web_sys::KeyboardEvent| {
        if event.alt_key() && (event.key() == "ArrowUp" || event.key() == "ArrowDown") {
            event.prevent_default();
            keyed.set_value(true);
            shift(event.key() == "ArrowUp");
        }
    };
    let over = RwSignal::new(false);
    let other = move || dragged.get_untracked().filter(|other| *other != id);
    let grab = move |event: web_sys::DragEvent| {
        if let Some(data) = event.data_transfer() {
            // Firefox drags nothing without data.
            _ = data.set_data("text/plain", &id.to_string());
        }
        dragged.set(Some(id));
    };
    let hover = move |event: web_sys::DragEvent| {
        if other().is_some() {
            event.prevent_default();
            over.set(true);
        }
    };
    let drop = move |event: web_sys::DragEvent| {
        over.set(false);
        let place = line.with_untracked(|line| line.as_ref().map(|line| line.number));
        if let (Some(item), Some(place)) = (other(), place) {
            event.prevent_default();
            dragged.set(None);
            let to = u32::try_from(place.saturating_sub(1)).unwrap_or(0);
            live.submit(Command::Agenda(AgendaCommand::MoveItem { item, to }));
        }
    };
    let arrow = move |up: bool, blocked: Memo<bool>| {
        let label = if up { say(|t| t.prepare.move_up) } else { say(|t| t.prepare.move_down) };
        let sign = if up { "↑" } else { "↓" };
        view! {
            <button type="button" class="square" aria-label=label aria-disabled=move || blocked.get().then_some("true")
                on:click=move |_| shift(up)>{sign}</button>
        }
    };
    view! {
        <li class:chosen=chosen class:over=over on:keydown=key on:dragover=hover on:dragleave=move |_| over.set(false) on:drop=drop>
            <div class="item" draggable=move || waiting.get().to_string() on:dragstart=grab on:dragend=move |_| dragged.set(None)>
                <span class="grip" aria-hidden="true">"⠿"</span>
                <span class="no">{move || line.get().map(|line| line.number)}</span>
                <button type="button" class="open" node_ref=title aria-current=move || chosen.get().then_some("true") on:click=move |_| panel.set(Panel::Item(id))>
                    {move || line.get().map(|line| line.title)}<span class="meta marks">" "{move || line.get().map(|line| line.marks)}</span>
                </button>
                <span class="order">{move || waiting.get().then(|| view! { {arrow(true, first)}{arrow(false, last)} })}</span>
            </div>
            <Papers item=Some(id)/>
        </li>
    }
}
