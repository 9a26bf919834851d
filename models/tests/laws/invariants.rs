//! What holds after every step of every history: votes, tallies, agenda, floor, minutes.

use super::generator::{begin, config, histories, step};
use icabinet_models::Meeting;
use icabinet_models::agenda::ItemState;
use icabinet_models::ids::{PersonId, VoteId};
use icabinet_models::minutes::{Source, draft};
use icabinet_models::motions::MotionState;
use icabinet_models::votes::{self, VoteState};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn votes_are_sound(m: &Meeting) -> Result<(), TestCaseError> {
    prop_assert!(m.votes.values().filter(|vote| vote.is_open()).count() <= 1);
    for (id, vote) in &m.votes {
        let terms = &vote.terms;
        let weights: u64 = terms.entitled.values().map(|weight| u64::from(*weight)).sum();
        prop_assert_eq!(weights + terms.absent_weight + terms.recused_weight, terms.members);
        let heads = terms.entitled.len() + terms.absent.len() + terms.recused.len();
        prop_assert_eq!(heads as u64, terms.member_heads);
        prop_assert_eq!(terms.text_digest, votes::text_digest(&terms.text));
        let state = m.motions.get(&vote.motion).map(|motion| motion.state);
        prop_assert!(state.is_some());
        prop_assert!(!vote.is_open() || state == Some(MotionState::Voting), "{:?}", id);
        let VoteState::Closed { ballots, outcome, .. } = &vote.state else { continue };
        let tally = outcome.tally;
        let sum = tally.cast() + tally.not_voted + tally.absent + tally.recused;
        prop_assert_eq!(sum, terms.members, "the groups of {:?}", id);
        prop_assert!(ballots.keys().all(|person| terms.entitled.contains_key(person)));
        prop_assert!(ballots.values().all(|ballot| terms.choices.contains(&ballot.choice)));
        let chair = ballots.get(&terms.chair).map(|ballot| ballot.choice);
        let again =
            votes::outcome(terms, votes::tally(terms, ballots), chair, outcome.present_at_close);
        prop_assert_eq!(&again, outcome, "the outcome of {:?} computed again", id);
    }
    Ok(())
}

fn agenda_is_sound(m: &Meeting) -> Result<(), TestCaseError> {
    let distinct: BTreeSet<_> = m.agenda.iter().collect();
    prop_assert_eq!(distinct.len(), m.agenda.len());
    for (id, item) in &m.items {
        prop_assert_eq!(m.agenda.contains(id), item.state != ItemState::Removed, "{:?}", id);
        prop_assert_eq!(m.current == Some(*id), item.open_since().is_some(), "{:?}", id);
    }
    prop_assert!(m.agenda.iter().all(|id| m.items.contains_key(id)));
    Ok(())
}

fn the_draft_has_sources(m: &Meeting) -> Result<(), TestCaseError> {
    let sentences = draft::draft(m);
    prop_assert_eq!(&sentences, &draft::draft(m));
    for sentence in &sentences {
        match &sentence.source {
            Source::Record { positions } => {
                prop_assert!(!positions.is_empty());
                prop_assert!(positions.iter().all(|p| *p > 0 && *p <= m.position));
            }
            Source::Speech { segment, .. } => {
                let said = m.transcript[segment].text();
                let (_, quote) = sentence.text.split_once(": ").expect("a speaker");
                prop_assert!(said.contains(quote), "{} isn't in {}", quote, said);
                prop_assert!(!quote.is_empty());
            }
            Source::Person { .. } => prop_assert!(false, "a draft has no author"),
        }
    }
    Ok(())
}

/// What was said stands in the transcript once, whatever the engine repeats.
fn segments_are_heard_once(m: &Meeting) -> Result<(), TestCaseError> {
    let mut seen = BTreeSet::new();
    for segment in m.transcript.values() {
        let passage = (segment.recording, segment.heard.start_ms, segment.heard.end_ms);
        prop_assert!(seen.insert(passage), "heard twice: {:?}", passage);
    }
    Ok(())
}

/// Heads are what counting them gives, however they were kept.
pub(crate) fn heads_are_counted(m: &Meeting) -> Result<(), TestCaseError> {
    let members = || m.people.values().filter(|row| row.is_member());
    prop_assert_eq!(m.member_count(), members().count() as u64);
    let here = members().filter(|row| m.is_present(&row.person));
    let here: Vec<_> = here.map(|row| &row.person).collect();
    prop_assert_eq!(m.members_present(None), here.len() as u64);
    for (id, item) in &m.items {
        let counts = |person: &PersonId| {
            m.profile.recused_counts_as_present || !item.recusals.contains_key(person)
        };
        let present = here.iter().filter(|person| counts(person)).count();
        prop_assert_eq!(m.members_present(Some(*id)), present as u64, "{:?}", id);
    }
    Ok(())
}

fn settled(m: &Meeting) -> BTreeMap<VoteId, VoteState> {
    let ended = m.votes.iter().filter(|(_, vote)| !vote.is_open());
    ended.map(|(id, vote)| (*id, vote.state.clone())).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_state_is_sound(history in histories(120)) {
        let mut hall = begin(&history);
        let mut ended = settled(&hall.meeting);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            if hall.run(actor, &command).is_err() {
                continue;
            }
            let m = &hall.meeting;
            votes_are_sound(m)?;
            agenda_is_sound(m)?;
            heads_are_counted(m)?;
            segments_are_heard_once(m)?;
            for (id, state) in &ended {
                prop_assert_eq!(&m.votes[id].state, state, "{:?} changed after its end", id);
            }
            ended = settled(m);
            prop_assert!(m.chair.as_ref().is_none_or(|chair| m.people.contains_key(chair)));
            prop_assert!(m.people.values().any(|p| m.is_secretary(&p.person)), "no secretary is left");
            prop_assert!(!hall.is_closed() || m.items.values().all(icabinet_models::agenda::Item::is_settled));
        }
        the_draft_has_sources(&hall.meeting)?;
    }
}
