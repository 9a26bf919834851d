//! What can be asked about a meeting's particulars and its convening.

use super::Particulars;
use crate::ids::Digest;
use crate::meeting::Edition;
use crate::meeting::edition::Editing;
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
    /// If it edits something: where it says what its editor saw, and the words that it would put there,
    /// if it takes them not away.
    pub(in crate::meeting) fn edit(&mut self) -> Option<Editing<'_>> {
        match self {
            Self::ChangeParticulars { particulars, seen } => {
                Some((seen, Some(Edition::Particulars { particulars: particulars.clone() })))
            }
            Self::CreateMeeting { .. } | Self::Convene { .. } => None,
        }
    }
}
