//! Which rows of the read model an event may change: all of them would be made anew for every ballot.
//! Named too much costs time, too little is a lie in a list; the law in `tests/projections` holds it
//! against the whole fold. Never here: what the rows say (`rows`).

use super::rows::{Changes, Line, Participation, Publication};
use crate::published;
use crate::store::StoreError;
use icabinet_models::ids::PersonId;
use icabinet_models::meeting::{
    AgendaEvent, AttendanceEvent, DecisionsEvent, FloorEvent, MinutesEvent, MotionsEvent,
    PapersEvent, ParticipantsEvent, PreparationEvent, SessionEvent, SpeechEvent, VotesEvent,
};
use icabinet_models::{Event, Meeting};
use std::collections::BTreeSet;

/// What may have changed since the rows were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    line: bool,
    everybody: bool,
    /// Whoever holds an office or presides: what waits for one depends on the others.
    offices: bool,
    people: BTreeSet<PersonId>,
    publication: bool,
}

/// Parts of the read model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Line,
    Everybody,
    Offices,
    /// Only where something is public already.
    Pages,
    Publication,
}

impl Touched {
    /// Everything: what is there may be of any time.
    pub(crate) fn all() -> Self {
        let people = BTreeSet::new();
        Self { line: true, everybody: true, offices: true, people, publication: true }
    }

    /// Takes an event in; `before` is the state that it is applied to.
    pub(crate) fn note(&mut self, before: &Meeting, event: &Event) {
        for part in parts(before, event) {
            match part {
                Part::Line => self.line = true,
                Part::Everybody => self.everybody = true,
                // Who presided until now holds no office for it afterwards.
                Part::Offices => {
                    self.offices = true;
                    self.people.extend(before.chair.clone());
                }
                Part::Pages => self.publication |= published::is_anything(before),
                Part::Publication => self.publication = true,
            }
        }
        if let Some(person) = person(event) {
            self.people.insert(person.clone());
        }
    }

    /// The rows that this comes to in a state.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`] where a row can't be written as JSON.
    pub(crate) fn rows(self, m: &Meeting) -> Result<Changes, StoreError> {
        let mut changes = Changes { everybody: self.everybody, ..Changes::default() };
        if self.line {
            changes.line = Some(Line::of(m)?);
        }
        if self.publication {
            changes.publication = Some(Publication::of(m)?);
        }
        if self.everybody {
            let rows = m.people.values().map(|row| Participation::of(m, row));
            changes.participations = rows.collect::<Result<_, _>>()?;
            return Ok(changes);
        }
        let mut people = self.people;
        if self.offices {
            let offices = m.people.values().filter(|row| row.office.is_some());
            people.extend(offices.map(|row| row.person.clone()).chain(m.chair.clone()));
        }
        for person in people {
            match m.people.get(&person) {
                Some(row) => changes.participations.push(Participation::of(m, row)?),
                None => changes.gone.push(person),
            }
        }
        Ok(changes)
    }
}

/// Whose own row it changes.
fn person(event: &Event) -> Option<&PersonId> {
    if let Event::Participants(ParticipantsEvent::ParticipantAdded { participant }) = event {
        return Some(&participant.person);
    }
    if let Event::Participants(ParticipantsEvent::ParticipantRemoved { person })
    | Event::Session(SessionEvent::ChairHandedOver { to: person }) = event
    {
        return Some(person);
    }
    None
}

/// What an event may change beside the row of one person.
fn parts(before: &Meeting, event: &Event) -> &'static [Part] {
    use Part::{Everybody, Line, Offices, Pages, Publication};
    match event {
        Event::Preparation(PreparationEvent::MeetingCreated { .. }) => &[Line, Everybody],
        Event::Preparation(PreparationEvent::ParticularsChanged { .. }) => &[Line, Pages],
        Event::Participants(
            ParticipantsEvent::ParticipantAdded { .. }
            | ParticipantsEvent::ParticipantRemoved { .. },
        ) => &[Offices, Pages],
        Event::Preparation(PreparationEvent::Convened {})
        | Event::Session(
            SessionEvent::SessionOpened { .. }
            | SessionEvent::RecessCalled {}
            | SessionEvent::SessionResumed { .. }
            | SessionEvent::SessionClosed { .. },
        ) => &[Line, Offices, Pages],
        Event::Session(SessionEvent::ChairHandedOver { .. }) => &[Offices, Pages],
        // Whether the chair can be taken over depends on who is there.
        Event::Attendance(
            AttendanceEvent::CheckedIn { person, .. } | AttendanceEvent::CheckedOut { person, .. },
        ) => {
            let office = before.people.get(person).is_some_and(|row| row.office.is_some());
            if office || before.is_chair(person) { &[Offices] } else { &[] }
        }
        // It can't while a vote is open, nor by whoever takes no part in the item.
        Event::Votes(VotesEvent::VoteOpened { .. }) => &[Line, Offices],
        Event::Votes(VotesEvent::VoteClosed { .. } | VotesEvent::VoteVoided { .. }) => {
            &[Line, Offices, Pages]
        }
        Event::Agenda(
            AgendaEvent::ItemStarted { .. }
            | AgendaEvent::ItemConcluded { .. }
            | AgendaEvent::AdoptedWithoutDebate { .. }
            | AgendaEvent::ItemRemoved { .. },
        ) => &[Offices, Pages],
        Event::Agenda(AgendaEvent::Recused { .. }) => &[Offices],
        Event::Agenda(
            AgendaEvent::ItemAdded { .. }
            | AgendaEvent::ItemChanged { .. }
            | AgendaEvent::AgendaOrdered { .. },
        )
        | Event::Motions(
            MotionsEvent::MotionAdded { .. }
            | MotionsEvent::MotionChanged { .. }
            | MotionsEvent::MotionWithdrawn { .. },
        ) => &[Pages],
        Event::Minutes(
            MinutesEvent::MinutesApproved { .. } | MinutesEvent::MinutesReopened { .. },
        )
        | Event::Decisions(
            DecisionsEvent::DecisionPrepared { .. }
            | DecisionsEvent::DecisionRevised { .. }
            | DecisionsEvent::InstrumentTypeset { .. }
            | DecisionsEvent::InstrumentFailed { .. }
            | DecisionsEvent::Signed { .. },
        ) => &[Line, Offices, Pages],
        Event::Decisions(DecisionsEvent::Published { .. }) => &[Offices, Publication],
        Event::Speech(
            SpeechEvent::RecordingStarted { .. }
            | SpeechEvent::RecordingImported { .. }
            | SpeechEvent::RecordingStored { .. }
            | SpeechEvent::SoundFailed { .. }
            | SpeechEvent::TranscriptFinished { .. }
            | SpeechEvent::TranscriptUnavailable { .. },
        ) => &[Line],
        // Stand in views alone.
        Event::Papers(
            PapersEvent::PaperAdded { .. }
            | PapersEvent::PaperRemoved { .. }
            | PapersEvent::PaperOpened { .. }
            | PapersEvent::PageRendered { .. }
            | PapersEvent::PageFailed { .. }
            | PapersEvent::PaperRendered { .. }
            | PapersEvent::PaperFailed { .. },
        )
        | Event::Attendance(
            AttendanceEvent::AbsenceRecorded { .. }
            | AttendanceEvent::QuorumLost { .. }
            | AttendanceEvent::QuorumRegained { .. },
        )
        | Event::Agenda(AgendaEvent::Objected { .. })
        | Event::Floor(
            FloorEvent::SpeechRequested { .. }
            | FloorEvent::RequestWithdrawn { .. }
            | FloorEvent::FloorGranted { .. }
            | FloorEvent::FloorExtended { .. }
            | FloorEvent::FloorPaused {}
            | FloorEvent::FloorResumed {}
            | FloorEvent::FloorEnded {},
        )
        | Event::Votes(VotesEvent::BallotCast { .. })
        | Event::Speech(
            SpeechEvent::RecordingEnded { .. }
            | SpeechEvent::SoundFlawed { .. }
            | SpeechEvent::SegmentHeard { .. }
            | SpeechEvent::TranscriptReached { .. }
            | SpeechEvent::SegmentCorrected { .. }
            | SpeechEvent::SpeakerNamed { .. },
        )
        | Event::Minutes(
            MinutesEvent::MinutesDrafted { .. }
            | MinutesEvent::SentenceWritten { .. }
            | MinutesEvent::SentenceEdited { .. }
            | MinutesEvent::SentenceRewritten { .. }
            | MinutesEvent::SentenceRemoved { .. },
        ) => &[],
    }
}
