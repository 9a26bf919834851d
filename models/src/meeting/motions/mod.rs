//! Motions: what is put to the vote, and what became of it.
//! Never here: ballots and outcomes (`votes`).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::{apply, set_motion};
pub use command::MotionsCommand;
pub(in crate::meeting) use decide::decide;
pub use event::MotionsEvent;
pub(in crate::meeting) use show::sees;
pub(crate) use show::{redact_event, redact_state};

use crate::ids::{ItemId, MotionId, Text};
use crate::rule::Rule;
use crate::votes::BallotKind;
use serde::{Deserialize, Serialize};

/// Where a motion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MotionState {
    Proposed,
    Voting,
    Adopted,
    Rejected,
    /// A vote was held and no vote counted, or the quorum was lost (R8).
    Undecided,
    AdoptedWithoutDebate,
    Withdrawn,
}

/// What is put to the vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Motion {
    pub item: Option<ItemId>,
    pub text: Text,
    pub ballot: BallotKind,
    pub rule: Rule,
    /// The motion that this one would amend.
    pub amends: Option<MotionId>,
    pub state: MotionState,
}

/// What a secretary enters for a motion; without a rule the profile's holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MotionDraft {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    pub text: Text,
    pub ballot: BallotKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<MotionId>,
}
