//! Votes: opening with frozen terms, ballots, closing with an outcome, voiding.

use super::{BallotKind, Terms, Vote, VoteState, text_digest};
use crate::ids::{Digest, MotionId, PersonId, Time, VoteId};
use crate::meeting::guards::{
    desk, filled, in_session, next, no_vote_open, participant, presiding, quorum,
};
use crate::meeting::{
    Act, Actor, Bound, Context, Decided, Meeting, Refusal, Thing, VotesCommand, VotesEvent,
};
use crate::motions::{Motion, MotionState};
use crate::rule::Choice;
use crate::votes;

/// Longest time a vote may be given, in seconds.
const LONGEST_VOTE: u32 = 24 * 3600;

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &VotesCommand,
) -> Result<Decided, Refusal> {
    match command {
        VotesCommand::OpenVote { motion, seconds } => open(m, cx, *motion, *seconds),
        VotesCommand::CastBallot { vote, choice, opinion, text_digest } => {
            cast(m, cx, *vote, *choice, opinion, text_digest)
        }
        VotesCommand::CloseVote { vote } => close(m, cx, *vote),
        VotesCommand::VoidVote { vote, reason } => {
            desk(m, cx)?;
            filled(reason)?;
            running(m, *vote)?;
            Ok(Decided::one(VotesEvent::VoteVoided { vote: *vote, reason: reason.clone() }))
        }
    }
}

fn open(m: &Meeting, cx: &Context, id: MotionId, secs: Option<u32>) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    in_session(m)?;
    let motion = m.motions.get(&id).ok_or(Refusal::Unknown { thing: Thing::Motion })?;
    no_vote_open(m)?;
    match motion.state {
        MotionState::Proposed | MotionState::Undecided => {}
        MotionState::Voting
        | MotionState::Adopted
        | MotionState::Rejected
        | MotionState::AdoptedWithoutDebate
        | MotionState::Withdrawn => return Err(Refusal::MotionNotOpenToVote),
    }
    match motion.ballot {
        BallotKind::Open => {}
        BallotKind::Secret => return Err(Refusal::SecretBallotUnavailable),
    }
    if motion.item.is_some() && motion.item != m.current {
        return Err(Refusal::ItemNotOpen);
    }
    if secs.is_some_and(|secs| secs == 0 || secs > LONGEST_VOTE) {
        return Err(Refusal::Invalid { bound: Bound::OutOfRange });
    }
    let present = quorum(m, motion.item)?;
    let chair = presiding(m)?.clone();
    let closes_at = secs.map(|secs| cx.now.plus_ms(i64::from(secs) * 1000));
    let terms = freeze(m, motion, present, chair, closes_at)?;
    Ok(Decided::one(VotesEvent::VoteOpened {
        vote: VoteId(next(&m.votes, |id| id.0)),
        motion: id,
        item: motion.item,
        terms,
    }))
}

/// Fixes eligibility, weights, recusals, text and rule (R9).
fn freeze(
    m: &Meeting,
    motion: &Motion,
    present: u64,
    chair: PersonId,
    closes_at: Option<Time>,
) -> Result<Terms, Refusal> {
    let recusals = motion.item.and_then(|id| m.items.get(&id)).map(|item| &item.recusals);
    let is_recused =
        |person: &PersonId| recusals.is_some_and(|recusals| recusals.contains_key(person));
    if is_recused(&chair) {
        return Err(Refusal::Recused);
    }
    let mut terms = Terms {
        text: motion.text.clone(),
        text_digest: text_digest(&motion.text),
        rule: motion.rule,
        quorum: m.profile.quorum,
        profile: m.profile.name.clone(),
        profile_version: m.profile.version,
        members: 0,
        member_heads: m.member_count(),
        entitled: std::collections::BTreeMap::new(),
        recused: Vec::new(),
        recused_weight: 0,
        absent: Vec::new(),
        absent_weight: 0,
        present,
        present_weight: 0,
        chair,
        choices: m.profile.choices.clone(),
        may_change_ballot: m.profile.may_change_ballot,
        closes_at,
        heads: None,
    };
    let mut entitled = Vec::new();
    for (participant, is_present) in m.roll_call() {
        let Some(weight) = participant.weight() else { continue };
        let person = &participant.person;
        terms.members += u64::from(weight);
        if !is_present {
            terms.absent.push(person.clone());
            terms.absent_weight += u64::from(weight);
        } else if is_recused(person) {
            terms.recused.push(person.clone());
            terms.recused_weight += u64::from(weight);
        } else {
            entitled.push((person.clone(), weight));
        }
        let counts = m.profile.recused_counts_as_present || !is_recused(person);
        if is_present && counts {
            terms.present_weight += u64::from(weight);
        }
    }
    // In order already: a map made of all at once is made in a fraction of the time.
    terms.entitled = entitled.into_iter().collect();
    Ok(terms)
}

fn cast(
    m: &Meeting,
    cx: &Context,
    id: VoteId,
    choice: Choice,
    opinion: &str,
    digest: &Digest,
) -> Result<Decided, Refusal> {
    let by = participant(m, cx)?;
    // Who never votes learns nothing of the vote, not even whether it is there.
    if !by.is_member() {
        return Err(Refusal::NotEntitled);
    }
    let vote = running(m, id)?;
    if let Some(at) = vote.terms.closes_at
        && cx.now > at
    {
        return Err(Refusal::VoteClosedAt { at });
    }
    if !vote.terms.entitled.contains_key(&by.person) {
        return Err(Refusal::NotEntitled);
    }
    if *digest != vote.terms.text_digest {
        return Err(Refusal::OtherText);
    }
    if !vote.terms.choices.contains(&choice) {
        return Err(Refusal::ChoiceNotOffered);
    }
    match choice {
        Choice::Other if opinion.trim().is_empty() => return Err(Refusal::OpinionMissing),
        Choice::Other => {}
        Choice::Yes | Choice::No | Choice::Abstain if !opinion.is_empty() => {
            return Err(Refusal::Invalid { bound: Bound::OutOfRange });
        }
        Choice::Yes | Choice::No | Choice::Abstain => {}
    }
    if let Some(ballots) = vote.known_ballots()
        && let Some(ballot) = ballots.get(&by.person)
        && !vote.terms.may_change_ballot
    {
        return Err(Refusal::AlreadyVoted { at: ballot.at, position: ballot.position });
    }
    let (person, opinion) = (by.person.clone(), opinion.to_owned());
    Ok(Decided::one(VotesEvent::BallotCast { vote: id, person, choice, opinion }))
}

fn close(m: &Meeting, cx: &Context, id: VoteId) -> Result<Decided, Refusal> {
    if cx.actor != Actor::System {
        desk(m, cx)?;
    }
    let vote = running(m, id)?;
    // The system closes what had a deadline, and only after it.
    if cx.actor == Actor::System && vote.terms.closes_at.is_none_or(|at| cx.now <= at) {
        return Err(Refusal::NotAllowed { act: Act::Preside });
    }
    let Some(ballots) = vote.known_ballots() else {
        // Only the log knows the ballots; a replica can't tell the outcome in advance.
        return Ok(Decided::default());
    };
    let tally = votes::tally(&vote.terms, ballots);
    let chair = ballots.get(&vote.terms.chair).map(|ballot| ballot.choice);
    let outcome = votes::outcome(&vote.terms, tally, chair, m.members_present(vote.item));
    Ok(Decided::one(VotesEvent::VoteClosed { vote: id, ballots: ballots.clone(), outcome }))
}

fn running(m: &Meeting, id: VoteId) -> Result<&Vote, Refusal> {
    let vote = m.votes.get(&id).ok_or(Refusal::Unknown { thing: Thing::Vote })?;
    match &vote.state {
        VoteState::Open { .. } => Ok(vote),
        VoteState::Closed { at, .. } => Err(Refusal::VoteClosedAt { at: *at }),
        VoteState::Void { .. } => Err(Refusal::VoteNotOpen),
    }
}
