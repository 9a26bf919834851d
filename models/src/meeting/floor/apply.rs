//! Requests to speak and who has the floor.

use super::{PastTurn, Request, Turn};
use crate::meeting::{Entry, FloorEvent, Meeting};

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&FloorEvent>) {
    let Entry { position, at, event } = entry;
    let floor = &mut m.floor;
    match event {
        FloorEvent::SpeechRequested { request, person, kind } => {
            floor.asked = floor.asked.max(request.0);
            let request_ = Request { person: person.clone(), kind: kind.clone(), asked_at: at };
            floor.requests.insert(*request, request_);
        }
        FloorEvent::RequestWithdrawn { request } => {
            floor.requests.remove(request);
        }
        FloorEvent::FloorGranted { request, person, kind, item, allotted_ms } => {
            if let Some(request) = request {
                floor.requests.remove(request);
            }
            floor.speaking = Some(Turn {
                person: person.clone(),
                kind: kind.clone(),
                item: *item,
                started: at,
                position,
                allotted_ms: *allotted_ms,
                used_ms: 0,
                running_since: Some(at),
            });
        }
        FloorEvent::FloorExtended { by_ms } => {
            if let Some(turn) = &mut floor.speaking {
                turn.allotted_ms = turn.allotted_ms.saturating_add(*by_ms);
            }
        }
        FloorEvent::FloorPaused {} => {
            if let Some(turn) = &mut floor.speaking {
                turn.used_ms = turn.used_at(at);
                turn.running_since = None;
            }
        }
        FloorEvent::FloorResumed {} => {
            if let Some(turn) = &mut floor.speaking {
                turn.running_since = Some(at);
            }
        }
        FloorEvent::FloorEnded {} => {
            if let Some(turn) = floor.speaking.take() {
                floor.past.push(PastTurn {
                    person: turn.person,
                    kind: turn.kind,
                    item: turn.item,
                    started: turn.started,
                    ended: at,
                    position: turn.position,
                });
            }
        }
    }
}
