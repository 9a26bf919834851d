//! Faults: nothing that was answered is lost, and what can't be done is said.

use icabinet_models::Command;
use icabinet_models::ids::{CommandId, MotionId, VoteId};
use icabinet_models::meeting::VotesCommand;
use icabinet_models::rule::Choice;
use icabinet_models::wire::Answer;
use icabinet_tests::{On, TestServer};
use reqwest::StatusCode;
use tokio::io::AsyncWriteExt as _;

on_both! {
    what_was_answered_survives_a_kill
    a_kill_in_a_burst_of_ballots_loses_no_answered_one
    a_second_server_on_the_same_folder_is_refused
    a_stop_is_graceful_and_says_so_to_the_tablets
    the_log_verifies_after_a_kill
    strangers_who_hold_lines_take_no_descriptor_from_those_who_are_there
}

/// Descriptors of a server that has few of them.
const FEW: u32 = 96;

async fn strangers_who_hold_lines_take_no_descriptor_from_those_who_are_there(on: On) {
    let hall = TestServer::open_with_descriptors(on, FEW).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    let (mut desk, mut tablet) = (chair.watches().await, an.watches().await);
    let address = hall.base().strip_prefix("http://").unwrap().to_owned();
    let mut idle = Vec::new();
    for half in ["", "GET / HTTP/1.1\r\nho"].into_iter().cycle().take(48) {
        // Whoever is not taken waits in the kernel's queue, and makes room for the next in his turn.
        let mut line = tokio::net::TcpStream::connect(&address).await.unwrap();
        line.write_all(half.as_bytes()).await.unwrap();
        idle.push(line);
    }
    let open = CommandId::from("0197c0de-0000-7000-8000-000000000d01".to_owned());
    desk.send(&open, Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None }))
        .await;
    assert!(matches!(desk.answer(&open).await, Answer::Accepted { .. }));
    tablet.until(|m| m.open_vote().is_some()).await;
    let ballot = CommandId::from("0197c0de-0000-7000-8000-000000000d02".to_owned());
    let text_digest = tablet.view.votes[&VoteId(1)].terms.text_digest;
    let (vote, choice, opinion) = (VoteId(1), Choice::Yes, String::new());
    let cast = Command::Votes(VotesCommand::CastBallot { vote, choice, opinion, text_digest });
    tablet.send(&ballot, cast).await;
    assert!(matches!(tablet.answer(&ballot).await, Answer::Accepted { .. }));
    // They are still there, and whoever comes now is let in, and files are opened.
    let late = hall.seat("binh").await.at(&meeting);
    assert!(late.snapshot().await.meeting.open_vote().is_some());
    let secretary = hall.seat("secretary").await.at(&meeting);
    let (status, value) = crate::papers::upload(&secretary, icabinet_tests::pdf_of(1)).await;
    assert_eq!(status, StatusCode::OK, "{value}");
    assert!(!hall.log().contains("Too many open files"), "{}", hall.log());
    drop(idle);
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    tablet.until(|m| m.open_vote().is_none()).await;
    assert_eq!(tablet.view.votes[&VoteId(1)].outcome().unwrap().tally.yes, 1);
}

async fn what_was_answered_survives_a_kill(on: On) {
    let mut hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let an = hall.seat("an").await.at(&meeting);
    let answer = an.casts(Choice::No).await;
    let Answer::Accepted { code, .. } = &answer else { panic!("{answer:?}") };
    let before = an.snapshot().await;
    hall.kill();
    hall.start();
    let after = an.snapshot().await;
    // A ballot moves no view: its position may be before it or after it.
    let mut moved = after.meeting;
    moved.position = before.meeting.position;
    assert_eq!(moved, before.meeting);
    assert_eq!(after.epoch, before.epoch);
    let own = &after.mine.ballots[&VoteId(1)];
    assert_eq!((own.ballot.choice, &own.code), (Choice::No, code), "the receipt is the same");
    // A view from before goes on where it was.
    let mut watch =
        an.connects(&format!("?after={}&epoch={}", before.position, before.epoch)).await;
    watch.view = before.meeting;
    watch.position = before.position;
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    watch.until(|m| m.votes[&VoteId(1)].outcome().is_some()).await;
    assert_eq!(watch.view.votes[&VoteId(1)].outcome().unwrap().tally.no, 1);
}

async fn a_kill_in_a_burst_of_ballots_loses_no_answered_one(on: On) {
    let mut hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let mut seats = Vec::new();
    for login in ["an", "binh", "cuong", "dung", "em", "giang", "vice", "secretary", "chair"] {
        let seat = hall.seat(login).await.at(&meeting);
        let ballot = seat.ballot(Choice::Yes).await;
        seats.push((seat, CommandId::from(format!("burst-{login}")), ballot));
    }
    let (sender, mut first) = tokio::sync::mpsc::channel(16);
    let mut tasks = Vec::new();
    for (seat, id, ballot) in seats.clone() {
        let sender = sender.clone();
        tasks.push(tokio::spawn(async move {
            let body = serde_json::json!({"id": id, "command": ballot});
            let request = seat.request(reqwest::Method::POST, "/api/meetings/{m}/commands");
            let response = request.json(&body).send().await.ok()?;
            let answer: Answer = response.json().await.ok()?;
            sender.send(()).await.ok()?;
            Some(answer)
        }));
    }
    // As soon as one is answered, in the middle of the others.
    first.recv().await.expect("one is answered");
    hall.kill();
    let mut answered = Vec::new();
    for task in tasks {
        answered.push(task.await.unwrap());
    }
    hall.start();
    for ((seat, id, ballot), answer) in seats.into_iter().zip(answered) {
        let again = seat.sends_as(id.clone(), ballot).await;
        assert!(matches!(again, Answer::Accepted { .. }), "{id}: {again:?}");
        if let Some(answer) = answer {
            assert_eq!(again, answer, "{id}: the same answer as before the kill");
        }
    }
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let view = chair.snapshot().await.meeting;
    assert_eq!(view.votes[&VoteId(1)].outcome().unwrap().tally.yes, 9, "each once");
}

async fn a_second_server_on_the_same_folder_is_refused(on: On) {
    let hall = TestServer::open(on).await;
    let (ok, _, errors) = hall.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!ok);
    assert!(errors.contains("another i-Cabinet server"), "{errors}");
    hall.seat("an").await;
}

async fn a_stop_is_graceful_and_says_so_to_the_tablets(on: On) {
    let mut hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let mut watch = secretary.watches().await;
    // The greeting is read, so the connection stands.
    watch.next().await.unwrap();
    let (ended, closed) = tokio::join!(
        async {
            while watch.next().await.is_some() {}
            true
        },
        tokio::task::spawn_blocking(move || {
            let well = hall.stop();
            (hall, well)
        })
    );
    let (mut hall, well) = closed.unwrap();
    assert!(ended && well);
    hall.start();
    assert!(secretary.snapshot().await.position > 0);
}

async fn the_log_verifies_after_a_kill(on: On) {
    let mut hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    chair.casts(Choice::Yes).await;
    hall.kill();
    hall.start();
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let (status, zip) = chair.get("/api/meetings/{m}/record.zip").await;
    assert_eq!(status, StatusCode::OK);
    let file = hall.data().join("record.zip");
    std::fs::write(&file, zip).unwrap();
    let (_, pem) = chair.get("/api/trust").await;
    let root = hall.data().join("root.pem");
    std::fs::write(&root, pem).unwrap();
    let (file, root) = (file.to_str().unwrap(), root.to_str().unwrap());
    let (ok, report, errors) = hall.run(&["verify", file, "--trust", root, "--english"]);
    assert!(ok, "{report}{errors}");
}
