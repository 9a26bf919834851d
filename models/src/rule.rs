//! What a ballot can say, and by which rule ballots decide. Never here: who may vote, the count.

use serde::{Deserialize, Serialize};

/// What a ballot can say. Not voting, absence and recusal are none of these (R11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Yes,
    No,
    Abstain,
    /// Another opinion (ý kiến khác), with its text.
    Other,
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

/// How a motion is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub base: Base,
    pub threshold: Threshold,
    pub tie: Tie,
}
