//! The rules a body decides by, as data: quorum, majority, tie, recusal, choices.
//! Never here: a default that hides in code. A profile is named with its version in every outcome.

use crate::rule::{Base, Choice, Rule, Threshold, Tie};
use serde::{Deserialize, Serialize};

/// How the people of a meeting appear to those who attend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterMode {
    /// Everyone knows everyone: who is here, who asked to speak, who voted how.
    #[default]
    Named,
    /// A conference: only the office knows the list. The others know themselves, those who hold an
    /// office or had the floor, and numbers. Telling thousands of each of thousands is telling no one.
    Counted,
}

impl RosterMode {
    fn is_named(&self) -> bool {
        *self == Self::Named
    }
}

/// What differs from body to body; versioned, named in every outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub name: String,
    pub version: u32,
    /// Present members against all members.
    pub quorum: Threshold,
    pub majority: Rule,
    pub recused_counts_as_present: bool,
    pub choices: Vec<Choice>,
    pub may_change_ballot: bool,
    /// Length of one speech, in seconds.
    pub speech_seconds: u32,
    #[serde(default, skip_serializing_if = "RosterMode::is_named")]
    pub roll: RosterMode,
}

impl Profile {
    /// Vietnamese People's Committee: present × 3 ≥ total × 2; yes × 2 > all members; on a tie the
    /// side the chair voted for (Law on the Organisation of Local Government; R3, R6).
    pub fn vn_peoples_committee() -> Self {
        Self {
            name: "vn-peoples-committee".to_owned(),
            version: 1,
            quorum: Threshold::TWO_THIRDS,
            majority: Rule {
                base: Base::AllMembers,
                threshold: Threshold::MORE_THAN_HALF,
                tie: Tie::ChairSide,
            },
            recused_counts_as_present: true,
            choices: vec![Choice::Yes, Choice::No, Choice::Abstain, Choice::Other],
            may_change_ballot: false,
            speech_seconds: 300,
            roll: RosterMode::Named,
        }
    }

    /// A plain board: more than half present; more than half of yes and no.
    pub fn board() -> Self {
        Self {
            name: "board".to_owned(),
            version: 1,
            quorum: Threshold::MORE_THAN_HALF,
            majority: Rule {
                base: Base::YesAndNo,
                threshold: Threshold::MORE_THAN_HALF,
                tie: Tie::ByThreshold,
            },
            recused_counts_as_present: false,
            choices: vec![Choice::Yes, Choice::No, Choice::Abstain],
            may_change_ballot: false,
            speech_seconds: 300,
            roll: RosterMode::Named,
        }
    }

    /// A conference of delegates in many venues: as a board, with people counted.
    pub fn conference() -> Self {
        Self {
            name: "conference".to_owned(),
            speech_seconds: 180,
            roll: RosterMode::Counted,
            ..Self::board()
        }
    }
}
