//! Motions and votes: ballots, tallies, outcomes by a named rule, in integers.
//! Never here: who may open a vote (`meeting`), how a result is worded (the frontend).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::VotesCommand;
pub(in crate::meeting) use decide::decide;
pub use event::VotesEvent;
pub(crate) use show::{redact_event, redact_state};

use crate::ids::{Digest, ItemId, MotionId, PersonId, Text, Time};
use crate::rule::{Base, Choice, Rule, Threshold, Tie};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether names stand with the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BallotKind {
    /// Names with the result; nobody sees a direction before the close (R12).
    Open,
    /// No one can join person and choice (R13). Not available yet: opening is refused.
    Secret,
}

/// One effective ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    pub at: Time,
    pub choice: Choice,
    /// The text of another opinion; empty for the other choices.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub opinion: String,
    /// Where it stands in the meeting's log.
    pub position: u64,
}

/// What was fixed when the vote opened; later changes touch the next vote only (R9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub text: Text,
    /// SHA-256 of [`text_digest`]'s bytes; a ballot names it.
    pub text_digest: Digest,
    pub rule: Rule,
    pub quorum: Threshold,
    pub profile: String,
    pub profile_version: u32,
    /// Members of the body, in weight and in heads.
    pub members: u64,
    pub member_heads: u64,
    /// Those who may vote, with their weights.
    #[cfg_attr(not(target_arch = "wasm32"), serde(deserialize_with = "crate::bulk::map"))]
    pub entitled: BTreeMap<PersonId, u32>,
    pub recused: Vec<PersonId>,
    pub recused_weight: u64,
    pub absent: Vec<PersonId>,
    pub absent_weight: u64,
    /// Heads that counted for the quorum at the opening.
    pub present: u64,
    pub present_weight: u64,
    /// Who decides a tie, where the rule says so.
    pub chair: PersonId,
    pub choices: Vec<Choice>,
    pub may_change_ballot: bool,
    pub closes_at: Option<Time>,
    /// Stands in a view in the place of the names above; never in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<Heads>,
}

/// The people of a vote, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    pub entitled: u32,
    /// The sum of their weights.
    pub entitled_weight: u64,
    pub recused: u32,
    pub absent: u32,
}

impl Terms {
    /// The people of this vote in numbers, whether or not their names are known here.
    pub fn heads(&self) -> Heads {
        let count = |people: usize| u32::try_from(people).unwrap_or(u32::MAX);
        self.heads.unwrap_or(Heads {
            entitled: count(self.entitled.len()),
            entitled_weight: self.entitled.values().map(|weight| u64::from(*weight)).sum(),
            recused: count(self.recused.len()),
            absent: count(self.absent.len()),
        })
    }

    /// The same terms without names.
    pub fn counted(&self) -> Self {
        // Field by field, so that a list of thousands is not copied to be thrown away.
        Self {
            text: self.text.clone(),
            text_digest: self.text_digest,
            rule: self.rule,
            quorum: self.quorum,
            profile: self.profile.clone(),
            profile_version: self.profile_version,
            members: self.members,
            member_heads: self.member_heads,
            entitled: BTreeMap::new(),
            recused: Vec::new(),
            recused_weight: self.recused_weight,
            absent: Vec::new(),
            absent_weight: self.absent_weight,
            present: self.present,
            present_weight: self.present_weight,
            chair: self.chair.clone(),
            choices: self.choices.clone(),
            may_change_ballot: self.may_change_ballot,
            closes_at: self.closes_at,
            heads: Some(self.heads()),
        }
    }
}

/// The digest a ballot is bound to: SHA-256 over the Vietnamese text, a zero byte, the English one.
pub fn text_digest(text: &Text) -> Digest {
    let mut bytes = text.vi.clone().into_bytes();
    bytes.push(0);
    bytes.extend_from_slice(text.en.as_bytes());
    Digest::of(&bytes)
}

/// Integer sums of one vote, by weight; `heads_*` count people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    pub yes: u64,
    pub no: u64,
    pub abstain: u64,
    pub other: u64,
    /// Present and entitled, no ballot.
    pub not_voted: u64,
    pub absent: u64,
    pub recused: u64,
    pub members: u64,
    pub entitled: u64,
    pub present: u64,
}

impl Tally {
    /// Every ballot's weight.
    pub fn cast(&self) -> u64 {
        self.yes + self.no + self.abstain + self.other
    }

    /// What a majority under `base` is counted against.
    pub fn base(&self, base: Base) -> u64 {
        match base {
            Base::YesAndNo => self.yes + self.no,
            Base::Cast => self.cast(),
            Base::Present => self.present,
            Base::Entitled => self.entitled,
            Base::AllMembers => self.members,
        }
    }
}

/// What a vote came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Passed,
    Failed,
    /// No counted vote, or no quorum at the close: nothing was decided (R4, R8).
    NoDecision,
}

/// Why; the integers are in the outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    ThresholdReached,
    ThresholdMissed,
    /// Yes equalled no; the chair's side prevailed.
    TieByChair,
    NothingCast,
    QuorumLost,
}

/// The result of a vote with everything it takes to compute it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub verdict: Verdict,
    pub reason: Reason,
    pub tally: Tally,
    /// `yes × denominator`.
    pub left: u64,
    /// `base × numerator`.
    pub right: u64,
    /// Yes votes that would have been enough.
    pub needed: u64,
    /// Heads that counted for the quorum at the close.
    pub present_at_close: u64,
}

/// Where a vote stands. A view that may not know the ballots holds them withheld.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoteState {
    Open {
        ballots: Ballots,
    },
    Closed {
        at: Time,
        position: u64,
        ballots: BTreeMap<PersonId, Ballot>,
        outcome: Outcome,
    },
    /// Failed technically; its content is never shown (R21).
    Void {
        at: Time,
        position: u64,
        reason: String,
    },
}

impl VoteState {
    /// Leaves the result without who voted how.
    pub(crate) fn forget_ballots(&mut self) {
        if let Self::Closed { ballots, .. } = self {
            ballots.clear();
        }
    }
}

/// The ballots of an open vote, or the fact that this view may not know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ballots {
    Known(BTreeMap<PersonId, Ballot>),
    Withheld,
}

/// One vote on a motion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    pub motion: MotionId,
    pub item: Option<ItemId>,
    pub opened_at: Time,
    pub position: u64,
    pub terms: Terms,
    pub state: VoteState,
}

impl Vote {
    /// The ballots of a running vote, where they are known: in the log's own state, in no view.
    pub fn known_ballots(&self) -> Option<&BTreeMap<PersonId, Ballot>> {
        match &self.state {
            VoteState::Open { ballots: Ballots::Known(ballots) } => Some(ballots),
            VoteState::Open { ballots: Ballots::Withheld }
            | VoteState::Closed { .. }
            | VoteState::Void { .. } => None,
        }
    }

    /// Whether ballots are taken.
    pub fn is_open(&self) -> bool {
        matches!(self.state, VoteState::Open { .. })
    }

    /// The outcome of a closed vote.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.state {
            VoteState::Closed { outcome, .. } => Some(outcome),
            VoteState::Open { .. } | VoteState::Void { .. } => None,
        }
    }
}

/// Sums the ballots under the terms frozen at the opening.
pub fn tally(terms: &Terms, ballots: &BTreeMap<PersonId, Ballot>) -> Tally {
    let mut sum = Tally {
        members: terms.members,
        present: terms.present_weight,
        absent: terms.absent_weight,
        recused: terms.recused_weight,
        ..Tally::default()
    };
    // Both are in the order of people: among thousands nobody is looked up.
    let mut cast = ballots.iter().peekable();
    for (person, weight) in &terms.entitled {
        let weight = u64::from(*weight);
        sum.entitled += weight;
        while cast.next_if(|(voter, _)| *voter < person).is_some() {}
        let own = cast.next_if(|(voter, _)| *voter == person);
        match own.map(|(_, ballot)| ballot.choice) {
            Some(Choice::Yes) => sum.yes += weight,
            Some(Choice::No) => sum.no += weight,
            Some(Choice::Abstain) => sum.abstain += weight,
            Some(Choice::Other) => sum.other += weight,
            None => sum.not_voted += weight,
        }
    }
    sum
}

/// Decides a vote: integers and the rule, nothing else.
///
/// `chair` is what the chair voted; `present_at_close` counts heads for the quorum.
pub fn outcome(
    terms: &Terms,
    tally: Tally,
    chair: Option<Choice>,
    present_at_close: u64,
) -> Outcome {
    let base = tally.base(terms.rule.base);
    let (left, right) = terms.rule.threshold.sides(tally.yes, base);
    let (verdict, reason) = if !terms.quorum.reached(present_at_close, terms.member_heads) {
        (Verdict::NoDecision, Reason::QuorumLost)
    } else if tally.cast() == 0 {
        (Verdict::NoDecision, Reason::NothingCast)
    } else if terms.rule.threshold.reached(tally.yes, base) {
        (Verdict::Passed, Reason::ThresholdReached)
    } else {
        match (terms.rule.tie, tally.yes == tally.no, chair) {
            (Tie::ChairSide, true, Some(Choice::Yes)) => (Verdict::Passed, Reason::TieByChair),
            (Tie::ChairSide, true, Some(Choice::No)) => (Verdict::Failed, Reason::TieByChair),
            _ => (Verdict::Failed, Reason::ThresholdMissed),
        }
    };
    Outcome {
        verdict,
        reason,
        tally,
        left: u64::try_from(left).unwrap_or(u64::MAX),
        right: u64::try_from(right).unwrap_or(u64::MAX),
        needed: terms.rule.threshold.needed(base),
        present_at_close,
    }
}
