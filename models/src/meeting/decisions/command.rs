//! What can be asked about decisions and the documents that are signed.

use super::{DecisionText, Instrument};
use crate::ids::{DecisionId, Digest, MotionId};
use crate::meeting::Edition;
use crate::meeting::edition::Editing;
use serde::{Deserialize, Serialize};

/// What can be asked about decisions and the documents that are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DecisionsCommand {
    PrepareDecision {
        motion: MotionId,
        text: DecisionText,
    },
    ReviseDecision {
        decision: DecisionId,
        text: DecisionText,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    /// Sent by the server for the signer, after it checked the signature itself.
    Sign {
        instrument: Instrument,
        document: Digest,
        fingerprint: Digest,
        certificate: Digest,
        /// The document with the signature before this one, to which this one was added.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Digest>,
    },
    Publish {
        instrument: Instrument,
    },
    /// `source` is [`crate::meeting::Meeting::source_digest`] of what was set; older work is passed over.
    InstrumentTypeset {
        instrument: Instrument,
        source: Digest,
        document: Digest,
        pages: u32,
    },
    InstrumentFailed {
        instrument: Instrument,
        source: Digest,
        detail: String,
    },
}

impl DecisionsCommand {
    /// If it edits something: where it says what its editor saw, and the words that it would put there,
    /// if it takes them not away.
    pub(in crate::meeting) fn edit(&mut self) -> Option<Editing<'_>> {
        match self {
            Self::ReviseDecision { text, seen, decision: _ } => {
                Some((seen, Some(Edition::Decision { text: text.clone() })))
            }
            Self::PrepareDecision { .. }
            | Self::Sign { .. }
            | Self::Publish { .. }
            | Self::InstrumentTypeset { .. }
            | Self::InstrumentFailed { .. } => None,
        }
    }
}
