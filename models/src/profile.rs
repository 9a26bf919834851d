//! The rules a body decides by, as data: quorum, majority, tie, recusal, choices.
//! Never here: a default that hides in code. A profile is named with its version in every outcome.

use crate::votes::Choice;
use serde::{Deserialize, Serialize};

/// `numerator / denominator`; `strict` asks for more than it, otherwise at least it (R2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    pub numerator: u32,
    pub denominator: u32,
    pub strict: bool,
}

impl Threshold {
    /// More than one half.
    pub const MORE_THAN_HALF: Self = Self { numerator: 1, denominator: 2, strict: true };
    /// At least two thirds.
    pub const TWO_THIRDS: Self = Self { numerator: 2, denominator: 3, strict: false };

    /// The two integers that are compared: `part × denominator` and `whole × numerator`.
    pub fn sides(&self, part: u64, whole: u64) -> (u128, u128) {
        (
            u128::from(part) * u128::from(self.denominator),
            u128::from(whole) * u128::from(self.numerator),
        )
    }

    /// Whether `part` of `whole` reaches the threshold; integers only, nothing is rounded.
    pub fn reached(&self, part: u64, whole: u64) -> bool {
        let (left, right) = self.sides(part, whole);
        if self.strict { left > right } else { left >= right }
    }

    /// The smallest part of `whole` that reaches the threshold.
    pub fn needed(&self, whole: u64) -> u64 {
        let denominator = u128::from(self.denominator.max(1));
        let right = u128::from(whole) * u128::from(self.numerator);
        let least = if self.strict { right / denominator + 1 } else { right.div_ceil(denominator) };
        u64::try_from(least).unwrap_or(u64::MAX)
    }
}

/// What a majority is counted against (R5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Yes and no only.
    YesAndNo,
    /// Every ballot, abstentions and other opinions too.
    Cast,
    /// Members present when the vote opened.
    Present,
    /// Those entitled to vote in this vote.
    Entitled,
    /// All members of the body.
    AllMembers,
}

/// What happens when yes equals no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// Nothing special: the threshold decides.
    ByThreshold,
    /// The side the chair voted for prevails (R6).
    ChairSide,
}

/// How a motion is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub base: Base,
    pub threshold: Threshold,
    pub tie: Tie,
}

/// How the people of a meeting appear to those who attend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// Everyone knows everyone: who is here, who asked to speak, who voted how.
    #[default]
    Named,
    /// A conference: only the office knows the list. The others know themselves, those who hold an
    /// office or had the floor, and numbers. Telling thousands of each of thousands is telling no one.
    Counted,
}

impl Roll {
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
    #[serde(default, skip_serializing_if = "Roll::is_named")]
    pub roll: Roll,
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
            roll: Roll::Named,
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
            roll: Roll::Named,
        }
    }

    /// A conference of delegates in many venues: as a board, with people counted.
    pub fn conference() -> Self {
        Self {
            name: "conference".to_owned(),
            speech_seconds: 180,
            roll: Roll::Counted,
            ..Self::board()
        }
    }
}
