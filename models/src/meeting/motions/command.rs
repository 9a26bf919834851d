//! What can be asked about motions.

use super::MotionDraft;
use crate::ids::{Digest, MotionId, Text};
use crate::meeting::Edition;
use crate::meeting::edition::Editing;
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
    /// If it edits something: where it says what its editor saw, and the words that it would put there,
    /// if it takes them not away.
    pub(in crate::meeting) fn edit(&mut self) -> Option<Editing<'_>> {
        match self {
            Self::ChangeMotion { text, seen, motion: _ } => {
                Some((seen, Some(Edition::Motion { text: text.clone() })))
            }
            Self::WithdrawMotion { seen, motion: _ } => Some((seen, None)),
            Self::AddMotion { .. } => None,
        }
    }
}
