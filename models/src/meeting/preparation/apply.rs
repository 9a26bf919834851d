//! Folding how the meeting was prepared.

use crate::attendance::Counted;
use crate::meeting::participants::appoint_chair;
use crate::meeting::{Entry, Meeting, PreparationEvent, Stage};

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&PreparationEvent>) {
    match entry.event {
        PreparationEvent::MeetingCreated { particulars, profile, people } => {
            m.particulars = particulars.clone();
            m.profile = profile.clone();
            m.people = people.iter().map(|p| (p.person.clone(), p.clone())).collect();
            m.counted = Counted::default();
            m.stage = Stage::Preparing;
            appoint_chair(m);
        }
        PreparationEvent::ParticularsChanged { particulars } => {
            m.particulars = particulars.clone();
            m.particulars_since = entry.position;
        }
        PreparationEvent::Convened {} => m.stage = Stage::Convened,
    }
}
