//! What an operator watches: the numbers are there, at their own address alone, and name nobody.

use icabinet_models::Command;
use icabinet_models::ids::MotionId;
use icabinet_models::votes::Choice;
use icabinet_tests::{Hall, On};

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The value of a sample by its name and labels.
fn sample(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().parse().ok()
}

async fn an_operator_sees_numbers_and_no_names(on: On) {
    let port = free_port();
    let hall = Hall::open_with(on, &format!("metrics = \"127.0.0.1:{port}\"\n")).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut watch = an.watches().await;
    chair.does(Command::OpenVote { motion: MotionId(1), seconds: None }).await;
    watch.until(|m| m.open_vote().is_some()).await;
    an.casts(Choice::No).await;
    an.casts(Choice::Yes).await;
    let answer = reqwest::get(format!("http://127.0.0.1:{port}/metrics")).await.unwrap();
    assert!(
        answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics")
    );
    let text = answer.text().await.unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert_eq!(sample(&text, "icabinet_connections{class=\"member\"}"), Some(1.0), "{text}");
    assert_eq!(sample(&text, "icabinet_commands_total{outcome=\"Refused\"}"), Some(1.0), "{text}");
    let batches = sample(&text, "icabinet_batch_commit_seconds_count").unwrap();
    let commands = sample(&text, "icabinet_batch_commands_sum").unwrap();
    let accepted = sample(&text, "icabinet_commands_total{outcome=\"Accepted\"}").unwrap();
    assert!(batches >= 5.0 && commands >= batches && accepted >= 5.0, "{text}");
    let sent = sample(&text, "icabinet_frames_sent_total{class=\"member\"}").unwrap();
    let lags = sample(&text, "icabinet_delivery_lag_seconds_count{class=\"member\"}").unwrap();
    assert!(sent >= 1.0 && lags >= 1.0, "{text}");
    for name in ["Nguyễn", "Đoàn", "chair", meeting.as_str()] {
        assert!(!text.contains(name), "{name} in {text}");
    }
    let elsewhere = reqwest::get(format!("{}/metrics", hall.base())).await.unwrap();
    assert!(!elsewhere.text().await.unwrap().contains("icabinet_"), "not for tablets");
}

on_both! {
    an_operator_sees_numbers_and_no_names
}
