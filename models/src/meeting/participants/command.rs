//! What can be asked about who takes part.

use super::Participant;
use crate::ids::PersonId;
use serde::{Deserialize, Serialize};

/// What can be asked about who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ParticipantsCommand {
    AddParticipant {
        participant: Participant,
    },
    /// All of them or none: the refusal is of the first who can't be added.
    AddParticipants {
        participants: Vec<Participant>,
    },
    RemoveParticipant {
        person: PersonId,
    },
}
