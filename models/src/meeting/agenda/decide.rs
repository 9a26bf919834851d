//! Items in the session: starting, concluding, consent, recusal.
//! Never here: preparing them (`preparing`).

use super::{Conclusion, Item, ItemKind, ItemState, ItemWords, Level, preparing};
use crate::ids::{ItemId, PersonId};
use crate::meeting::guards::{
    desk, filled, in_session, item, no_vote_open, not_closed, participant, presiding, quorum,
    subject, takes_no_part, visible_item,
};
use crate::meeting::{
    AgendaCommand, AgendaEvent, Context, Decided, Event, Meeting, Refusal, SessionEvent, Stage,
    leaving,
};
use crate::motions::MotionState;
use crate::participants::Office;

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &AgendaCommand,
) -> Result<Decided, Refusal> {
    match command {
        AgendaCommand::AddItem { draft } => preparing::add(m, cx, draft),
        AgendaCommand::ChangeItem { item, title, presenter, unit, minutes_planned, seen } => {
            let new = ItemWords {
                title: title.clone(),
                presenter: presenter.clone(),
                unit: unit.clone(),
                minutes_planned: *minutes_planned,
            };
            preparing::change(m, cx, *item, new, *seen)
        }
        AgendaCommand::RemoveItem { item, seen } => preparing::remove(m, cx, *item, *seen),
        AgendaCommand::MoveItem { item, to } => preparing::move_to(m, cx, *item, *to),
        AgendaCommand::StartItem { item } => start(m, cx, *item),
        AgendaCommand::ConcludeItem { item, conclusion } => conclude(m, cx, *item, conclusion),
        AgendaCommand::Object { item } => object(m, cx, *item),
        AgendaCommand::AdoptWithoutDebate { item } => adopt(m, cx, *item),
        AgendaCommand::Recuse { item, person, reason } => {
            recuse(m, cx, *item, person.as_ref(), reason)
        }
    }
}

/// What is pressed in the room; nothing for what the office prepares.
pub(in crate::meeting) fn decide_in_room(
    m: &Meeting,
    cx: &Context,
    command: &AgendaCommand,
) -> Option<Result<Decided, Refusal>> {
    match command {
        AgendaCommand::StartItem { item } => Some(start(m, cx, *item)),
        AgendaCommand::ConcludeItem { item, conclusion } => {
            Some(conclude(m, cx, *item, conclusion))
        }
        AgendaCommand::Object { item } => Some(object(m, cx, *item)),
        AgendaCommand::AdoptWithoutDebate { item } => Some(adopt(m, cx, *item)),
        AgendaCommand::Recuse { item, person, reason } => {
            Some(recuse(m, cx, *item, person.as_ref(), reason))
        }
        AgendaCommand::AddItem { .. }
        | AgendaCommand::ChangeItem { .. }
        | AgendaCommand::RemoveItem { .. }
        | AgendaCommand::MoveItem { .. } => None,
    }
}

fn object(m: &Meeting, cx: &Context, id: ItemId) -> Result<Decided, Refusal> {
    let by = participant(m, cx)?;
    if !by.is_member() {
        return Err(Refusal::NotEntitled);
    }
    let found = unsettled_consent(m, id)?;
    if found.objections.contains(&by.person) {
        return Err(Refusal::AlreadyExists);
    }
    Ok(Decided::one(AgendaEvent::Objected { item: id, person: by.person.clone() }))
}

fn adopt(m: &Meeting, cx: &Context, id: ItemId) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    in_session(m)?;
    no_vote_open(m)?;
    quorum(m, Some(id))?;
    presiding(m)?;
    let found = unsettled_consent(m, id)?;
    chair_not_recused(m, found)?;
    if let Some(person) = found.objections.first() {
        return Err(Refusal::ObjectionRaised { person: person.clone() });
    }
    if m.current.is_some() && m.current != Some(id) {
        return Err(Refusal::AnotherItemOpen);
    }
    let mut events = Vec::new();
    if m.current == Some(id) {
        events = leaving::end_of_speech(m);
        let conclusion = Conclusion::Decided;
        events.push(Event::Agenda(AgendaEvent::ItemConcluded { item: id, conclusion }));
    }
    events.push(Event::Agenda(AgendaEvent::AdoptedWithoutDebate { item: id }));
    Ok(Decided { events, effects: Vec::new() })
}

fn start(m: &Meeting, cx: &Context, id: ItemId) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    in_session(m)?;
    let found = item(m, id)?;
    chair_not_recused(m, found)?;
    match found.state {
        ItemState::Waiting => {}
        ItemState::Open { .. } => return Err(Refusal::ItemAlreadyOpen),
        ItemState::AdoptedWithoutDebate { .. }
        | ItemState::Concluded { .. }
        | ItemState::Removed => return Err(Refusal::ItemSettled),
    }
    if m.current.is_some() {
        return Err(Refusal::AnotherItemOpen);
    }
    let mut events: Vec<Event> =
        found.recusals.keys().flat_map(|person| leaving::of_item(m, person)).collect();
    if found.level > Level::Internal {
        events.extend(leaving::end_of_recordings(m, &events));
    }
    events.push(Event::Agenda(AgendaEvent::ItemStarted { item: id }));
    Ok(Decided { events, effects: Vec::new() })
}

fn conclude(m: &Meeting, cx: &Context, id: ItemId, how: &Conclusion) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    if !matches!(m.stage, Stage::InSession { .. } | Stage::Recess { .. }) {
        return Err(Refusal::WrongStage);
    }
    let found = item(m, id)?;
    match (&found.state, how) {
        (ItemState::Open { .. }, _) => {}
        // Only what was dealt with can be decided; the other endings need no debate.
        (ItemState::Waiting, Conclusion::Decided | Conclusion::Discussed) => {
            return Err(Refusal::ItemNotOpen);
        }
        (ItemState::Waiting, _) => {}
        _ => return Err(Refusal::ItemSettled),
    }
    if let Conclusion::Deferred { until } = how {
        filled(until)?;
    }
    if m.current == Some(id) {
        no_vote_open(m)?;
    }
    let mut events = if m.current == Some(id) { leaving::end_of_speech(m) } else { Vec::new() };
    events.push(Event::Agenda(AgendaEvent::ItemConcluded {
        item: id,
        conclusion: concluded(m, id, how),
    }));
    Ok(Decided { events, effects: Vec::new() })
}

/// Whether an item was decided is read off its votes, whatever the button said (R8).
fn concluded(m: &Meeting, id: ItemId, how: &Conclusion) -> Conclusion {
    let was_held = |state: MotionState| match state {
        MotionState::Adopted
        | MotionState::Rejected
        | MotionState::Undecided
        | MotionState::AdoptedWithoutDebate => true,
        MotionState::Proposed | MotionState::Voting | MotionState::Withdrawn => false,
    };
    match how {
        Conclusion::Decided | Conclusion::Discussed => {
            let mut own = m.motions.values().filter(|motion| motion.item == Some(id));
            if own.any(|motion| was_held(motion.state)) {
                Conclusion::Decided
            } else {
                Conclusion::Discussed
            }
        }
        Conclusion::Deferred { .. } | Conclusion::Withdrawn | Conclusion::CarriedOver => {
            how.clone()
        }
    }
}

fn recuse(
    m: &Meeting,
    cx: &Context,
    id: ItemId,
    person: Option<&PersonId>,
    reason: &str,
) -> Result<Decided, Refusal> {
    let (who, _) = subject(m, cx, person)?;
    not_closed(m)?;
    filled(reason)?;
    let found = visible_item(m, participant(m, cx)?, id)?;
    if found.is_settled() {
        return Err(Refusal::ItemSettled);
    }
    if found.recusals.contains_key(&who.person) {
        return Err(Refusal::AlreadyRecused);
    }
    // Terms of an open vote are frozen (R9): who discovers a conflict then waits for its end.
    if m.open_vote().is_some_and(|(_, vote)| vote.item == Some(id)) {
        return Err(Refusal::VoteOpen);
    }
    let mut events = Vec::new();
    if m.current == Some(id) {
        if m.is_chair(&who.person) {
            // A chair who recuses himself hands over (R19): to the vice chair, or first to whom he
            // names where there is none or more than one.
            let to = only_deputy(m, id).ok_or(Refusal::NoChair)?;
            events.push(Event::Session(SessionEvent::ChairHandedOver { to }));
        }
        events.extend(leaving::of_item(m, &who.person));
    }
    let (person, reason) = (who.person.clone(), reason.to_owned());
    events.push(Event::Agenda(AgendaEvent::Recused { item: id, person, reason }));
    Ok(Decided { events, effects: Vec::new() })
}

/// The vice chair who can preside over an item, if there is exactly one.
fn only_deputy(m: &Meeting, item: ItemId) -> Option<PersonId> {
    let mut deputies = m.people.values().filter(|row| {
        let can = row.is_member() && m.is_present(&row.person) && !m.is_chair(&row.person);
        row.office == Some(Office::ViceChair) && can && !takes_no_part(m, Some(item), &row.person)
    });
    let first = deputies.next()?;
    deputies.next().is_none().then(|| first.person.clone())
}

fn unsettled_consent(m: &Meeting, id: ItemId) -> Result<&Item, Refusal> {
    let found = item(m, id)?;
    match found.kind {
        ItemKind::Consent if found.is_settled() => Err(Refusal::ItemSettled),
        ItemKind::Consent => Ok(found),
        ItemKind::Regular | ItemKind::Urgent { .. } => Err(Refusal::NotAConsentItem),
    }
}

/// A chair who is recused in an item hands over before it is dealt with (R19).
fn chair_not_recused(m: &Meeting, item: &Item) -> Result<(), Refusal> {
    match &m.chair {
        Some(chair) if item.recusals.contains_key(chair) => Err(Refusal::Recused),
        _ => Ok(()),
    }
}
