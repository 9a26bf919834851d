//! Preparing a meeting: its name, place and time, until it is convened.
//! Never here: the agenda (`agenda`) and who takes part (`participants`).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::PreparationCommand;
pub(in crate::meeting) use decide::decide;
pub use event::PreparationEvent;
pub(crate) use show::redact_event;

use crate::ids::{Text, Time};
use serde::{Deserialize, Serialize};

/// Name, place and time of a meeting, as the secretary enters them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Particulars {
    pub title: Text,
    /// The body that meets ("Ủy ban nhân dân phường Hồ Sen").
    pub body: Text,
    /// The body above it, for the heading of documents; may be blank.
    #[serde(default)]
    pub parent_body: Text,
    pub place: Text,
    /// Where documents are dated ("Hồ Sen").
    #[serde(default)]
    pub locality: String,
    pub scheduled: Time,
    pub minutes_planned: u32,
}
