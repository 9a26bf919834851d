//! The floor: who speaks, who asks to, and who spoke when (minutes and attribution read it).
//! Never here: sound.

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::FloorCommand;
pub(in crate::meeting) use decide::decide;
pub use event::FloorEvent;
pub(crate) use show::{redact_event, redact_state};

use crate::ids::{ItemId, PersonId, RequestId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What somebody wants the floor for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    Speak,
    Reply,
    PointOfOrder,
    /// A question (chất vấn) to a named person.
    Question {
        to: PersonId,
    },
}

/// One who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub person: PersonId,
    pub kind: RequestKind,
    pub asked_at: Time,
}

/// The speech that is under way. Paused while `running_since` is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    pub person: PersonId,
    pub kind: RequestKind,
    pub item: Option<ItemId>,
    pub started: Time,
    pub position: u64,
    pub allotted_ms: i64,
    /// Time used before the last pause.
    pub used_ms: i64,
    pub running_since: Option<Time>,
}

impl Turn {
    /// Milliseconds used at `now`.
    pub fn used_at(&self, now: Time) -> i64 {
        self.used_ms + self.running_since.map_or(0, |since| now.ms_since(since).max(0))
    }
}

/// A speech that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastTurn {
    pub person: PersonId,
    pub kind: RequestKind,
    pub item: Option<ItemId>,
    pub started: Time,
    pub ended: Time,
    pub position: u64,
}

/// The floor of a meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// Waiting, by number: first come, first called, unless the chair calls otherwise.
    pub requests: BTreeMap<RequestId, Request>,
    /// How many requests there ever were.
    pub asked: u32,
    pub speaking: Option<Turn>,
    pub past: Vec<PastTurn>,
}

impl Floor {
    /// Who held the floor during `[from, until)`, each once, in order of time.
    pub fn holders(&self, from: Time, until: Time) -> Vec<&PersonId> {
        let mut found: Vec<&PersonId> = Vec::new();
        let past = self.past.iter().map(|turn| (&turn.person, turn.started, turn.ended));
        let now = self.speaking.iter().map(|turn| (&turn.person, turn.started, Time(i64::MAX)));
        for (person, started, ended) in past.chain(now) {
            if started < until && ended > from && found.last() != Some(&person) {
                found.push(person);
            }
        }
        found
    }
}
