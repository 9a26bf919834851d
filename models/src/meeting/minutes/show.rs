//! What a class is shown of the minutes: the draft is the office's, what was approved is for readers.

use super::{Minutes, MinutesEvent};
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;
use std::collections::BTreeMap;

pub(crate) fn redact_event(
    _: &Meeting,
    event: &MinutesEvent,
    class: ViewerClass,
) -> Option<MinutesEvent> {
    let when = |seen: bool| seen.then(|| event.clone());
    match event {
        MinutesEvent::MinutesDrafted { .. }
        | MinutesEvent::SentenceWritten { .. }
        | MinutesEvent::SentenceEdited { .. }
        | MinutesEvent::SentenceRewritten { .. }
        | MinutesEvent::SentenceRemoved { .. } => when(class.sees_transcript()),
        MinutesEvent::MinutesApproved { .. } => when(class.sees_minutes()),
        // To a class that never saw the draft, reopened minutes are as not begun.
        MinutesEvent::MinutesReopened { .. }
            if class.sees_minutes() && !class.sees_transcript() =>
        {
            Some(MinutesEvent::MinutesReopened {
                sentences: BTreeMap::new(),
                order: Vec::new(),
                numbered: 0,
            })
        }
        MinutesEvent::MinutesReopened { .. } => when(class.sees_minutes()),
    }
}

pub(crate) fn redact_state(_: &Meeting, view: &mut Meeting, class: ViewerClass) {
    let hidden = matches!(view.minutes, Minutes::Draft { .. }) || !class.sees_minutes();
    if !class.sees_transcript() && hidden {
        view.minutes = Minutes::NotBegun;
    }
}
