//! What can be asked about the items of the agenda.

use super::{Conclusion, ItemDraft, ItemWords};
use crate::ids::{Digest, ItemId, PersonId, Text};
use crate::meeting::Edition;
use crate::meeting::edition::Editing;
use serde::{Deserialize, Serialize};

/// What can be asked about the items of the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AgendaCommand {
    AddItem {
        draft: ItemDraft,
    },
    ChangeItem {
        item: ItemId,
        title: Text,
        presenter: Option<PersonId>,
        unit: Text,
        minutes_planned: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    RemoveItem {
        item: ItemId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    /// `to` is the index on the agenda, from 0.
    MoveItem {
        item: ItemId,
        to: u32,
    },
    StartItem {
        item: ItemId,
    },
    ConcludeItem {
        item: ItemId,
        conclusion: Conclusion,
    },
    Object {
        item: ItemId,
    },
    AdoptWithoutDebate {
        item: ItemId,
    },
    Recuse {
        item: ItemId,
        person: Option<PersonId>,
        reason: String,
    },
}

impl AgendaCommand {
    /// If it edits something: where it says what its editor saw, and the words that it would put there,
    /// if it takes them not away.
    pub(in crate::meeting) fn edit(&mut self) -> Option<Editing<'_>> {
        match self {
            Self::ChangeItem { title, presenter, unit, minutes_planned, seen, item: _ } => {
                let words = ItemWords {
                    title: title.clone(),
                    presenter: presenter.clone(),
                    unit: unit.clone(),
                    minutes_planned: *minutes_planned,
                };
                Some((seen, Some(Edition::Item(words))))
            }
            Self::RemoveItem { seen, item: _ } => Some((seen, None)),
            Self::AddItem { .. }
            | Self::MoveItem { .. }
            | Self::StartItem { .. }
            | Self::ConcludeItem { .. }
            | Self::Object { .. }
            | Self::AdoptWithoutDebate { .. }
            | Self::Recuse { .. } => None,
        }
    }
}
