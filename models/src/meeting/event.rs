//! What happened, in the past tense. The meaning of an event never changes; a new meaning is a
//! new event.

use super::agenda::AgendaEvent;
use super::attendance::AttendanceEvent;
use super::decisions::DecisionsEvent;
use super::floor::FloorEvent;
use super::minutes::MinutesEvent;
use super::motions::MotionsEvent;
use super::papers::PapersEvent;
use super::participants::ParticipantsEvent;
use super::preparation::PreparationEvent;
use super::session::SessionEvent;
use super::speech::SpeechEvent;
use super::votes::VotesEvent;
use crate::nested::{names_of, nested};

nested! {
    /// An event. JSON: the variant's name in snake case as the only key, its fields below it, whatever
    /// its topic.
    pub enum Event {
        /// Its name, place and time, and convening it.
        Preparation(PreparationEvent),
        /// Who takes part.
        Participants(ParticipantsEvent),
        /// Its items.
        Agenda(AgendaEvent),
        /// What is put to the vote.
        Motions(MotionsEvent),
        /// What is read.
        Papers(PapersEvent),
        /// Who is in the room.
        Attendance(AttendanceEvent),
        /// Opening, recess, closing, the chair.
        Session(SessionEvent),
        /// Who speaks.
        Floor(FloorEvent),
        /// Ballots and outcomes.
        Votes(VotesEvent),
        /// Recordings and transcript.
        Speech(SpeechEvent),
        /// The minutes.
        Minutes(MinutesEvent),
        /// Decisions, and the documents that are signed.
        Decisions(DecisionsEvent),
    }
}

impl Event {
    /// The names of all, topic by topic, as they are written.
    pub fn names() -> Vec<&'static str> {
        [
            names_of::<PreparationEvent>(),
            names_of::<ParticipantsEvent>(),
            names_of::<AgendaEvent>(),
            names_of::<MotionsEvent>(),
            names_of::<PapersEvent>(),
            names_of::<AttendanceEvent>(),
            names_of::<SessionEvent>(),
            names_of::<FloorEvent>(),
            names_of::<VotesEvent>(),
            names_of::<SpeechEvent>(),
            names_of::<MinutesEvent>(),
            names_of::<DecisionsEvent>(),
        ]
        .concat()
    }
}
