//! R17 to R19: presence as intervals, recusal, a chair who hands over.

use crate::support::Hall;
use icabinet_models::attendance::How;
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{ItemId, MotionId, PersonId, Text};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, FloorCommand, MotionsCommand, SessionCommand, VotesCommand,
};
use icabinet_models::participants::{Part, Participant, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::rule::{Base, Rule, Threshold, Tie};
use icabinet_models::votes::Verdict;
use icabinet_models::{Command, Refusal};

fn recuse(item: u32) -> Command {
    Command::Agenda(AgendaCommand::Recuse {
        item: ItemId(item),
        person: None,
        reason: "người thân".to_owned(),
    })
}

#[test]
fn r17_presence_is_a_list_of_intervals_with_who_recorded_them() {
    let mut hall = Hall::convened(Profile::board(), 4);
    hall.arrive([3]);
    let first = hall.now;
    hall.leave([3]);
    hall.does("m2", Command::Attendance(AttendanceCommand::CheckIn { person: Some("m3".into()) }));
    let stays = &hall.meeting.stays[&"m3".into()];
    assert_eq!(stays.len(), 2);
    assert_eq!(stays[0].how, How::Own);
    let left = stays[0].until.as_ref().expect("left");
    assert_eq!((left.at, left.reason.as_str()), (first, "việc gấp"));
    assert_eq!(stays[1].how, How::RecordedBy { person: "m2".into() });
    assert!(stays[1].until.is_none());
    let other = Command::Attendance(AttendanceCommand::CheckIn { person: Some("m4".into()) });
    assert!(matches!(hall.refuses("m3", other), Refusal::NotAllowed { .. }));
}

#[test]
fn r17_who_comes_late_votes_only_in_later_votes() {
    let mut hall = Hall::sitting(Profile::board(), 5, 4);
    let vote = hall.opens(1);
    hall.arrive([5]);
    let ballot = hall.ballot(vote, Choice::Yes);
    assert_eq!(hall.refuses("m5", ballot), Refusal::NotEntitled);
    hall.casts("m1", vote, Choice::Yes);
    assert_eq!(hall.closes(vote).tally.absent, 1);
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: crate::support::motion(Some(1), "B."),
        }),
    );
    let next = hall.opens(2);
    hall.casts("m5", next, Choice::Yes);
    assert_eq!(hall.closes(next).tally.absent, 0);
}

#[test]
fn r18_a_recused_member_neither_speaks_nor_votes_in_the_item() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    hall.does("m3", recuse(1));
    assert_eq!(hall.refuses("m3", recuse(1)), Refusal::AlreadyRecused);
    let ask = Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak });
    assert_eq!(hall.refuses("m3", ask), Refusal::Recused);
    let give = Command::Floor(FloorCommand::GiveFloor { person: "m3".into(), seconds: None });
    assert_eq!(hall.refuses("m1", give), Refusal::Recused);
    let vote = hall.opens(1);
    let ballot = hall.ballot(vote, Choice::Yes);
    assert_eq!(hall.refuses("m3", ballot), Refusal::NotEntitled);
    let nothing = Command::Agenda(AgendaCommand::Recuse {
        item: ItemId(1),
        person: None,
        reason: " ".to_owned(),
    });
    assert!(matches!(hall.refuses("m4", nothing), Refusal::Invalid { .. }));
}

#[test]
fn r18_the_profile_says_whether_the_recused_count_8_present_3_recused() {
    let rule =
        Rule { base: Base::Present, threshold: Threshold::TWO_THIRDS, tie: Tie::ByThreshold };
    // counted as present, base, needed, verdict of four yes
    for (counted, base, needed, verdict) in
        [(true, 8, 6, Verdict::Failed), (false, 5, 4, Verdict::Passed)]
    {
        let profile =
            Profile { recused_counts_as_present: counted, majority: rule, ..Profile::board() };
        let profile = Profile { quorum: Threshold { strict: false, ..profile.quorum }, ..profile };
        let mut hall = Hall::sitting(profile, 8, 8);
        for who in ["m6", "m7", "m8"] {
            hall.does(who, recuse(1));
        }
        let vote = hall.opens(1);
        for who in ["m1", "m2", "m3", "m4"] {
            hall.casts(who, vote, Choice::Yes);
        }
        let outcome = hall.closes(vote);
        assert_eq!(outcome.tally.present, base, "counted: {counted}");
        assert_eq!(outcome.needed, needed, "counted: {counted}");
        assert_eq!(outcome.verdict, verdict, "counted: {counted}");
        assert_eq!(outcome.tally.recused, 3);
        assert_eq!(outcome.present_at_close, base);
    }
}

#[test]
fn r18_a_recusal_is_for_one_item() {
    let mut hall = Hall::convened(Profile::board(), 5);
    hall.arrive(1..=5);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    hall.does("m3", recuse(1));
    let draft = crate::support::motion(None, "Chương trình.");
    hall.does("m2", Command::Motions(MotionsCommand::AddMotion { draft }));
    let vote = hall.opens(2);
    hall.casts("m3", vote, Choice::Yes);
    assert_eq!(hall.closes(vote).tally.recused, 0);
}

#[test]
fn r19_declaration_reason_and_time_are_kept() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let at = hall.now;
    hall.does("m3", recuse(1));
    let recusal = &hall.meeting.items[&ItemId(1)].recusals[&PersonId::from("m3")];
    assert_eq!((recusal.since, recusal.reason.as_str()), (at, "người thân"));
    assert_eq!(recusal.position, hall.meeting.position);
}

#[test]
fn r19_a_chair_hands_over_before_he_recuses_himself() {
    let mut hall = Hall::convened(Profile::board(), 5);
    hall.arrive(1..=4);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    hall.does("m1", recuse(1));
    let start = Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) });
    assert_eq!(hall.refuses("m1", start.clone()), Refusal::Recused);
    let to = |id: &str| Command::Session(SessionCommand::HandOverChair { to: id.into() });
    assert_eq!(hall.refuses("m1", to("m5")), Refusal::NotPresent { person: "m5".into() });
    assert!(matches!(hall.refuses("m3", to("m3")), Refusal::NotAllowed { .. }));
    hall.does("m1", to("m3"));
    hall.does("m3", start);
    assert_eq!(hall.refuses("m3", recuse(1)), Refusal::NoChair);
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None });
    assert!(matches!(hall.refuses("m1", open.clone()), Refusal::NotAllowed { .. }));
    hall.does("m3", open);
    let (_, vote) = hall.meeting.open_vote().expect("open");
    assert_eq!((&vote.terms.chair, &vote.terms.recused[..]), (&"m3".into(), &["m1".into()][..]));
}

#[test]
fn r14_a_member_in_another_part_keeps_the_weight_of_the_vote() {
    let person = |standing, office| Participant {
        person: "m1".into(),
        name: "Đoàn Hữu Thạch".into(),
        courtesy: None,
        position: Text::default(),
        unit: Text::default(),
        standing,
        office,
        seat: None,
        venue: None,
    };
    let member = |weight| person(Standing::Member { weight }, None);
    for part in [Part::Chair, Part::ViceChair, Part::MemberSecretary, Part::Member] {
        assert_eq!(member(3).taking(part).weight(), Some(3), "{part:?}");
        assert_eq!(member(0).taking(part).weight(), Some(0), "{part:?}");
        assert_eq!(person(Standing::Guest, None).taking(part).weight(), Some(1), "{part:?}");
        assert_eq!(Part::of(&member(3).taking(part)), part);
    }
    for part in [Part::Secretary, Part::Guest] {
        assert_eq!(member(3).taking(part).weight(), None, "{part:?}");
    }
}
