//! What people and jobs can ask of a meeting. Closed; who asks is in the context, never here.

use super::agenda::AgendaCommand;
use super::attendance::AttendanceCommand;
use super::decisions::DecisionsCommand;
use super::floor::FloorCommand;
use super::minutes::MinutesCommand;
use super::motions::MotionsCommand;
use super::papers::PapersCommand;
use super::participants::ParticipantsCommand;
use super::preparation::PreparationCommand;
use super::session::SessionCommand;
use super::speech::SpeechCommand;
use super::votes::VotesCommand;
use crate::nested::{names_of, nested};

nested! {
    /// A command. JSON: the variant's name in snake case as the only key, its fields below it, whatever
    /// its topic.
    pub enum Command {
        /// Its name, place and time, and convening it.
        Preparation(PreparationCommand),
        /// Who takes part.
        Participants(ParticipantsCommand),
        /// Its items.
        Agenda(AgendaCommand),
        /// What is put to the vote.
        Motions(MotionsCommand),
        /// What is read.
        Papers(PapersCommand),
        /// Who is in the room.
        Attendance(AttendanceCommand),
        /// Opening, recess, closing, the chair.
        Session(SessionCommand),
        /// Who speaks.
        Floor(FloorCommand),
        /// Ballots and outcomes.
        Votes(VotesCommand),
        /// Recordings and transcript.
        Speech(SpeechCommand),
        /// The minutes.
        Minutes(MinutesCommand),
        /// Decisions, and the documents that are signed.
        Decisions(DecisionsCommand),
    }
}

impl Command {
    /// The names of all, topic by topic, as they are written.
    pub fn names() -> Vec<&'static str> {
        [
            names_of::<PreparationCommand>(),
            names_of::<ParticipantsCommand>(),
            names_of::<AgendaCommand>(),
            names_of::<MotionsCommand>(),
            names_of::<PapersCommand>(),
            names_of::<AttendanceCommand>(),
            names_of::<SessionCommand>(),
            names_of::<FloorCommand>(),
            names_of::<VotesCommand>(),
            names_of::<SpeechCommand>(),
            names_of::<MinutesCommand>(),
            names_of::<DecisionsCommand>(),
        ]
        .concat()
    }
}
