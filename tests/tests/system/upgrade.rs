//! Databases that another version of the program wrote: an older one is brought up to date with
//! everything in it, a newer one is refused and left alone.
//!
//! `tests/fixtures/first-*.sql` are whole databases of the first migration with a row in every
//! table; its README says what is in them.

use icabinet_models::Command;
use icabinet_models::decisions::Rendition;
use icabinet_models::ids::{CommandId, DecisionId, MeetingId, MotionId, PersonId, VoteId};
use icabinet_models::meeting::VotesCommand;
use icabinet_models::rule::Choice;
use icabinet_models::votes::Verdict;
use icabinet_models::wire::{Answer, ServerFrame};
use icabinet_tests::{On, TestClient, TestServer};
use std::collections::BTreeMap;
use std::path::Path;

on_both! {
    a_database_of_the_first_version_is_opened_with_all_its_data
    a_database_of_a_newer_version_is_refused_and_left_alone
}

fn read(on: On, ending: &str) -> String {
    let name = match on {
        On::Sqlite => "first-sqlite",
        On::Postgres => "first-postgres",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    std::fs::read_to_string(folder.join(format!("{name}.{ending}"))).unwrap()
}

fn fixture(on: On) -> String {
    // What psql understands and the database doesn't.
    read(on, "sql").lines().filter(|line| !line.starts_with('\\')).collect::<Vec<_>>().join("\n")
}

/// What the fixture of a database is known to hold.
#[derive(serde::Deserialize)]
struct Known {
    meeting: MeetingId,
    epoch: String,
    position: u64,
    /// The token of a room's screen.
    screen: String,
    /// The answer that [`BALLOT`] had.
    answer: Answer,
    /// The digest of the signed decision.
    document: String,
}

fn known(on: On) -> Known {
    serde_json::from_str(&read(on, "json")).unwrap()
}

/// The ballot that `an` had cast in the vote that was open when the database was left.
const BALLOT: &str = "0197c0de-0000-7000-8000-00000000f1f0";

/// How many rows each table has.
async fn rows(hall: &TestServer) -> BTreeMap<String, i64> {
    let mut rows = BTreeMap::new();
    for table in hall.tables().await {
        let count = hall.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        rows.insert(table, count);
    }
    rows
}

async fn a_database_of_the_first_version_is_opened_with_all_its_data(on: On) {
    let known = known(on);
    let mut hall = TestServer::empty(on);
    hall.runs_sql(&fixture(on)).await;
    let before = rows(&hall).await;
    assert!(before.len() >= 12, "{before:?}");
    assert!(before.values().all(|count| *count > 0), "a row in every table: {before:?}");
    hall.start();
    let after = rows(&hall).await;
    for (table, count) in &before {
        assert!(after.get(table) >= Some(count), "{table} lost rows: {before:?} {after:?}");
    }
    // Sign-ins with the passwords of then; the screen with its token.
    let chair = hall.seat("chair").await.at(&known.meeting);
    let an = hall.seat("an").await.at(&known.meeting);
    let seen = chair.snapshot().await;
    assert_eq!((seen.position, seen.epoch.as_str()), (known.position, known.epoch.as_str()));
    assert_eq!(seen.meeting.particulars.title.vi, "Phiên họp thử");
    assert_eq!(seen.meeting.people.len(), 10);
    let closed = seen.meeting.votes[&VoteId(1)].outcome().unwrap();
    assert_eq!((closed.verdict, closed.tally.yes), (Verdict::Passed, 6));
    match &seen.meeting.decisions[&DecisionId(1)].rendition {
        Rendition::Signed { document, .. } => assert_eq!(document.hex(), known.document),
        other => panic!("{other:?}"),
    }
    let screen = TestClient::screen(hall.base(), &known.meeting, &known.screen).await;
    assert_eq!(screen.snapshot().await.position, known.position);
    let (_, keys) = chair.get("/api/keys/mine").await;
    let keys: serde_json::Value = serde_json::from_slice(&keys).unwrap();
    assert!(keys[0]["state"]["certified"].is_object(), "{keys}");
    goes_on(&known, &chair, &an).await;
}

/// A tablet that was connected then goes on, its answers are what they were, the open vote ends.
async fn goes_on(known: &Known, chair: &TestClient, an: &TestClient) {
    let own = an.snapshot().await.mine.ballots[&VoteId(2)].clone();
    let again = an.sends_as(CommandId::from(BALLOT.to_owned()), an.ballot(Choice::No).await).await;
    assert_eq!(again, known.answer, "the answer of then");
    let Answer::Accepted { code, .. } = again else { panic!("{again:?}") };
    assert_eq!((own.ballot.choice, own.code), (Choice::Yes, code), "and its receipt");
    let mut tablet = an.connects(&format!("?after={}&epoch={}", known.position, known.epoch)).await;
    assert!(matches!(tablet.next().await, Some(ServerFrame::Hello { .. })));
    chair.does(Command::Votes(VotesCommand::CloseVote { vote: VoteId(2) })).await;
    while !tablet.frames.concat().contains("vote_closed") {
        let frame = tablet.next().await.expect("open");
        assert!(!matches!(frame, ServerFrame::SnapshotNeeded { .. }), "its position still counts");
    }
    let view = chair.snapshot().await.meeting;
    let tally = &view.votes[&VoteId(2)].outcome().unwrap().tally;
    assert_eq!((tally.yes, tally.no), (1, 1));
    assert_eq!(view.motions[&MotionId(4)].text.vi, "Giao Văn phòng công bố lịch");
    assert!(view.is_present(&PersonId::from("giang")));
}

async fn a_database_of_a_newer_version_is_refused_and_left_alone(on: On) {
    let mut hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let before = secretary.snapshot().await;
    assert!(hall.stop());
    let columns = "version, description, installed_on, success, checksum, execution_time";
    hall.runs_sql(&format!(
        "INSERT INTO _sqlx_migrations ({columns})
         SELECT 9999, 'of tomorrow', installed_on, success, checksum, 0 FROM _sqlx_migrations
         WHERE version = 1"
    ))
    .await;
    let rows_before = rows(&hall).await;
    let (ok, _, errors) = hall.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!ok);
    for words in ["newer i-Cabinet", "9999"] {
        assert!(errors.contains(words), "{errors}");
    }
    assert_eq!(rows(&hall).await, rows_before, "left alone");
    hall.runs_sql("DELETE FROM _sqlx_migrations WHERE version = 9999").await;
    hall.start();
    let after = secretary.snapshot().await;
    assert_eq!((after.position, after.meeting), (before.position, before.meeting));
}
