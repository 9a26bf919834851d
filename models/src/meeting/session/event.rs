//! What happened to the session and its chair.

use crate::ids::PersonId;
use serde::{Deserialize, Serialize};

/// What happened to the session and its chair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SessionEvent {
    SessionOpened { present: u64, members: u64 },
    RecessCalled {},
    SessionResumed { present: u64, members: u64 },
    SessionClosed { present: u64, members: u64 },
    ChairHandedOver { to: PersonId },
}
