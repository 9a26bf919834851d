//! What a class is shown of how the meeting was prepared.

use super::PreparationEvent;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    _: &Meeting,
    event: &PreparationEvent,
    _: ViewerClass,
) -> Option<PreparationEvent> {
    match event {
        PreparationEvent::MeetingCreated { .. }
        | PreparationEvent::ParticularsChanged { .. }
        | PreparationEvent::Convened {} => Some(event.clone()),
    }
}
