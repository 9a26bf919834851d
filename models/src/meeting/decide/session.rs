//! The session: opening, recess, closing, and the items in it.

use super::{chair, desk, in_session, item, line, participant, quorum, subject, visible_item};
use crate::agenda::{Conclusion, Item, ItemKind, ItemState};
use crate::ids::{ItemId, PersonId};
use crate::meeting::{Command, Context, Decided, Event, Meeting, Refusal, Stage, Thing};

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    match command {
        Command::OpenSession {} => {
            desk(m, cx)?;
            if m.stage != Stage::Convened {
                return Err(Refusal::WrongStage);
            }
            let present = quorum(m, None)?;
            Ok(Decided::one(Event::SessionOpened { present, members: m.member_count() }))
        }
        Command::CallRecess {} => {
            desk(m, cx)?;
            in_session(m)?;
            no_vote_open(m)?;
            let mut events = end_of_speech(m);
            events.push(Event::RecessCalled {});
            Ok(Decided { events, effects: Vec::new() })
        }
        Command::Resume {} => {
            desk(m, cx)?;
            if !matches!(m.stage, Stage::Recess { .. }) {
                return Err(Refusal::WrongStage);
            }
            let present = quorum(m, None)?;
            Ok(Decided::one(Event::SessionResumed { present, members: m.member_count() }))
        }
        Command::CloseSession {} => close(m, cx),
        Command::HandOverChair { to } => hand_over(m, cx, to),
        Command::StartItem { item } => start(m, cx, *item),
        Command::ConcludeItem { item, conclusion } => conclude(m, cx, *item, conclusion),
        Command::Object { item: id } => {
            let by = participant(m, cx)?;
            if !by.is_member() {
                return Err(Refusal::NotEntitled);
            }
            let found = unsettled_consent(m, *id)?;
            if found.objections.contains(&by.person) {
                return Err(Refusal::AlreadyExists);
            }
            Ok(Decided::one(Event::Objected { item: *id, person: by.person.clone() }))
        }
        Command::AdoptWithoutDebate { item: id } => {
            desk(m, cx)?;
            in_session(m)?;
            no_vote_open(m)?;
            quorum(m, Some(*id))?;
            let found = unsettled_consent(m, *id)?;
            if let Some(person) = found.objections.first() {
                return Err(Refusal::ObjectionRaised { person: person.clone() });
            }
            if m.current.is_some() && m.current != Some(*id) {
                return Err(Refusal::AnotherItemOpen);
            }
            let mut events = Vec::new();
            if m.current == Some(*id) {
                events = end_of_speech(m);
                let conclusion = Conclusion::Decided;
                events.push(Event::ItemConcluded { item: *id, conclusion });
            }
            events.push(Event::AdoptedWithoutDebate { item: *id });
            Ok(Decided { events, effects: Vec::new() })
        }
        Command::Recuse { item, person, reason } => recuse(m, cx, *item, person.as_ref(), reason),
        _ => Ok(Decided::default()),
    }
}

fn close(m: &Meeting, cx: &Context) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    if !matches!(m.stage, Stage::InSession { .. } | Stage::Recess { .. }) {
        return Err(Refusal::WrongStage);
    }
    no_vote_open(m)?;
    let open = m.items.values().filter(|item| !item.is_settled()).count();
    if open > 0 {
        return Err(Refusal::ItemsStillOpen { count: u32::try_from(open).unwrap_or(u32::MAX) });
    }
    let mut events = end_of_speech(m);
    let (present, members) = (m.members_present(None), m.member_count());
    events.push(Event::SessionClosed { present, members });
    Ok(Decided { events, effects: Vec::new() })
}

fn hand_over(m: &Meeting, cx: &Context, to: &PersonId) -> Result<Decided, Refusal> {
    chair(m, cx)?;
    let heir = m.people.get(to).ok_or(Refusal::Unknown { thing: Thing::Person })?;
    if !heir.is_member() {
        return Err(Refusal::NotEntitled);
    }
    if !m.is_present(to) {
        return Err(Refusal::NotPresent { person: to.clone() });
    }
    no_vote_open(m)?;
    Ok(Decided::one(Event::ChairHandedOver { to: to.clone() }))
}

fn start(m: &Meeting, cx: &Context, id: ItemId) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    in_session(m)?;
    let found = item(m, id)?;
    chair_not_recused(m, found)?;
    match found.state {
        ItemState::Waiting => {}
        ItemState::Open { .. } => return Err(Refusal::ItemAlreadyOpen),
        _ => return Err(Refusal::ItemSettled),
    }
    if m.current.is_some() {
        return Err(Refusal::AnotherItemOpen);
    }
    Ok(Decided::one(Event::ItemStarted { item: id }))
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
        (ItemState::Waiting, Conclusion::Decided) => return Err(Refusal::ItemNotOpen),
        (ItemState::Waiting, _) => {}
        _ => return Err(Refusal::ItemSettled),
    }
    if let Conclusion::Deferred { until } = how {
        line(until, true)?;
    }
    if m.current == Some(id) {
        no_vote_open(m)?;
    }
    let mut events = if m.current == Some(id) { end_of_speech(m) } else { Vec::new() };
    events.push(Event::ItemConcluded { item: id, conclusion: how.clone() });
    Ok(Decided { events, effects: Vec::new() })
}

fn recuse(
    m: &Meeting,
    cx: &Context,
    id: ItemId,
    person: Option<&PersonId>,
    reason: &str,
) -> Result<Decided, Refusal> {
    let (who, _) = subject(m, cx, person)?;
    super::not_closed(m)?;
    line(reason, true)?;
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
    if m.current == Some(id) && m.is_chair(&who.person) {
        // A chair who recuses himself hands over first (R19).
        return Err(Refusal::NoChair);
    }
    let (person, reason) = (who.person.clone(), reason.to_owned());
    Ok(Decided::one(Event::Recused { item: id, person, reason }))
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

pub(super) fn no_vote_open(m: &Meeting) -> Result<(), Refusal> {
    if m.open_vote().is_some() { Err(Refusal::VoteOpen) } else { Ok(()) }
}

fn end_of_speech(m: &Meeting) -> Vec<Event> {
    if m.floor.speaking.is_some() { vec![Event::FloorEnded {}] } else { Vec::new() }
}
