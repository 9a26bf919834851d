//! A rolling upgrade: pages and nodes of two versions side by side.

use icabinet_models::Command;
use icabinet_models::ids::{MeetingId, MotionId};
use icabinet_models::meeting::VotesCommand;
use icabinet_models::wire::{OLDEST_PROTOCOL, PROTOCOL};
use icabinet_tests::{On, TestClient, TestServer};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both! {
    pages_of_every_version_that_is_spoken_are_served_side_by_side
    a_page_that_is_too_old_is_told_to_load_again
    a_page_that_is_newer_than_the_node_is_told_to_come_back
}

async fn sitting(on: On) -> (TestServer, TestClient) {
    let hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    (hall, chair)
}

async fn pages_of_every_version_that_is_spoken_are_served_side_by_side(on: On) {
    let (_hall, chair) = sitting(on).await;
    let position = chair.snapshot().await.position;
    for protocol in (OLDEST_PROTOCOL..=PROTOCOL).map(Some).chain([None]) {
        let said = protocol.map_or_else(String::new, |number| format!("&protocol={number}"));
        let path = format!("/api/meetings/{{m}}/snapshot?{}", said.trim_start_matches('&'));
        assert_eq!(chair.get(&path).await.0, StatusCode::OK, "{protocol:?}");
        let mut watch = chair.connects(&format!("?after={position}{said}")).await;
        assert!(watch.next().await.is_some(), "{protocol:?}");
    }
}

/// What a page of a version that is not spoken is told, by both of its doors.
async fn is_told(seat: &TestClient, protocol: u32, code: &str, status: u16) {
    let (found, body) =
        seat.get(&format!("/api/meetings/{{m}}/snapshot?protocol={protocol}")).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((found.as_u16(), &body["error"]["code"]), (status, &json!(code)));
    let refused = seat.try_connect(&format!("?after=1&protocol={protocol}"), None).await;
    assert_eq!(refused.err(), Some(status));
}

async fn a_page_that_is_too_old_is_told_to_load_again(on: On) {
    let (_hall, chair) = sitting(on).await;
    is_told(&chair, OLDEST_PROTOCOL - 1, "page_outdated", 426).await;
}

async fn a_page_that_is_newer_than_the_node_is_told_to_come_back(on: On) {
    let (_hall, chair) = sitting(on).await;
    is_told(&chair, PROTOCOL + 1, "unavailable", 503).await;
}

/// What a node of tomorrow would write: a record of a version that nobody here knows.
fn of_tomorrow(meeting: &MeetingId, position: u64) -> String {
    let record = json!({"v": 1_000_000, "meeting": meeting, "position": position, "at": 1,
        "actor": "system", "event": {"unheard_of": {"what": "ever"}}});
    let hash = "decode(repeat('ab', 32), 'hex')";
    format!(
        "BEGIN;
         INSERT INTO entries (meeting, position, record, hash)
         VALUES ('{meeting}', {position}, '{record}', {hash});
         UPDATE heads SET position = {position}, hash = {hash} WHERE meeting = '{meeting}';
         COMMIT;"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_meets_a_newer_record_sends_everyone_to_the_others() {
    // Why it is not ready stands on the operator's address.
    let port = icabinet_tests::free_port();
    let hall =
        TestServer::open_with(On::Postgres, &format!("metrics = \"127.0.0.1:{port}\"\n")).await;
    let (chair, _) = hall.in_session().await;
    let mut tablet = chair.watches().await;
    assert!(tablet.next().await.is_some());
    let position = chair.snapshot().await.position;
    let meeting = chair.meeting();
    hall.runs_sql(&of_tomorrow(&meeting, position + 1)).await;

    // Without a bell and without being asked: the room looks at its log.
    while tablet.next().await.is_some() {}
    assert_eq!(tablet.closed, Some(1012), "come back, to another node");
    assert_eq!(chair.get("/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
    let why = reqwest::get(format!("http://127.0.0.1:{port}/readyz")).await.unwrap();
    assert_eq!(why.status(), StatusCode::SERVICE_UNAVAILABLE);
    let why = why.text().await.unwrap();
    assert!(why.contains("upgrade this node"), "{why:?}");
    assert_eq!(chair.get("/healthz").await.0, StatusCode::OK, "it is not ill");
    let (status, _) = chair.get("/api/meetings/{m}/snapshot").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "nothing that may no longer be so");

    // Nothing is decided on what it no longer knows; the tablet sends the same command elsewhere.
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None });
    let body = json!({"id": "0197c0de-0000-7000-8000-000000000c01", "command": open});
    let (status, body) = chair.post("/api/meetings/{m}/commands", &body).await;
    assert_eq!((status.as_u16(), &body["error"]["code"]), (503, &json!("unavailable")));
    let entries = format!("SELECT COUNT(*) FROM entries WHERE meeting = '{meeting}'");
    assert_eq!(u64::try_from(hall.number(&entries).await).unwrap(), position + 1);
    assert!(hall.log().contains("upgrade this node"), "{}", hall.log());
}
