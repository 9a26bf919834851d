//! The tablet's reader of JSON against `serde_json`'s own, on a whole meeting.

use icabinet_models::meeting::{Entry, Meeting, Refusal};
use icabinet_models::rule::Choice;
use icabinet_sync::tree::{NotUnderstood, from_json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;

const LOG: &str = include_str!("../../../../models/tests/golden/demo-log.jsonl");

fn same<T: DeserializeOwned + Debug + PartialEq>(text: &str) {
    let theirs = serde_json::from_str::<T>(text);
    let ours = from_json::<T>(text);
    match theirs {
        Ok(value) => assert_eq!(ours.as_ref(), Ok(&value), "{text}"),
        Err(cause) => assert_eq!(ours.err(), Some(NotUnderstood), "{cause}: {text}"),
    }
}

/// Every tree that differs from `tree` in one place: a field left out, one too many, another type.
fn damaged(tree: &Value) -> Vec<Value> {
    let mut found = vec![Value::Bool(true), Value::String("?".into()), Value::from(-7)];
    match tree {
        Value::Object(map) => {
            for (key, value) in map {
                let mut without = map.clone();
                without.remove(key);
                found.push(Value::Object(without));
                for worse in damaged(value) {
                    let mut with = map.clone();
                    with.insert(key.clone(), worse);
                    found.push(Value::Object(with));
                }
            }
            let mut more = map.clone();
            more.insert("unheard_of".into(), Value::Null);
            found.push(Value::Object(more));
        }
        Value::Array(list) => {
            for (place, value) in list.iter().enumerate() {
                for worse in damaged(value) {
                    let mut with = list.clone();
                    with[place] = worse;
                    found.push(Value::Array(with));
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|cause| panic!("{cause}"))
}

#[test]
fn every_entry_of_a_meeting_is_read_alike() {
    assert!(LOG.lines().count() > 50);
    LOG.lines().for_each(same::<Entry>);
}

#[test]
fn the_state_of_a_meeting_is_read_alike() {
    let mut meeting = Meeting::blank("ho-sen".into());
    for line in LOG.lines() {
        let entry: Entry = serde_json::from_str(line).unwrap_or_else(|cause| panic!("{cause}"));
        meeting.apply(&entry);
        same::<Meeting>(&written(&meeting));
    }
}

#[test]
fn what_is_damaged_is_refused_alike() {
    for line in LOG.lines() {
        let tree: Value = serde_json::from_str(line).unwrap_or_else(|cause| panic!("{cause}"));
        for worse in damaged(&tree) {
            same::<Entry>(&worse.to_string());
        }
        same::<Entry>(&line[..line.len() - 1]);
    }
}

#[test]
fn variants_with_and_without_content() {
    for text in ["\"yes\"", "{\"yes\":null}", "{\"yes\":1}", "{\"yes\":null,\"no\":null}", "7"] {
        same::<Choice>(text);
    }
    for text in ["\"no_chair\"", "{\"not_allowed\":{\"act\":\"vote\"}}", "{\"not_allowed\":null}"] {
        same::<Refusal>(text);
    }
}
