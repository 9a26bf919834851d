//! Papers and their pages.

use crate::documents::{Paper, PaperState};
use crate::ids::PaperId;
use crate::meeting::{Entry, Event, Meeting};

pub(super) fn apply(m: &mut Meeting, entry: &Entry) {
    let set = |m: &mut Meeting, id: PaperId, change: &dyn Fn(PaperState) -> PaperState| {
        if let Some(paper) = m.papers.get_mut(&id) {
            let state = std::mem::replace(&mut paper.state, PaperState::Waiting);
            paper.state = change(state);
        }
    };
    match &entry.event {
        Event::PaperAdded { paper, draft, by } => {
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
        Event::PaperRemoved { paper } => set(m, *paper, &|_| PaperState::Removed),
        Event::PaperOpened { paper, pages } => {
            let total = *pages;
            set(m, *paper, &|_| PaperState::Rendering { total, pages: Vec::new() });
        }
        Event::PageRendered { paper, page, .. } => set(m, *paper, &|state| match state {
            PaperState::Rendering { total, mut pages } => {
                pages.push(page.clone());
                PaperState::Rendering { total, pages }
            }
            other => other,
        }),
        Event::PaperRendered { paper } => set(m, *paper, &|state| match state {
            PaperState::Rendering { pages, .. } => PaperState::Ready { pages },
            other => other,
        }),
        Event::PaperFailed { paper, fault, page } => set(m, *paper, &|state| match state {
            PaperState::Rendering { pages, .. } => {
                PaperState::Faulty { fault: *fault, page: *page, pages }
            }
            PaperState::Removed => PaperState::Removed,
            _ => PaperState::Faulty { fault: *fault, page: *page, pages: Vec::new() },
        }),
        _ => {}
    }
}
