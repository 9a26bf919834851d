//! What clients were answered against what the log says they did.

use super::log::Log;
use super::{Client, Findings, Law, Moment};
use icabinet_models::ids::PersonId;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One command of a client: what it was and what was answered, each time.
#[derive(Debug, Default)]
struct Asked<'a> {
    command: Option<&'a Value>,
    answers: Vec<&'a Value>,
}

/// Checks every client's commands, and that nobody else acted in his name.
pub(super) fn check(log: &Log, clients: &[Client], findings: &mut Findings) {
    for client in clients {
        let Some(person) = client.person() else { continue };
        let asked = commands(client);
        for (id, asked) in &asked {
            one(log, client, &person, id, asked, findings);
        }
        effects(log, client, &person, &asked, findings);
    }
}

fn commands(client: &Client) -> BTreeMap<&str, Asked<'_>> {
    let mut all: BTreeMap<&str, Asked<'_>> = BTreeMap::new();
    for moment in &client.moments {
        match moment {
            Moment::Sent(frame) => {
                let command = &frame["command"];
                let asked = all.entry(command["id"].as_str().unwrap_or_default()).or_default();
                asked.command = Some(&command["command"]);
            }
            Moment::Heard(frame) if frame.get("answer").is_some() => {
                let answer = &frame["answer"];
                let asked = all.entry(answer["id"].as_str().unwrap_or_default()).or_default();
                // An answer that decides nothing is none.
                if answer["answer"] != "unavailable" {
                    asked.answers.push(&answer["answer"]);
                }
            }
            Moment::Heard(_) | Moment::Snapshot(_) => {}
        }
    }
    all
}

fn one(
    log: &Log,
    client: &Client,
    person: &PersonId,
    id: &str,
    asked: &Asked<'_>,
    findings: &mut Findings,
) {
    let name = &client.name;
    let Some(command) = asked.command else {
        return findings.add(Law::Class, format!("{name} was answered {id}, which he never sent"));
    };
    let Some(first) = asked.answers.first() else { return };
    if asked.answers.iter().any(|answer| answer != first) {
        findings.add(Law::Once, format!("{name}: {id} has several answers: {:?}", asked.answers));
    }
    let Some(accepted) = first.get("accepted") else { return };
    let position = accepted["position"].as_u64().unwrap_or(0);
    let Some(written) = log.at(position) else {
        return findings.add(
            Law::Durable,
            format!("{name}: {id} was accepted at {position}, where the log has nothing"),
        );
    };
    let is_his = written.actor.person() == Some(person)
        && accepted["code"] == written.hash.short(2)
        && accepted["at"] == written.entry.at.0;
    let is_it = command.get("cast_ballot").is_none_or(|ballot| {
        let vote = ballot["vote"].as_u64().unwrap_or(0);
        let choice = ballot["choice"].as_str().unwrap_or_default();
        Log::is_ballot(&written.entry.event, person, vote, choice)
    });
    if !(is_his && is_it) {
        findings.add(
            Law::Durable,
            format!(
                "{name}: {command} of {person} was answered {accepted}; the log has {} by {:?}, {} at {}",
                written.plain,
                written.actor,
                written.hash.short(2),
                written.entry.at.0
            ),
        );
    }
}

/// As many effects as commands that had one; what had no answer may have one or none.
fn effects(
    log: &Log,
    client: &Client,
    person: &PersonId,
    asked: &BTreeMap<&str, Asked<'_>>,
    findings: &mut Findings,
) {
    let accepted: BTreeSet<u64> = asked
        .values()
        .filter_map(|asked| asked.answers.first()?.get("accepted")?["position"].as_u64())
        .collect();
    let open = asked.values().filter(|asked| asked.answers.is_empty()).count();
    let done = log.of(person).count();
    if done > accepted.len() + open {
        findings.add(
            Law::Once,
            format!(
                "{}: {done} effects of {} accepted commands and {open} without an answer",
                client.name,
                accepted.len()
            ),
        );
    }
}
