//! The generator is worth something: its histories reach every event and most refusals.

use super::generator::{begin, config, histories, step};
use icabinet_models::Event;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeSet;

/// The name of an enum's variant as it is written outside.
pub(super) fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value).expect("a value") {
        serde_json::Value::Object(fields) => fields.keys().next().expect("a variant").clone(),
        other => other.as_str().expect("a variant").to_owned(),
    }
}

/// The variants of an enum, read from its source: one a line, in snake case.
fn variants(source: &str, start: &str) -> BTreeSet<String> {
    let body = source.split(start).nth(1).expect("the enum").split("\n}").next().expect("its end");
    let lines = body.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    let names = lines.map(|line| {
        line.trim().chars().take_while(|letter| letter.is_alphanumeric()).collect::<String>()
    });
    names.filter(|name| name.starts_with(char::is_uppercase)).map(|name| snake(&name)).collect()
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

#[test]
fn histories_reach_every_event_and_most_refusals() {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config(), rng);
    let (mut events, mut refusals) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..800 {
        let history = histories(160).new_tree(&mut runner).expect("a history").current();
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            match hall.run(actor, &command) {
                Ok(_) => {}
                Err(refusal) => {
                    refusals.insert(name(&refusal));
                }
            }
        }
        events.extend(hall.log.iter().map(|entry| name(&entry.event)));
    }
    let all: BTreeSet<String> = Event::names().into_iter().map(str::to_owned).collect();
    let missing: Vec<&String> = all.difference(&events).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    let all = variants(include_str!("../../src/meeting/refusal.rs"), "pub enum Refusal {");
    let missing: Vec<&String> = all.difference(&refusals).collect();
    assert!(missing.len() <= 8, "never refused with: {missing:?}");
}
