//! What a class is shown of decisions and documents: those of items it may know of.

use super::{DecisionsEvent, Instrument};
use crate::ids::DecisionId;
use crate::meeting::{Meeting, motions};
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    m: &Meeting,
    event: &DecisionsEvent,
    class: ViewerClass,
) -> Option<DecisionsEvent> {
    let seen = match event {
        DecisionsEvent::DecisionPrepared { motion, .. } => {
            class.sees_decisions() && motions::sees(m, *motion, class)
        }
        DecisionsEvent::DecisionRevised { decision, .. } => sees(m, *decision, class),
        DecisionsEvent::InstrumentTypeset { instrument, .. }
        | DecisionsEvent::InstrumentFailed { instrument, .. }
        | DecisionsEvent::Signed { instrument, .. }
        | DecisionsEvent::Published { instrument, .. } => match instrument {
            Instrument::Decision(id) => sees(m, *id, class),
            Instrument::Minutes => class.sees_minutes(),
        },
    };
    seen.then(|| event.clone())
}

pub(crate) fn redact_state(m: &Meeting, view: &mut Meeting, class: ViewerClass) {
    view.decisions.retain(|id, _| sees(m, *id, class));
}

fn sees(m: &Meeting, decision: DecisionId, class: ViewerClass) -> bool {
    class.sees_decisions()
        && m.decisions.get(&decision).is_some_and(|d| motions::sees(m, d.motion, class))
}
