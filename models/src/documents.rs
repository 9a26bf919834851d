//! Papers: what was uploaded for an item and how far its pages are.
//! Never here: bytes and pictures (blobs, by digest), notes and ink (private, outside the log).

use crate::agenda::Level;
use crate::ids::{Digest, ItemId, PersonId, Text, Time};
use serde::{Deserialize, Serialize};

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
}

/// How far a paper's pages are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperState {
    /// Waiting for a worker.
    Waiting,
    /// `pages` holds those that are done, from the first on.
    Rendering {
        total: u32,
        pages: Vec<Page>,
    },
    Ready {
        pages: Vec<Page>,
    },
    /// Nothing or not all can be shown; pages that were done stay.
    Faulty {
        fault: PaperFault,
        page: Option<u32>,
        pages: Vec<Page>,
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
            | PaperState::Ready { pages }
            | PaperState::Faulty { pages, .. } => pages,
        }
    }

    /// How many pages it has, as far as is known.
    pub fn page_count(&self) -> Option<u32> {
        match &self.state {
            PaperState::Waiting | PaperState::Removed | PaperState::Faulty { .. } => None,
            PaperState::Rendering { total, .. } => Some(*total),
            PaperState::Ready { pages } => u32::try_from(pages.len()).ok(),
        }
    }
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
