//! What can be asked about papers, and what their jobs report.

use super::{Page, PaperDraft, PaperFault};
use crate::ids::PaperId;
use serde::{Deserialize, Serialize};

/// What can be asked about papers, and what their jobs report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PapersCommand {
    AddPaper {
        draft: PaperDraft,
    },
    RemovePaper {
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
    /// One page can't be shown; `page` counts from 0.
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
