//! The agenda: items, their order and their states; recusals and objections stand at their item.
//! Never here: the papers and motions of an item, only the item they point at.

mod apply;
mod command;
mod decide;
mod event;
mod preparing;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::AgendaCommand;
pub(in crate::meeting) use decide::{decide, decide_in_room};
pub use event::AgendaEvent;
pub(crate) use show::{redact_event, redact_state};

use crate::ids::{PersonId, Text, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who may know of an item or a paper. State secrecy levels are refused by the system (R33).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Public,
    Internal,
    Restricted,
}

/// How an item came onto the agenda and is dealt with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Regular,
    /// Adopted without debate unless a single member objects (R22).
    Consent,
    /// Added late, with who proposed it and why (R23).
    Urgent {
        proposer: PersonId,
        reason: Text,
    },
}

/// What became of an item that isn't decided in this session (R24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    Decided,
    /// Dealt with, and no vote was held.
    Discussed,
    /// To a date, as it is written in the record ("ngày 03 tháng 12 năm 2026").
    Deferred {
        until: String,
    },
    Withdrawn,
    CarriedOver,
}

/// Where an item stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    Waiting,
    Open {
        since: Time,
        position: u64,
    },
    AdoptedWithoutDebate {
        at: Time,
        position: u64,
    },
    Concluded {
        since: Option<Time>,
        at: Time,
        position: u64,
        conclusion: Conclusion,
    },
    /// Taken off the agenda while it was prepared.
    Removed,
}

/// Why a member takes no part in an item, and since when (R18, R19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recusal {
    pub reason: String,
    pub since: Time,
    pub position: u64,
}

/// One agenda item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub title: Text,
    pub kind: ItemKind,
    pub presenter: Option<PersonId>,
    pub unit: Text,
    pub minutes_planned: u32,
    pub level: Level,
    pub state: ItemState,
    /// Members who asked for debate on a consent item.
    pub objections: Vec<PersonId>,
    pub recusals: BTreeMap<PersonId, Recusal>,
}

impl Item {
    /// Whether the session may still close with it: decided, deferred, withdrawn, adopted or removed.
    pub fn is_settled(&self) -> bool {
        match self.state {
            ItemState::Waiting | ItemState::Open { .. } => false,
            ItemState::AdoptedWithoutDebate { .. }
            | ItemState::Concluded { .. }
            | ItemState::Removed => true,
        }
    }

    /// Since when it is being dealt with, if it is.
    pub fn open_since(&self) -> Option<Time> {
        match self.state {
            ItemState::Open { since, .. } => Some(since),
            ItemState::Waiting
            | ItemState::AdoptedWithoutDebate { .. }
            | ItemState::Concluded { .. }
            | ItemState::Removed => None,
        }
    }
}

/// What a secretary enters for an item; the rest is made by the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemDraft {
    pub title: Text,
    pub kind: ItemKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presenter: Option<PersonId>,
    #[serde(default)]
    pub unit: Text,
    pub minutes_planned: u32,
    pub level: Level,
}

impl ItemDraft {
    /// The item this draft starts as.
    pub fn begin(&self) -> Item {
        Item {
            title: self.title.clone(),
            kind: self.kind.clone(),
            presenter: self.presenter.clone(),
            unit: self.unit.clone(),
            minutes_planned: self.minutes_planned,
            level: self.level,
            state: ItemState::Waiting,
            objections: Vec::new(),
            recusals: BTreeMap::new(),
        }
    }
}

/// The words of an item, as the office edits them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemWords {
    pub title: Text,
    pub presenter: Option<PersonId>,
    pub unit: Text,
    pub minutes_planned: u32,
}
