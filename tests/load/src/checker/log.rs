//! The log as it is stored, and what can be said of it without anybody's help: its chain, and the
//! votes counted once more from the records' own text.

use super::{Findings, Law};
use icabinet_models::ids::{Digest, PersonId};
use icabinet_models::meeting::VotesEvent;
use icabinet_models::record::{Record, chain};
use icabinet_models::{Actor, Entry, Event};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A row of the table of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) position: u64,
    pub(crate) record: String,
    pub(crate) hash: Vec<u8>,
}

/// An entry with who made it and its hash.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) entry: Entry,
    pub(crate) actor: Actor,
    pub(crate) hash: Digest,
    /// The event as JSON, for a count that needs no model.
    pub(crate) plain: Value,
}

/// The log of one meeting.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) entries: Vec<Written>,
}

impl Log {
    /// Reads rows in the order of their positions and follows their chain.
    pub(crate) fn read(rows: &[Row], findings: &mut Findings) -> Option<Self> {
        let mut previous = Digest::ZERO;
        let mut entries: Vec<Written> = Vec::with_capacity(rows.len());
        for (expected, row) in (1u64..).zip(rows) {
            let Ok(record) = serde_json::from_str::<Record>(&row.record) else {
                findings.add(Law::Chain, format!("the record {} can't be read", row.position));
                return None;
            };
            let hash = chain(&previous, record.v, row.record.as_bytes());
            if row.position != expected || record.position != expected {
                findings
                    .add(Law::Chain, format!("{} stands where {expected} is due", row.position));
            }
            if row.hash != hash.0 {
                findings.add(Law::Chain, format!("the hash of {expected} is another"));
            }
            if entries.last().is_some_and(|before| before.entry.at > record.at) {
                findings.add(
                    Law::Chain,
                    format!("the time of {expected} is before that of its predecessor"),
                );
            }
            let plain = serde_json::from_str::<Value>(&row.record).unwrap_or_default();
            previous = hash;
            entries.push(Written {
                entry: Entry { position: record.position, at: record.at, event: record.event },
                actor: record.actor,
                hash,
                plain: plain["event"].clone(),
            });
        }
        Some(Self { entries })
    }

    /// The entry at a position.
    pub(crate) fn at(&self, position: u64) -> Option<&Written> {
        let index = usize::try_from(position.checked_sub(1)?).ok()?;
        self.entries.get(index)
    }

    /// What a person did.
    pub(crate) fn of(&self, person: &PersonId) -> impl Iterator<Item = &Written> {
        let person = person.clone();
        self.entries.iter().filter(move |written| written.actor.person() == Some(&person))
    }

    /// Counts every vote once more, from the records' text.
    pub(crate) fn votes(&self, findings: &mut Findings) {
        let mut open: BTreeMap<u64, BTreeMap<String, String>> = BTreeMap::new();
        let mut over = BTreeSet::new();
        for written in &self.entries {
            let (plain, position) = (&written.plain, written.entry.position);
            let number = |event: &Value| event["vote"].as_u64().unwrap_or(0);
            if let Some(event) = plain.get("vote_opened") {
                if open.insert(number(event), BTreeMap::new()).is_some() {
                    findings.add(Law::Window, format!("vote {} opened twice", number(event)));
                }
            } else if let Some(event) = plain.get("ballot_cast") {
                let (vote, person) = (number(event), text(&event["person"]));
                match open.get_mut(&vote) {
                    None => findings.add(
                        Law::Window,
                        format!("{position}: a ballot in vote {vote}, which is not open"),
                    ),
                    Some(ballots) => {
                        if ballots.insert(person.clone(), text(&event["choice"])).is_some() {
                            findings.add(Law::Once, format!("{person} voted twice in {vote}"));
                        }
                    }
                }
            } else if let Some(event) = plain.get("vote_closed") {
                let vote = number(event);
                let ballots = open.remove(&vote).unwrap_or_default();
                if !over.insert(vote) {
                    findings.add(Law::Window, format!("vote {vote} closed twice"));
                }
                recount(vote, event, &ballots, findings);
            } else if let Some(event) = plain.get("vote_voided") {
                open.remove(&number(event));
            }
        }
    }

    /// Whether any event is a ballot with this choice by this person.
    pub(crate) fn is_ballot(event: &Event, person: &PersonId, vote: u64, choice: &str) -> bool {
        let Event::Votes(VotesEvent::BallotCast {
            vote: in_vote, person: of, choice: chosen, ..
        }) = event
        else {
            return false;
        };
        u64::from(in_vote.0) == vote
            && of == person
            && serde_json::to_value(chosen).is_ok_and(|chosen| chosen == choice)
    }
}

fn recount(vote: u64, event: &Value, ballots: &BTreeMap<String, String>, findings: &mut Findings) {
    for choice in ["yes", "no", "abstain", "other"] {
        let counted = ballots.values().filter(|chosen| *chosen == choice).count() as u64;
        let said = event["outcome"]["tally"][choice].as_u64();
        if said != Some(counted) {
            findings.add(
                Law::Tally,
                format!("vote {vote}: {said:?} {choice} were published, {counted} were cast"),
            );
        }
    }
    // The closing names everyone's ballot: the same ones.
    let named = event["ballots"].as_object().map_or(0, serde_json::Map::len);
    if named != ballots.len() {
        findings.add(
            Law::Tally,
            format!("vote {vote}: the closing has {named} ballots, {} were cast", ballots.len()),
        );
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl From<(u64, String, Vec<u8>)> for Row {
    fn from((position, record, hash): (u64, String, Vec<u8>)) -> Self {
        Self { position, record, hash }
    }
}
