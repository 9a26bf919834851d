//! What happened to papers, and what their jobs report.

use super::{Page, PaperDraft, PaperFault};
use crate::ids::{PaperId, PersonId};
use serde::{Deserialize, Serialize};

/// What happened to papers, and what their jobs report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PapersEvent {
    PaperAdded {
        paper: PaperId,
        draft: PaperDraft,
        by: PersonId,
    },
    PaperRemoved {
        paper: PaperId,
    },
    PaperOpened {
        paper: PaperId,
        pages: u32,
    },
    PageRendered {
        paper: PaperId,
        index: u32,
        page: Page,
    },
    /// One page can't be shown while others can; `page` counts from 0.
    PageFailed {
        paper: PaperId,
        page: u32,
        fault: PaperFault,
    },
    PaperRendered {
        paper: PaperId,
    },
    PaperFailed {
        paper: PaperId,
        fault: PaperFault,
        page: Option<u32>,
    },
}
