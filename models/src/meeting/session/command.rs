//! What can be asked about the session and its chair.

use crate::ids::PersonId;
use serde::{Deserialize, Serialize};

/// What can be asked about the session and its chair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SessionCommand {
    OpenSession {},
    CallRecess {},
    Resume {},
    CloseSession {},
    /// By the chair; by the secretary while the chair is away or takes no part.
    HandOverChair {
        to: PersonId,
    },
    /// By a vice chair while the chair is away or takes no part; by the appointed chair who is back.
    TakeChair {},
}
