//! Coming, going, absence; and the quorum that changes with them (R4, R17).

use crate::meeting::guards::{filled, not_closed, subject};
use crate::meeting::{
    AttendanceCommand, AttendanceEvent, Context, Decided, Event, Meeting, Refusal, Stage, leaving,
};
use crate::participants::Participant;

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &AttendanceCommand,
) -> Result<Decided, Refusal> {
    not_closed(m)?;
    if m.stage == Stage::Preparing {
        return Err(Refusal::WrongStage);
    }
    match command {
        AttendanceCommand::CheckIn { person } => {
            let (who, how) = subject(m, cx, person.as_ref())?;
            if m.is_present(&who.person) {
                return Err(Refusal::AlreadyPresent);
            }
            let mut decided =
                Decided::one(AttendanceEvent::CheckedIn { person: who.person.clone(), how });
            decided.events.extend(quorum_change(m, who, 1));
            Ok(decided)
        }
        AttendanceCommand::CheckOut { person, reason } => {
            let (who, how) = subject(m, cx, person.as_ref())?;
            if !m.is_present(&who.person) {
                return Err(Refusal::NotPresent { person: who.person.clone() });
            }
            let mut events = leaving::of_room(m, &who.person);
            let (person, reason) = (who.person.clone(), reason.clone());
            events.push(Event::Attendance(AttendanceEvent::CheckedOut { person, how, reason }));
            events.extend(quorum_change(m, who, -1));
            Ok(Decided { events, effects: Vec::new() })
        }
        AttendanceCommand::RecordAbsence { person, reason } => {
            let (who, _) = subject(m, cx, Some(person))?;
            filled(reason)?;
            if m.is_present(&who.person) {
                return Err(Refusal::AlreadyPresent);
            }
            let (person, reason) = (who.person.clone(), reason.clone());
            Ok(Decided::one(AttendanceEvent::AbsenceRecorded { person, reason }))
        }
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
        (true, false) => Some(Event::Attendance(AttendanceEvent::QuorumLost { present, members })),
        (false, true) => {
            Some(Event::Attendance(AttendanceEvent::QuorumRegained { present, members }))
        }
        (true, true) | (false, false) => None,
    }
}
