//! Decisions and the signed renditions they share with the minutes.
//! Never here: PDF bytes, keys, certificates (blobs and `signing`); only their digests.

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::DecisionsCommand;
pub(in crate::meeting) use decide::decide;
pub use event::DecisionsEvent;
pub(crate) use show::{redact_event, redact_state};

use crate::ids::{Digest, MotionId, PersonId, Time, VoteId};
use serde::{Deserialize, Serialize};

/// Which document of the meeting is set and signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instrument {
    Decision(crate::ids::DecisionId),
    Minutes,
}

/// Whose place on a document a signature stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The minutes' secretary, who signs before the chair.
    Secretary,
    #[default]
    Chair,
}

impl Place {
    /// The place that every document has.
    pub fn is_chair(&self) -> bool {
        *self == Self::Chair
    }
}

/// A signature that stands on a document before the chair's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Countersigned {
    /// The PDF with this signature; the chair's is added to it.
    pub document: Digest,
    pub fingerprint: Digest,
    pub signer: PersonId,
    pub certificate: Digest,
    pub at: Time,
    pub position: u64,
}

/// How far the document's PDF is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rendition {
    /// Waiting to be set.
    Waiting,
    /// Set, not signed; `document` is the PDF's blob.
    Typeset {
        document: Digest,
        pages: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        countersigned: Option<Box<Countersigned>>,
    },
    Failed {
        detail: String,
    },
    /// `document` is the signed PDF; `fingerprint` is of the bytes that the signature covers.
    Signed {
        document: Digest,
        fingerprint: Digest,
        signer: PersonId,
        certificate: Digest,
        at: Time,
        position: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        countersigned: Option<Box<Countersigned>>,
    },
}

impl Rendition {
    /// The signature before the chair's, once there is one.
    pub fn countersigned(&self) -> Option<&Countersigned> {
        match self {
            Self::Typeset { countersigned, .. } | Self::Signed { countersigned, .. } => {
                countersigned.as_deref()
            }
            Self::Waiting | Self::Failed { .. } => None,
        }
    }

    /// The signed PDF, once there is one.
    pub fn signed(&self) -> Option<&Digest> {
        match self {
            Self::Signed { document, .. } => Some(document),
            Self::Waiting | Self::Typeset { .. } | Self::Failed { .. } => None,
        }
    }
}

/// The explicit act that made a signed document public (R34).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    pub at: Time,
    pub by: PersonId,
    pub position: u64,
}

/// The words of a decision after Decree 30/2020 (R35); all Vietnamese, as it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionText {
    /// Number without symbol ("31"); empty leaves a blank to be filled by hand.
    pub number: String,
    /// Symbol ("QĐ-UBND").
    pub symbol: String,
    /// "về việc…", what the decision is on.
    pub subject: String,
    /// Legal bases, one paragraph each.
    pub bases: Vec<String>,
    /// Articles: heading ("Điều 1.") and paragraphs.
    pub articles: Vec<Article>,
    /// Recipients, one line each.
    pub recipients: Vec<String>,
    /// Where it is signed ("Hồ Sen").
    pub place: String,
}

/// One article of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    pub heading: String,
    pub paragraphs: Vec<String>,
}

/// One decision: an adopted motion that becomes a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub motion: MotionId,
    pub vote: Option<VoteId>,
    pub text: DecisionText,
    pub prepared_at: Time,
    pub rendition: Rendition,
    pub published: Option<Publication>,
}
