//! Outcomes, attendance and refusals of the demo against `session.json`.

use super::play::{Play, list, string};
use icabinet_models::Refusal;
use icabinet_models::agenda::{Conclusion, ItemState};
use icabinet_models::ids::PersonId;
use icabinet_models::motions::MotionState;
use icabinet_models::votes::VoteState;
use serde_json::Value;

fn ids(value: &Value) -> Vec<PersonId> {
    list(value).iter().map(|id| PersonId::from(string(id))).collect()
}

#[test]
fn every_open_vote_has_the_expected_integers() {
    let play = Play::whole();
    for name in ["V1", "V2", "V3", "V4", "V5", "V6", "V8"] {
        let sheet = play.vote(name);
        let vote = &play.hall.meeting.votes[&play.votes[name]];
        let outcome = vote.outcome().expect("closed");
        let (expected, tally) = (&sheet["expected"], outcome.tally);
        let pairs = [
            ("yes", tally.yes),
            ("no", tally.no),
            ("abstain", tally.abstain),
            ("other", tally.other),
            ("not_voted", tally.not_voted),
            ("cast", tally.cast()),
            ("quorum_present", vote.terms.present),
            ("quorum_present", outcome.present_at_close),
            ("yes_times_two", outcome.left),
        ];
        for (key, found) in pairs {
            assert_eq!(expected[key].as_u64(), Some(found), "{name} {key}");
        }
        assert_eq!(sheet["absent"].as_u64(), Some(tally.absent), "{name} absent");
        assert_eq!(sheet["recused"].as_u64(), Some(tally.recused), "{name} recused");
        assert_eq!(outcome.right, 12, "{name} base");
        let verdict = serde_json::to_value(outcome.verdict).expect("a verdict");
        assert_eq!(expected["outcome"], verdict, "{name} outcome");
        let entitled: Vec<PersonId> = vote.terms.entitled.keys().cloned().collect();
        assert_eq!(entitled, ids(&sheet["eligible_ids"]), "{name} entitled");
        assert_eq!(vote.terms.absent, ids(&sheet["absent_ids"]), "{name} absent ids");
        let VoteState::Closed { ballots, .. } = &vote.state else { panic!("{name} isn't closed") };
        let silent: Vec<PersonId> =
            entitled.into_iter().filter(|person| !ballots.contains_key(person)).collect();
        assert_eq!(silent, ids(&sheet["not_voted_ids"]), "{name} not voted");
    }
}

#[test]
fn a_secret_vote_is_refused_and_never_turned_into_an_open_one() {
    let play = Play::whole();
    assert_eq!(play.secret, Some(Refusal::SecretBallotUnavailable));
    assert!(!play.votes.contains_key("V7"));
    let motion = &play.hall.meeting.motions[&play.motions["MO7"]];
    assert_eq!(motion.state, MotionState::Proposed);
    assert!(matches!(
        &play.hall.meeting.items[&play.items["I5"]].state,
        ItemState::Concluded { conclusion: Conclusion::CarriedOver, .. }
    ));
}

#[test]
fn attendance_is_what_the_demo_expects() {
    let play = Play::whole();
    let (meeting, expected) = (&play.hall.meeting, &play.session["expected"]["attendance"]);
    let opened = meeting.opened.expect("opened");
    let closed = meeting.closed.expect("closed");
    assert_eq!(expected["total"].as_u64(), Some(opened.members));
    assert_eq!(expected["present_at_opening"].as_u64(), Some(opened.present));
    assert_eq!(expected["present_at_closing"].as_u64(), Some(closed.present));
    assert_eq!(
        play.session["expected"]["quorum_needed"].as_u64(),
        Some(meeting.profile.quorum.needed(12))
    );
    for id in ids(&expected["absent_ids"]) {
        assert!(!meeting.stays.contains_key(&id), "{id} was there");
    }
    for id in ids(&expected["late_ids"]) {
        assert!(meeting.stays[&id][0].position > opened.position, "{id} was in time");
    }
    for id in ids(&expected["left_early_ids"]) {
        assert!(!meeting.is_present(&id), "{id} stayed");
    }
}

#[test]
fn items_end_as_expected() {
    let play = Play::whole();
    let meeting = &play.hall.meeting;
    for (name, id) in &play.items {
        let state = &meeting.items[id].state;
        let found = match state {
            ItemState::AdoptedWithoutDebate { .. } => "adopted_without_debate",
            ItemState::Concluded { conclusion: Conclusion::Decided, .. } => "decided",
            ItemState::Concluded { conclusion: Conclusion::CarriedOver, .. } => "carried_over",
            other => panic!("{name} is {other:?}"),
        };
        let expected = match name.as_str() {
            "I1" => "adopted_without_debate",
            "I5" => "carried_over",
            _ => "decided",
        };
        assert_eq!(found, expected, "{name}");
    }
    assert!(meeting.items.values().all(icabinet_models::agenda::Item::is_settled));
    assert!(play.hall.is_closed());
}
