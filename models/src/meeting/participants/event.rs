//! What happened to who takes part.

use super::Participant;
use crate::ids::PersonId;
use serde::{Deserialize, Serialize};

/// What happened to who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ParticipantsEvent {
    ParticipantAdded { participant: Participant },
    ParticipantRemoved { person: PersonId },
}
