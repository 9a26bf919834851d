//! Votes from outside: one ballot each, counts while open, names with the result.

use icabinet_models::ids::{CommandId, MotionId, PersonId, VoteId};
use icabinet_models::meeting::{AttendanceCommand, VotesCommand};
use icabinet_models::rule::Choice;
use icabinet_models::votes::{Verdict, VoteState};
use icabinet_models::wire::{Answer, ServerFrame};
use icabinet_models::{Command, Refusal};
use icabinet_tests::{On, TestServer, refused};

on_both! {
    a_vote_is_counted_by_the_rule_and_told_with_names
    a_hundred_sends_are_one_ballot
    nobody_sees_a_direction_while_the_vote_is_open
    a_ballot_after_the_close_is_refused_and_says_when_it_closed
    of_two_who_press_close_at_once_one_is_refused
    a_tablet_that_was_cut_off_ends_in_the_right_state
    who_came_after_the_opening_does_not_vote
    a_secret_ballot_is_refused_honestly
    a_vote_with_a_deadline_closes_by_itself
    another_device_of_the_same_person_is_told_of_the_ballot
}

const MEMBERS: [&str; 9] =
    ["chair", "secretary", "vice", "an", "binh", "cuong", "dung", "em", "giang"];

async fn a_vote_is_counted_by_the_rule_and_told_with_names(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let mut screen = hall.seat("an").await.at(&meeting).watches().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    for (index, login) in MEMBERS.into_iter().enumerate() {
        let seat = hall.seat(login).await.at(&meeting);
        let choice = if index < 5 { Choice::Yes } else { Choice::No };
        match seat.casts(choice).await {
            Answer::Accepted { code, .. } => assert_eq!(code.len(), 9, "a receipt like 7F3A 91C2"),
            other => panic!("{login}: {other:?}"),
        }
    }
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let view = screen.until(|m| m.votes.values().any(|vote| !vote.is_open())).await;
    let VoteState::Closed { ballots, outcome, .. } = &view.votes[&VoteId(1)].state else {
        panic!("not closed")
    };
    assert_eq!(outcome.verdict, Verdict::Passed);
    assert_eq!((outcome.left, outcome.right, outcome.needed), (10, 9, 5), "5 × 2 > 9");
    assert_eq!((outcome.tally.yes, outcome.tally.no), (5, 4));
    assert_eq!(ballots[&PersonId::from("giang")].choice, Choice::No);
}

async fn a_hundred_sends_are_one_ballot(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let seat = hall.seat("an").await.at(&meeting);
    let ballot = seat.ballot(Choice::Yes).await;
    let id = CommandId::from("0197c0de-0000-7000-8000-000000000001".to_owned());
    let mut watch = seat.watches().await;
    let sends = (0..50).map(|_| seat.sends_as(id.clone(), ballot.clone()));
    let answers = futures_util::future::join_all(sends).await;
    for _ in 0..50 {
        watch.send(&id, ballot.clone()).await;
    }
    let first = &answers[0];
    assert!(matches!(first, Answer::Accepted { .. }), "{first:?}");
    assert!(answers.iter().all(|answer| answer == first), "one answer for all");
    for _ in 0..50 {
        assert_eq!(watch.answer(&id).await, *first, "over the socket too");
    }
    let again = refused(seat.sends(ballot).await);
    assert!(matches!(again, Refusal::AlreadyVoted { .. }), "{again:?}");
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let view = seat.snapshot().await.meeting;
    assert_eq!(view.votes[&VoteId(1)].outcome().unwrap().tally.yes, 1);
}

async fn nobody_sees_a_direction_while_the_vote_is_open(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let mut watches = Vec::new();
    for login in ["chair", "secretary", "binh", "guest"] {
        watches.push(hall.seat(login).await.at(&meeting).watches().await);
    }
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let an = hall.seat("an").await.at(&meeting);
    an.casts(Choice::Abstain).await;
    for watch in &mut watches {
        loop {
            if let Some(ServerFrame::Turnout { cast: 1, entitled: 9, .. }) = watch.next().await {
                break;
            }
        }
        let opened = watch.frames.iter().position(|text| text.contains("vote_opened")).unwrap();
        for text in &watch.frames[opened + 1..] {
            assert!(!text.contains("abstain") && !text.contains("ballot_cast"), "{text}");
        }
    }
    // A snapshot taken now says no more than the frames did; one's own ballot is one's own.
    let other = hall.seat("binh").await.at(&meeting).snapshot().await;
    assert!(other.mine.ballots.is_empty());
    let text = serde_json::to_string(&other.meeting.votes[&VoteId(1)].state).unwrap();
    assert_eq!(text, r#"{"open":{"ballots":"withheld"}}"#);
    let own = an.snapshot().await.mine.ballots;
    assert_eq!(own[&VoteId(1)].ballot.choice, Choice::Abstain);
}

async fn a_ballot_after_the_close_is_refused_and_says_when_it_closed(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let seat = hall.seat("an").await.at(&meeting);
    let ballot = seat.ballot(Choice::Yes).await;
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let refusal = refused(seat.sends(ballot).await);
    assert!(matches!(refusal, Refusal::VoteClosedAt { .. }), "{refusal:?}");
    let outcome = seat.snapshot().await.meeting.votes[&VoteId(1)].outcome().cloned().unwrap();
    assert_eq!(outcome.verdict, Verdict::NoDecision, "no counted vote is no decision");
}

async fn of_two_who_press_close_at_once_one_is_refused(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let secretary = hall.seat("secretary").await.at(&meeting);
    let close = Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) });
    let (one, two) = tokio::join!(chair.sends(close.clone()), secretary.sends(close));
    let accepted =
        [&one, &two].into_iter().filter(|a| matches!(a, Answer::Accepted { .. })).count();
    assert_eq!(accepted, 1, "{one:?} {two:?}");
}

async fn a_tablet_that_was_cut_off_ends_in_the_right_state(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let seat = hall.seat("an").await.at(&meeting);
    let mut watch = seat.watches().await;
    let id = CommandId::from("0197c0de-0000-7000-8000-000000000002".to_owned());
    watch.send(&id, seat.ballot(Choice::Yes).await).await;
    let (position, view) = (watch.position, watch.view.clone());
    // Cut before the answer is read: the tablet doesn't know whether it arrived.
    drop(watch);
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let mut back = seat.connects(&format!("?after={position}")).await;
    (back.position, back.view) = (position, view);
    back.until(|m| m.votes[&VoteId(1)].outcome().is_some()).await;
    let counted = back.view.votes[&VoteId(1)].outcome().unwrap().tally.yes;
    back.send(&id, Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    match back.answer(&id).await {
        Answer::Accepted { .. } => assert_eq!(counted, 1, "answered as counted, so it counts"),
        Answer::Refused { .. } => assert_eq!(counted, 0, "refused, so it doesn't"),
        Answer::Unavailable => panic!("the server is there"),
    }
}

async fn who_came_after_the_opening_does_not_vote(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let giang = hall.seat("giang").await.at(&meeting);
    giang
        .does(Command::Attendance(AttendanceCommand::CheckOut {
            person: None,
            reason: String::new(),
        }))
        .await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    giang.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    assert_eq!(refused(giang.casts(Choice::Yes).await), Refusal::NotEntitled);
}

async fn a_secret_ballot_is_refused_honestly(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    let mut draft = serde_json::json!({"text": {"vi": "Đề nghị khen thưởng"}, "ballot": "secret"});
    draft["item"] = 1.into();
    let command =
        serde_json::from_value(serde_json::json!({"add_motion": {"draft": draft}})).unwrap();
    chair.does(command).await;
    let refusal = refused(
        chair
            .sends(Command::Votes(VotesCommand::OpenVote { motion: MotionId(4), seconds: None }))
            .await,
    );
    assert_eq!(refusal, Refusal::SecretBallotUnavailable);
}

async fn a_vote_with_a_deadline_closes_by_itself(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    let mut watch = chair.watches().await;
    chair
        .does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: Some(1) }))
        .await;
    watch.until(|m| m.votes.get(&VoteId(1)).is_some_and(|vote| vote.outcome().is_some())).await;
}

async fn another_device_of_the_same_person_is_told_of_the_ballot(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    let (mut one, mut other) = (an.watches().await, an.watches().await);
    let mut colleague = hall.seat("binh").await.at(&meeting).watches().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let ballot = an.ballot(Choice::Yes).await;
    let id = CommandId::from("0197c0de-0000-7000-8000-00000000000a".to_owned());
    one.send(&id, ballot).await;
    let Answer::Accepted { at, position, code } = one.answer(&id).await else { panic!("refused") };
    let mine = loop {
        if let ServerFrame::Mine { mine } = other.next().await.expect("open") {
            break mine;
        }
    };
    let own = &mine.ballots[&VoteId(1)];
    assert_eq!((own.ballot.choice, own.ballot.at, &own.code), (Choice::Yes, at, &code));
    // Another choice from there is refused with the moment of the first, and changes nothing.
    let refusal = refused(an.casts(Choice::No).await);
    assert_eq!(refusal, Refusal::AlreadyVoted { at, position });
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let view = colleague.until(|m| m.votes.values().any(|vote| !vote.is_open())).await;
    let VoteState::Closed { ballots, .. } = &view.votes[&VoteId(1)].state else {
        panic!("not closed")
    };
    assert_eq!(ballots[&PersonId::from("an")].choice, Choice::Yes);
    let personal = |text: &String| text.contains("\"mine\":") && text.contains("ballots\":{\"1");
    assert!(!colleague.frames.iter().any(personal), "it is his alone");
}
