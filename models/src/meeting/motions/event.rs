//! What happened to motions.

use super::Motion;
use crate::ids::{MotionId, Text};
use serde::{Deserialize, Serialize};

/// What happened to motions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MotionsEvent {
    MotionAdded { motion: MotionId, content: Motion },
    MotionChanged { motion: MotionId, text: Text },
    MotionWithdrawn { motion: MotionId },
}
