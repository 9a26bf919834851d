//! What a class is shown of votes: of items it may know of, and of a running one no ballot (R12).

use super::{Ballot, Ballots, VoteState, VotesEvent};
use crate::ids::{ItemId, PersonId, VoteId};
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;
use std::collections::BTreeMap;

pub(crate) fn redact_event(
    m: &Meeting,
    event: &VotesEvent,
    class: ViewerClass,
) -> Option<VotesEvent> {
    let seen = |item: Option<ItemId>| m.level_of(item) <= class.clearance();
    let of = |vote: &VoteId| m.votes.get(vote).is_some_and(|vote| seen(vote.item));
    match event {
        VotesEvent::VoteOpened { item, .. } => seen(*item).then(|| event.clone()),
        VotesEvent::BallotCast { .. } => None,
        VotesEvent::VoteClosed { vote, ballots, outcome } => {
            of(vote).then(|| VotesEvent::VoteClosed {
                vote: *vote,
                ballots: opinions_for(ballots, class),
                outcome: outcome.clone(),
            })
        }
        VotesEvent::VoteVoided { vote, .. } => of(vote).then(|| event.clone()),
    }
}

pub(crate) fn redact_state(m: &Meeting, view: &mut Meeting, class: ViewerClass) {
    view.votes.retain(|_, vote| m.level_of(vote.item) <= class.clearance());
    for vote in view.votes.values_mut() {
        match &mut vote.state {
            VoteState::Open { ballots } => *ballots = Ballots::Withheld,
            VoteState::Closed { ballots, .. } => *ballots = opinions_for(ballots, class),
            VoteState::Void { .. } => {}
        }
    }
}

fn opinions_for(
    ballots: &BTreeMap<PersonId, Ballot>,
    class: ViewerClass,
) -> BTreeMap<PersonId, Ballot> {
    let mut ballots = ballots.clone();
    if !class.sees_opinions() {
        for ballot in ballots.values_mut() {
            ballot.opinion.clear();
        }
    }
    ballots
}
