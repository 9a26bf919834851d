//! What can be asked about votes.

use crate::ids::{Digest, MotionId, VoteId};
use crate::rule::Choice;
use serde::{Deserialize, Serialize};

/// What can be asked about votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum VotesCommand {
    OpenVote {
        motion: MotionId,
        seconds: Option<u32>,
    },
    CastBallot {
        vote: VoteId,
        choice: Choice,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        opinion: String,
        /// Of the text that was on the screen.
        text_digest: Digest,
    },
    CloseVote {
        vote: VoteId,
    },
    VoidVote {
        vote: VoteId,
        reason: String,
    },
}
