//! What a class is shown of the session: all of it.

use super::SessionEvent;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    _: &Meeting,
    event: &SessionEvent,
    _: ViewerClass,
) -> Option<SessionEvent> {
    match event {
        SessionEvent::SessionOpened { .. }
        | SessionEvent::RecessCalled {}
        | SessionEvent::SessionResumed { .. }
        | SessionEvent::SessionClosed { .. }
        | SessionEvent::ChairHandedOver { .. } => Some(event.clone()),
    }
}
