//! The minutes: sentences, each with its source, from draft to signature.
//! Never here: sentences about attendance, votes and outcomes that somebody can edit (R30).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::MinutesCommand;
pub(in crate::meeting) use decide::decide;
pub use event::MinutesEvent;
pub(crate) use show::{redact_event, redact_state};

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

impl Section {
    /// Its place among the sections of `m`'s minutes: opening, agenda, the items in the agenda's order,
    /// closing.
    pub fn rank(self, m: &crate::meeting::Meeting) -> (u8, usize) {
        match self {
            Self::Opening => (0, 0),
            Self::Agenda => (1, 0),
            Self::Item(id) => (2, m.number_of(id).unwrap_or(usize::MAX)),
            Self::Closing => (3, 0),
        }
    }
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
    /// Who rewrote a passage of a recording last, in records of before version 3; later ones make
    /// him the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edit>,
    /// The passage that stood here before somebody put his words in its place: what they rest on, no
    /// proof of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<Passage>,
}

/// A passage of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    pub recording: RecordingId,
    pub segment: SegmentId,
    pub start_ms: u64,
    pub end_ms: u64,
}

impl Source {
    /// The passage it is, if it is one.
    pub fn passage(&self) -> Option<Passage> {
        match *self {
            Self::Speech { recording, segment, start_ms, end_ms } => {
                Some(Passage { recording, segment, start_ms, end_ms })
            }
            Self::Record { .. } | Self::Person { .. } => None,
        }
    }
}

/// A person's change of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    pub by: PersonId,
    pub at: Time,
}

impl Sentence {
    /// Whether it is a projection of the log, which no one edits.
    pub fn is_record(&self) -> bool {
        matches!(self.source, Source::Record { .. })
    }

    /// The segment it is a passage of, or was one before somebody rewrote it.
    pub fn segment(&self) -> Option<SegmentId> {
        self.source.passage().or(self.based_on).map(|passage| passage.segment)
    }

    /// Who rewrote the passage that it was, and when.
    pub fn rewritten(&self) -> Option<Edit> {
        match (&self.source, self.based_on) {
            (Source::Person { person, at }, Some(_)) => Some(Edit { by: person.clone(), at: *at }),
            _ => self.edited.clone(),
        }
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
        /// The highest number given before this draft.
        numbered: u32,
    },
    Approved {
        sentences: BTreeMap<SentenceId, Sentence>,
        order: Vec<SentenceId>,
        numbered: u32,
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
            Self::Draft { sentences, order, .. } | Self::Approved { sentences, order, .. } => order
                .iter()
                .filter_map(|id| sentences.get(id).map(|sentence| (*id, sentence)))
                .collect(),
        }
    }

    /// The highest number that any sentence has or had.
    pub fn numbered(&self) -> u32 {
        match self {
            Self::NotBegun => 0,
            Self::Draft { sentences, numbered, .. }
            | Self::Approved { sentences, numbered, .. } => {
                sentences.keys().next_back().map_or(0, |id| id.0).max(*numbered)
            }
        }
    }

    /// The number the next sentence gets. None is given twice: the log tells them apart by it.
    pub fn next_id(&self) -> SentenceId {
        SentenceId(self.numbered() + 1)
    }

    /// How far the PDF is, once approved.
    pub fn rendition(&self) -> Option<&Rendition> {
        match self {
            Self::Approved { rendition, .. } => Some(rendition),
            Self::NotBegun | Self::Draft { .. } => None,
        }
    }
}
