//! Folding an entry into the state: each topic folds its own. Never here: a judgement. Whatever is
//! unknown is passed over, which is how a masked view stays in step.

use super::{Entry, Event, Meeting};
use super::{
    agenda, attendance, decisions, floor, minutes, motions, papers, participants, preparation,
    session, speech, votes,
};

pub(super) fn apply(m: &mut Meeting, entry: Entry<&Event>) {
    let Entry { position, at, event } = entry;
    match event {
        Event::Preparation(event) => preparation::apply(m, Entry { position, at, event }),
        Event::Participants(event) => participants::apply(m, event),
        Event::Agenda(event) => agenda::apply(m, Entry { position, at, event }),
        Event::Motions(event) => motions::apply(m, event),
        Event::Papers(event) => papers::apply(m, Entry { position, at, event }),
        Event::Attendance(event) => attendance::apply(m, Entry { position, at, event }),
        Event::Session(event) => session::apply(m, Entry { position, at, event }),
        Event::Floor(event) => floor::apply(m, Entry { position, at, event }),
        Event::Votes(event) => votes::apply(m, Entry { position, at, event }),
        Event::Speech(event) => speech::apply(m, Entry { position, at, event }),
        Event::Minutes(event) => minutes::apply(m, Entry { position, at, event }),
        Event::Decisions(event) => decisions::apply(m, Entry { position, at, event }),
    }
}
