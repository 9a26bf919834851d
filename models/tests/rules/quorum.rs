//! R1 to R4: who counts, integer comparison, when the quorum is judged.

use crate::support::{Hall, guest, member, substitute, with};
use icabinet_models::ids::{ItemId, MotionId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, AttendanceEvent, MotionsCommand, PreparationCommand,
    SessionCommand, VotesCommand,
};
use icabinet_models::motions::MotionState;
use icabinet_models::participants::Office;
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::rule::Threshold;
use icabinet_models::votes::{Reason, Verdict};
use icabinet_models::{Command, Event, Refusal};

#[test]
fn r1_only_distinct_members_count() {
    let people = vec![
        with(Office::Chair, member("m1", 1)),
        with(Office::Secretary, member("m2", 1)),
        member("m3", 7),
        guest("g1"),
        substitute("s1", "m3"),
        with(Office::ViceChair, guest("g2")),
    ];
    let mut hall = Hall::preparing_with(Profile::board(), people);
    hall.does(
        "m2",
        Command::Agenda(AgendaCommand::AddItem {
            draft: crate::support::item("A", icabinet_models::agenda::Level::Public),
        }),
    );
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    for who in ["g1", "s1", "g2", "m3"] {
        hall.does(who, Command::Attendance(AttendanceCommand::CheckIn { person: None }));
    }
    assert_eq!(hall.meeting.member_count(), 3);
    assert_eq!(hall.meeting.members_present(None), 1, "weight and guests don't count");
    assert_eq!(
        hall.refuses("m3", Command::Attendance(AttendanceCommand::CheckIn { person: None })),
        Refusal::AlreadyPresent
    );
    let refusal = hall.refuses("m2", Command::Session(SessionCommand::OpenSession {}));
    assert_eq!(refusal, Refusal::NoQuorum { present: 1, needed: 2 });
}

#[test]
fn r2_thresholds_compare_integers() {
    let half = Threshold::MORE_THAN_HALF;
    let at_least_half = Threshold { strict: false, ..half };
    let two_thirds = Threshold::TWO_THIRDS;
    let more_than_two_thirds = Threshold { strict: true, ..two_thirds };
    let all = Threshold { numerator: 1, denominator: 1, strict: false };
    // threshold, part, whole, reached, needed of the whole
    let table = [
        (half, 20, 39, true, 20),
        (half, 19, 39, false, 20),
        (half, 8, 16, false, 9),
        (half, 9, 16, true, 9),
        (at_least_half, 8, 16, true, 8),
        (at_least_half, 19, 39, false, 20),
        (two_thirds, 8, 12, true, 8),
        (two_thirds, 7, 12, false, 8),
        (two_thirds, 26, 39, true, 26),
        (two_thirds, 26, 40, false, 27),
        (more_than_two_thirds, 8, 12, false, 9),
        (all, 12, 12, true, 12),
        (all, 11, 12, false, 12),
        (half, 0, 0, false, 1),
        (two_thirds, 0, 0, true, 0),
        (two_thirds, u64::MAX, u64::MAX, true, 12_297_829_382_473_034_410),
    ];
    for (threshold, part, whole, reached, needed) in table {
        assert_eq!(threshold.reached(part, whole), reached, "{part} of {whole} by {threshold:?}");
        assert_eq!(threshold.needed(whole), needed, "needed of {whole} by {threshold:?}");
    }
}

#[test]
fn r2_needed_is_the_least_that_reaches() {
    for denominator in 1..6 {
        for numerator in 0..=denominator {
            for strict in [false, true] {
                let threshold = Threshold { numerator, denominator, strict };
                for whole in 0..60 {
                    let needed = threshold.needed(whole);
                    assert!(threshold.reached(needed, whole), "{threshold:?} {whole}");
                    assert!(
                        needed == 0 || !threshold.reached(needed - 1, whole),
                        "{threshold:?} {whole}"
                    );
                }
            }
        }
    }
}

#[test]
fn r3_a_peoples_committee_needs_two_thirds() {
    for (present, opens) in [(7, false), (8, true)] {
        let mut hall = Hall::convened(Profile::vn_peoples_committee(), 12);
        hall.arrive(1..=present);
        let answer = hall
            .judge(crate::support::person("m1"), &Command::Session(SessionCommand::OpenSession {}));
        let refusal = Refusal::NoQuorum { present: u64::from(present), needed: 8 };
        assert_eq!(answer.err(), (!opens).then_some(refusal), "{present} of 12");
    }
}

#[test]
fn r4_lost_quorum_blocks_votes_and_is_told_and_earlier_decisions_stand() {
    let mut hall = Hall::sitting(Profile::vn_peoples_committee(), 12, 9);
    let vote = hall.opens(1);
    for n in 1..=9 {
        hall.casts(&format!("m{n}"), vote, Choice::Yes);
    }
    assert_eq!(hall.closes(vote).verdict, Verdict::Passed);
    hall.leave(9..=9);
    let out =
        Command::Attendance(AttendanceCommand::CheckOut { person: None, reason: String::new() });
    let events = hall.does("m8", out);
    assert!(
        events
            .contains(&Event::Attendance(AttendanceEvent::QuorumLost { present: 7, members: 12 }))
    );
    let draft = crate::support::motion(Some(1), "Việc nữa.");
    hall.does("m2", Command::Motions(MotionsCommand::AddMotion { draft }));
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(2), seconds: None });
    let refusal = Refusal::NoQuorum { present: 7, needed: 8 };
    assert_eq!(hall.refuses("m1", open.clone()), refusal);
    assert_eq!(hall.meeting.motions[&MotionId(1)].state, MotionState::Adopted);
    let events = hall.does("m10", Command::Attendance(AttendanceCommand::CheckIn { person: None }));
    assert!(
        events.contains(&Event::Attendance(AttendanceEvent::QuorumRegained {
            present: 8,
            members: 12
        }))
    );
    hall.does("m1", open);
}

#[test]
fn r4_quorum_lost_at_the_close_decides_nothing() {
    let mut hall = Hall::sitting(Profile::vn_peoples_committee(), 12, 8);
    let vote = hall.opens(1);
    for n in 1..=8 {
        hall.casts(&format!("m{n}"), vote, Choice::Yes);
    }
    hall.leave([8]);
    let outcome = hall.closes(vote);
    assert_eq!((outcome.verdict, outcome.reason), (Verdict::NoDecision, Reason::QuorumLost));
    assert_eq!((outcome.present_at_close, outcome.tally.yes), (7, 8));
    assert_eq!(hall.meeting.motions[&MotionId(1)].state, MotionState::Undecided);
    hall.arrive([8]);
    let again = hall.opens(1);
    assert_ne!(vote, again, "both votes stay (R20)");
    assert!(hall.meeting.votes.contains_key(&vote));
}

#[test]
fn r4_the_quorum_is_judged_again_when_a_recess_ends() {
    let mut hall = Hall::sitting(Profile::board(), 5, 3);
    hall.does("m1", Command::Session(SessionCommand::CallRecess {}));
    hall.leave([3]);
    let refusal = Refusal::NoQuorum { present: 2, needed: 3 };
    assert_eq!(hall.refuses("m1", Command::Session(SessionCommand::Resume {})), refusal);
    hall.arrive([4]);
    hall.does("m1", Command::Session(SessionCommand::Resume {}));
    assert_eq!(hall.meeting.current, Some(ItemId(1)), "the item waits through the recess (R25)");
}
