//! What happened to a meeting's particulars and its convening.

use super::Particulars;
use crate::participants::Participant;
use crate::profile::Profile;
use serde::{Deserialize, Serialize};

/// What happened to a meeting's particulars and its convening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PreparationEvent {
    MeetingCreated { particulars: Particulars, profile: Profile, people: Vec<Participant> },
    ParticularsChanged { particulars: Particulars },
    Convened {},
}
