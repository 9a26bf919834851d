//! What can be asked about the minutes.

use super::Section;
use crate::ids::{Digest, SentenceId};
use crate::meeting::Edition;
use serde::{Deserialize, Serialize};

/// What can be asked about the minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MinutesCommand {
    DraftMinutes {},
    WriteSentence {
        section: Section,
        text: String,
    },
    EditSentence {
        sentence: SentenceId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    RemoveSentence {
        sentence: SentenceId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    ApproveMinutes {},
    ReopenMinutes {},
}

impl MinutesCommand {
    /// The words that it would put in the place of others, if it edits any.
    pub(in crate::meeting) fn edition(&self) -> Option<Edition> {
        match self {
            Self::EditSentence { text, .. } => Some(Edition::Sentence { text: text.clone() }),
            Self::DraftMinutes { .. }
            | Self::WriteSentence { .. }
            | Self::RemoveSentence { .. }
            | Self::ApproveMinutes { .. }
            | Self::ReopenMinutes { .. } => None,
        }
    }

    /// Where it says what its editor saw, if it edits anything.
    pub(in crate::meeting) fn seen(&mut self) -> Option<&mut Option<Digest>> {
        match self {
            Self::EditSentence { seen, .. } | Self::RemoveSentence { seen, .. } => Some(seen),
            Self::DraftMinutes { .. }
            | Self::WriteSentence { .. }
            | Self::ApproveMinutes { .. }
            | Self::ReopenMinutes { .. } => None,
        }
    }
}
