//! A full disk: what can't be kept is refused, what was answered stays, and after there is space
//! again everything goes on.

use crate::sound::{connect, frame, stored};
use futures_util::{SinkExt as _, StreamExt as _};
use icabinet_models::Command;
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{CommandId, ItemId, RecordingId};
use icabinet_models::meeting::{FloorCommand, MotionsCommand, SpeechCommand};
use icabinet_models::speech::{Capture, Language};
use icabinet_models::wire::Answer;
use icabinet_tests::{On, PASSWORD, TestClient, TestServer, motion, pdf_of};
use reqwest::StatusCode;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

/// Commands sent before the disk counts as one that never fills.
const MOST: u32 = 500;

/// Every command that was sent, with its last answer.
type Told = Vec<(CommandId, Command, Answer)>;

/// A command that needs some space in the log.
fn proposal(number: u32) -> Command {
    let text = format!("Đề nghị số {number}: {}", "giữ nguyên nội dung như dự thảo. ".repeat(40));
    Command::Motions(MotionsCommand::AddMotion { draft: motion(Some(ItemId(1)), &text) })
}

async fn send(seat: &TestClient, number: u32, told: &mut Told) -> bool {
    let (id, command) = (CommandId::from(format!("full-{number}")), proposal(number));
    let answer = seat.sends_as(id.clone(), command.clone()).await;
    let unavailable = answer == Answer::Unavailable;
    assert!(unavailable || matches!(answer, Answer::Accepted { .. }), "{answer:?}");
    told.push((id, command, answer));
    !unavailable
}

/// Sends what got no answer once more, and everything else too: each has its one answer.
async fn settle(seat: &TestClient, told: &mut Told) {
    for (id, command, answer) in told {
        let again = seat.sends_as(id.clone(), command.clone()).await;
        assert!(matches!(again, Answer::Accepted { .. }), "{id}: {again:?}");
        if *answer != Answer::Unavailable {
            assert_eq!(again, *answer, "{id}: the answer that it had");
        }
        *answer = again;
    }
}

async fn status(hall: &TestServer, path: &str) -> StatusCode {
    reqwest::get(format!("{}{path}", hall.base())).await.unwrap().status()
}

async fn upload(seat: &TestClient, bytes: Vec<u8>) -> (StatusCode, serde_json::Value) {
    crate::papers::upload(seat, bytes).await
}

async fn sign_in(hall: &TestServer) -> (StatusCode, serde_json::Value) {
    let body = json!({"login": "binh", "password": PASSWORD});
    let url = format!("{}/api/session", hall.base());
    let response = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

/// Waits until that is so: the server looks once a second.
async fn becomes(hall: &TestServer, path: &str, wanted: StatusCode) {
    while status(hall, path).await != wanted {
        tokio::task::yield_now().await;
    }
}

async fn verifies(hall: &TestServer, seat: &TestClient) {
    let (status, zip) = seat.get("/api/meetings/{m}/record.zip").await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&zip));
    let file = hall.desk().join("record.zip");
    std::fs::write(&file, zip).unwrap();
    let (_, pem) = seat.get("/api/trust").await;
    let root = hall.desk().join("root.pem");
    std::fs::write(&root, pem).unwrap();
    let (file, root) = (file.to_str().unwrap(), root.to_str().unwrap());
    let (ok, report, errors) = hall.run(&["verify", file, "--trust", root, "--english"]);
    assert!(ok, "{report}{errors}");
}

/// The embedded database is on the disk that fills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_that_was_answered_and_space_heals_it() {
    let Some(mut hall) = TestServer::open_on_disk(On::Sqlite, 24).await else { return };
    let (chair, meeting) = hall.in_session().await;
    let server = hall.pid();
    let mut tablet = hall.seat("an").await.at(&meeting).watches().await;
    let mut told = Told::new();
    for number in 0..5 {
        assert!(send(&chair, number, &mut told).await);
    }

    hall.disk().fill();
    let mut number = 5;
    while send(&chair, number, &mut told).await {
        number += 1;
        assert!(number < MOST, "the disk never fills");
    }
    let id = CommandId::from("over-the-socket".to_owned());
    tablet.send(&id, Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak })).await;
    assert_eq!(tablet.answer(&id).await, Answer::Unavailable);
    let (refused, value) = upload(&chair, pdf_of(400)).await;
    assert_eq!(refused, StatusCode::INSUFFICIENT_STORAGE, "{value}");
    assert_eq!(value["error"]["code"], "storage_full");
    let (refused, value) = sign_in(&hall).await;
    assert_eq!(refused, StatusCode::INSUFFICIENT_STORAGE, "{value}");
    assert_eq!(value["error"]["code"], "storage_full");
    // It lives, says that it can't commit, and shows what is committed and nothing else.
    assert_eq!(status(&hall, "/healthz").await, StatusCode::OK);
    becomes(&hall, "/readyz", StatusCode::SERVICE_UNAVAILABLE).await;
    let seen = chair.snapshot().await;
    let accepted = told.iter().filter(|(_, _, answer)| *answer != Answer::Unavailable).count();
    assert_eq!(seen.meeting.motions.len(), 3 + accepted);

    hall.disk().free();
    settle(&chair, &mut told).await;
    becomes(&hall, "/readyz", StatusCode::OK).await;
    assert_eq!(sign_in(&hall).await.0, StatusCode::OK);
    assert_eq!(upload(&chair, pdf_of(400)).await.0, StatusCode::OK);
    assert_eq!(hall.pid(), server);
    let before = chair.snapshot().await;
    assert_eq!(before.meeting.motions.len(), 3 + told.len(), "each once");

    hall.kill();
    hall.start();
    let after = chair.snapshot().await;
    assert_eq!((after.position, after.meeting), (before.position, before.meeting));
    settle(&chair, &mut told).await;
    assert_eq!(chair.snapshot().await.position, before.position, "nothing has a second effect");
    verifies(&hall, &chair).await;
}

/// Sends frames from `next` on until the server closes the connection; how many frames it said were
/// stored, and how many were sent.
async fn sends_until_it_fails(socket: icabinet_tests::Socket, mut next: u32) -> (u32, u32) {
    let (mut out, mut incoming) = socket.split();
    let mut said = next;
    let reader = tokio::spawn(async move {
        while let Some(Ok(message)) = incoming.next().await {
            if let Message::Text(text) = message {
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                said = u32::try_from(value["stored"].as_u64().unwrap()).unwrap();
            }
        }
        said
    });
    // Well below what may be sent at once.
    while next < 35 && !reader.is_finished() && out.send(frame(next, false)).await.is_ok() {
        next += 1;
    }
    (reader.await.unwrap(), next)
}

/// Sound that was acknowledged stays, sound that was not is sent again, and none is made up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_no_sound_that_was_acknowledged_and_invents_none() {
    let Some(hall) = TestServer::open_on_disk(On::Sqlite, 24).await else { return };
    let (chair, meeting) = hall.in_session().await;
    chair.does(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi })).await;
    let mut socket = connect(&chair, hall.base(), &meeting).await;
    for number in 0..5 {
        socket.send(frame(number, false)).await.unwrap();
    }
    stored(&mut socket, 5).await;
    hall.disk().fill();
    let (acknowledged, sent) = sends_until_it_fails(socket, 5).await;
    hall.disk().free();

    let mut socket = connect(&chair, hall.base(), &meeting).await;
    let next = stored(&mut socket, 0).await;
    assert!(next >= acknowledged, "{next}: {acknowledged} were acknowledged");
    let last = sent + 5;
    for number in next..=last {
        socket.send(frame(number, number == last)).await.unwrap();
    }
    let mut watch = chair.watches().await;
    watch.until(|m| matches!(m.recordings[&RecordingId(1)].capture, Capture::Stored { .. })).await;
    let (_, wav) = chair.get("/api/meetings/{m}/recordings/1/sound.wav").await;
    let samples = wav[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
    let samples: Vec<i16> = samples.collect();
    assert_eq!(samples.len(), usize::try_from(last + 1).unwrap() * 3200);
    for (index, sample) in samples.iter().enumerate() {
        assert_eq!(usize::try_from(*sample).unwrap(), index / 3200 + 1, "sample {index}");
    }
}
