//! Items while the office prepares them, and late ones (R23).

use super::{ItemDraft, ItemKind, ItemState, ItemWords};
use crate::ids::{Digest, ItemId};
use crate::meeting::guards::{item, known, next, not_closed, required, room_for_more, secretary};
use crate::meeting::{
    AgendaEvent, Bound, Context, Decided, Edition, Event, Meeting, MotionsEvent, Refusal, Stage,
};
use crate::motions::MotionState;

pub(super) fn add(m: &Meeting, cx: &Context, draft: &ItemDraft) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    not_closed(m)?;
    room_for_more(m.items.len())?;
    required(&draft.title)?;
    known(m, draft.presenter.as_ref())?;
    if let ItemKind::Urgent { proposer, reason } = &draft.kind {
        known(m, Some(proposer))?;
        required(reason)?;
    } else if m.stage != Stage::Preparing {
        // After convening an item is late: it needs a proposer and a reason (R23).
        return Err(Refusal::WrongStage);
    }
    let item = ItemId(next(&m.items, |id| id.0));
    Ok(Decided::one(AgendaEvent::ItemAdded { item, content: draft.begin() }))
}

pub(super) fn change(
    m: &Meeting,
    cx: &Context,
    id: ItemId,
    new: ItemWords,
    seen: Option<Digest>,
) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    waiting(m, id)?;
    required(&new.title)?;
    known(m, new.presenter.as_ref())?;
    let (now, edited) = (Edition::of_item(item(m, id)?), Edition::Item(new.clone()));
    now.give_way(seen, Some(&edited))?;
    let ItemWords { title, presenter, unit, minutes_planned } = new;
    Ok(Decided::one(AgendaEvent::ItemChanged { item: id, title, presenter, unit, minutes_planned }))
}

pub(super) fn remove(
    m: &Meeting,
    cx: &Context,
    id: ItemId,
    seen: Option<Digest>,
) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    if m.stage != Stage::Preparing {
        return Err(Refusal::WrongStage);
    }
    waiting(m, id)?;
    Edition::of_item(item(m, id)?).give_way(seen, None)?;
    let mut events = vec![Event::Agenda(AgendaEvent::ItemRemoved { item: id })];
    let motions = m.motions.iter().filter(|(_, motion)| motion.item == Some(id));
    let proposed = motions.filter(|(_, motion)| motion.state == MotionState::Proposed);
    events.extend(
        proposed
            .map(|(motion, _)| Event::Motions(MotionsEvent::MotionWithdrawn { motion: *motion })),
    );
    Ok(Decided { events, effects: Vec::new() })
}

pub(super) fn move_to(m: &Meeting, cx: &Context, id: ItemId, to: u32) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    not_closed(m)?;
    waiting(m, id)?;
    let mut agenda = m.agenda.clone();
    agenda.retain(|other| *other != id);
    let to = usize::try_from(to).unwrap_or(usize::MAX);
    if to > agenda.len() {
        return Err(Refusal::Invalid { bound: Bound::OutOfRange });
    }
    agenda.insert(to, id);
    Ok(Decided::one(AgendaEvent::AgendaOrdered { agenda }))
}

fn waiting(m: &Meeting, id: ItemId) -> Result<(), Refusal> {
    match item(m, id)?.state {
        ItemState::Waiting => Ok(()),
        ItemState::Open { .. } => Err(Refusal::ItemAlreadyOpen),
        ItemState::AdoptedWithoutDebate { .. }
        | ItemState::Concluded { .. }
        | ItemState::Removed => Err(Refusal::ItemSettled),
    }
}
