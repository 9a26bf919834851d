//! What a class is shown of motions: those of items it may know of.

use super::MotionsEvent;
use crate::ids::MotionId;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    m: &Meeting,
    event: &MotionsEvent,
    class: ViewerClass,
) -> Option<MotionsEvent> {
    let seen = match event {
        MotionsEvent::MotionAdded { content, .. } => m.level_of(content.item) <= class.clearance(),
        MotionsEvent::MotionChanged { motion, .. } | MotionsEvent::MotionWithdrawn { motion } => {
            sees(m, *motion, class)
        }
    };
    seen.then(|| event.clone())
}

pub(crate) fn redact_state(m: &Meeting, view: &mut Meeting, class: ViewerClass) {
    view.motions.retain(|id, _| sees(m, *id, class));
}

/// Whether a class may know of a motion.
pub(in crate::meeting) fn sees(m: &Meeting, motion: MotionId, class: ViewerClass) -> bool {
    m.motions.get(&motion).is_some_and(|motion| m.level_of(motion.item) <= class.clearance())
}
