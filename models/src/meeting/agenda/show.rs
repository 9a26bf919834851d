//! What a class is shown of the agenda: nothing of an item above its level but that it is there (R32).

use super::AgendaEvent;
use crate::ids::ItemId;
use crate::meeting::Meeting;
use crate::visibility::{ViewEvent, ViewOnly, ViewerClass};

pub(crate) fn redact_event(
    m: &Meeting,
    event: &AgendaEvent,
    class: ViewerClass,
) -> Option<ViewEvent> {
    let seen = |item: ItemId| m.level_of(Some(item)) <= class.clearance();
    let same = || Some(event.clone().into());
    match event {
        AgendaEvent::ItemAdded { item, content } if content.level > class.clearance() => {
            Some(ViewOnly::ItemWithheld { item: *item }.into())
        }
        AgendaEvent::ItemAdded { .. }
        | AgendaEvent::ItemRemoved { .. }
        | AgendaEvent::AgendaOrdered { .. } => same(),
        AgendaEvent::Recused { item, person, .. } if !class.sees_reasons() && seen(*item) => {
            let (item, person) = (*item, person.clone());
            Some(AgendaEvent::Recused { item, person, reason: String::new() }.into())
        }
        AgendaEvent::ItemChanged { item, .. }
        | AgendaEvent::ItemStarted { item }
        | AgendaEvent::ItemConcluded { item, .. }
        | AgendaEvent::Objected { item, .. }
        | AgendaEvent::AdoptedWithoutDebate { item }
        | AgendaEvent::Recused { item, .. } => same().filter(|_| seen(*item)),
    }
}

pub(crate) fn redact_state(_: &Meeting, view: &mut Meeting, class: ViewerClass) {
    view.items.retain(|_, item| item.level <= class.clearance());
    view.current = view.current.filter(|item| view.items.contains_key(item));
    if !class.sees_reasons() {
        for recusal in view.items.values_mut().flat_map(|item| item.recusals.values_mut()) {
            recusal.reason.clear();
        }
    }
}
