//! The load generator on a small conference: nothing of it is measured here. Every delivery counts,
//! and in the end what every delegate heard is held against the log. In the middle of the second vote
//! something happens to a server; and servers that lack one of their guards are found out.

use icabinet_tests::{TestServer, lossy};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What it prints, a line each.
const WHAT: [&str; 8] =
    ["invited", "arrived", "checked_in", "vote", "vote", "vote", "storm", "checked"];

fn generator(words: &[&str]) -> Output {
    let binary = TestServer::binary();
    run(Command::new(beside(&binary)), &binary, words)
}

/// The generator that was built with the program under test.
fn beside(binary: &Path) -> PathBuf {
    binary.with_file_name("icabinet-load")
}

fn run(mut generator: Command, binary: &Path, words: &[&str]) -> Output {
    generator
        .args(["conference", "--delegates", "60", "--at-once", "--check"])
        .args(words)
        .env("ICABINET_BIN", binary);
    generator.output().unwrap_or_else(|error| panic!("{generator:?}: {error}"))
}

fn said(output: &Output) -> Vec<Value> {
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A conference that bore what happened: its three votes, and what was checked in the end.
fn borne(output: &Output) -> (Vec<Value>, Value) {
    let both = [&*output.stdout, &*output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&both));
    let mut lines = said(output);
    let what: Vec<&str> = lines.iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(what, WHAT);
    let checked = lines.remove(7);
    assert_eq!(checked["clients"], 60, "{checked}");
    lines.retain(|line| line["what"] == "vote");
    for vote in &lines {
        assert_eq!((&vote["gaps"], &vote["doubled"]), (&0.into(), &0.into()), "{vote}");
    }
    (lines, checked)
}

/// Everybody's ballot is counted.
fn all_counted(votes: &[Value]) {
    for vote in votes {
        assert_eq!((&vote["yes"], &vote["no"]), (&48.into(), &12.into()), "{vote}");
    }
}

/// Everybody's ballot is counted, whatever happens.
fn all_vote(words: &[&str]) {
    all_counted(&borne(&generator(words)).0);
}

/// Runs a conference on servers without a guard: it must come out.
fn comes_out(words: &[&str], finding: &str) {
    let output = generator(words);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "nobody noticed: {:?}", said(&output));
    assert!(told.contains(finding), "{told}");
}

const ONE: [&str; 0] = [];
const TWO: [&str; 4] = ["--nodes", "2", "--database", "postgres"];

/// Declares a test for each fault that loses nobody's ballot, on one node over SQLite (`ONE`) or two
/// over PostgreSQL (`TWO`).
macro_rules! borne {
    ($($name:ident $on:ident $fault:literal)*) => {
        $(#[test]
        fn $name() { all_vote(&[&$on[..], &["--fault", $fault]].concat()); })*
    };
}

borne! {
    a_node_killed_in_a_vote_leaves_its_delegates_to_the_other TWO "kill"
    a_node_that_stalls_in_a_vote_stops_nobody_else TWO "stall"
    a_node_that_stalls_with_the_head_row_in_its_hand_stops_nobody_else TWO "commit-before:stop"
    the_only_node_killed_in_a_vote_goes_on_where_it_was ONE "restart"
    killed_before_the_commit ONE "commit-before:kill"
    killed_after_the_commit_before_an_answer ONE "commit-after:kill"
    killed_in_the_middle_of_the_answers ONE "answered:kill"
    one_of_two_killed_before_the_commit TWO "commit-before:kill"
    one_of_two_killed_after_the_commit_before_an_answer TWO "commit-after:kill"
    one_of_two_killed_in_the_middle_of_the_answers TWO "answered:kill"
    a_power_cut_before_the_commit ONE "commit-before:power"
    a_power_cut_after_the_commit ONE "commit-after:power"
    a_power_cut_in_the_middle_of_the_answers ONE "answered:power"
    a_power_cut_that_tears_the_write_ahead_log ONE "commit-before:torn"
    a_disk_that_fails_ends_the_node_and_it_goes_on_where_it_was ONE "commit-before:eio"
    a_disk_that_takes_no_write_ends_the_node_and_it_goes_on_where_it_was ONE "write:eio"
    what_is_sent_arrives_byte_by_byte ONE "drip"
    what_is_read_is_read_byte_by_byte TWO "sip"
    every_line_is_cut_while_its_ballot_is_on_its_way ONE "cut"
    every_line_is_cut_and_each_ballot_goes_again_to_the_other_node TWO "cut"
    the_database_goes_down_in_a_vote_and_comes_back TWO "database"
    the_database_dies_in_a_vote_and_its_synchronous_standby_goes_on TWO "standby"
    no_doorbell_is_ever_heard TWO "deaf"
    the_clock_jumps_an_hour_ahead_and_back ONE "clock"
    the_clock_of_one_of_two_jumps_an_hour_ahead_and_back TWO "clock"
}

#[test]
fn a_conference_on_one_node_loses_nothing() {
    all_vote(&ONE);
}

#[test]
fn a_conference_on_two_nodes_loses_nothing() {
    all_vote(&TWO);
}

/// The second vote is closed while ballots come: each is counted or refused, never both.
fn races(on: &[&str]) {
    let (votes, _) = borne(&generator(&[on, &["--fault", "race"]].concat()));
    let number = |what: &str| votes[1][what].as_u64().unwrap();
    assert_eq!(number("yes") + number("no") + number("refused"), 60, "{}", votes[1]);
}

#[test]
fn a_vote_closed_while_ballots_come_counts_each_or_refuses_it() {
    races(&ONE);
}

#[test]
fn a_vote_closed_at_one_node_while_ballots_come_at_the_other() {
    races(&TWO);
}

/// One packet of ten is lost, each way, on its way to any tablet and to any node.
fn one_packet_of_ten_is_lost(on: &[&str]) {
    let binary = TestServer::binary();
    let Some(generator) = lossy(10, beside(&binary).as_os_str()) else { return };
    let (votes, checked) = borne(&run(generator, &binary, on));
    all_counted(&votes);
    assert!(checked["sent_again"].as_u64().unwrap() > 60, "packets were lost: {checked}");
}

#[test]
fn a_network_that_loses_packets_loses_no_ballot() {
    one_packet_of_ten_is_lost(&ONE);
}

#[test]
fn a_network_that_loses_packets_between_two_nodes_and_their_tablets_loses_no_ballot() {
    one_packet_of_ten_is_lost(&TWO);
}

#[test]
fn tablets_that_read_nothing_cost_nobody_a_delivery() {
    let output = generator(&["--stalled", "40"]);
    let both = [&*output.stdout, &*output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&both));
    let lines = said(&output);
    assert_eq!(lines.iter().filter(|line| line["what"] == "vote").count(), 6);
    assert_eq!(lines.iter().find(|line| line["what"] == "stalled").unwrap()["stalled"], 40);
}

#[test]
fn a_server_that_only_says_it_synced_is_found_out() {
    comes_out(&["--fault", "without-sync"], "Durable");
}

#[test]
fn a_server_that_forgets_its_answers_is_found_out() {
    comes_out(&["--fault", "without-idempotence"], "already");
}

#[test]
fn nodes_that_do_not_wait_for_each_other_are_found_out() {
    comes_out(&[&TWO[..], &["--fault", "without-row-lock"]].concat(), "were not decided");
}
