//! Each fault of a log is told in its own words: a check that fails for one reason hides no other.

use crate::mutants::{SIGNED, judged};
use crate::zipped::Record;
use icabinet_models::ids::Digest;
use serde_json::{Value, json};

/// All that the report says of a record, in English; the forger seals it again.
fn said(record: &mut Record) -> String {
    let zip = record.rechain().seal(&SIGNED.app.trust).zip();
    let report = judged(&zip, Some(&SIGNED.root)).unwrap();
    report.checks.iter().map(|check| check.detail.en.as_str()).collect::<Vec<_>>().join("\n")
}

fn ballot(record: &mut Record, change: fn(&mut Value)) {
    let at = record.find("ballot_cast");
    record.edit_record(at, change);
}

/// Changes what the log says of the first signature.
fn signature(record: &mut Record, field: &str, value: Value) {
    let at = record.find("signed");
    record.edit(at, |event| event["signed"][field] = value);
}

fn rename_the_chair(record: &mut Record) {
    let named = |line: &String| line.replace("Đoàn Hữu Thạch", "Đoàn Hữu Khác");
    record.set_lines(&record.lines().iter().map(named).collect::<Vec<_>>());
}

/// What a forger does, and the words that tell it.
type Forgery = (&'static str, fn(&mut Record), &'static str);

const FORGERIES: [Forgery; 22] = [
    (
        "an absent member may vote",
        |record| {
            let at = record.find("vote_opened");
            record.edit(at, |event| event["vote_opened"]["terms"]["entitled"]["m05"] = json!(1));
        },
        "who may vote, or the rule, isn't what the log gives",
    ),
    (
        "another text under the same digest",
        |record| {
            for (kind, path) in [("motion_added", "content"), ("vote_opened", "terms")] {
                let at = record.find(kind);
                record.edit(at, |event| event[kind][path]["text"]["vi"] = json!("Khác"));
            }
        },
        "who may vote, or the rule, isn't what the log gives",
    ),
    (
        "another text than was put",
        |record| {
            let at = record.find("vote_opened");
            record.edit(at, |event| event["vote_opened"]["terms"]["text"]["vi"] = json!("Khác"));
        },
        "not the motion that was put",
    ),
    (
        "somebody who may not vote",
        |record| {
            ballot(record, |record| {
                record["event"]["ballot_cast"]["person"] = json!("m05");
                record["actor"] = json!({"person": "m05"});
            });
        },
        "the ballot of m05 was not allowed",
    ),
    (
        "a ballot that another one sent",
        |record| ballot(record, |record| record["actor"] = json!({"person": "m05"})),
        "was not allowed",
    ),
    (
        "other ballots in the result than were cast",
        |record| {
            let at = record.find("vote_closed");
            record.edit(at, |event| {
                event["vote_closed"]["ballots"]["m01"]["choice"] = json!("abstain");
            });
        },
        "the ballots of the result aren't the ones that were cast",
    ),
    (
        "a ballot withheld of a vote that counts",
        |record| record.withhold(record.find("ballot_cast")),
        "ballots are withheld of a vote that counts",
    ),
    (
        "a ballot withheld of a vote that goes on",
        |record| {
            record.withhold(record.find("ballot_cast"));
            let closed = record.find("vote_closed");
            record.set_lines(&record.lines()[..closed]);
        },
        "ballots are withheld, but it was never voided",
    ),
    (
        "something else withheld",
        |record| record.withhold(record.find("session_opened")),
        "is withheld, but no vote was open then",
    ),
    (
        "a sentence of the record changed at its approval",
        |record| {
            let at = record.find("minutes_approved");
            record.edit(at, |event| {
                let sentences = &mut event["minutes_approved"]["sentences"];
                let first = sentences.as_object_mut().unwrap().values_mut().next().unwrap();
                first["text"] = json!("Câu khác.");
            });
        },
        "a sentence made from the log was changed, added or left out",
    ),
    (
        "a decision on another vote",
        |record| {
            let at = record.find("decision_prepared");
            record.edit(at, |event| event["decision_prepared"]["vote"] = json!(99));
        },
        "a decision on what was not adopted",
    ),
    (
        "published before it was signed",
        |record| {
            let lines = record.lines();
            let of = |at: usize| -> Value { serde_json::from_str(&lines[at]).unwrap() };
            let published = record.find("published");
            let what = of(published)["event"]["published"]["instrument"].clone();
            let signs = |at: &usize| of(*at)["event"]["signed"]["instrument"] == what;
            for at in (0..published).filter(signs).collect::<Vec<_>>() {
                let event = of(published)["event"].clone();
                record.edit_record(at, |record| record["event"] = event);
            }
        },
        "published without a signature",
    ),
    (
        "another document signed than was set",
        |record| {
            let at = record.find("instrument_typeset");
            record.edit(at, |event| {
                event["instrument_typeset"]["document"] = json!(Digest::of(b"another"));
            });
        },
        "what was signed isn't what was set",
    ),
    (
        "a signed document that says another name than the log",
        rename_the_chair,
        "what was signed doesn't say what the log says",
    ),
    (
        "a record before the one before it",
        |record| {
            let at = record.find("ballot_cast");
            record.edit_record(at, |record| record["at"] = json!(0));
        },
        "isn't in its place",
    ),
    (
        "a record without a salt",
        |record| {
            let at = record.find("minutes_drafted");
            record.edit_record(at, |record| drop(record.as_object_mut().unwrap().remove("salt")));
        },
        "isn't in its place",
    ),
    (
        "a record of another meeting",
        |record| {
            let at = record.find("minutes_drafted");
            record.edit_record(at, |record| {
                let other = "01900000-0000-7000-8000-000000000000";
                record["meeting"] = json!(other);
            });
        },
        "isn't in its place",
    ),
    (
        "sealed while the session went on",
        |record| {
            let last: Value = serde_json::from_str(record.lines().last().unwrap()).unwrap();
            let before = last["at"].as_i64().unwrap() - 1;
            record.manifest(|manifest| manifest["created"] = json!(before));
        },
        "sealed before the log ends",
    ),
    (
        "a signature in another place",
        |record| {
            // The chair signs the decision, after nobody.
            let decision = |line: &String| {
                line.contains("\"event\":{\"signed\"") && line.contains("\"decision\"")
            };
            let at = record.lines().iter().position(decision).unwrap();
            record.edit(at, |event| event["signed"]["place"] = json!("secretary"));
        },
        "its places for signatures aren't as the log says",
    ),
    (
        "a signature with another certificate",
        |record| signature(record, "certificate", json!(Digest::of(b"another"))),
        "signed with another certificate than the log's",
    ),
    (
        "a signature with another fingerprint",
        |record| signature(record, "fingerprint", json!(Digest::of(b"another"))),
        "another fingerprint than the log's",
    ),
    (
        "signed by who is called otherwise",
        rename_the_chair,
        "the certificate is of Đoàn Hữu Thạch, the log says Đoàn Hữu Khác",
    ),
];

#[test]
fn every_forgery_is_told_in_its_own_words() {
    let whole = said(&mut Record::read(&SIGNED.zip));
    let mut silent = Vec::new();
    for (name, forge, words) in FORGERIES {
        assert!(!whole.contains(words), "{name}: the true record is told that too: {whole}");
        let mut record = Record::read(&SIGNED.zip);
        forge(&mut record);
        let said = said(&mut record);
        if !said.contains(words) {
            silent.push(format!("{name}: {words:?} is missing in:\n{said}"));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n\n"));
}
