//! What can be asked about the minutes.

use super::Section;
use crate::ids::{Digest, SentenceId};
use crate::meeting::Edition;
use crate::meeting::edition::Editing;
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
    /// If it edits something: where it says what its editor saw, and the words that it would put there,
    /// if it takes them not away.
    pub(in crate::meeting) fn edit(&mut self) -> Option<Editing<'_>> {
        match self {
            Self::EditSentence { text, seen, sentence: _ } => {
                Some((seen, Some(Edition::Sentence { text: text.clone() })))
            }
            Self::RemoveSentence { seen, sentence: _ } => Some((seen, None)),
            Self::DraftMinutes { .. }
            | Self::WriteSentence { .. }
            | Self::ApproveMinutes { .. }
            | Self::ReopenMinutes { .. } => None,
        }
    }
}
