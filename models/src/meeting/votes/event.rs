//! What happened to votes.

use super::{Ballot, Outcome, Terms};
use crate::ids::{ItemId, MotionId, PersonId, VoteId};
use crate::rule::Choice;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened to votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "few events are held at a time, and each is written")]
pub enum VotesEvent {
    VoteOpened {
        vote: VoteId,
        motion: MotionId,
        item: Option<ItemId>,
        terms: Terms,
    },
    BallotCast {
        vote: VoteId,
        person: PersonId,
        choice: Choice,
        opinion: String,
    },
    VoteClosed {
        vote: VoteId,
        #[cfg_attr(not(target_arch = "wasm32"), serde(deserialize_with = "crate::bulk::map"))]
        ballots: BTreeMap<PersonId, Ballot>,
        outcome: Outcome,
    },
    VoteVoided {
        vote: VoteId,
        reason: String,
    },
}
