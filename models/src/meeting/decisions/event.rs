//! What happened to decisions and the documents that are signed.

use super::{DecisionText, Instrument, Place};
use crate::ids::{DecisionId, Digest, MotionId, PersonId, VoteId};
use serde::{Deserialize, Serialize};

/// What happened to decisions and the documents that are signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DecisionsEvent {
    DecisionPrepared {
        decision: DecisionId,
        motion: MotionId,
        vote: Option<VoteId>,
        text: DecisionText,
    },
    DecisionRevised {
        decision: DecisionId,
        text: DecisionText,
    },
    InstrumentTypeset {
        instrument: Instrument,
        document: Digest,
        pages: u32,
    },
    InstrumentFailed {
        instrument: Instrument,
        detail: String,
    },
    Signed {
        instrument: Instrument,
        document: Digest,
        fingerprint: Digest,
        certificate: Digest,
        signer: PersonId,
        /// The chair's, where nothing is said.
        #[serde(default, skip_serializing_if = "Place::is_chair")]
        place: Place,
    },
    Published {
        instrument: Instrument,
        by: PersonId,
    },
}
