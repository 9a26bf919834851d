//! R5, R6, R8, R14: bases, ties, nothing cast, weight 0.

use crate::support::{Hall, member, with};
use icabinet_models::Command;
use icabinet_models::agenda::Level;
use icabinet_models::ids::ItemId;
use icabinet_models::meeting::{AgendaCommand, MotionsCommand, PreparationCommand, SessionCommand};
use icabinet_models::participants::Office;
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::rule::{Base, Rule, Threshold, Tie};
use icabinet_models::votes::{Outcome, Reason, Verdict};

/// Holds one vote under `rule`; the chair is the first voter.
fn held(rule: Rule, count: u32, present: u32, choices: &[(Choice, u32)]) -> Outcome {
    let profile = Profile { majority: rule, ..Profile::vn_peoples_committee() };
    let profile =
        Profile { quorum: Threshold { numerator: 0, denominator: 1, strict: false }, ..profile };
    let mut hall = Hall::sitting(profile, count, present);
    let vote = hall.opens(1);
    let ballots = choices.iter().flat_map(|(choice, n)| (0..*n).map(move |_| *choice));
    for (n, choice) in (1..).zip(ballots) {
        hall.casts(&format!("m{n}"), vote, choice);
    }
    hall.closes(vote)
}

fn rule(base: Base, threshold: Threshold, tie: Tie) -> Rule {
    Rule { base, threshold, tie }
}

#[test]
fn r5_five_yes_and_eleven_abstentions_pass_on_yes_and_no_only() {
    let table = [
        (Base::YesAndNo, Verdict::Passed, 10, 5),
        (Base::Cast, Verdict::Failed, 10, 16),
        (Base::Present, Verdict::Failed, 10, 16),
        (Base::Entitled, Verdict::Failed, 10, 16),
        (Base::AllMembers, Verdict::Failed, 10, 16),
    ];
    for (base, verdict, left, right) in table {
        let rule = rule(base, Threshold::MORE_THAN_HALF, Tie::ByThreshold);
        let outcome = held(rule, 16, 16, &[(Choice::Yes, 5), (Choice::Abstain, 11)]);
        assert_eq!(outcome.verdict, verdict, "{base:?}");
        assert_eq!((outcome.left, outcome.right), (left, right), "{base:?}");
    }
}

#[test]
fn r5_each_base_counts_what_it_says() {
    // 20 members, 14 present, 12 ballots: 6 yes, 3 no, 2 abstentions, 1 other opinion.
    let choices = [(Choice::Yes, 6), (Choice::No, 3), (Choice::Abstain, 2), (Choice::Other, 1)];
    let table = [
        (Base::YesAndNo, 9, true),
        (Base::Cast, 12, false),
        (Base::Present, 14, false),
        (Base::Entitled, 14, false),
        (Base::AllMembers, 20, false),
    ];
    for (base, right, passed) in table {
        let outcome =
            held(rule(base, Threshold::MORE_THAN_HALF, Tie::ByThreshold), 20, 14, &choices);
        assert_eq!(outcome.right, right, "{base:?}");
        assert_eq!(outcome.verdict == Verdict::Passed, passed, "{base:?}");
        assert_eq!(outcome.tally.not_voted, 2);
        assert_eq!(outcome.tally.absent, 6);
    }
}

#[test]
fn v4_six_of_twelve_fails_and_would_pass_under_any_laxer_rule() {
    let choices = [(Choice::Yes, 6), (Choice::No, 4), (Choice::Abstain, 1)];
    let strict = Threshold::MORE_THAN_HALF;
    let lax = Threshold { strict: false, ..strict };
    let table = [
        (Base::AllMembers, strict, Verdict::Failed),
        (Base::AllMembers, lax, Verdict::Passed),
        (Base::Present, strict, Verdict::Passed),
        (Base::YesAndNo, strict, Verdict::Passed),
    ];
    for (base, threshold, verdict) in table {
        let outcome = held(rule(base, threshold, Tie::ChairSide), 12, 11, &choices);
        assert_eq!(outcome.verdict, verdict, "{base:?} {threshold:?}");
    }
}

#[test]
fn r6_a_tie_goes_to_the_side_of_the_chair() {
    let half = Threshold::MORE_THAN_HALF;
    // The chair votes first.
    let (yes, no, abstain) = (Choice::Yes, Choice::No, Choice::Abstain);
    let table = [
        (Tie::ChairSide, vec![(yes, 6), (no, 6)], Verdict::Passed, Reason::TieByChair),
        (Tie::ChairSide, vec![(no, 6), (yes, 6)], Verdict::Failed, Reason::TieByChair),
        (
            Tie::ChairSide,
            vec![(abstain, 2), (yes, 5), (no, 5)],
            Verdict::Failed,
            Reason::ThresholdMissed,
        ),
        (Tie::ByThreshold, vec![(yes, 6), (no, 6)], Verdict::Failed, Reason::ThresholdMissed),
        (Tie::ChairSide, vec![(yes, 7), (no, 5)], Verdict::Passed, Reason::ThresholdReached),
        (Tie::ChairSide, vec![(no, 5), (yes, 7)], Verdict::Passed, Reason::ThresholdReached),
        (Tie::ChairSide, vec![(yes, 5), (no, 6)], Verdict::Failed, Reason::ThresholdMissed),
    ];
    for (tie, choices, verdict, reason) in table {
        let outcome = held(rule(Base::AllMembers, half, tie), 12, 12, &choices);
        assert_eq!((outcome.verdict, outcome.reason), (verdict, reason), "{tie:?} {choices:?}");
    }
}

#[test]
fn r8_nothing_cast_decides_nothing() {
    for base in [Base::YesAndNo, Base::Cast, Base::Present, Base::Entitled, Base::AllMembers] {
        let at_least_none = Threshold { numerator: 0, denominator: 1, strict: false };
        let outcome = held(rule(base, at_least_none, Tie::ChairSide), 5, 5, &[]);
        let found = (outcome.verdict, outcome.reason);
        assert_eq!(found, (Verdict::NoDecision, Reason::NothingCast), "{base:?}");
        assert_eq!(outcome.tally.not_voted, 5);
    }
}

#[test]
fn r14_a_weight_of_nought_is_nought() {
    let people = vec![
        with(Office::Chair, member("m1", 0)),
        with(Office::Secretary, member("m2", 3)),
        member("m3", 2),
        member("m4", 0),
    ];
    let mut hall = Hall::preparing_with(Profile::board(), people);
    let draft = crate::support::item("A", Level::Public);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft }));
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: crate::support::motion(Some(1), "A."),
        }),
    );
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.arrive(1..=4);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    let vote = hall.opens(1);
    for (who, choice) in [("m1", Choice::Yes), ("m4", Choice::Yes), ("m3", Choice::No)] {
        hall.casts(who, vote, choice);
    }
    let outcome = hall.closes(vote);
    let tally = outcome.tally;
    assert_eq!((tally.yes, tally.no, tally.not_voted, tally.members), (0, 2, 3, 5));
    assert_eq!(outcome.verdict, Verdict::Failed);
    let terms = &hall.meeting.votes[&vote].terms;
    assert_eq!(terms.member_heads, 4, "they count for the quorum as people");
}

#[test]
fn r8_only_weightless_ballots_decide_nothing() {
    let people =
        vec![with(Office::Chair, member("m1", 0)), with(Office::Secretary, member("m2", 1))];
    let mut hall = Hall::preparing_with(Profile::board(), people);
    hall.does(
        "m2",
        Command::Agenda(AgendaCommand::AddItem { draft: crate::support::item("A", Level::Public) }),
    );
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion { draft: crate::support::motion(None, "A.") }),
    );
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.arrive(1..=2);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::Yes);
    assert_eq!(hall.closes(vote).reason, Reason::NothingCast);
}
