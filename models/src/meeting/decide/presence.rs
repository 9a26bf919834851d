//! Coming, going, absence; and the quorum that changes with them (R4, R17).

use super::{leaving, line, not_closed, subject};
use crate::meeting::{Command, Context, Decided, Event, Meeting, Refusal, Stage};
use crate::people::Participant;

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    not_closed(m)?;
    if m.stage == Stage::Preparing {
        return Err(Refusal::WrongStage);
    }
    match command {
        Command::CheckIn { person } => {
            let (who, how) = subject(m, cx, person.as_ref())?;
            if m.is_present(&who.person) {
                return Err(Refusal::AlreadyPresent);
            }
            let mut decided = Decided::one(Event::CheckedIn { person: who.person.clone(), how });
            decided.events.extend(quorum_change(m, who, 1));
            Ok(decided)
        }
        Command::CheckOut { person, reason } => {
            let (who, how) = subject(m, cx, person.as_ref())?;
            if !m.is_present(&who.person) {
                return Err(Refusal::NotPresent { person: who.person.clone() });
            }
            let mut events = leaving::of_room(m, &who.person);
            let (person, reason) = (who.person.clone(), reason.clone());
            events.push(Event::CheckedOut { person, how, reason });
            events.extend(quorum_change(m, who, -1));
            Ok(Decided { events, effects: Vec::new() })
        }
        Command::RecordAbsence { person, reason } => {
            let (who, _) = subject(m, cx, Some(person))?;
            line(reason, true)?;
            if m.is_present(&who.person) {
                return Err(Refusal::AlreadyPresent);
            }
            let (person, reason) = (who.person.clone(), reason.clone());
            Ok(Decided::one(Event::AbsenceRecorded { person, reason }))
        }
        _ => Ok(Decided::default()),
    }
}

/// The event that says the quorum went or came back, if the session is open and it did.
fn quorum_change(m: &Meeting, who: &Participant, by: i64) -> Option<Event> {
    if !matches!(m.stage, Stage::InSession { .. }) || !who.is_member() {
        return None;
    }
    let members = m.member_count();
    let present = m.members_present(None).saturating_add_signed(by);
    match (m.has_quorum(), m.profile.quorum.reached(present, members)) {
        (true, false) => Some(Event::QuorumLost { present, members }),
        (false, true) => Some(Event::QuorumRegained { present, members }),
        (true, true) | (false, false) => None,
    }
}
