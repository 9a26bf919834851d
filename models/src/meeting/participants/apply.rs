//! Folding who takes part.

use super::Office;
use crate::attendance::Counted;
use crate::meeting::{Meeting, ParticipantsEvent, Stage};

pub(in crate::meeting) fn apply(m: &mut Meeting, event: &ParticipantsEvent) {
    m.counted = Counted::default();
    match event {
        ParticipantsEvent::ParticipantAdded { participant } => {
            m.people.insert(participant.person.clone(), participant.clone());
        }
        ParticipantsEvent::ParticipantRemoved { person } => {
            m.people.remove(person);
        }
    }
    appoint_chair(m);
}

/// While it is prepared, the chair is who is appointed; afterwards only a hand-over changes them.
pub(in crate::meeting) fn appoint_chair(m: &mut Meeting) {
    if m.stage == Stage::Preparing {
        let appointed = m.people.values().find(|p| p.office == Some(Office::Chair));
        m.chair = appointed.map(|p| p.person.clone());
    }
}
