//! How far the ballot of who sits at the desk is: whoever put his sheet away is told that it is missing.

use icabinet_sync::{BallotStanding, Replica};

/// How far the ballot of who sits at the desk is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum OwnBallot {
    /// No vote is open in which he has one.
    #[default]
    None,
    Missing,
    OnItsWay,
    Recorded,
}

pub(super) fn own_ballot(replica: &Replica) -> OwnBallot {
    let Some((id, vote)) = replica.meeting().open_vote() else { return OwnBallot::None };
    if !replica.person().is_some_and(|me| vote.terms.entitled.contains_key(me)) {
        return OwnBallot::None;
    }
    match replica.ballot(id) {
        BallotStanding::None | BallotStanding::NotCounted(_) => OwnBallot::Missing,
        BallotStanding::Sending(_) | BallotStanding::Unsent(_) => OwnBallot::OnItsWay,
        BallotStanding::Recorded(_) | BallotStanding::Elsewhere { .. } => OwnBallot::Recorded,
    }
}
