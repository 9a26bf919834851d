//! Folding what happened to motions.

use super::MotionState;
use crate::ids::MotionId;
use crate::meeting::{Meeting, MotionsEvent};

pub(in crate::meeting) fn apply(m: &mut Meeting, event: &MotionsEvent) {
    match event {
        MotionsEvent::MotionAdded { motion, content } => {
            m.motions.insert(*motion, content.clone());
        }
        MotionsEvent::MotionChanged { motion, text } => {
            if let Some(found) = m.motions.get_mut(motion) {
                found.text = text.clone();
            }
        }
        MotionsEvent::MotionWithdrawn { motion } => set_motion(m, *motion, MotionState::Withdrawn),
    }
}

/// Carries a motion to another state.
pub(in crate::meeting) fn set_motion(m: &mut Meeting, motion: MotionId, state: MotionState) {
    if let Some(found) = m.motions.get_mut(&motion) {
        found.state = state;
    }
}
