//! Items of the agenda.

use crate::agenda::{ItemState, Recusal};
use crate::meeting::{Entry, Event, Meeting};
use crate::votes::MotionState;

pub(super) fn apply(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    match event {
        Event::ItemAdded { item, content } => {
            m.items.insert(*item, content.clone());
            m.agenda.push(*item);
        }
        Event::ItemWithheld { item } => m.agenda.push(*item),
        Event::ItemChanged { item, title, presenter, unit, minutes_planned } => {
            if let Some(found) = m.items.get_mut(item) {
                found.title = title.clone();
                found.presenter = presenter.clone();
                found.unit = unit.clone();
                found.minutes_planned = *minutes_planned;
            }
        }
        Event::ItemRemoved { item } => {
            m.agenda.retain(|id| id != item);
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::Removed;
            }
        }
        Event::AgendaOrdered { agenda } => m.agenda = agenda.clone(),
        Event::ItemStarted { item } => {
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::Open { since: *at, position: *position };
                m.current = Some(*item);
            }
        }
        Event::ItemConcluded { item, conclusion } => {
            if let Some(found) = m.items.get_mut(item) {
                let since = found.open_since();
                found.state = ItemState::Concluded {
                    since,
                    at: *at,
                    position: *position,
                    conclusion: conclusion.clone(),
                };
            }
            if m.current == Some(*item) {
                m.current = None;
            }
        }
        Event::Objected { item, person } => {
            if let Some(found) = m.items.get_mut(item) {
                found.objections.push(person.clone());
            }
        }
        Event::AdoptedWithoutDebate { item } => {
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::AdoptedWithoutDebate { at: *at, position: *position };
            }
            for motion in m.motions.values_mut().filter(|motion| motion.item == Some(*item)) {
                if motion.state == MotionState::Proposed {
                    motion.state = MotionState::AdoptedWithoutDebate;
                }
            }
        }
        Event::Recused { item, person, reason } => {
            if let Some(found) = m.items.get_mut(item) {
                let recusal = Recusal { reason: reason.clone(), since: *at, position: *position };
                found.recusals.insert(person.clone(), recusal);
            }
        }
        _ => {}
    }
}
