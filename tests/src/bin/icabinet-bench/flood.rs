//! Votes of hundreds beside a flood of requests, by strangers and by people who are signed in, in turn
//! with votes without one. What is compared is within one run. Requests go to this machine alone, at a
//! bounded rate, and end with the run.

use super::{ms, quantile, signed_in, sits};
use futures_util::future::join_all;
use icabinet_models::Command;
use icabinet_models::ids::{CommandId, ItemId, MotionId, VoteId};
use icabinet_models::meeting::{MotionsCommand, VotesCommand};
use icabinet_models::rule::Choice;
use icabinet_models::wire::Answer;
use icabinet_tests::{TestClient, Watch, motion};
use reqwest::{Client, Method};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;

/// Ballots of one vote are spread over this time, as people press.
const SPREAD: Duration = Duration::from_secs(2);
/// Votes of a round, with the flood or without.
const VOTES: u32 = 3;
/// Members who flood and cast no ballot.
const FLOODING: usize = 2;
/// Half requests that are kept open. The votes of a round begin when they all are.
const HALVES: usize = 1_000;
/// Rounds of one meeting; then the next one begins, as every member keeps all votes of a meeting.
const ROUNDS: u32 = 8;

/// Plays rounds, by turns without and with the flood, until it has run for `seconds`.
pub(crate) async fn flood(seconds: u64, members: usize) {
    let (hall, secretary, seats) = signed_in(members + FLOODING).await;
    let (mut quiet, mut flooded) = (Vec::new(), Vec::new());
    let (mut cast, mut counted, mut votes, mut under_flood) = (0, 0, 0, Duration::ZERO);
    let requests = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    while under_flood < Duration::from_secs(seconds) {
        let (secretary, seats) = sits(&secretary, &seats).await;
        // Whoever floods has spent what a person may send, and would have to send a ballot again.
        let mut watches = join_all(seats.iter().skip(FLOODING).map(TestClient::watches)).await;
        let mut number = 0;
        for _ in 0..ROUNDS {
            if under_flood >= Duration::from_secs(seconds) {
                break;
            }
            for with_flood in [false, true] {
                let flood_began = Instant::now();
                let mut running = Vec::new();
                if with_flood {
                    let is_full = Arc::new(Notify::new());
                    running = start(hall.base(), &secretary, &seats, &requests, &is_full);
                    is_full.notified().await;
                }
                for _ in 0..VOTES {
                    number += 1;
                    let (times, accepted, in_result) = vote(&secretary, &mut watches, number).await;
                    cast += accepted;
                    counted += in_result;
                    if with_flood { &mut flooded } else { &mut quiet }.extend(times);
                }
                if with_flood {
                    running.into_iter().for_each(|task| task.abort());
                    under_flood += flood_began.elapsed();
                }
            }
        }
        votes += number;
        eprintln!("{} s, {votes} votes", began.elapsed().as_secs());
    }
    for times in [&mut quiet, &mut flooded] {
        times.sort_by(f64::total_cmp);
    }
    let (calm, pressed) = (quantile(&quiet, 0.99), quantile(&flooded, 0.99));
    println!(
        "{}",
        json!({"bench": "flood", "members": members, "database": "sqlite", "votes": votes,
            "flooded_seconds": under_flood.as_secs(), "seconds": began.elapsed().as_secs(),
            "requests": requests.load(Ordering::Relaxed),
            "receipt_p50_ms": quantile(&quiet, 0.5), "receipt_p50_flooded_ms": quantile(&flooded, 0.5),
            "receipt_p99_ms": calm, "receipt_p99_flooded_ms": pressed,
            "ratio_p99": (pressed / calm * 100.0).round() / 100.0, "target_ratio_p99": 2.0,
            "accepted": cast, "counted": counted, "memory_kb": hall.most_memory() >> 10})
    );
}

/// One vote: when each receipt came, how many ballots were accepted, and how many the result has.
async fn vote(
    secretary: &TestClient,
    watches: &mut [Watch],
    number: u32,
) -> (Vec<f64>, usize, u64) {
    let draft = motion(Some(ItemId(1)), &format!("Thông qua lần {number}"));
    secretary.does(Command::Motions(MotionsCommand::AddMotion { draft })).await;
    let (motion, vote) = (MotionId(number + 1), VoteId(number));
    secretary.does(Command::Votes(VotesCommand::OpenVote { motion, seconds: None })).await;
    let turns = Arc::new(Semaphore::new(0));
    let beat = tokio::spawn(hand_out(Arc::clone(&turns), watches.len()));
    let turns = &turns;
    let answers = join_all(watches.iter_mut().enumerate().map(|(index, watch)| async move {
        watch.until(|m| m.votes.contains_key(&vote)).await;
        let text_digest = watch.view.votes[&vote].terms.text_digest;
        turns.acquire().await.expect("open").forget();
        let id = CommandId::from(format!("flood-{number}-{index}"));
        let choice = if index % 3 == 0 { Choice::No } else { Choice::Yes };
        let sent = Instant::now();
        watch
            .send(
                &id,
                Command::Votes(VotesCommand::CastBallot {
                    vote,
                    choice,
                    opinion: String::new(),
                    text_digest,
                }),
            )
            .await;
        let answer = watch.answer(&id).await;
        (ms(sent), matches!(answer, Answer::Accepted { .. }))
    }))
    .await;
    beat.await.expect("handed out");
    secretary.does(Command::Votes(VotesCommand::CloseVote { vote })).await;
    let view = secretary.snapshot().await.meeting;
    let tally = view.votes[&vote].outcome().expect("an outcome").tally;
    let accepted = answers.iter().filter(|(_, accepted)| *accepted).count();
    (answers.into_iter().map(|(time, _)| time).collect(), accepted, tally.cast())
}

/// Lets so many press, one at each beat.
async fn hand_out(turns: Arc<Semaphore>, count: usize) {
    let mut beat = tokio::time::interval(SPREAD / u32::try_from(count).unwrap_or(u32::MAX).max(1));
    for _ in 0..count {
        beat.tick().await;
        turns.add_permits(1);
    }
}

/// Starts everything that presses; ended by aborting.
fn start(
    base: &str,
    secretary: &TestClient,
    seats: &[TestClient],
    requests: &Arc<AtomicU64>,
    is_full: &Arc<Notify>,
) -> Vec<JoinHandle<()>> {
    let (one, other) = (&seats[0], &seats[1]);
    let path = |seat: &TestClient, method: Method, path: &str| seat.request(method, path);
    let stranger = Client::new();
    let sign_in = {
        let (client, url) = (stranger.clone(), format!("{base}/api/session"));
        move |n: u64| {
            client.post(&url).json(&json!({"login": "chair", "password": format!("guess-{n}")}))
        }
    };
    let large = {
        let (client, url) = (stranger.clone(), format!("{base}/api/session"));
        move |_| {
            client.post(&url).header("content-type", "application/json").body(vec![b'{'; 4 << 20])
        }
    };
    let ready = {
        let (client, url) = (stranger, format!("{base}/readyz"));
        move |_| client.get(&url)
    };
    let unknown = {
        let seat = one.clone();
        move |n: u64| path(&seat, Method::GET, &format!("/api/meetings/unknown-{n}/snapshot"))
    };
    let absent = {
        let seat = one.clone();
        move |n: u64| {
            let reason = "Bận việc. ".repeat(3_000);
            let command = json!({"record_absence": {"person": "guest", "reason": reason}});
            let body = json!({"id": format!("absent-{n}"), "command": command});
            seat.request(Method::POST, "/api/meetings/{m}/commands").json(&body)
        }
    };
    let guess = {
        let seat = other.clone();
        move |n: u64| {
            let body = json!({"current": format!("guess-{n}"), "new": "một mật khẩu thật dài"});
            seat.request(Method::PUT, "/api/me/password").json(&body)
        }
    };
    let snapshot = {
        let seat = secretary.clone();
        move |_| seat.request(Method::GET, "/api/meetings/{m}/snapshot")
    };
    vec![
        pressed(200, requests, sign_in),
        pressed(2, requests, large),
        pressed(100, requests, ready),
        pressed(200, requests, unknown),
        pressed(50, requests, absent),
        pressed(20, requests, guess),
        pressed(5, requests, snapshot),
        halves(base.trim_start_matches("http://").to_owned(), requests, is_full),
    ]
}

/// Sends so many requests a second, whether they are answered or not.
fn pressed(
    a_second: u64,
    requests: &Arc<AtomicU64>,
    request: impl Fn(u64) -> reqwest::RequestBuilder + Send + 'static,
) -> JoinHandle<()> {
    let requests = Arc::clone(requests);
    tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_micros(1_000_000 / a_second));
        let mut under_way = tokio::task::JoinSet::new();
        for n in 0.. {
            beat.tick().await;
            while under_way.try_join_next().is_some() {}
            // What the server doesn't answer piles up here no further.
            if under_way.len() < 256 {
                let sent = request(n).timeout(Duration::from_secs(20)).send();
                requests.fetch_add(1, Ordering::Relaxed);
                under_way.spawn(async move {
                    let _ = sent.await;
                });
            }
        }
    })
}

/// Opens connections that send half a request and nothing more.
fn halves(address: String, requests: &Arc<AtomicU64>, is_full: &Arc<Notify>) -> JoinHandle<()> {
    let (requests, is_full) = (Arc::clone(requests), Arc::clone(is_full));
    tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        let mut held = std::collections::VecDeque::new();
        loop {
            beat.tick().await;
            if let Ok(mut line) = TcpStream::connect(&address).await {
                // A server that closed it has done what it should.
                let _ =
                    line.write_all(b"POST /api/session HTTP/1.1\r\nhost: a\r\ncontent-le").await;
                requests.fetch_add(1, Ordering::Relaxed);
                held.push_back(line);
            }
            if held.len() > HALVES {
                is_full.notify_one();
                held.pop_front();
            }
        }
    })
}
