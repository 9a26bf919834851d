//! Motions, votes and ballots.

use crate::ids::MotionId;
use crate::meeting::{Entry, Event, Meeting};
use crate::votes::{Ballot, Ballots, MotionState, Verdict, Vote, VoteState};
use std::collections::BTreeMap;

pub(super) fn apply(m: &mut Meeting, entry: &Entry) {
    let Entry { position, at, event } = entry;
    match event {
        Event::MotionAdded { motion, content } => {
            m.motions.insert(*motion, content.clone());
        }
        Event::MotionChanged { motion, text } => {
            if let Some(found) = m.motions.get_mut(motion) {
                found.text = text.clone();
            }
        }
        Event::MotionWithdrawn { motion } => set_motion(m, *motion, MotionState::Withdrawn),
        Event::VoteOpened { vote, motion, item, terms } => {
            let vote_ = Vote {
                motion: *motion,
                item: *item,
                opened_at: *at,
                position: *position,
                terms: terms.clone(),
                state: VoteState::Open { ballots: Ballots::Known(BTreeMap::new()) },
            };
            m.votes.insert(*vote, vote_);
            set_motion(m, *motion, MotionState::Voting);
        }
        Event::BallotCast { vote, person, choice, opinion } => {
            if let Some(vote) = m.votes.get_mut(vote)
                && let VoteState::Open { ballots: Ballots::Known(ballots) } = &mut vote.state
            {
                let ballot = Ballot {
                    choice: *choice,
                    opinion: opinion.clone(),
                    at: *at,
                    position: *position,
                };
                ballots.insert(person.clone(), ballot);
            }
        }
        Event::VoteClosed { vote, ballots, outcome } => {
            let Some(found) = m.votes.get_mut(vote) else { return };
            found.state = VoteState::Closed {
                at: *at,
                position: *position,
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
        Event::VoteVoided { vote, reason } => {
            let Some(found) = m.votes.get_mut(vote) else { return };
            found.state = VoteState::Void { at: *at, position: *position, reason: reason.clone() };
            let motion = found.motion;
            set_motion(m, motion, MotionState::Proposed);
        }
        _ => {}
    }
}

fn set_motion(m: &mut Meeting, motion: MotionId, state: MotionState) {
    if let Some(found) = m.motions.get_mut(&motion) {
        found.state = state;
    }
}
