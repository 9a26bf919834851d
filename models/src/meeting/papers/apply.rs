//! Papers and their pages.

use super::{MissingPages, Paper, PaperState};
use crate::ids::PaperId;
use crate::meeting::{Entry, Meeting, PapersEvent};

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&PapersEvent>) {
    let set = |m: &mut Meeting, id: PaperId, change: &dyn Fn(PaperState) -> PaperState| {
        if let Some(paper) = m.papers.get_mut(&id) {
            let state = std::mem::replace(&mut paper.state, PaperState::Waiting);
            paper.state = change(state);
        }
    };
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
        PapersEvent::PaperRemoved { paper } => set(m, *paper, &|_| PaperState::Removed),
        PapersEvent::PaperOpened { paper, pages } => {
            let total = *pages;
            set(m, *paper, &|_| PaperState::Rendering {
                total,
                pages: Vec::new(),
                missing: MissingPages::new(),
            });
        }
        PapersEvent::PageRendered { paper, page, .. } => set(m, *paper, &|state| match state {
            PaperState::Rendering { total, mut pages, missing } => {
                pages.push(page.clone());
                PaperState::Rendering { total, pages, missing }
            }
            state @ (PaperState::Waiting
            | PaperState::Ready { .. }
            | PaperState::Faulty { .. }
            | PaperState::Removed) => state,
        }),
        PapersEvent::PageFailed { paper, page, fault } => set(m, *paper, &|state| match state {
            PaperState::Rendering { total, pages, mut missing } => {
                missing.insert(*page, *fault);
                PaperState::Rendering { total, pages, missing }
            }
            state @ (PaperState::Waiting
            | PaperState::Ready { .. }
            | PaperState::Faulty { .. }
            | PaperState::Removed) => state,
        }),
        PapersEvent::PaperRendered { paper } => set(m, *paper, &|state| match state {
            PaperState::Rendering { pages, missing, .. } => PaperState::Ready { pages, missing },
            state @ (PaperState::Waiting
            | PaperState::Ready { .. }
            | PaperState::Faulty { .. }
            | PaperState::Removed) => state,
        }),
        PapersEvent::PaperFailed { paper, fault, page } => set(m, *paper, &|state| {
            let (fault, page) = (*fault, *page);
            match state {
                PaperState::Rendering { pages, missing, .. } => {
                    PaperState::Faulty { fault, page, pages, missing }
                }
                PaperState::Removed => PaperState::Removed,
                PaperState::Waiting | PaperState::Ready { .. } | PaperState::Faulty { .. } => {
                    let (pages, missing) = (Vec::new(), MissingPages::new());
                    PaperState::Faulty { fault, page, pages, missing }
                }
            }
        }),
    }
}
