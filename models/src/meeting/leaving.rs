//! What ends with a person's part: the one place where a leaving is carried through, whether somebody
//! leaves the room, steps back from an item, or his turn is over (floor, requests, recordings).
//! Never here: whether he may, and who presides after him.

use crate::ids::{PersonId, RecordingId};
use crate::meeting::{Event, FloorEvent, Meeting, SpeechEvent};
use crate::speech::Recording;

/// Ends everything that somebody who leaves the room would go on holding.
pub(super) fn of_room(m: &Meeting, person: &PersonId) -> Vec<Event> {
    let mut events = of_item(m, person);
    events.extend(ended(m, &events, |recording| recording.by == *person));
    events
}

/// Ends his part in the item that the room is at: his turn, and his place in the queue.
pub(super) fn of_item(m: &Meeting, person: &PersonId) -> Vec<Event> {
    let speaks = m.floor.speaking.as_ref().is_some_and(|turn| turn.person == *person);
    let mut events = if speaks { end_of_turn(m) } else { Vec::new() };
    let own = m.floor.requests.iter().filter(|(_, request)| request.person == *person);
    events.extend(
        own.map(|(request, _)| Event::Floor(FloorEvent::RequestWithdrawn { request: *request })),
    );
    events
}

/// Ends the speech that is under way, and what the speaker's own device records of it.
pub(super) fn end_of_turn(m: &Meeting) -> Vec<Event> {
    let mut events = vec![Event::Floor(FloorEvent::FloorEnded {})];
    if let Some(turn) = &m.floor.speaking
        && !m.is_chair(&turn.person)
        && !m.is_secretary(&turn.person)
    {
        events.extend(ended(m, &[], |recording| recording.by == turn.person));
    }
    events
}

/// Ends every recording that is under way, but those that `before` ends already.
pub(super) fn end_of_recordings(m: &Meeting, before: &[Event]) -> Vec<Event> {
    ended(m, before, |_| true)
}

fn ended(m: &Meeting, before: &[Event], which: impl Fn(&Recording) -> bool) -> Vec<Event> {
    let again = |id: RecordingId| {
        before.contains(&Event::Speech(SpeechEvent::RecordingEnded { recording: id }))
    };
    let running = m.recordings.iter().filter(|(_, r)| r.is_under_way() && which(r));
    let fresh = running.map(|(id, _)| *id).filter(|id| !again(*id));
    fresh.map(|recording| Event::Speech(SpeechEvent::RecordingEnded { recording })).collect()
}

/// Ends the speech that is under way, if one is.
pub(super) fn end_of_speech(m: &Meeting) -> Vec<Event> {
    if m.floor.speaking.is_some() { end_of_turn(m) } else { Vec::new() }
}
