//! What can be asked about a meeting's particulars and its convening.

use super::Particulars;
use crate::ids::Digest;
use crate::meeting::Edition;
use crate::participants::Participant;
use crate::profile::Profile;
use serde::{Deserialize, Serialize};

/// What can be asked about a meeting's particulars and its convening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PreparationCommand {
    CreateMeeting {
        particulars: Particulars,
        profile: Profile,
        people: Vec<Participant>,
    },
    ChangeParticulars {
        particulars: Particulars,
        /// [`crate::meeting::Edition::digest`] of what the editor saw; older programs don't say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    Convene {},
}

impl PreparationCommand {
    /// The words that it would put in the place of others, if it edits any.
    pub(in crate::meeting) fn edition(&self) -> Option<Edition> {
        match self {
            Self::ChangeParticulars { particulars, .. } => {
                Some(Edition::Particulars { particulars: particulars.clone() })
            }
            Self::CreateMeeting { .. } | Self::Convene { .. } => None,
        }
    }

    /// Where it says what its editor saw, if it edits anything.
    pub(in crate::meeting) fn seen(&mut self) -> Option<&mut Option<Digest>> {
        match self {
            Self::ChangeParticulars { seen, .. } => Some(seen),
            Self::CreateMeeting { .. } | Self::Convene { .. } => None,
        }
    }
}
