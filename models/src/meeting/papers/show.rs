//! What a class is shown of papers: those of its level, of items it may know of.

use super::PapersEvent;
use crate::ids::PaperId;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    m: &Meeting,
    event: &PapersEvent,
    class: ViewerClass,
) -> Option<PapersEvent> {
    let seen = match event {
        PapersEvent::PaperAdded { draft, .. } => {
            class.sees_papers()
                && draft.level <= class.clearance()
                && m.level_of(draft.item) <= class.clearance()
        }
        PapersEvent::PaperRemoved { paper }
        | PapersEvent::PaperOpened { paper, .. }
        | PapersEvent::PageRendered { paper, .. }
        | PapersEvent::PageFailed { paper, .. }
        | PapersEvent::PaperRendered { paper }
        | PapersEvent::PaperFailed { paper, .. } => sees(m, *paper, class),
    };
    seen.then(|| event.clone())
}

pub(crate) fn redact_state(m: &Meeting, view: &mut Meeting, class: ViewerClass) {
    view.papers.retain(|id, _| sees(m, *id, class));
}

fn sees(m: &Meeting, paper: PaperId, class: ViewerClass) -> bool {
    m.papers.get(&paper).is_some_and(|paper| {
        class.sees_papers()
            && paper.level <= class.clearance()
            && m.level_of(paper.item) <= class.clearance()
    })
}
