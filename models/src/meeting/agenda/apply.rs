//! Items of the agenda.

use super::{ItemState, Recusal};
use crate::meeting::{AgendaEvent, Entry, Meeting};
use crate::motions::MotionState;

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&AgendaEvent>) {
    let Entry { position, at, event } = entry;
    match event {
        AgendaEvent::ItemAdded { item, content } => {
            m.items.insert(*item, content.clone());
            m.agenda.push(*item);
        }
        AgendaEvent::ItemChanged { item, title, presenter, unit, minutes_planned } => {
            if let Some(found) = m.items.get_mut(item) {
                found.title = title.clone();
                found.presenter = presenter.clone();
                found.unit = unit.clone();
                found.minutes_planned = *minutes_planned;
            }
        }
        AgendaEvent::ItemRemoved { item } => {
            m.agenda.retain(|id| id != item);
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::Removed;
            }
        }
        AgendaEvent::AgendaOrdered { agenda } => m.agenda = agenda.clone(),
        AgendaEvent::ItemStarted { item } => {
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::Open { since: at, position };
                m.current = Some(*item);
            }
        }
        AgendaEvent::ItemConcluded { item, conclusion } => {
            if let Some(found) = m.items.get_mut(item) {
                let since = found.open_since();
                found.state =
                    ItemState::Concluded { since, at, position, conclusion: conclusion.clone() };
            }
            if m.current == Some(*item) {
                m.current = None;
            }
        }
        AgendaEvent::Objected { item, person } => {
            if let Some(found) = m.items.get_mut(item) {
                found.objections.push(person.clone());
            }
        }
        AgendaEvent::AdoptedWithoutDebate { item } => {
            if let Some(found) = m.items.get_mut(item) {
                found.state = ItemState::AdoptedWithoutDebate { at, position };
            }
            for motion in m.motions.values_mut().filter(|motion| motion.item == Some(*item)) {
                if motion.state == MotionState::Proposed {
                    motion.state = MotionState::AdoptedWithoutDebate;
                }
            }
        }
        AgendaEvent::Recused { item, person, reason } => {
            if let Some(found) = m.items.get_mut(item) {
                let recusal = Recusal { reason: reason.clone(), since: at, position };
                found.recusals.insert(person.clone(), recusal);
            }
        }
    }
}
