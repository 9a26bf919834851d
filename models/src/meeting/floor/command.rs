//! What can be asked about the floor.

use super::RequestKind;
use crate::ids::{PersonId, RequestId};
use serde::{Deserialize, Serialize};

/// What can be asked about the floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FloorCommand {
    AskToSpeak { kind: RequestKind },
    WithdrawRequest { request: RequestId },
    GrantFloor { request: RequestId, seconds: Option<u32> },
    GiveFloor { person: PersonId, seconds: Option<u32> },
    ExtendFloor { seconds: u32 },
    PauseFloor {},
    ResumeFloor {},
    EndFloor {},
}
