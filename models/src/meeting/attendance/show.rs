//! What a class is shown of coming, going and absence: reasons are for members and the office.

use super::AttendanceEvent;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    _: &Meeting,
    event: &AttendanceEvent,
    class: ViewerClass,
) -> Option<AttendanceEvent> {
    let mut event = event.clone();
    match &mut event {
        AttendanceEvent::CheckedOut { reason, .. }
        | AttendanceEvent::AbsenceRecorded { reason, .. } => {
            if !class.sees_reasons() {
                reason.clear();
            }
        }
        AttendanceEvent::CheckedIn { .. }
        | AttendanceEvent::QuorumLost { .. }
        | AttendanceEvent::QuorumRegained { .. } => {}
    }
    Some(event)
}

pub(crate) fn redact_state(_: &Meeting, view: &mut Meeting, class: ViewerClass) {
    if class.sees_reasons() {
        return;
    }
    for absence in view.absences.values_mut() {
        absence.reason.clear();
    }
    for left in view.stays.values_mut().flatten().filter_map(|stay| stay.until.as_mut()) {
        left.reason.clear();
    }
}
