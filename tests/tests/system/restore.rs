//! A backup put in the database's place in the middle of a meeting.

use icabinet_models::Command;
use icabinet_models::ids::{CommandId, MotionId, VoteId};
use icabinet_models::meeting::{MotionsCommand, VotesCommand};
use icabinet_models::rule::Choice;
use icabinet_models::wire::{Answer, ServerFrame};
use icabinet_tests::{On, TestServer, motion};

on_both! {
    every_tablet_begins_anew_after_a_backup_was_restored
}

async fn every_tablet_begins_anew_after_a_backup_was_restored(on: On) {
    let mut hall = TestServer::open(on).await;
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
    let an = hall.seat("an").await.at(&meeting);
    assert!(matches!(an.casts(Choice::Yes).await, Answer::Accepted { .. }));
    let backup = hall.back_up().await;

    // What comes now is seen by a tablet, and is not in the backup.
    let mut tablet = an.watches().await;
    let binh = hall.seat("binh").await.at(&meeting);
    let (id, ballot) = (CommandId::from("lost".to_owned()), binh.ballot(Choice::No).await);
    assert!(matches!(binh.sends_as(id.clone(), ballot.clone()).await, Answer::Accepted { .. }));
    let position = chair
        .does(Command::Motions(MotionsCommand::AddMotion { draft: motion(None, "Chưa lưu") }))
        .await;
    tablet.until(|m| m.position >= position).await;
    let before = an.snapshot().await;

    let words: &[&str] = if on == On::Sqlite { &["restore", &backup] } else { &["restore"] };
    let (ok, _, errors) = hall.run(words);
    assert!(!ok && errors.contains("another i-Cabinet server"), "{errors}");
    hall.kill();
    hall.restore(&backup);
    hall.start();

    let chair = hall.seat("chair").await.at(&meeting);
    let binh = hall.seat("binh").await.at(&meeting);
    let an = hall.seat("an").await.at(&meeting);
    // Even where the new log has grown past what the tablet saw.
    while chair
        .does(Command::Motions(MotionsCommand::AddMotion { draft: motion(None, "Mới") }))
        .await
        < position
    {}
    let query = format!("?after={}&epoch={}", tablet.position, before.epoch);
    let mut again = an.connects(&query).await;
    let Some(ServerFrame::Hello { epoch, mine, .. }) = again.next().await else { panic!() };
    assert_ne!(epoch, before.epoch);
    assert!(mine.ballots.contains_key(&VoteId(1)), "what the backup has is there");
    let next = again.next().await;
    assert!(matches!(next, Some(ServerFrame::SnapshotNeeded { .. })), "{next:?}");
    let after = an.snapshot().await;
    assert_eq!(after.epoch, epoch);
    let texts = format!("{:?}", after.meeting.motions);
    assert!(!texts.contains("Chưa lưu") && texts.contains("Mới"), "{texts}");

    // A ballot that was lost is sent again and counts, once.
    assert!(binh.snapshot().await.mine.ballots.is_empty());
    assert!(matches!(binh.sends_as(id, ballot).await, Answer::Accepted { .. }));
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) })).await;
    let view = chair.snapshot().await.meeting;
    let tally = view.votes[&VoteId(1)].outcome().unwrap().tally;
    assert_eq!((tally.yes, tally.no), (1, 1));
    if on == On::Sqlite {
        let names = std::fs::read_dir(hall.data()).unwrap().flatten();
        let kept = names.filter(|entry| {
            entry.file_name().to_string_lossy().starts_with("icabinet.sqlite.before-")
        });
        assert!(kept.count() > 0, "the database until then is kept");
    }
}
