//! Several nodes over PostgreSQL: any of them serves any meeting, and any may be killed.

use crate::access::sent_for_a_snapshot;
use crate::papers::add;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{CommandId, Digest, MotionId, PaperId, PersonId, VoteId};
use icabinet_models::meeting::{AttendanceCommand, MotionsCommand, SessionCommand, VotesCommand};
use icabinet_models::papers::PaperState;
use icabinet_models::rule::Choice;
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::Answer;
use icabinet_models::{Command, Meeting};
use icabinet_tests::{On, TestClient, TestServer, motion, pdf_of};
use reqwest::{Method, StatusCode};
use std::time::Duration;

/// A hall with two nodes and a meeting in session; the chair sits at the first.
async fn two_nodes() -> (TestServer, TestClient) {
    let mut hall = TestServer::open(On::Postgres).await;
    hall.another_node();
    let (chair, _) = hall.in_session().await;
    (hall, chair)
}

fn second(hall: &TestServer) -> String {
    hall.nodes()[1].0.clone()
}

fn yes(seat_view: &Meeting) -> Command {
    let text_digest = seat_view.votes[&VoteId(1)].terms.text_digest;
    Command::Votes(VotesCommand::CastBallot {
        vote: VoteId(1),
        choice: Choice::Yes,
        opinion: String::new(),
        text_digest,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_at_one_node_is_seen_at_the_other() {
    let (hall, chair) = two_nodes().await;
    let mut watch = chair.through(&second(&hall)).watches().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    watch.until(|m| m.open_vote().is_some()).await;
    // And back: a ballot at the second node is in the result that the first one closes with.
    let id = CommandId::from("0197c0de-0000-7000-8000-000000000b01".to_owned());
    let ballot = yes(&watch.view);
    watch.send(&id, ballot).await;
    assert!(matches!(watch.answer(&id).await, Answer::Accepted { .. }));
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    watch.until(|m| m.open_vote().is_none()).await;
    assert_eq!(watch.view.votes[&VoteId(1)].outcome().unwrap().tally.yes, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ballot_sent_to_both_nodes_has_one_effect_and_one_answer() {
    let (hall, chair) = two_nodes().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let ballot = yes(&chair.snapshot().await.meeting);
    let other = chair.through(&second(&hall));
    for round in 0..10 {
        let id = CommandId::from(format!("both-{round}"));
        let (here, there) = tokio::join!(
            chair.sends_as(id.clone(), ballot.clone()),
            other.sends_as(id, ballot.clone())
        );
        assert_eq!(here, there, "{round}");
    }
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    assert_eq!(chair.snapshot().await.meeting.votes[&VoteId(1)].outcome().unwrap().tally.yes, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_decide_at_once_each_on_what_the_other_did_before() {
    let (hall, chair) = two_nodes().await;
    let there = hall.seat("secretary").await.at(&chair.meeting()).through(&second(&hall));
    there.snapshot().await;
    let before = chair.snapshot().await.meeting.motions.len();
    for round in 0..20 {
        let add =
            |text: &str| Command::Motions(MotionsCommand::AddMotion { draft: motion(None, text) });
        let (first, second) = tokio::join!(
            chair.does(add(&format!("Ở đây {round}"))),
            there.does(add(&format!("Ở kia {round}")))
        );
        assert_eq!(first.abs_diff(second), 1, "{round}");
    }
    // The last one may have been decided at the other node: its bell is waited for.
    let mut watch = chair.watches().await;
    watch.until(|m| m.motions.len() >= before + 40).await;
    assert_eq!(watch.view.motions.len(), before + 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_node_takes_nothing_along_and_its_tablets_go_on_at_the_other() {
    let (mut hall, chair) = two_nodes().await;
    let elsewhere = chair.through(&second(&hall));
    let mut tablet = chair.watches().await;
    let mut witness = elsewhere.watches().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    tablet.until(|m| m.open_vote().is_some()).await;
    let ballot = yes(&tablet.view);
    let id = CommandId::from("0197c0de-0000-7000-8000-000000000b02".to_owned());
    tablet.send(&id, ballot.clone()).await;
    let answer = tablet.answer(&id).await;
    assert!(matches!(answer, Answer::Accepted { .. }));

    hall.kill_node(0);
    while tablet.next().await.is_some() {}
    // Something that it did not hear of.
    elsewhere
        .does(Command::Motions(MotionsCommand::AddMotion {
            draft: motion(None, "Trong lúc mất kết nối"),
        }))
        .await;
    // The tablet comes back with its position, and sends again what it is not sure of.
    let epoch = elsewhere.snapshot().await.epoch;
    let mut again = elsewhere.connects(&format!("?after={}&epoch={epoch}", tablet.position)).await;
    again.view = tablet.view.clone();
    again.position = tablet.position;
    again.send(&id, ballot).await;
    assert_eq!(again.answer(&id).await, answer, "the same answer from the other node");
    elsewhere.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    for watch in [&mut again, &mut witness] {
        let closed = |m: &Meeting| m.votes.get(&VoteId(1)).is_some_and(|vote| !vote.is_open());
        watch.until(closed).await;
        assert_eq!(watch.view.votes[&VoteId(1)].outcome().unwrap().tally.yes, 1);
    }
    // The last entry that each was shown; what came between was hidden from both.
    again.view.position = witness.view.position;
    assert_eq!(again.view, witness.view, "in step");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_ended_at_one_node_is_over_at_the_other() {
    let (hall, chair) = two_nodes().await;
    let seat = hall.seat("an").await.at(&chair.snapshot().await.meeting.id);
    let there = seat.through(&second(&hall));
    let mut watch = there.watches().await;
    watch.next().await.unwrap();
    let out = seat.request(Method::DELETE, "/api/session").send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    // By its bell: the next round would find it too, up to 20 s later.
    let over = async { while watch.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), over).await.expect("it rings at the other node");
    assert_eq!(watch.closed, Some(4401));
    assert_eq!(there.get("/api/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_recorded_at_one_node_is_known_at_the_other() {
    let (hall, chair) = two_nodes().await;
    let an = PersonId::from("an");
    // It has read the log so far.
    let mut watch = chair.through(&second(&hall)).watches().await;
    assert!(watch.view.is_present(&an));
    chair
        .does(Command::Attendance(AttendanceCommand::CheckOut {
            person: Some(an.clone()),
            reason: String::new(),
        }))
        .await;
    watch.until(|m| !m.is_present(&an)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gives_the_chair_back_at_one_node_sees_the_desk_no_longer_at_the_other() {
    let (hall, chair) = two_nodes().await;
    let here = hall.seat("an").await.at(&chair.meeting());
    let there = here.through(&second(&hall));
    let mut tablet = there.watches().await;
    chair.does(Command::Session(SessionCommand::HandOverChair { to: "an".into() })).await;
    sent_for_a_snapshot(&mut tablet).await;
    let mut tablet = there.watches().await;
    assert_eq!(there.snapshot().await.class, ViewerClass::Staff);
    here.does(Command::Session(SessionCommand::HandOverChair { to: "chair".into() })).await;
    sent_for_a_snapshot(&mut tablet).await;
    assert_eq!(there.snapshot().await.class, ViewerClass::Member);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_that_only_works_renders_pages_for_those_that_only_serve() {
    let mut hall = TestServer::open_without_work().await;
    hall.another_node();
    let (secretary, meeting) = hall.convened().await;
    let an = hall.seat("an").await.at(&meeting).through(&second(&hall));
    let mut watch = an.watches().await;
    add(&secretary, pdf_of(2), 1, Level::Public).await;
    watch.until(|m| m.papers.contains_key(&PaperId(1))).await;
    let waiting = "SELECT COUNT(*) FROM jobs WHERE state = 'queued'";
    assert_eq!(hall.number(waiting).await, 1, "nobody works yet");
    hall.worker();
    let ready = |m: &Meeting| matches!(m.papers[&PaperId(1)].state, PaperState::Ready { .. });
    watch.until(ready).await;
    let page = watch.view.papers[&PaperId(1)].pages()[0].clone();
    let path = format!("/api/meetings/{{m}}/blobs/{}", page.picture.hex());
    let (status, picture) = an.get(&path).await;
    assert_eq!((status, Digest::of(&picture)), (StatusCode::OK, page.picture));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_is_refused_where_it_could_not_be_seen() {
    let hall = TestServer::open(On::Sqlite).await;
    let other = hall.desk().join("data-work");
    let (ok, _, errors) = hall.run(&["work", "--data", other.to_str().unwrap()]);
    assert!(!ok && errors.contains("PostgreSQL"), "{errors}");
}
