//! What an operator watches: the numbers are there, at their own address alone, and name nobody.

use icabinet_models::Command;
use icabinet_models::ids::MotionId;
use icabinet_models::meeting::VotesCommand;
use icabinet_models::rule::Choice;
use icabinet_tests::{On, TestServer, free_port};

/// The value of a sample by its name and labels.
fn sample(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().parse().ok()
}

/// Labels and what they may say; a bound of a histogram is a number.
const LABELS: [(&str, &[&str]); 2] = [
    ("class", &["staff", "member", "guest", "projector"]),
    ("outcome", &["Accepted", "Refused", "Unavailable"]),
];

/// Whether a label says nothing but what it is there for.
fn is_known(label: &str) -> bool {
    let Some((key, value)) = label.split_once('=') else { return false };
    let value = value.trim_matches('"');
    match LABELS.iter().find(|(known, _)| *known == key) {
        Some((_, values)) => values.contains(&value),
        None => key == "le" && value.parse::<f64>().is_ok(),
    }
}

/// The labels of all samples, in words that name nobody and nothing.
fn labels_are_known(text: &str) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, rest)) = line.split_once('{') else { continue };
        let (labels, _) = rest.rsplit_once('}').unwrap();
        assert!(labels.split(',').all(is_known), "{line}");
    }
}

async fn an_operator_sees_numbers_and_no_names(on: On) {
    let port = free_port();
    let hall = TestServer::open_with(on, &format!("metrics = \"127.0.0.1:{port}\"\n")).await;
    let (chair, meeting) = hall.in_session().await;
    let an = hall.seat("an").await.at(&meeting);
    let mut watch = an.watches().await;
    chair.does(Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None })).await;
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
    labels_are_known(&text);
    // Who leaves is no longer counted.
    drop(watch);
    let connected = async || {
        let answer = reqwest::get(format!("http://127.0.0.1:{port}/metrics")).await.unwrap();
        sample(&answer.text().await.unwrap(), "icabinet_connections{class=\"member\"}")
    };
    let gone = async { while connected().await != Some(0.0) {} };
    tokio::time::timeout(std::time::Duration::from_secs(60), gone).await.expect("nobody is there");
    let elsewhere = reqwest::get(format!("{}/metrics", hall.base())).await.unwrap();
    assert!(!elsewhere.text().await.unwrap().contains("icabinet_"), "not for tablets");
}

on_both! {
    an_operator_sees_numbers_and_no_names
}
