//! What can be asked about motions.

use super::MotionDraft;
use crate::ids::{Digest, MotionId, Text};
use crate::meeting::Edition;
use serde::{Deserialize, Serialize};

/// What can be asked about motions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MotionsCommand {
    AddMotion {
        draft: MotionDraft,
    },
    ChangeMotion {
        motion: MotionId,
        text: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    WithdrawMotion {
        motion: MotionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
}

impl MotionsCommand {
    /// The words that it would put in the place of others, if it edits any.
    pub(in crate::meeting) fn edition(&self) -> Option<Edition> {
        match self {
            Self::ChangeMotion { text, .. } => Some(Edition::Motion { text: text.clone() }),
            Self::AddMotion { .. } | Self::WithdrawMotion { .. } => None,
        }
    }

    /// Where it says what its editor saw, if it edits anything.
    pub(in crate::meeting) fn seen(&mut self) -> Option<&mut Option<Digest>> {
        match self {
            Self::ChangeMotion { seen, .. } | Self::WithdrawMotion { seen, .. } => Some(seen),
            Self::AddMotion { .. } => None,
        }
    }
}
