//! Motions, votes and ballots.

use super::{Ballot, Ballots, Verdict, Vote, VoteState};
use crate::meeting::motions::set_motion;
use crate::meeting::{Entry, Meeting, VotesEvent};
use crate::motions::MotionState;
use std::collections::BTreeMap;

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&VotesEvent>) {
    let Entry { position, at, event } = entry;
    match event {
        VotesEvent::VoteOpened { vote, motion, item, terms } => {
            let vote_ = Vote {
                motion: *motion,
                item: *item,
                opened_at: at,
                position,
                terms: terms.clone(),
                state: VoteState::Open { ballots: Ballots::Known(BTreeMap::new()) },
            };
            m.votes.insert(*vote, vote_);
            set_motion(m, *motion, MotionState::Voting);
        }
        VotesEvent::BallotCast { vote, person, choice, opinion } => {
            if let Some(vote) = m.votes.get_mut(vote)
                && let VoteState::Open { ballots: Ballots::Known(ballots) } = &mut vote.state
            {
                let ballot = Ballot { choice: *choice, opinion: opinion.clone(), at, position };
                ballots.insert(person.clone(), ballot);
            }
        }
        VotesEvent::VoteClosed { vote, ballots, outcome } => {
            let Some(found) = m.votes.get_mut(vote) else { return };
            found.state = VoteState::Closed {
                at,
                position,
                ballots: ballots.clone(),
                outcome: outcome.clone(),
            };
            let motion = found.motion;
            let state = match outcome.verdict {
                Verdict::Passed => MotionState::Adopted,
                Verdict::Failed => MotionState::Rejected,
                Verdict::NoDecision => MotionState::Undecided,
            };
            set_motion(m, motion, state);
        }
        VotesEvent::VoteVoided { vote, reason } => {
            let Some(found) = m.votes.get_mut(vote) else { return };
            found.state = VoteState::Void { at, position, reason: reason.clone() };
            let motion = found.motion;
            set_motion(m, motion, MotionState::Proposed);
        }
    }
}
