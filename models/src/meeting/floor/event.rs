//! What happened to the floor.

use super::RequestKind;
use crate::ids::{ItemId, PersonId, RequestId};
use serde::{Deserialize, Serialize};

/// What happened to the floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FloorEvent {
    SpeechRequested {
        request: RequestId,
        person: PersonId,
        kind: RequestKind,
    },
    RequestWithdrawn {
        request: RequestId,
    },
    FloorGranted {
        request: Option<RequestId>,
        person: PersonId,
        kind: RequestKind,
        item: Option<ItemId>,
        allotted_ms: i64,
    },
    FloorExtended {
        by_ms: i64,
    },
    FloorPaused {},
    FloorResumed {},
    FloorEnded {},
}
