//! Presence: who was in the room when, as intervals (R17), and who is absent and why.
//! Never here: whether a tablet is connected; that is the node's business.

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::AttendanceCommand;
pub(in crate::meeting) use decide::decide;
pub use event::AttendanceEvent;
pub(crate) use show::{redact_event, redact_state};

use crate::ids::{PersonId, Time};
use serde::{Deserialize, Serialize};

/// How a coming or going got into the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// On the person's own tablet.
    Own,
    /// By somebody in charge.
    RecordedBy { person: PersonId },
}

/// One stay in the room; open while `until` is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    pub from: Time,
    pub how: How,
    pub position: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Left>,
}

/// The end of a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    pub at: Time,
    pub how: How,
    pub reason: String,
    pub position: u64,
}

/// An absence that was announced or recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    pub reason: String,
    pub position: u64,
}

/// Whether the last of `stays` is open.
pub fn is_present(stays: &[Stay]) -> bool {
    stays.last().is_some_and(|stay| stay.until.is_none())
}

/// Members, in heads, and how many of them are in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) members: u64,
    pub(crate) present: u64,
}

/// The heads once they were counted, kept in step while people come and go: among thousands nobody's
/// coming costs a count of all. It says nothing that the people and their stays don't say, so it is
/// no part of what a state is compared, hashed or sent by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counted(pub(crate) Option<Heads>);

impl PartialEq for Counted {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Counted {}
