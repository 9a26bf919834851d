//! Papers: what was uploaded for an item and how far its pages are.
//! Never here: bytes and pictures (blobs, by digest), notes and ink (private, outside the log).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::PapersCommand;
pub(in crate::meeting) use decide::decide;
pub use event::PapersEvent;
pub(crate) use show::{redact_event, redact_state};

use crate::agenda::Level;
use crate::ids::{Digest, ItemId, PersonId, Text, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One rendered page: pictures and words are blobs named by their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    pub picture: Digest,
    /// `image/png`, `image/webp` or `image/jpeg`.
    pub media: String,
    pub thumbnail: Digest,
    /// JSON: the words with their boxes.
    pub words: Digest,
}

/// Why a paper can't be shown; the screen makes the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperFault {
    NotAPdf,
    Empty,
    Damaged,
    Encrypted,
    TooLarge,
    TooManyPages,
    PageTooLarge,
    /// The worker ran out of its time.
    TookTooLong,
    /// The worker crashed on it or ran out of memory.
    WorkerFailed,
    /// The page engine isn't installed on the server.
    EngineMissing,
    /// A form that only Adobe's programs show (XFA): to be printed to a PDF first.
    XfaForm,
}

/// Pages that can't be shown, by their number from 0, while the others can.
pub type MissingPages = BTreeMap<u32, PaperFault>;

/// How far a paper's pages are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// Waiting for a worker.
    Waiting,
    /// `pages` holds those that are done, from the first on, without those that are `missing`.
    Rendering {
        total: u32,
        pages: Vec<Page>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        missing: MissingPages,
    },
    Ready {
        pages: Vec<Page>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        missing: MissingPages,
    },
    /// Nothing or not all can be shown; pages that were done stay.
    Faulty {
        fault: PaperFault,
        page: Option<u32>,
        pages: Vec<Page>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        missing: MissingPages,
    },
    /// Taken off by the secretary; stays in the log.
    Removed,
}

/// One paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub item: Option<ItemId>,
    pub title: Text,
    /// Number and symbol ("86/TTr-KTHTĐT"), empty when it has none.
    pub number: String,
    pub level: Level,
    pub file_name: String,
    pub blob: Digest,
    pub bytes: u64,
    pub added_at: Time,
    pub added_by: PersonId,
    pub state: PaperState,
}

impl Paper {
    /// The pages that can be shown now.
    pub fn pages(&self) -> &[Page] {
        match &self.state {
            PaperState::Waiting | PaperState::Removed => &[],
            PaperState::Rendering { pages, .. }
            | PaperState::Ready { pages, .. }
            | PaperState::Faulty { pages, .. } => pages,
        }
    }

    /// The pages that can't be shown while others can.
    pub fn missing(&self) -> Option<&MissingPages> {
        match &self.state {
            PaperState::Waiting | PaperState::Removed => None,
            PaperState::Rendering { missing, .. }
            | PaperState::Ready { missing, .. }
            | PaperState::Faulty { missing, .. } => Some(missing),
        }
    }

    /// Every page that was dealt with, in order: the page, or why it can't be shown.
    pub fn leaves(&self) -> impl Iterator<Item = Result<&Page, PaperFault>> {
        let missing = self.missing();
        let count = dealt_with(self.pages(), missing);
        let mut pages = self.pages().iter();
        (0..count).filter_map(move |number| {
            match missing.and_then(|missing| missing.get(&number)) {
                Some(fault) => Some(Err(*fault)),
                None => pages.next().map(Ok),
            }
        })
    }

    /// How many pages it has, as far as is known.
    pub fn page_count(&self) -> Option<u32> {
        match &self.state {
            PaperState::Waiting | PaperState::Removed | PaperState::Faulty { .. } => None,
            PaperState::Rendering { total, .. } => Some(*total),
            PaperState::Ready { pages, missing } => Some(dealt_with(pages, Some(missing))),
        }
    }
}

/// How many pages were dealt with: the number of the next one.
pub(crate) fn dealt_with(pages: &[Page], missing: Option<&MissingPages>) -> u32 {
    u32::try_from(pages.len() + missing.map_or(0, BTreeMap::len)).unwrap_or(u32::MAX)
}

/// What a secretary enters for a paper; `blob` and `bytes` name what was uploaded before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperDraft {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    pub title: Text,
    #[serde(default)]
    pub number: String,
    pub level: Level,
    pub file_name: String,
    pub blob: Digest,
    pub bytes: u64,
}
