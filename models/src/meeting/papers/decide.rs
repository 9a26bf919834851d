//! Papers: adding, removing, and what their jobs report. Reports can come twice.

use super::{PaperDraft, PaperState, dealt_with};
use crate::effects::Effect;
use crate::ids::PaperId;
use crate::meeting::guards::{item, next, not_closed, required, room_for_more, secretary, system};
use crate::meeting::{
    Context, Decided, Event, Meeting, PapersCommand, PapersEvent, Refusal, Thing,
};

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &PapersCommand,
) -> Result<Decided, Refusal> {
    match command {
        PapersCommand::AddPaper { draft } => add(m, cx, draft),
        PapersCommand::RemovePaper { paper } => {
            secretary(m, cx)?;
            not_closed(m)?;
            match state(m, *paper)? {
                PaperState::Removed => Err(Refusal::Unknown { thing: Thing::Paper }),
                PaperState::Waiting
                | PaperState::Rendering { .. }
                | PaperState::Ready { .. }
                | PaperState::Faulty { .. } => {
                    Ok(Decided::one(PapersEvent::PaperRemoved { paper: *paper }))
                }
            }
        }
        PapersCommand::PaperOpened { paper, pages } => {
            system(cx)?;
            Ok(match state(m, *paper)? {
                PaperState::Waiting | PaperState::Faulty { .. } => {
                    Decided::one(PapersEvent::PaperOpened { paper: *paper, pages: *pages })
                }
                PaperState::Rendering { .. } | PaperState::Ready { .. } | PaperState::Removed => {
                    Decided::default()
                }
            })
        }
        PapersCommand::PageRendered { paper, index, page } => {
            system(cx)?;
            Ok(match rendering(m, *paper)? {
                Some((next, _)) if next == *index => {
                    let (paper, index, page) = (*paper, *index, page.clone());
                    Decided::one(PapersEvent::PageRendered { paper, index, page })
                }
                Some(_) | None => Decided::default(),
            })
        }
        PapersCommand::PageFailed { paper, page, fault } => {
            system(cx)?;
            Ok(match rendering(m, *paper)? {
                Some((next, total)) if next == *page && next < total => {
                    let (paper, page, fault) = (*paper, *page, *fault);
                    Decided::one(PapersEvent::PageFailed { paper, page, fault })
                }
                Some(_) | None => Decided::default(),
            })
        }
        PapersCommand::PaperRendered { paper } => {
            system(cx)?;
            Ok(match rendering(m, *paper)? {
                Some((next, total)) if next == total => {
                    Decided::one(PapersEvent::PaperRendered { paper: *paper })
                }
                Some(_) | None => Decided::default(),
            })
        }
        PapersCommand::PaperFailed { paper, fault, page } => {
            system(cx)?;
            Ok(match state(m, *paper)? {
                PaperState::Waiting | PaperState::Rendering { .. } => {
                    Decided::one(PapersEvent::PaperFailed {
                        paper: *paper,
                        fault: *fault,
                        page: *page,
                    })
                }
                PaperState::Ready { .. } | PaperState::Faulty { .. } | PaperState::Removed => {
                    Decided::default()
                }
            })
        }
    }
}

fn state(m: &Meeting, paper: PaperId) -> Result<&PaperState, Refusal> {
    let found = m.papers.get(&paper).ok_or(Refusal::Unknown { thing: Thing::Paper })?;
    Ok(&found.state)
}

/// The page that is due, and how many there are, while pages are made.
fn rendering(m: &Meeting, paper: PaperId) -> Result<Option<(u32, u32)>, Refusal> {
    Ok(match state(m, paper)? {
        PaperState::Rendering { total, pages, missing } => {
            Some((dealt_with(pages, Some(missing)), *total))
        }
        PaperState::Waiting
        | PaperState::Ready { .. }
        | PaperState::Faulty { .. }
        | PaperState::Removed => None,
    })
}

fn add(m: &Meeting, cx: &Context, draft: &PaperDraft) -> Result<Decided, Refusal> {
    let by = secretary(m, cx)?;
    not_closed(m)?;
    room_for_more(m.papers.len())?;
    required(&draft.title)?;
    if let Some(id) = draft.item {
        item(m, id)?;
    }
    let paper = PaperId(next(&m.papers, |id| id.0));
    let event = Event::Papers(PapersEvent::PaperAdded {
        paper,
        draft: draft.clone(),
        by: by.person.clone(),
    });
    Ok(Decided::one(event).with(Effect::RenderPages { paper }))
}
