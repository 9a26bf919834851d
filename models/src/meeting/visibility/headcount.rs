//! What is shown where people are counted (`RosterMode::Counted`) to everyone but the office: numbers in
//! the place of lists. A law as everywhere: folding what was shown gives what is masked.
//! Never here: who a person himself is; that is `own`.

use super::{ViewEvent, ViewOnly, ViewerClass};
use crate::attendance::Counted;
use crate::ids::PersonId;
use crate::meeting::{
    AgendaEvent, AttendanceEvent, Event, FloorEvent, Meeting, ParticipantsEvent, PreparationEvent,
    SessionEvent, VotesEvent,
};
use crate::participants::Participant;
use crate::profile::RosterMode;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Whether this class is shown numbers only.
pub(super) fn is_counted(m: &Meeting, class: ViewerClass) -> bool {
    m.profile.roll == RosterMode::Counted && class != ViewerClass::Staff
}

/// The event with sums in the place of lists, made without copying the lists; `None` if it is about
/// somebody this class doesn't know.
pub(super) fn in_numbers<'e>(
    m: &Meeting,
    event: &'e Event,
    class: ViewerClass,
) -> Option<Cow<'e, Event>> {
    let same = || Some(Cow::Borrowed(event));
    let other = |event: Event| Some(Cow::Owned(event));
    match event {
        Event::Preparation(PreparationEvent::MeetingCreated { particulars, profile, people }) => {
            let people = people.iter().filter(|row| has_office(row)).cloned().collect();
            let (particulars, profile) = (particulars.clone(), profile.clone());
            other(PreparationEvent::MeetingCreated { particulars, profile, people }.into())
        }
        Event::Participants(event) => match in_offices(m, event, class)? {
            Cow::Borrowed(_) => same(),
            Cow::Owned(event) => other(event.into()),
        },
        Event::Attendance(event) => match event {
            AttendanceEvent::CheckedIn { .. }
            | AttendanceEvent::CheckedOut { .. }
            | AttendanceEvent::AbsenceRecorded { .. } => None,
            AttendanceEvent::QuorumLost { .. } | AttendanceEvent::QuorumRegained { .. } => same(),
        },
        Event::Agenda(event) => match event {
            AgendaEvent::Recused { .. } => None,
            AgendaEvent::ItemAdded { .. }
            | AgendaEvent::ItemChanged { .. }
            | AgendaEvent::ItemRemoved { .. }
            | AgendaEvent::AgendaOrdered { .. }
            | AgendaEvent::ItemStarted { .. }
            | AgendaEvent::ItemConcluded { .. }
            | AgendaEvent::Objected { .. }
            | AgendaEvent::AdoptedWithoutDebate { .. } => same(),
        },
        Event::Floor(event) => match event {
            FloorEvent::SpeechRequested { .. } | FloorEvent::RequestWithdrawn { .. } => None,
            FloorEvent::FloorGranted { .. }
            | FloorEvent::FloorExtended { .. }
            | FloorEvent::FloorPaused {}
            | FloorEvent::FloorResumed {}
            | FloorEvent::FloorEnded {} => same(),
        },
        Event::Votes(VotesEvent::VoteOpened { vote, motion, item, terms }) => {
            let (vote, motion, item, terms) = (*vote, *motion, *item, terms.counted());
            other(VotesEvent::VoteOpened { vote, motion, item, terms }.into())
        }
        Event::Votes(VotesEvent::VoteClosed { vote, outcome, .. }) => {
            let (vote, outcome, ballots) = (*vote, outcome.clone(), BTreeMap::new());
            other(VotesEvent::VoteClosed { vote, ballots, outcome }.into())
        }
        Event::Votes(VotesEvent::BallotCast { .. } | VotesEvent::VoteVoided { .. })
        | Event::Preparation(
            PreparationEvent::ParticularsChanged { .. } | PreparationEvent::Convened {},
        )
        | Event::Motions(_)
        | Event::Papers(_)
        | Event::Session(_)
        | Event::Speech(_)
        | Event::Minutes(_)
        | Event::Decisions(_) => same(),
    }
}

/// A change of the list, as it reads for who knows only those who have an office.
fn in_offices<'e>(
    m: &Meeting,
    event: &'e ParticipantsEvent,
    class: ViewerClass,
) -> Option<Cow<'e, ParticipantsEvent>> {
    let is_known_now =
        |person: &PersonId| m.people.get(person).is_some_and(|row| is_known(m, row, class));
    match event {
        ParticipantsEvent::ParticipantAdded { participant } => {
            let person = &participant.person;
            match (is_known_now(person), is_known(m, participant, class)) {
                (_, true) => Some(Cow::Borrowed(event)),
                (true, false) => {
                    let person = person.clone();
                    Some(Cow::Owned(ParticipantsEvent::ParticipantRemoved { person }))
                }
                (false, false) => None,
            }
        }
        ParticipantsEvent::ParticipantRemoved { person } => {
            is_known_now(person).then_some(Cow::Borrowed(event))
        }
    }
}

/// Introduces whom an event names for the first time to this class.
pub(super) fn introducing(m: &Meeting, event: ViewEvent, class: ViewerClass) -> ViewEvent {
    let ViewEvent::Event(event) = event else { return event };
    let row = named(&event).and_then(|person| m.people.get(person));
    match row.filter(|row| !is_known(m, row, class)) {
        Some(row) => {
            ViewOnly::Introduced { participant: row.clone(), event: Box::new(event) }.into()
        }
        None => event.into(),
    }
}

/// Who is named by an event that everybody is shown.
fn named(event: &Event) -> Option<&PersonId> {
    match event {
        Event::Session(SessionEvent::ChairHandedOver { to }) => Some(to),
        Event::Agenda(AgendaEvent::Objected { person, .. })
        | Event::Floor(FloorEvent::FloorGranted { person, .. }) => Some(person),
        Event::Preparation(_)
        | Event::Participants(_)
        | Event::Agenda(_)
        | Event::Motions(_)
        | Event::Papers(_)
        | Event::Attendance(_)
        | Event::Session(_)
        | Event::Floor(_)
        | Event::Votes(_)
        | Event::Speech(_)
        | Event::Minutes(_)
        | Event::Decisions(_) => None,
    }
}

/// Takes the people out of a view that is otherwise masked for `class`; `m` is the whole state.
pub(super) fn redact_state(m: &Meeting, view: &mut Meeting, class: ViewerClass) {
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
pub(super) fn is_known(m: &Meeting, row: &Participant, class: ViewerClass) -> bool {
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
