//! The session: opening, recess, closing, and the items in it.

use super::{
    desk, in_session, item, leaving, line, participant, presiding, quorum, subject, visible_item,
};
use crate::agenda::{Conclusion, Item, ItemKind, ItemState, Level};
use crate::ids::{ItemId, PersonId};
use crate::meeting::{Act, Command, Context, Decided, Event, Meeting, Refusal, Stage, Thing};
use crate::people::{Office, Participant};
use crate::votes::MotionState;

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
            events.extend(leaving::end_of_recordings(m, &events));
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
        Command::TakeChair {} => take_chair(m, cx),
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
            presiding(m)?;
            let found = unsettled_consent(m, *id)?;
            chair_not_recused(m, found)?;
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
    events.extend(leaving::end_of_recordings(m, &events));
    let (present, members) = (m.members_present(None), m.member_count());
    events.push(Event::SessionClosed { present, members });
    Ok(Decided { events, effects: Vec::new() })
}

fn hand_over(m: &Meeting, cx: &Context, to: &PersonId) -> Result<Decided, Refusal> {
    let by = desk(m, cx)?;
    // The secretary appoints only where the chair can't do it himself.
    if !m.is_chair(&by.person) && !is_hindered(m) {
        return Err(Refusal::NotAllowed { act: Act::Preside });
    }
    let heir = m.people.get(to).ok_or(Refusal::Unknown { thing: Thing::Person })?;
    succeed(m, heir)
}

/// A vice chair steps in where the chair can't preside; the appointed chair, once he can, takes the
/// chair back from whoever has it.
fn take_chair(m: &Meeting, cx: &Context) -> Result<Decided, Refusal> {
    let by = participant(m, cx)?;
    if matches!(m.stage, Stage::Preparing | Stage::Closed { .. }) {
        return Err(Refusal::WrongStage);
    }
    let may = match by.office {
        Some(Office::Chair) => true,
        Some(Office::ViceChair) => is_hindered(m),
        Some(Office::Secretary) | None => false,
    };
    if !may {
        return Err(Refusal::NotAllowed { act: Act::Preside });
    }
    if m.is_chair(&by.person) {
        return Err(Refusal::AlreadyExists);
    }
    succeed(m, by)
}

fn succeed(m: &Meeting, heir: &Participant) -> Result<Decided, Refusal> {
    if !heir.is_member() {
        return Err(Refusal::NotEntitled);
    }
    if !m.is_present(&heir.person) {
        return Err(Refusal::NotPresent { person: heir.person.clone() });
    }
    if takes_no_part(m, m.current, &heir.person) {
        return Err(Refusal::Recused);
    }
    no_vote_open(m)?;
    Ok(Decided::one(Event::ChairHandedOver { to: heir.person.clone() }))
}

/// Whether there is nobody in the chair who can preside over what the room is at, or comes to next.
fn is_hindered(m: &Meeting) -> bool {
    let next = m
        .agenda
        .iter()
        .copied()
        .find(|id| m.items.get(id).is_some_and(|item| item.state == ItemState::Waiting));
    m.chair
        .as_ref()
        .is_none_or(|chair| !m.is_present(chair) || takes_no_part(m, m.current.or(next), chair))
}

fn takes_no_part(m: &Meeting, item: Option<ItemId>, person: &PersonId) -> bool {
    let item = item.and_then(|id| m.items.get(&id));
    item.is_some_and(|item| item.recusals.contains_key(person))
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
    let mut events: Vec<Event> =
        found.recusals.keys().flat_map(|person| leaving::of_item(m, person)).collect();
    if found.level > Level::Internal {
        events.extend(leaving::end_of_recordings(m, &events));
    }
    events.push(Event::ItemStarted { item: id });
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
        line(until, true)?;
    }
    if m.current == Some(id) {
        no_vote_open(m)?;
    }
    let mut events = if m.current == Some(id) { end_of_speech(m) } else { Vec::new() };
    events.push(Event::ItemConcluded { item: id, conclusion: concluded(m, id, how) });
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
    let mut events = Vec::new();
    if m.current == Some(id) {
        if m.is_chair(&who.person) {
            // A chair who recuses himself hands over (R19): to the vice chair, or first to whom he
            // names where there is none or more than one.
            let to = only_deputy(m, id).ok_or(Refusal::NoChair)?;
            events.push(Event::ChairHandedOver { to });
        }
        events.extend(leaving::of_item(m, &who.person));
    }
    let (person, reason) = (who.person.clone(), reason.to_owned());
    events.push(Event::Recused { item: id, person, reason });
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

pub(super) fn no_vote_open(m: &Meeting) -> Result<(), Refusal> {
    if m.open_vote().is_some() { Err(Refusal::VoteOpen) } else { Ok(()) }
}

fn end_of_speech(m: &Meeting) -> Vec<Event> {
    if m.floor.speaking.is_some() { leaving::end_of_turn(m) } else { Vec::new() }
}
