//! The secretary before the meeting: what is missing, the agenda with its papers and motions, the
//! people, and convening.

mod adding;
mod agenda;
mod by_hand;
mod checklist;
mod import_people;
mod invitations;
mod item;
mod papers;
mod particulars;
mod people;

pub use agenda::AgendaTree;
pub use checklist::{Checklist, TitleBar};
pub use item::{ItemForm, NewItem};
pub use particulars::{ParticularsFields, ParticularsForm, show_time, take_time};
pub use people::{PeopleForm, Person, part_options};

use icabinet_models::ids::ItemId;
use icabinet_models::meeting::Stage;
use icabinet_sync::Replica;

/// What the panel on the right is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    Particulars,
    People,
    NewItem,
    Item(ItemId),
}

/// Whether the session is over: agenda and papers stay as they are.
pub fn is_closed(replica: &Replica) -> bool {
    matches!(replica.meeting().stage, Stage::Closed { .. })
}
