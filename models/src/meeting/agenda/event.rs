//! What happened to the items of the agenda.

use super::{Conclusion, Item};
use crate::ids::{ItemId, PersonId, Text};
use serde::{Deserialize, Serialize};

/// What happened to the items of the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AgendaEvent {
    ItemAdded {
        item: ItemId,
        content: Item,
    },
    ItemChanged {
        item: ItemId,
        title: Text,
        presenter: Option<PersonId>,
        unit: Text,
        minutes_planned: u32,
    },
    ItemRemoved {
        item: ItemId,
    },
    AgendaOrdered {
        agenda: Vec<ItemId>,
    },
    ItemStarted {
        item: ItemId,
    },
    ItemConcluded {
        item: ItemId,
        conclusion: Conclusion,
    },
    Objected {
        item: ItemId,
        person: PersonId,
    },
    AdoptedWithoutDebate {
        item: ItemId,
    },
    Recused {
        item: ItemId,
        person: PersonId,
        reason: String,
    },
}
