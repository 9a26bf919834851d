//! What a class is shown of who takes part. Where people are counted, `visibility` shows less.

use super::ParticipantsEvent;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    _: &Meeting,
    event: &ParticipantsEvent,
    _: ViewerClass,
) -> Option<ParticipantsEvent> {
    match event {
        ParticipantsEvent::ParticipantAdded { .. }
        | ParticipantsEvent::ParticipantRemoved { .. } => Some(event.clone()),
    }
}
