//! Whatever bytes come: what a stranger sends as a frame, or what stands in a log as a record, is
//! refused or is one thing; judging and applying it never panics. Mutants of a committed corpus, one
//! line for each command and event (`tests/corpus`; a mutant that found something becomes a line).

use super::coverage::name;
use super::generator::{History, Phase, begin, config, histories, step};
use crate::support::{self, Hall, member, person};
use icabinet_models::Event;
use icabinet_models::canonical;
use icabinet_models::ids::CommandId;
use icabinet_models::profile::RosterMode;
use icabinet_models::record::Record;
use icabinet_models::visibility::{self, ViewEvent, ViewerClass};
use icabinet_models::wire::ClientFrame;
use icabinet_models::{Actor, Command, Entry};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const COMMANDS: &str = include_str!("../corpus/commands.jsonl");
const RECORDS: &str = include_str!("../corpus/records.jsonl");

/// What decoders stumble over.
const TOKENS: [&str; 24] = [
    "null",
    "true",
    "-1",
    "0",
    "1",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "9007199254740993",
    "1e999",
    "-0.0",
    "1.5",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\u{feff}\u{202e}Ủy ban\"",
    "{}",
    "[]",
    "[[[[[[[[[[",
    "{\"yes\":{\"yes\":",
    ",",
    ":",
    "\"m1\"",
];

/// Numbers at the edges of what fits.
const NUMBERS: [&str; 8] = [
    "0",
    "1",
    "255",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
];

/// One change: what, where, and an operand.
type Change = (u8, u16, u16);

fn mutate(line: &str, other: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = line.as_bytes().to_vec();
    for (what, place, operand) in changes {
        let at = usize::from(*place) % (bytes.len() + 1);
        let end = (at + usize::from(*operand) % 24).min(bytes.len());
        match what % 9 {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << (operand % 8);
                }
            }
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again: Vec<u8> = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => insert(&mut bytes, at..at, *operand),
            // In the place of a whole value.
            4 | 5 => {
                let value = value_near(&bytes, at);
                insert(&mut bytes, value, *operand);
            }
            6 | 7 => {
                let number = number_near(&bytes, at);
                bytes.splice(number, NUMBERS[usize::from(*operand) % NUMBERS.len()].bytes());
            }
            _ => {
                let from = usize::from(*operand) % (other.len() + 1);
                let part = other.as_bytes()[from..].iter().take(40).copied();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

fn insert(bytes: &mut Vec<u8>, range: std::ops::Range<usize>, operand: u16) {
    let token = TOKENS[usize::from(operand) % TOKENS.len()];
    bytes.splice(range, token.bytes());
}

/// A string or a number from `at` on.
fn value_near(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(start) = bytes[at..].iter().position(|byte| *byte == b'"' || is_digit(byte)) else {
        return at..at;
    };
    let start = at + start;
    let rest = &bytes[start + 1..];
    let length = if bytes[start] == b'"' {
        rest.iter().position(|byte| *byte == b'"').map_or(rest.len(), |end| end + 1)
    } else {
        rest.iter().take_while(|byte| is_digit(byte)).count()
    };
    start..start + 1 + length
}

/// The next number that is a whole value.
fn number_near(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let begins = |pair: &[u8]| b":[,".contains(&pair[0]) && pair[1].is_ascii_digit();
    let Some(start) = bytes[at..].windows(2).position(begins) else { return at..at };
    let start = at + start + 1;
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    start..start + length
}

fn lines(corpus: &'static str) -> Vec<&'static str> {
    corpus.lines().filter(|line| !line.is_empty()).collect()
}

fn mutants(corpus: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let lines = lines(corpus);
    let (line, other) = (prop::sample::select(lines.clone()), prop::sample::select(lines));
    let changes = prop::collection::vec(any::<Change>(), 0..4);
    (line, other, changes).prop_map(|(line, other, changes)| mutate(line, other, &changes))
}

/// How many meetings a mutant meets.
const HALLS: usize = 24;

/// Meetings at moments where much is possible: a blank one, those that histories begin with, and what
/// became of some.
fn halls() -> Vec<Hall> {
    let of = |phase, roll| begin(&History { phase, lenient: true, roll, steps: Vec::new() });
    let mut halls = vec![
        Hall::blank(),
        of(Phase::Preparing, RosterMode::Named),
        of(Phase::Voting, RosterMode::Named),
        of(Phase::Voting, RosterMode::Counted),
        of(Phase::Closed, RosterMode::Named),
    ];
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config(), rng);
    while halls.len() < HALLS {
        let history = histories(160).new_tree(&mut runner).expect("a history").current();
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            // What is refused changes nothing.
            let _ = hall.run(actor, &command);
        }
        halls.push(hall);
    }
    halls
}

thread_local!(static KNOWN: Vec<Hall> = halls());

/// Judges a command for everybody, and applies what is decided.
fn judge(hall: &Hall, command: &Command) {
    let actors = [
        Actor::System,
        Actor::Organiser("m2".into()),
        person("m1"),
        person("m2"),
        person("m4"),
        person("g1"),
        person("x1"),
        person(""),
    ];
    for actor in actors {
        if hall.judge(actor.clone(), command).is_ok() {
            // A copy: the next one judges the same meeting.
            let _ = hall.clone().run(actor, command);
        }
    }
}

fn config_of_mutants() -> ProptestConfig {
    let mut config = config();
    config.cases = config.cases.max(10_000);
    config
}

proptest! {
    #![proptest_config(config_of_mutants())]

    #[test]
    fn a_strangers_frame_is_refused_or_is_one_command(bytes in mutants(COMMANDS)) {
        if let Ok(frame) = serde_json::from_slice::<ClientFrame>(&bytes) {
            let again = serde_json::to_vec(&frame).unwrap();
            prop_assert_eq!(&serde_json::from_slice::<ClientFrame>(&again).unwrap(), &frame);
            let ClientFrame::Command { id, command } = frame;
            let _ = id.is_well_formed();
            KNOWN.with(|halls| halls.iter().for_each(|hall| judge(hall, &command)));
        }
    }

    #[test]
    fn a_record_is_refused_or_is_one_event_that_can_be_applied(bytes in mutants(RECORDS)) {
        if let Ok(record) = serde_json::from_slice::<Record>(&bytes) {
            let canonical = canonical::bytes(&record);
            prop_assert_eq!(&serde_json::from_slice::<Record>(&canonical).unwrap(), &record);
            let entry = Entry { position: record.position, at: record.at, event: record.event };
            KNOWN.with(|halls| halls.iter().for_each(|hall| apply(hall, &entry)));
        }
    }
}

/// Applies an event that was never decided, as if it stood in the log.
fn apply(hall: &Hall, entry: &Entry) {
    let mut meeting = hall.meeting.clone();
    for class in ViewerClass::ALL {
        let mut view = visibility::redact_state(&meeting, class);
        if let Some(shown) = visibility::redact_event(&meeting, entry, class) {
            visibility::fold(&mut view, &shown);
        }
    }
    meeting.apply(entry);
    let _ = ViewerClass::ALL.map(|class| visibility::redact_state(&meeting, class));
}

#[test]
fn what_is_nested_without_end_is_refused() {
    for opening in ["[", "{\"command\":", "{\"a\":["] {
        let deep = opening.repeat(100_000);
        assert!(serde_json::from_str::<ClientFrame>(&deep).is_err());
        assert!(serde_json::from_str::<Record>(&deep).is_err());
    }
}

/// A log that holds one was made up.
#[test]
fn what_only_views_show_is_read_in_views_alone() {
    let withheld = json!({"item_withheld": {"item": 3}});
    let row = member("m9", 1);
    let event = json!({"floor_ended": {}});
    let introduced = json!({"introduced": {"participant": row, "event": event}});
    for shown in [withheld, introduced] {
        let view: ViewEvent = serde_json::from_value(shown.clone()).expect("in a view");
        assert_eq!(serde_json::to_value(&view).expect("JSON"), shown);
        assert!(serde_json::from_value::<Event>(shown).is_err());
    }
    let view: ViewEvent = serde_json::from_value(event.clone()).expect("any event is in a view");
    assert_eq!(serde_json::to_value(&view).expect("JSON"), event);
    for unknown in
        [json!({"floor_end": {}}), json!({}), json!("floor_ended"), json!({"a": 1, "b": 2})]
    {
        assert!(serde_json::from_value::<Event>(unknown.clone()).is_err(), "{unknown}");
        assert!(serde_json::from_value::<ViewEvent>(unknown.clone()).is_err(), "{unknown}");
    }
    assert!(serde_json::from_value::<Event>(json!({"floor_ended": {"more": 1}})).is_err());
}

/// The corpus has every command and event. Lines for new ones are written by running this test with
/// `ICABINET_CORPUS=write`.
#[test]
fn the_corpus_has_every_command_and_every_event() {
    let command = |line: &str| serde_json::from_str::<ClientFrame>(line).ok();
    let commands: BTreeSet<String> = lines(COMMANDS)
        .iter()
        .filter_map(|line| command(line))
        .map(|ClientFrame::Command { command, .. }| name(&command))
        .collect();
    let record = |line: &&str| serde_json::from_str::<Record>(line).ok();
    let events: BTreeSet<String> =
        lines(RECORDS).iter().filter_map(record).map(|record| name(&record.event)).collect();
    if std::env::var_os("ICABINET_CORPUS").is_some() {
        return write(&commands, &events);
    }
    let all = distinct(Command::names());
    let missing: Vec<&String> = all.difference(&commands).collect();
    assert!(missing.is_empty(), "no line for the commands {missing:?}");
    let all = distinct(Event::names());
    let missing: Vec<&String> = all.difference(&events).collect();
    assert!(missing.is_empty(), "no line for the events {missing:?}");
}

/// All names, each of one topic: a message is found by its name alone.
fn distinct(names: Vec<&'static str>) -> BTreeSet<String> {
    let all: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(all.len(), names.len(), "two topics have a message of one name: {names:?}");
    all
}

/// Adds the first of each kind that generated histories come upon.
fn write(commands: &BTreeSet<String>, events: &BTreeSet<String>) {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config(), rng);
    let (mut new_commands, mut new_records) = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..800 {
        let history = histories(160).new_tree(&mut runner).expect("a history").current();
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            if hall.run(actor, &command).is_ok() {
                new_commands.entry(name(&command)).or_insert(command);
            }
        }
        for entry in &hall.log {
            let record = support::record(&"m".into(), person("m1"), entry);
            new_records.entry(name(&entry.event)).or_insert(record);
        }
    }
    let (mut command_lines, mut record_lines) = (COMMANDS.to_owned(), RECORDS.to_owned());
    for (_, command) in new_commands.into_iter().filter(|(name, _)| !commands.contains(name)) {
        let frame = ClientFrame::Command {
            id: CommandId::from("0197c0de-0000-7000-8000-000000000001".to_owned()),
            command: Box::new(command),
        };
        command_lines += &format!("{}\n", serde_json::to_string(&frame).unwrap());
    }
    for (_, record) in new_records.into_iter().filter(|(name, _)| !events.contains(name)) {
        record_lines += &format!("{}\n", String::from_utf8(canonical::bytes(&record)).unwrap());
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    std::fs::write(format!("{folder}/commands.jsonl"), command_lines).unwrap();
    std::fs::write(format!("{folder}/records.jsonl"), record_lines).unwrap();
}
