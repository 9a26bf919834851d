//! What a class is shown of the floor: who speaks, and in which item if it may know of that.

use super::FloorEvent;
use crate::ids::ItemId;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    m: &Meeting,
    event: &FloorEvent,
    class: ViewerClass,
) -> Option<FloorEvent> {
    let mut event = event.clone();
    match &mut event {
        FloorEvent::FloorGranted { item, .. } => *item = known(m, *item, class),
        FloorEvent::SpeechRequested { .. }
        | FloorEvent::RequestWithdrawn { .. }
        | FloorEvent::FloorExtended { .. }
        | FloorEvent::FloorPaused {}
        | FloorEvent::FloorResumed {}
        | FloorEvent::FloorEnded {} => {}
    }
    Some(event)
}

pub(crate) fn redact_state(m: &Meeting, view: &mut Meeting, class: ViewerClass) {
    let speaking = view.floor.speaking.iter_mut().map(|turn| &mut turn.item);
    for item in speaking.chain(view.floor.past.iter_mut().map(|turn| &mut turn.item)) {
        *item = known(m, *item, class);
    }
}

fn known(m: &Meeting, item: Option<ItemId>, class: ViewerClass) -> Option<ItemId> {
    item.filter(|item| m.level_of(Some(*item)) <= class.clearance())
}
