//! What a viewer is told: an event as their class may know it, or what stands in its place.
//! Never in a log: these are made when they are sent, and the log's own events can't be read as them.

use crate::ids::ItemId;
use crate::meeting::{AgendaEvent, Entry, Event};
use crate::nested::nested;
use crate::participants::Participant;
use serde::{Deserialize, Serialize};

/// What stands in a view and never in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "few are held at a time, and each is written")]
pub enum ViewOnly {
    /// For an item that the class may not know: its place on the agenda.
    ItemWithheld { item: ItemId },
    /// Where people are counted, around an event that names somebody whom the class did not know.
    Introduced { participant: Participant, event: Box<Event> },
}

nested! {
    /// An event in a view. JSON: as an event's, the variant's name as the only key.
    pub enum ViewEvent {
        Only(ViewOnly),
        /// As the log has it, but for what the class may not know of it.
        Event(Event),
    }
}

/// An entry as a viewer is told of it.
pub type ViewEntry = Entry<ViewEvent>;

impl ViewEvent {
    /// The event as the log has it, but for what this class may not know of it.
    pub fn event(&self) -> Option<&Event> {
        match self {
            Self::Event(event) => Some(event),
            Self::Only(ViewOnly::Introduced { event, .. }) => Some(event),
            Self::Only(ViewOnly::ItemWithheld { .. }) => None,
        }
    }
}

impl From<AgendaEvent> for ViewEvent {
    fn from(event: AgendaEvent) -> Self {
        Self::Event(Event::Agenda(event))
    }
}
