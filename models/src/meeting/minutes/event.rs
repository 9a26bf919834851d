//! What happened to the minutes.

use super::Sentence;
use crate::ids::{PersonId, SentenceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened to the minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MinutesEvent {
    MinutesDrafted {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        /// The highest number that was ever given to a sentence; what was left out keeps its own.
        #[serde(default)]
        numbered: u32,
    },
    SentenceWritten {
        sentence: SentenceId,
        content: Sentence,
        after: Option<SentenceId>,
    },
    SentenceEdited {
        sentence: SentenceId,
        text: String,
        by: PersonId,
    },
    /// A person's words in the place of a passage: from then on they are his, and what was said is
    /// only what they rest on.
    SentenceRewritten {
        sentence: SentenceId,
        text: String,
        by: PersonId,
    },
    SentenceRemoved {
        sentence: SentenceId,
    },
    /// Carries the whole text, so that it reads alike for those who never saw the draft.
    MinutesApproved {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        #[serde(default)]
        numbered: u32,
    },
    MinutesReopened {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        #[serde(default)]
        numbered: u32,
    },
}
