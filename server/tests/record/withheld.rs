//! R21: what the ballots of a voided vote said leaves with nobody; their records stand in an export as
//! digests, and the chain holds, for this program and for twenty lines of another language.

use crate::hall::{Hall, person};
use crate::mutants::judged;
use crate::zipped::Record;
use icabinet::record::{CheckName, Sound};
use icabinet_models::ids::{Digest, MotionId, VoteId};
use icabinet_models::meeting::VotesCommand;
use icabinet_models::record::Withheld;
use icabinet_models::rule::Choice;
use icabinet_models::{Command, canonical};
use std::sync::LazyLock;
use tokio::runtime::Runtime;

/// A vote that was voided after two ballots, then a second one that counts.
static VOIDED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    Runtime::new().unwrap().block_on(async {
        let mut hall = Hall::convened().await;
        hall.open().await;
        hall.cast("m03", Choice::No).await;
        hall.cast("m04", Choice::Yes).await;
        let reason = "Máy của ông Ba bị treo.".to_owned();
        hall.run(person("m01"), Command::Votes(VotesCommand::VoidVote { vote: VoteId(1), reason }))
            .await;
        hall.run(
            person("m01"),
            Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None }),
        )
        .await;
        hall.cast_in(VoteId(2), "m03", Choice::Yes).await;
        hall.run(person("m01"), Command::Votes(VotesCommand::CloseVote { vote: VoteId(2) })).await;
        hall.export(Sound::Included).await.unwrap()
    })
});

/// Puts a record's digest in its place, as for the ballots of a void vote.
fn withhold(record: &mut Record, index: usize) {
    let mut lines = record.lines();
    let withheld = Digest::of(lines[index].as_bytes());
    let line = Withheld { position: index as u64 + 1, withheld };
    lines[index] = String::from_utf8(canonical::bytes(&line)).unwrap();
    record.set_lines(&lines);
    record.relist();
}

#[test]
fn r21_what_the_ballots_of_a_voided_vote_said_leaves_with_nobody() {
    let record = Record::read(&VOIDED);
    let report = judged(&VOIDED, None).unwrap();
    assert_eq!(report.failures(), [], "{}", report.print("f".as_ref(), true));
    let lines = record.lines();
    let cast: Vec<&String> = lines.iter().filter(|line| line.contains("ballot_cast")).collect();
    assert_eq!(cast.len(), 1, "the ballot of the vote that counts: {cast:?}");
    assert_eq!(lines.iter().filter(|line| line.contains("withheld")).count(), 2);
}

#[test]
fn r21_only_ballots_of_a_voided_vote_may_be_withheld() {
    let mut ballot = Record::read(&VOIDED);
    let cast = ballot.find("ballot_cast");
    withhold(&mut ballot, cast);
    let failed = judged(&ballot.zip(), None).unwrap().failures();
    assert!(failed.contains(&CheckName::Votes), "{failed:?}");
    assert!(!failed.contains(&CheckName::Chain), "the chain holds: {failed:?}");
    let mut other = Record::read(&VOIDED);
    let checked_in = other.find("checked_in");
    withhold(&mut other, checked_in);
    let failed = judged(&other.zip(), None).unwrap().failures();
    assert!(failed.contains(&CheckName::Votes), "{failed:?}");
}

#[test]
fn the_lines_of_python_in_the_record_check_its_chain() {
    let record = Record::read(&VOIDED);
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &record.0 {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let readme = String::from_utf8(record.0["README.txt"].clone()).unwrap();
    let (_, from) = readme.split_once("python3 -c '").unwrap();
    let (code, _) = from.split_once("'\n").unwrap();
    let run = || {
        let mut python = std::process::Command::new("python3");
        python.args(["-c", code]).current_dir(folder.path()).output().expect("python3")
    };
    let good = run();
    let head = String::from_utf8_lossy(&good.stdout).trim().to_owned();
    assert!(good.status.success(), "{}", String::from_utf8_lossy(&good.stderr));
    assert!(String::from_utf8_lossy(&record.0["log/hashes.txt"]).ends_with(&format!("{head}\n")));
    let path = folder.path().join("log/records.jsonl");
    let text = std::fs::read_to_string(&path).unwrap().replacen("m03", "m04", 1);
    std::fs::write(&path, text).unwrap();
    assert!(!run().status.success(), "a changed line");
}
