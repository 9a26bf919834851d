//! Papers: adding, removing, and what their jobs report. Reports can come twice.

use super::{item, next, not_closed, room_for_more, secretary, system, title};
use crate::documents::{PaperDraft, PaperState, dealt_with};
use crate::effects::Effect;
use crate::ids::PaperId;
use crate::meeting::{Command, Context, Decided, Event, Meeting, Refusal, Thing};

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    match command {
        Command::AddPaper { draft } => add(m, cx, draft),
        Command::RemovePaper { paper } => {
            secretary(m, cx)?;
            not_closed(m)?;
            match state(m, *paper)? {
                PaperState::Removed => Err(Refusal::Unknown { thing: Thing::Paper }),
                _ => Ok(Decided::one(Event::PaperRemoved { paper: *paper })),
            }
        }
        Command::PaperOpened { paper, pages } => {
            system(cx)?;
            Ok(match state(m, *paper)? {
                PaperState::Waiting | PaperState::Faulty { .. } => {
                    Decided::one(Event::PaperOpened { paper: *paper, pages: *pages })
                }
                _ => Decided::default(),
            })
        }
        Command::PageRendered { paper, index, page } => {
            system(cx)?;
            Ok(match state(m, *paper)? {
                PaperState::Rendering { pages, missing, .. }
                    if dealt_with(pages, Some(missing)) == *index =>
                {
                    let (paper, index, page) = (*paper, *index, page.clone());
                    Decided::one(Event::PageRendered { paper, index, page })
                }
                _ => Decided::default(),
            })
        }
        Command::PageFailed { paper, page, fault } => {
            system(cx)?;
            Ok(match state(m, *paper)? {
                PaperState::Rendering { total, pages, missing }
                    if dealt_with(pages, Some(missing)) == *page && page < total =>
                {
                    let (paper, page, fault) = (*paper, *page, *fault);
                    Decided::one(Event::PageFailed { paper, page, fault })
                }
                _ => Decided::default(),
            })
        }
        Command::PaperRendered { paper } => {
            system(cx)?;
            Ok(match state(m, *paper)? {
                PaperState::Rendering { total, pages, missing }
                    if dealt_with(pages, Some(missing)) == *total =>
                {
                    Decided::one(Event::PaperRendered { paper: *paper })
                }
                _ => Decided::default(),
            })
        }
        Command::PaperFailed { paper, fault, page } => {
            system(cx)?;
            Ok(match state(m, *paper)? {
                PaperState::Waiting | PaperState::Rendering { .. } => {
                    Decided::one(Event::PaperFailed { paper: *paper, fault: *fault, page: *page })
                }
                _ => Decided::default(),
            })
        }
        _ => Ok(Decided::default()),
    }
}

fn state(m: &Meeting, paper: PaperId) -> Result<&PaperState, Refusal> {
    let found = m.papers.get(&paper).ok_or(Refusal::Unknown { thing: Thing::Paper })?;
    Ok(&found.state)
}

fn add(m: &Meeting, cx: &Context, draft: &PaperDraft) -> Result<Decided, Refusal> {
    let by = secretary(m, cx)?;
    not_closed(m)?;
    room_for_more(m.papers.len())?;
    title(&draft.title)?;
    if let Some(id) = draft.item {
        item(m, id)?;
    }
    let paper = PaperId(next(&m.papers, |id| id.0));
    let event = Event::PaperAdded { paper, draft: draft.clone(), by: by.person.clone() };
    Ok(Decided::one(event).with(Effect::RenderPages { paper }))
}
