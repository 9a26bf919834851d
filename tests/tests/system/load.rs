//! The load generator on a small conference: nothing of it is measured here, every delivery counts.

use icabinet_tests::Hall;
use std::process::Command;

/// What it prints, a line each.
const WHAT: [&str; 7] = ["invited", "arrived", "checked_in", "vote", "vote", "vote", "storm"];

fn conference(words: &[&str]) {
    let binary = Hall::binary();
    let generator = binary.with_file_name("icabinet-load");
    let mut command = Command::new(&generator);
    command
        .args(["conference", "--delegates", "60", "--at-once"])
        .args(words)
        .env("ICABINET_BIN", &binary);
    let output = command.output().unwrap_or_else(|error| panic!("{generator:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let what: Vec<&str> = lines.iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(what, WHAT);
    for vote in lines.iter().filter(|line| line["what"] == "vote") {
        assert_eq!((&vote["gaps"], &vote["doubled"]), (&0.into(), &0.into()), "{vote}");
        assert_eq!((&vote["yes"], &vote["no"]), (&48.into(), &12.into()), "{vote}");
    }
}

#[test]
fn a_node_killed_in_a_vote_leaves_its_delegates_to_the_other() {
    conference(&["--nodes", "2", "--database", "postgres", "--fault", "kill"]);
}

#[test]
fn a_node_that_stalls_in_a_vote_stops_nobody_else() {
    conference(&["--nodes", "2", "--database", "postgres", "--fault", "stall"]);
}

#[test]
fn the_only_node_killed_in_a_vote_goes_on_where_it_was() {
    conference(&["--fault", "restart"]);
}

#[test]
fn a_conference_on_one_node_loses_nothing() {
    conference(&[]);
}

#[test]
fn a_conference_on_two_nodes_loses_nothing() {
    conference(&["--nodes", "2", "--database", "postgres"]);
}
