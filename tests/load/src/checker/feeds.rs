//! What each client was shown, against what his class is to be shown of the log: every entry, in
//! order, and nothing else; and his view in the end.

use super::log::Log;
use super::{Client, Findings, Law, Moment};
use icabinet_models::Meeting;
use icabinet_models::visibility::{self, ViewEntry, ViewerClass};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a class is shown of the whole log, and its view at the positions where somebody looked.
struct Showing {
    entries: Vec<ViewEntry>,
    views: BTreeMap<u64, Meeting>,
    last: Meeting,
}

/// A view without the position it stands at: entries that a class isn't shown move only the log.
fn still(view: &Meeting) -> Meeting {
    let mut view = view.clone();
    view.position = 0;
    view
}

/// Checks what every client was shown.
pub(super) fn check(log: &Log, clients: &[Client], findings: &mut Findings) {
    let mut classes: BTreeMap<ViewerClass, Vec<&Client>> = BTreeMap::new();
    for client in clients {
        let mut greeted = client.heard("hello").map(|hello| hello["class"].clone());
        let class = greeted.next().and_then(|class| serde_json::from_value(class).ok());
        match class {
            Some(class) => classes.entry(class).or_default().push(client),
            None => findings.add(Law::InStep, format!("{} was never greeted", client.name)),
        }
    }
    for (class, clients) in classes {
        let showing = show(log, class, &clients);
        for client in clients {
            follow(client, &showing, findings);
            private(client, findings);
        }
    }
}

fn show(log: &Log, class: ViewerClass, clients: &[&Client]) -> Showing {
    let looked: BTreeSet<u64> = clients
        .iter()
        .flat_map(|client| &client.moments)
        .filter_map(|moment| match moment {
            Moment::Snapshot(shot) => shot["position"].as_u64(),
            Moment::Sent(_) | Moment::Heard(_) => None,
        })
        .collect();
    let meeting = log.entries.first().map(|_| "checked".into()).unwrap_or_else(|| "none".into());
    let mut state = Meeting::blank(meeting);
    let (mut entries, mut views) = (Vec::new(), BTreeMap::new());
    for written in &log.entries {
        entries.extend(visibility::redact_event(&state, &written.entry, class));
        state.apply(&written.entry);
        if looked.contains(&written.entry.position) {
            views.insert(written.entry.position, still(&visibility::redact_state(&state, class)));
        }
    }
    Showing { entries, views, last: still(&visibility::redact_state(&state, class)) }
}

/// Follows one client from snapshot to snapshot.
fn follow(client: &Client, showing: &Showing, findings: &mut Findings) {
    let name = &client.name;
    let mut view: Option<Meeting> = None;
    let (mut position, mut shown) = (0, 0);
    for moment in &client.moments {
        match moment {
            Moment::Sent(_) => {}
            Moment::Snapshot(shot) => {
                position = shot["position"].as_u64().unwrap_or(0);
                view = looked(name, position, shot, showing, findings);
                shown = showing.entries.partition_point(|entry| entry.position <= position);
            }
            Moment::Heard(frame) => {
                let Some(events) = frame.get("events") else { continue };
                if events["after"].as_u64().is_none_or(|after| after > position) {
                    findings.add(
                        Law::Prefix,
                        format!(
                            "{name}: a frame after {}, the view is at {position}",
                            events["after"]
                        ),
                    );
                }
                position = events["to"].as_u64().unwrap_or(0);
                for told in events["entries"].as_array().into_iter().flatten() {
                    told_one(name, told, showing.entries.get(shown), findings);
                    shown += 1;
                }
                if let Some(missed) = showing.entries.get(shown).filter(|e| e.position <= position)
                {
                    findings.add(
                        Law::Prefix,
                        format!("{name} is at {position} and wasn't shown {}", missed.position),
                    );
                    shown = showing.entries.partition_point(|entry| entry.position <= position);
                }
                fold(view.as_mut(), &events["entries"]);
            }
        }
    }
    let end = showing.entries.last().map_or(0, |entry| entry.position);
    if position < end {
        findings.add(Law::InStep, format!("{name} is at {position}, the log at {end}"));
    } else if view.is_some_and(|view| still(&view) != showing.last) {
        findings.add(Law::Prefix, format!("{name}: the view at the end is another"));
    }
}

fn looked(
    name: &str,
    position: u64,
    shot: &Value,
    showing: &Showing,
    findings: &mut Findings,
) -> Option<Meeting> {
    let mut view: Meeting = serde_json::from_value(shot["meeting"].clone()).ok()?;
    // The checker's own state has no name.
    let expected = showing.views.get(&position);
    if let Some(expected) = expected {
        view.id = expected.id.clone();
    }
    match expected {
        Some(expected) if still(&view) != *expected => {
            findings.add(Law::Prefix, format!("{name}: the snapshot at {position} is another"));
        }
        Some(_) => {}
        None if position == 0 => {}
        None => {
            findings.add(Law::Durable, format!("{name}: a snapshot at {position}, beyond the log"))
        }
    }
    Some(view)
}

fn told_one(name: &str, told: &Value, due: Option<&ViewEntry>, findings: &mut Findings) {
    let told_position = &told["position"];
    if told["event"].get("ballot_cast").is_some() {
        findings.add(Law::Class, format!("{name} was shown the ballot at {told_position}"));
    }
    match due {
        None => {
            findings.add(Law::Prefix, format!("{name} was shown {told_position}, beyond the log"))
        }
        Some(due) if serde_json::to_value(due).is_ok_and(|due| due == *told) => {}
        Some(due) if *told_position != due.position => findings.add(
            Law::Prefix,
            format!("{name} was shown {told_position} where {} is due", due.position),
        ),
        Some(_) => {
            findings.add(Law::Class, format!("{name} was shown something else at {told_position}"))
        }
    }
}

fn fold(view: Option<&mut Meeting>, entries: &Value) {
    let Some(view) = view else { return };
    let entries: Vec<ViewEntry> = serde_json::from_value(entries.clone()).unwrap_or_default();
    for entry in &entries {
        visibility::fold(view, entry);
    }
}

/// What is for one person alone names his own ballots, as he sent them.
fn private(client: &Client, findings: &mut Findings) {
    let mut sent: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for moment in &client.moments {
        if let Moment::Sent(frame) = moment
            && let Some(ballot) = frame["command"]["command"].get("cast_ballot")
        {
            let choice = ballot["choice"].as_str().unwrap_or_default().to_owned();
            sent.entry(ballot["vote"].to_string()).or_default().insert(choice);
        }
    }
    for told in client.heard("mine").chain(client.heard("hello")) {
        for (vote, own) in told["mine"]["ballots"].as_object().into_iter().flatten() {
            let choice = own["ballot"]["choice"].as_str().unwrap_or_default();
            if !sent.get(vote).is_some_and(|choices| choices.contains(choice)) {
                findings.add(
                    Law::Class,
                    format!("{}: a ballot in vote {vote} that he never cast", client.name),
                );
            }
        }
    }
}
