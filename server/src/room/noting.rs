//! What a room keeps of each entry beside the state, and whom it wakes for it. Never here: what the entry
//! means for the meeting (`models`), frames.

use super::{Room, Told};
use crate::store::Logged;
use icabinet_models::Event;
use icabinet_models::meeting::{
    AttendanceEvent, DecisionsEvent, ParticipantsEvent, PreparationEvent, SessionEvent, VotesEvent,
};

impl Room {
    /// Keeps what the state doesn't: the chain's hash and receipt codes. Tells of new roles.
    pub(super) fn note(&mut self, logged: &Logged) {
        self.hash = logged.hash;
        self.last_time = Some(logged.entry.at);
        self.personal.note(&logged.entry.event, self.is_counted());
        match &logged.entry.event {
            Event::Votes(VotesEvent::BallotCast { vote, person, .. }) => {
                self.receipts.entry(*vote).or_default().insert(person.clone(), logged.hash);
            }
            Event::Votes(
                VotesEvent::VoteClosed { vote, .. } | VotesEvent::VoteVoided { vote, .. },
            ) => {
                self.receipts.remove(vote);
            }
            Event::Participants(
                ParticipantsEvent::ParticipantAdded { .. }
                | ParticipantsEvent::ParticipantRemoved { .. },
            )
            | Event::Session(SessionEvent::ChairHandedOver { .. }) => {
                self.told.send_replace(Told::Roles);
                self.feeds.roles_changed();
            }
            Event::Decisions(DecisionsEvent::Signed { instrument, fingerprint, .. }) => {
                self.show_signed(*instrument, *fingerprint, logged.entry.at);
            }
            Event::Attendance(
                AttendanceEvent::CheckedIn { .. } | AttendanceEvent::CheckedOut { .. },
            )
            | Event::Preparation(PreparationEvent::MeetingCreated { .. }) => {
                self.attendance_changed = true;
            }
            Event::Votes(VotesEvent::VoteOpened { .. })
            | Event::Decisions(
                DecisionsEvent::DecisionPrepared { .. }
                | DecisionsEvent::DecisionRevised { .. }
                | DecisionsEvent::InstrumentTypeset { .. }
                | DecisionsEvent::InstrumentFailed { .. }
                | DecisionsEvent::Published { .. },
            )
            | Event::Attendance(
                AttendanceEvent::AbsenceRecorded { .. }
                | AttendanceEvent::QuorumLost { .. }
                | AttendanceEvent::QuorumRegained { .. },
            )
            | Event::Session(
                SessionEvent::SessionOpened { .. }
                | SessionEvent::RecessCalled {}
                | SessionEvent::SessionResumed { .. }
                | SessionEvent::SessionClosed { .. },
            )
            | Event::Preparation(
                PreparationEvent::ParticularsChanged { .. } | PreparationEvent::Convened {},
            )
            | Event::Agenda(_)
            | Event::Motions(_)
            | Event::Papers(_)
            | Event::Floor(_)
            | Event::Speech(_)
            | Event::Minutes(_) => {}
        }
    }
}
