//! The golden log: a stored log keeps its meaning (law 3).
//!
//! `ICABINET_GOLDEN=write` writes the demo's log anew. Do that when a new kind of event should be
//! in it, never to make this test pass.

use super::play::Play;
use icabinet_models::ids::MeetingId;
use icabinet_models::meeting::replay::{ReplayError, fold_log, replay};
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn golden() -> (String, String) {
    if std::env::var_os("ICABINET_GOLDEN").is_some_and(|value| value == "write") {
        let play = Play::whole();
        let lines: Vec<String> = play
            .hall
            .log
            .iter()
            .map(|entry| serde_json::to_string(entry).expect("an entry"))
            .collect();
        std::fs::write(path("demo-log.jsonl"), lines.join("\n") + "\n").expect("written");
        let digest = play.hall.meeting.state_digest().hex();
        std::fs::write(path("demo-log.digest"), digest + "\n").expect("written");
    }
    let read = |name: &str| std::fs::read_to_string(path(name)).expect("a golden file");
    (read("demo-log.jsonl"), read("demo-log.digest").trim().to_owned())
}

#[test]
fn the_golden_log_folds_to_the_digest_it_always_had() {
    let (log, digest) = golden();
    assert_eq!(fold_log(&log).map(|found| found.hex()), Ok(digest));
}

#[test]
fn the_golden_log_folds_to_the_same_in_pieces() {
    let (log, _) = golden();
    let whole = replay(MeetingId::from("log"), &log).expect("a log");
    assert_eq!(whole.position, u64::try_from(log.lines().count()).expect("a count"));
    let json = serde_json::to_string(&whole).expect("a state");
    let again: icabinet_models::Meeting = serde_json::from_str(&json).expect("a state");
    assert_eq!(again, whole);
}

#[test]
fn a_damaged_log_is_named_by_its_line() {
    let (log, _) = golden();
    let mut lines: Vec<&str> = log.lines().collect();
    lines.remove(4);
    assert_eq!(fold_log(&lines.join("\n")), Err(ReplayError::OutOfOrder { line: 5, position: 6 }));
    lines[2] = "{\"position\":3}";
    assert_eq!(fold_log(&lines.join("\n")), Err(ReplayError::Malformed { line: 3 }));
}
