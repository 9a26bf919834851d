//! Papers and their pages.

use super::{MissingPages, Page, Paper, PaperState};
use crate::ids::PaperId;
use crate::meeting::{Entry, Meeting, PapersEvent};

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&PapersEvent>) {
    match &entry.event {
        PapersEvent::PaperAdded { paper, draft, by } => {
            m.papers.insert(
                *paper,
                Paper {
                    item: draft.item,
                    title: draft.title.clone(),
                    number: draft.number.clone(),
                    level: draft.level,
                    file_name: draft.file_name.clone(),
                    blob: draft.blob,
                    bytes: draft.bytes,
                    added_at: entry.at,
                    added_by: by.clone(),
                    state: PaperState::Waiting,
                },
            );
        }
        PapersEvent::PaperRemoved { paper } => {
            if let Some(state) = state(m, *paper) {
                *state = PaperState::Removed;
            }
        }
        PapersEvent::PaperOpened { paper, pages: total } => {
            if let Some(state) = state(m, *paper) {
                let (pages, missing) = (Vec::new(), MissingPages::new());
                *state = PaperState::Rendering { total: *total, pages, missing };
            }
        }
        PapersEvent::PageRendered { paper, page, .. } => {
            if let Some((pages, _)) = rendering(m, *paper) {
                pages.push(page.clone());
            }
        }
        PapersEvent::PageFailed { paper, page, fault } => {
            if let Some((_, missing)) = rendering(m, *paper) {
                missing.insert(*page, *fault);
            }
        }
        PapersEvent::PaperRendered { paper } => {
            let Some((pages, missing)) = rendering(m, *paper) else { return };
            let (pages, missing) = (std::mem::take(pages), std::mem::take(missing));
            if let Some(state) = state(m, *paper) {
                *state = PaperState::Ready { pages, missing };
            }
        }
        PapersEvent::PaperFailed { paper, fault, page } => {
            // Pages that were made stay; those of an earlier making went with it.
            let done = rendering(m, *paper);
            let done =
                done.map(|(pages, missing)| (std::mem::take(pages), std::mem::take(missing)));
            let (pages, missing) = done.unwrap_or_default();
            if let Some(state) = state(m, *paper).filter(|state| **state != PaperState::Removed) {
                *state = PaperState::Faulty { fault: *fault, page: *page, pages, missing };
            }
        }
    }
}

fn state(m: &mut Meeting, paper: PaperId) -> Option<&mut PaperState> {
    m.papers.get_mut(&paper).map(|paper| &mut paper.state)
}

/// The pages that are there and those that can't be shown, while pages are made.
fn rendering(m: &mut Meeting, paper: PaperId) -> Option<(&mut Vec<Page>, &mut MissingPages)> {
    match state(m, paper)? {
        PaperState::Rendering { pages, missing, .. } => Some((pages, missing)),
        PaperState::Waiting
        | PaperState::Ready { .. }
        | PaperState::Faulty { .. }
        | PaperState::Removed => None,
    }
}
