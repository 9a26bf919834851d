//! Folding who came, who went and who is absent.

use super::{Absence, Counted, Heads, Left, Stay};
use crate::meeting::{AttendanceEvent, Entry, Meeting};

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&AttendanceEvent>) {
    let (AttendanceEvent::CheckedIn { person, .. } | AttendanceEvent::CheckedOut { person, .. }) =
        entry.event
    else {
        return fold(m, entry);
    };
    // Among thousands nobody is counted anew.
    let (heads, was) = (m.heads(), m.is_member_present(person));
    fold(m, entry);
    let is = m.is_member_present(person);
    let present = heads.present + u64::from(is) - u64::from(was);
    m.counted = Counted(Some(Heads { present, ..heads }));
}

fn fold(m: &mut Meeting, entry: Entry<&AttendanceEvent>) {
    let Entry { position, at, event } = entry;
    match event {
        AttendanceEvent::CheckedIn { person, how } => m
            .stays
            .entry(person.clone())
            .or_default()
            .push(Stay { from: at, how: how.clone(), position, until: None }),
        AttendanceEvent::CheckedOut { person, how, reason } => {
            if let Some(stay) = m.stays.get_mut(person).and_then(|stays| stays.last_mut()) {
                stay.until = Some(Left { at, how: how.clone(), reason: reason.clone(), position });
            }
        }
        AttendanceEvent::AbsenceRecorded { person, reason } => {
            let absence = Absence { reason: reason.clone(), position };
            m.absences.insert(person.clone(), absence);
        }
        // What the quorum is can be counted; the event tells when it went and came.
        AttendanceEvent::QuorumLost { .. } | AttendanceEvent::QuorumRegained { .. } => {}
    }
}
