//! R9 to R13, R20, R21: frozen terms, one ballot each, four silences, void votes.

use crate::support::{Hall, guest, member, substitute, with};
use icabinet_models::agenda::Level;
use icabinet_models::ids::{ItemId, MotionId, Text};
use icabinet_models::meeting::{
    Act, AgendaCommand, AttendanceCommand, Bound, FloorCommand, MotionsCommand, PreparationCommand,
    SessionCommand, VotesCommand,
};
use icabinet_models::motions::MotionState;
use icabinet_models::participants::Office;
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::visibility::{ViewerClass, redact_state};
use icabinet_models::votes::{BallotKind, Ballots, VoteState};
use icabinet_models::{Command, Refusal};

fn committee() -> Hall {
    Hall::sitting(Profile::vn_peoples_committee(), 6, 5)
}

#[test]
fn r9_terms_are_frozen_when_the_vote_opens() {
    let mut hall = committee();
    let vote = hall.opens(1);
    let terms = hall.meeting.votes[&vote].terms.clone();
    hall.leave([5]);
    hall.arrive([6]);
    let recuse = Command::Agenda(AgendaCommand::Recuse {
        item: ItemId(1),
        person: None,
        reason: "liên quan".to_owned(),
    });
    assert_eq!(hall.refuses("m4", recuse), Refusal::VoteOpen);
    let change = Command::Motions(MotionsCommand::ChangeMotion {
        motion: MotionId(1),
        text: Text::vi("Khác."),
        seen: None,
    });
    assert_eq!(hall.refuses("m2", change), Refusal::MotionNotOpenToVote);
    assert_eq!(hall.meeting.votes[&vote].terms, terms);
    hall.casts("m1", vote, Choice::Yes);
    let outcome = hall.closes(vote);
    assert_eq!((outcome.tally.entitled, outcome.tally.absent), (5, 1));
}

#[test]
fn r10_one_ballot_each_and_its_repetition_names_the_first() {
    let mut hall = committee();
    let vote = hall.opens(1);
    let at = hall.now;
    hall.casts("m3", vote, Choice::Yes);
    let position = hall.meeting.position;
    for choice in [Choice::Yes, Choice::No] {
        let again = hall.ballot(vote, choice);
        assert_eq!(hall.refuses("m3", again), Refusal::AlreadyVoted { at, position });
    }
    assert_eq!(hall.closes(vote).tally.yes, 1);
}

#[test]
fn r10_a_ballot_changes_only_where_the_profile_allows() {
    let profile = Profile { may_change_ballot: true, ..Profile::vn_peoples_committee() };
    let mut hall = Hall::sitting(profile, 6, 5);
    let vote = hall.opens(1);
    hall.casts("m3", vote, Choice::Yes);
    hall.casts("m3", vote, Choice::No);
    let tally = hall.closes(vote).tally;
    assert_eq!((tally.yes, tally.no), (0, 1));
}

#[test]
fn r10_nothing_counts_after_the_close() {
    let mut hall = committee();
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::Yes);
    let at = hall.now;
    let outcome = hall.closes(vote);
    let late = hall.ballot(vote, Choice::No);
    assert_eq!(hall.refuses("m3", late), Refusal::VoteClosedAt { at });
    assert_eq!(hall.outcome(vote), outcome);
}

#[test]
fn r10_the_deadline_is_the_servers() {
    let mut hall = committee();
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: Some(10) });
    let opened = hall.now;
    hall.does("m1", open);
    let vote = hall.meeting.open_vote().expect("open").0;
    let ends = opened.plus_ms(10_000);
    let close = Command::Votes(VotesCommand::CloseVote { vote });
    let by_system = |hall: &Hall| hall.judge(icabinet_models::Actor::System, &close).err();
    hall.now = ends;
    assert_eq!(by_system(&hall), Some(Refusal::NotAllowed { act: Act::Preside }));
    let ballot = hall.ballot(vote, Choice::Yes);
    hall.does("m1", ballot);
    hall.now = ends.plus_ms(1);
    let late = hall.ballot(vote, Choice::Yes);
    assert_eq!(hall.refuses("m3", late), Refusal::VoteClosedAt { at: ends });
    assert_eq!(by_system(&hall), None);
    for seconds in [0, 24 * 3600 + 1] {
        let open =
            Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: Some(seconds) });
        let hall = committee();
        let refusal = Refusal::Invalid { bound: Bound::OutOfRange };
        assert_eq!(hall.refuses("m1", open), refusal, "{seconds}");
    }
}

#[test]
fn r11_five_silences_and_opinions_are_told_apart() {
    let mut hall = Hall::sitting(Profile::vn_peoples_committee(), 9, 8);
    let recuse = Command::Agenda(AgendaCommand::Recuse {
        item: ItemId(1),
        person: None,
        reason: "liên quan".to_owned(),
    });
    hall.does("m8", recuse);
    let vote = hall.opens(1);
    let cast = [Choice::Yes, Choice::Yes, Choice::No, Choice::Abstain, Choice::Other];
    for (n, choice) in (1..).zip(cast) {
        hall.casts(&format!("m{n}"), vote, choice);
    }
    let tally = hall.closes(vote).tally;
    let found = [
        tally.yes,
        tally.no,
        tally.abstain,
        tally.other,
        tally.not_voted,
        tally.recused,
        tally.absent,
    ];
    assert_eq!(found, [2, 1, 1, 1, 2, 1, 1]);
    assert_eq!(found.iter().sum::<u64>(), tally.members);
    let VoteState::Closed { ballots, .. } = &hall.meeting.votes[&vote].state else {
        panic!("it isn't closed")
    };
    assert_eq!(ballots[&"m5".into()].opinion, "Ý kiến của tôi.");
}

#[test]
fn r11_what_a_ballot_must_and_may_not_say() {
    let mut hall = committee();
    let vote = hall.opens(1);
    let with_text = |choice: Choice, text: &str| {
        let mut command = hall.ballot(vote, choice);
        if let Command::Votes(VotesCommand::CastBallot { opinion, .. }) = &mut command {
            *opinion = text.to_owned();
        }
        command
    };
    let long = "a".repeat(8_001);
    let mut other_text = hall.ballot(vote, Choice::Yes);
    if let Command::Votes(VotesCommand::CastBallot { text_digest, .. }) = &mut other_text {
        *text_digest = icabinet_models::ids::Digest::of(b"old");
    }
    let table = [
        (with_text(Choice::Other, "  "), Refusal::OpinionMissing),
        (with_text(Choice::Other, &long), Refusal::Invalid { bound: Bound::TextTooLong }),
        (with_text(Choice::Yes, "vì"), Refusal::Invalid { bound: Bound::OutOfRange }),
        (other_text, Refusal::OtherText),
    ];
    for (command, refusal) in table {
        assert_eq!(hall.refuses("m3", command.clone()), refusal, "{command:?}");
    }
    let mut board = Hall::sitting(Profile::board(), 5, 5);
    let vote = board.opens(1);
    let other = board.ballot(vote, Choice::Other);
    assert_eq!(board.refuses("m1", other), Refusal::ChoiceNotOffered);
}

#[test]
fn r12_nobody_sees_a_direction_before_the_close() {
    let mut hall = committee();
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::No);
    for class in ViewerClass::ALL {
        let view = redact_state(&hall.meeting, class);
        let VoteState::Open { ballots } = &view.votes[&vote].state else { panic!("not open") };
        assert_eq!(ballots, &Ballots::Withheld, "{class:?}");
    }
    hall.closes(vote);
    let view = redact_state(&hall.meeting, ViewerClass::Guest);
    let VoteState::Closed { ballots, .. } = &view.votes[&vote].state else { panic!("not closed") };
    assert_eq!(ballots[&"m1".into()].choice, Choice::No, "names stand with the result");
}

#[test]
fn r13_a_secret_vote_is_refused_and_not_made_open() {
    let mut hall = committee();
    let mut draft = crate::support::motion(Some(1), "Bổ nhiệm.");
    draft.ballot = BallotKind::Secret;
    hall.does("m2", Command::Motions(MotionsCommand::AddMotion { draft }));
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(2), seconds: None });
    assert_eq!(hall.refuses("m1", open), Refusal::SecretBallotUnavailable);
    assert_eq!(hall.meeting.motions[&MotionId(2)].state, MotionState::Proposed);
}

#[test]
fn r15_guests_and_substitutes_speak_and_never_vote() {
    let people = vec![
        with(Office::Chair, member("m1", 1)),
        with(Office::Secretary, member("m2", 1)),
        member("m3", 1),
        guest("g1"),
        substitute("s1", "m3"),
    ];
    let mut hall = Hall::preparing_with(Profile::board(), people);
    hall.does(
        "m2",
        Command::Agenda(AgendaCommand::AddItem { draft: crate::support::item("A", Level::Public) }),
    );
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: crate::support::motion(Some(1), "A."),
        }),
    );
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    for who in ["m1", "m2", "g1", "s1"] {
        hall.does(who, Command::Attendance(AttendanceCommand::CheckIn { person: None }));
    }
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    let vote = hall.opens(1);
    for who in ["g1", "s1"] {
        let ballot = hall.ballot(vote, Choice::Yes);
        assert_eq!(hall.refuses(who, ballot), Refusal::NotEntitled, "{who}");
        hall.does(
            who,
            Command::Floor(FloorCommand::AskToSpeak {
                kind: icabinet_models::floor::RequestKind::Speak,
            }),
        );
    }
    assert_eq!(hall.closes(vote).tally.entitled, 2);
    assert_eq!(hall.meeting.votes[&vote].terms.absent, ["m3".into()]);
}

#[test]
fn r20_a_decided_motion_isnt_voted_again_and_nothing_is_deleted() {
    let mut hall = committee();
    let vote = hall.opens(1);
    for n in 1..=5 {
        hall.casts(&format!("m{n}"), vote, Choice::Yes);
    }
    hall.closes(vote);
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None });
    assert_eq!(hall.refuses("m1", open), Refusal::MotionNotOpenToVote);
    assert!(hall.meeting.votes[&vote].outcome().is_some());
}

#[test]
fn r21_a_void_votes_content_is_never_shown() {
    let mut hall = committee();
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::No);
    hall.does(
        "m1",
        Command::Votes(VotesCommand::VoidVote { vote, reason: "máy chủ lỗi".to_owned() }),
    );
    for class in ViewerClass::ALL {
        let view = redact_state(&hall.meeting, class);
        let json = serde_json::to_string(&view.votes[&vote].state).expect("a state");
        assert!(!json.contains("\"no\""), "{class:?}: {json}");
    }
    assert_eq!(hall.meeting.motions[&MotionId(1)].state, MotionState::Proposed);
    let again = hall.opens(1);
    let tally = hall.closes(again).tally;
    assert_eq!(tally.no, 0, "old ballots don't count in the new vote");
}
