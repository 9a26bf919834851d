//! The session: where it stands, how it went, who presided.
//! Never here: who is in the room (`attendance`).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::SessionCommand;
pub(in crate::meeting) use decide::decide;
pub use event::SessionEvent;
pub(crate) use show::redact_event;

use crate::ids::{PersonId, Time};
use serde::{Deserialize, Serialize};

/// Where the session stands. Recess, adjournment and closing are three things (R25).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing was created yet.
    #[default]
    Blank,
    /// The secretary prepares; only the office sees it.
    Preparing,
    /// Agenda and papers are published to the participants.
    Convened,
    InSession {
        opened_at: Time,
    },
    Recess {
        opened_at: Time,
        since: Time,
    },
    Closed {
        opened_at: Time,
        at: Time,
    },
}

/// The opening or closing of the session as the record tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    pub at: Time,
    pub position: u64,
    pub present: u64,
    pub members: u64,
}

/// The chair went to somebody else (R19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    pub from: Option<PersonId>,
    pub to: PersonId,
    pub at: Time,
    pub position: u64,
}

/// A break of the session (R25); a session that is closed in one never took it up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recess {
    pub since: Time,
    pub position: u64,
    /// When the session went on, and who was there then.
    pub until: Option<Milestone>,
}
