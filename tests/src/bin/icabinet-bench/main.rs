//! Measures a running server and prints one JSON object a line. Never asserts a time.
//!
//! `icabinet-bench votes [MEMBERS]`, `icabinet-bench flood [SECONDS [MEMBERS]]`, `icabinet-bench paper`,
//! `icabinet-bench rest`, `icabinet-bench lists [MEETINGS]`.

mod flood;
mod lists;
#[path = "../../../../models/tests/support/mod.rs"]
#[expect(dead_code, reason = "the laws of the models use more of it")]
mod support;

use futures_util::future::join_all;
use icabinet_models::Command;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{CommandId, Digest, ItemId, MotionId, PaperId, PersonId, Text, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, MotionsCommand, PapersCommand, PreparationCommand,
    SessionCommand, VotesCommand,
};
use icabinet_models::papers::PaperDraft;
use icabinet_models::participants::{Participant, Standing};
use icabinet_models::rule::Choice;
use icabinet_models::wire::Answer;
use icabinet_tests::{On, TestClient, TestServer, item, motion, particulars, people};
use reqwest::Method;
use serde_json::json;
use std::time::Instant;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("votes") => {
            let members = words.get(1).and_then(|word| word.parse().ok()).unwrap_or(500);
            votes(members).await;
        }
        Some("flood") => {
            let number = |at: usize| words.get(at).and_then(|word| word.parse().ok());
            flood::flood(number(1).unwrap_or(60), number(2).unwrap_or(500) as usize).await;
        }
        Some("paper") => paper().await,
        Some("rest") => rest().await,
        Some("lists") => {
            let meetings = words.get(1).and_then(|word| word.parse().ok()).unwrap_or(10_000);
            lists::lists(meetings).await;
        }
        _ => eprintln!(
            "usage: icabinet-bench votes [MEMBERS] | flood [SECONDS [MEMBERS]] | paper | rest | lists [MEETINGS]"
        ),
    }
}

/// Milliseconds, with one decimal as a string would have it.
fn ms(from: Instant) -> f64 {
    (from.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}

fn quantile(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let index = (last as f64 * part).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

/// A meeting in session with so many members beside the office, all present, who may vote.
async fn in_session(members: usize) -> (TestServer, TestClient, Vec<TestClient>) {
    let (hall, secretary, seats) = signed_in(members).await;
    let (secretary, seats) = sits(&secretary, &seats).await;
    (hall, secretary, seats)
}

/// A server, its secretary and so many members, signed in.
async fn signed_in(members: usize) -> (TestServer, TestClient, Vec<TestClient>) {
    let hall = TestServer::open(On::Sqlite).await;
    let secretary = hall.seat("secretary").await;
    let mut seats = Vec::new();
    for login in (0..members).map(login) {
        hall.account(&login);
        seats.push(hall.seat(&login).await);
    }
    (hall, secretary, seats)
}

fn login(member: usize) -> String {
    format!("d{member:05}")
}

/// A meeting of these members, in session at its first item.
async fn sits(secretary: &TestClient, seats: &[TestClient]) -> (TestClient, Vec<TestClient>) {
    let mut everyone = people();
    everyone.extend((0..seats.len()).map(login).map(|login| Participant {
        person: PersonId::from(login.clone()),
        name: login,
        courtesy: None,
        position: Text::default(),
        unit: Text::default(),
        standing: Standing::Member { weight: 1 },
        office: None,
        seat: None,
        venue: None,
    }));
    let meeting = secretary.creates(&particulars(), &everyone).await;
    let secretary = secretary.at(&meeting);
    secretary
        .does(Command::Agenda(AgendaCommand::AddItem {
            draft: item("Nội dung", Level::Internal)
        }))
        .await;
    secretary
        .does(Command::Motions(MotionsCommand::AddMotion {
            draft: motion(Some(ItemId(1)), "Thông qua"),
        }))
        .await;
    secretary.does(Command::Preparation(PreparationCommand::Convene {})).await;
    let seats: Vec<TestClient> = seats.iter().map(|seat| seat.at(&meeting)).collect();
    for seat in &seats {
        seat.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    }
    let chair = Some(PersonId::from("chair"));
    secretary.does(Command::Attendance(AttendanceCommand::CheckIn { person: chair })).await;
    secretary.does(Command::Session(SessionCommand::OpenSession {})).await;
    secretary.does(Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) })).await;
    (secretary, seats)
}

/// The receipts of one burst: every member connected, all ballots sent at once.
async fn votes(members: usize) {
    let (_hall, secretary, seats) = in_session(members).await;
    let mut watches = join_all(seats.iter().map(TestClient::watches)).await;
    let opened = Instant::now();
    secretary
        .does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None }))
        .await;
    let told = join_all(watches.iter_mut().map(|watch| async {
        watch.until(|m| m.open_vote().is_some()).await;
        ms(opened)
    }));
    let last_told = told.await.into_iter().fold(0.0, f64::max);
    let text_digest = watches[0].view.votes[&VoteId(1)].terms.text_digest;
    let began = Instant::now();
    let answers = join_all(watches.iter_mut().enumerate().map(|(index, watch)| async move {
        let id = CommandId::from(format!("bench-{index}"));
        let choice = if index % 3 == 0 { Choice::No } else { Choice::Yes };
        let sent = Instant::now();
        let command = Command::Votes(VotesCommand::CastBallot {
            vote: VoteId(1),
            choice,
            opinion: String::new(),
            text_digest,
        });
        watch.send(&id, command).await;
        let answer = watch.answer(&id).await;
        (ms(sent), matches!(answer, Answer::Accepted { .. }))
    }))
    .await;
    let all = ms(began);
    let accepted = answers.iter().filter(|(_, accepted)| *accepted).count();
    let mut times: Vec<f64> = answers.into_iter().map(|(time, _)| time).collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{}",
        json!({"bench": "votes", "members": members, "database": "sqlite", "accepted": accepted,
            "opened_to_last_client_ms": last_told, "receipt_p50_ms": quantile(&times, 0.5),
            "receipt_p95_ms": quantile(&times, 0.95), "receipt_max_ms": quantile(&times, 1.0),
            "all_answered_ms": all, "target_p95_ms": 300})
    );
}

/// Page 1 of a 50-page paper, from the end of the upload until the picture can be fetched.
async fn paper() {
    let hall = TestServer::open(On::Sqlite).await;
    let (secretary, _) = hall.convened().await;
    let mut watch = secretary.watches().await;
    let bytes = icabinet_tests::pdf_of(50);
    let size = bytes.len() as u64;
    let request = secretary.request(Method::POST, "/api/meetings/{m}/uploads");
    let response = request.header("content-type", "application/pdf").body(bytes).send().await;
    let ended = Instant::now();
    let value: serde_json::Value = response.expect("uploaded").json().await.expect("JSON");
    let blob: Digest = serde_json::from_value(value["blob"].clone()).expect("a digest");
    let draft = PaperDraft {
        item: Some(ItemId(1)),
        title: Text::vi("Tài liệu 50 trang"),
        number: String::new(),
        level: Level::Internal,
        file_name: "50.pdf".to_owned(),
        blob,
        bytes: size,
    };
    secretary.does(Command::Papers(PapersCommand::AddPaper { draft })).await;
    let first = |m: &icabinet_models::Meeting| {
        m.papers.get(&PaperId(1)).is_some_and(|paper| !paper.pages().is_empty())
    };
    watch.until(first).await;
    let picture = watch.view.papers[&PaperId(1)].pages()[0].picture;
    secretary.get(&format!("/api/meetings/{{m}}/blobs/{}", picture.hex())).await;
    let page_1 = ms(ended);
    watch
        .until(|m| {
            m.papers[&PaperId(1)].page_count() == Some(50)
                && m.papers[&PaperId(1)].pages().len() == 50
        })
        .await;
    println!(
        "{}",
        json!({"bench": "paper", "pages": 50, "page_1_visible_ms": page_1, "all_pages_ms": ms(ended), "target_page_1_ms": 1500})
    );
}

/// Memory of a server that has nothing to do, without a speech model.
async fn rest() {
    let hall = TestServer::open(On::Sqlite).await;
    hall.seat("secretary").await.get("/api/meetings").await;
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", hall.pid())).unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0)
    };
    println!(
        "{}",
        json!({"bench": "rest", "resident_mb": kilobytes("VmRSS:") / 1024,
            "anonymous_mb": kilobytes("RssAnon:") / 1024, "target_mb": 60})
    );
}
