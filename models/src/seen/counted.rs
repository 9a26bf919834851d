//! What is shown where people are counted (`Roll::Counted`) to everyone but the office: numbers in
//! the place of lists. A law as everywhere: folding what was shown gives what is masked.
//! Never here: who a person himself is; that is `own`.

use super::Class;
use crate::attendance::Counted;
use crate::meeting::{Event, Meeting};
use crate::people::Participant;
use crate::profile::Roll;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Whether this class is shown numbers only.
pub(super) fn is_counted(m: &Meeting, class: Class) -> bool {
    m.profile.roll == Roll::Counted && class != Class::Staff
}

/// The event with sums in the place of lists, made without copying the lists; `None` if it is about
/// somebody this class doesn't know.
pub(super) fn in_numbers<'e>(
    m: &Meeting,
    event: &'e Event,
    class: Class,
) -> Option<Cow<'e, Event>> {
    Some(Cow::Owned(match event {
        Event::MeetingCreated { particulars, profile, people } => Event::MeetingCreated {
            particulars: particulars.clone(),
            profile: profile.clone(),
            people: people.iter().filter(|row| has_office(row)).cloned().collect(),
        },
        Event::ParticipantAdded { participant } => {
            let row = m.people.get(&participant.person);
            let known = row.is_some_and(|row| is_known(m, row, class));
            match (known, is_known(m, participant, class)) {
                (_, true) => return Some(Cow::Borrowed(event)),
                (true, false) => Event::ParticipantRemoved { person: participant.person.clone() },
                (false, false) => return None,
            }
        }
        Event::ParticipantRemoved { person } => {
            m.people.get(person).filter(|row| is_known(m, row, class))?;
            return Some(Cow::Borrowed(event));
        }
        Event::CheckedIn { .. }
        | Event::CheckedOut { .. }
        | Event::AbsenceRecorded { .. }
        | Event::Recused { .. }
        | Event::SpeechRequested { .. }
        | Event::RequestWithdrawn { .. } => return None,
        Event::VoteOpened { vote, motion, item, terms } => {
            Event::VoteOpened { vote: *vote, motion: *motion, item: *item, terms: terms.counted() }
        }
        Event::VoteClosed { vote, outcome, .. } => {
            Event::VoteClosed { vote: *vote, ballots: BTreeMap::new(), outcome: outcome.clone() }
        }
        _ => return Some(Cow::Borrowed(event)),
    }))
}

/// Introduces whom an event names for the first time to this class.
pub(super) fn introducing(m: &Meeting, event: Event, class: Class) -> Event {
    let named = match &event {
        Event::ChairHandedOver { to } => to,
        Event::Objected { person, .. } | Event::FloorGranted { person, .. } => person,
        _ => return event,
    };
    match m.people.get(named) {
        Some(row) if !is_known(m, row, class) => {
            Event::Introduced { participant: row.clone(), event: Box::new(event) }
        }
        _ => event,
    }
}

/// Takes the people out of a view that is otherwise masked for `class`; `m` is the whole state.
pub(super) fn mask(m: &Meeting, view: &mut Meeting, class: Class) {
    view.people.retain(|_, row| is_known(m, row, class));
    view.stays.clear();
    view.counted = Counted::default();
    view.absences.clear();
    view.floor.requests.clear();
    view.floor.asked = 0;
    for item in view.items.values_mut() {
        item.recusals.clear();
    }
    for vote in view.votes.values_mut() {
        vote.terms = vote.terms.counted();
        vote.state.forget_ballots();
    }
}

fn has_office(row: &Participant) -> bool {
    row.office.is_some()
}

/// Whether a class knows this person by name. Once it does, it does for good: an office and a place on
/// the list change only while the meeting is prepared, and then the chair is who has the office.
pub(super) fn is_known(m: &Meeting, row: &Participant, class: Class) -> bool {
    let person = &row.person;
    let floor = &m.floor;
    has_office(row)
        || floor.speaking.as_ref().is_some_and(|turn| turn.person == *person)
        || floor.past.iter().any(|turn| turn.person == *person)
        || m.hand_overs.iter().any(|one| one.to == *person || one.from.as_ref() == Some(person))
        || m.items
            .values()
            .any(|item| item.level <= class.clearance() && item.objections.contains(person))
}
