//! The minutes: sentences, each with its source, from draft to signature.
//! Never here: sentences about attendance, votes and outcomes that somebody can edit (R30).

pub mod draft;

use crate::decisions::{Publication, Rendition};
use crate::ids::{ItemId, PersonId, RecordingId, SegmentId, SentenceId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a sentence stands in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    Opening,
    /// What was voted outside any item, such as the agenda.
    Agenda,
    Item(ItemId),
    Closing,
}

/// What a sentence tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Attendance,
    Quorum,
    Item,
    Motion,
    Vote,
    Names,
    Outcome,
    Recusal,
    Statement,
    Task,
    Closing,
}

/// Where a sentence comes from. A sentence without a source can't be approved (R31).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Entries of the log; the sentence is a projection and is never edited.
    Record { positions: Vec<u64> },
    /// A passage of a recording.
    Speech { recording: RecordingId, segment: SegmentId, start_ms: u64, end_ms: u64 },
    /// A named person wrote it or took it over.
    Person { person: PersonId, at: Time },
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    pub section: Section,
    pub kind: Kind,
    pub text: String,
    pub source: Source,
}

impl Sentence {
    /// Whether it is a projection of the log, which no one edits.
    pub fn is_record(&self) -> bool {
        matches!(self.source, Source::Record { .. })
    }
}

/// Where the minutes stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Minutes {
    #[default]
    NotBegun,
    Draft {
        sentences: BTreeMap<SentenceId, Sentence>,
        /// Reading order.
        order: Vec<SentenceId>,
    },
    Approved {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        at: Time,
        rendition: Rendition,
        published: Option<Publication>,
    },
}

impl Minutes {
    /// The sentences in reading order.
    pub fn in_order(&self) -> Vec<(SentenceId, &Sentence)> {
        match self {
            Self::NotBegun => Vec::new(),
            Self::Draft { sentences, order } | Self::Approved { sentences, order, .. } => order
                .iter()
                .filter_map(|id| sentences.get(id).map(|sentence| (*id, sentence)))
                .collect(),
        }
    }

    /// The number the next sentence gets.
    pub fn next_id(&self) -> SentenceId {
        let last = match self {
            Self::NotBegun => None,
            Self::Draft { sentences, .. } | Self::Approved { sentences, .. } => {
                sentences.keys().next_back()
            }
        };
        SentenceId(last.map_or(0, |id| id.0) + 1)
    }

    /// How far the PDF is, once approved.
    pub fn rendition(&self) -> Option<&Rendition> {
        match self {
            Self::Approved { rendition, .. } => Some(rendition),
            Self::NotBegun | Self::Draft { .. } => None,
        }
    }
}
