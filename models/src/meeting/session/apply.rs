//! Folding how the session went.

use crate::meeting::{Entry, HandOver, Meeting, Milestone, Recess, SessionEvent, Stage};

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&SessionEvent>) {
    let Entry { position, at, event } = entry;
    let milestone = |present: u64, members: u64| Some(Milestone { at, position, present, members });
    let opened_at = m.opened.map_or(at, |opened| opened.at);
    match event {
        SessionEvent::SessionOpened { present, members } => {
            m.opened = milestone(*present, *members);
            m.stage = Stage::InSession { opened_at };
        }
        SessionEvent::RecessCalled {} => {
            m.recesses.push(Recess { since: at, position, until: None });
            m.stage = Stage::Recess { opened_at, since: at };
        }
        SessionEvent::SessionResumed { present, members } => {
            if let Some(recess) = m.recesses.last_mut() {
                recess.until = milestone(*present, *members);
            }
            m.stage = Stage::InSession { opened_at };
        }
        SessionEvent::SessionClosed { present, members } => {
            m.closed = milestone(*present, *members);
            m.stage = Stage::Closed { opened_at, at };
            m.floor.requests.clear();
        }
        SessionEvent::ChairHandedOver { to } => {
            let from = m.chair.replace(to.clone());
            m.hand_overs.push(HandOver { from, to: to.clone(), at, position });
        }
    }
}
