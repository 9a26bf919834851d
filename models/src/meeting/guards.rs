//! What several topics ask before they decide: who acts, in which stage, what is there.
//! Never here: what only one topic asks.

use crate::ids::{ItemId, PersonId, Text};
use crate::meeting::{Act, Actor, Bound, Context, Meeting, Refusal, Stage, Thing};
use crate::participants::Participant;
use crate::text::most;

/// The participant who acts; refuses jobs and strangers.
pub(super) fn participant<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    let refused = Refusal::NotAllowed { act: Act::TakePart };
    match &cx.actor {
        Actor::Person(person) => m.people.get(person).ok_or(refused),
        Actor::System | Actor::Organiser(_) => Err(refused),
    }
}

/// The secretary who acts.
pub(super) fn secretary<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    participant(m, cx)
        .ok()
        .filter(|p| m.is_secretary(&p.person))
        .ok_or(Refusal::NotAllowed { act: Act::Prepare })
}

/// The chair, or the secretary at the chair's desk.
pub(super) fn desk<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    participant(m, cx)
        .ok()
        .filter(|p| m.is_chair(&p.person) || m.is_secretary(&p.person))
        .ok_or(Refusal::NotAllowed { act: Act::Preside })
}

/// The chair himself.
pub(super) fn chair<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    participant(m, cx)
        .ok()
        .filter(|p| m.is_chair(&p.person))
        .ok_or(Refusal::NotAllowed { act: Act::Preside })
}

/// The system, reporting on a job.
pub(super) fn system(cx: &Context) -> Result<(), Refusal> {
    match cx.actor {
        Actor::System => Ok(()),
        Actor::Person(_) | Actor::Organiser(_) => Err(Refusal::NotAllowed { act: Act::Report }),
    }
}

/// Who is meant: the actor himself, or somebody the desk acts for.
pub(super) fn subject<'m>(
    m: &'m Meeting,
    cx: &Context,
    named: Option<&PersonId>,
) -> Result<(&'m Participant, crate::attendance::How), Refusal> {
    let actor = participant(m, cx)?;
    match named {
        None => Ok((actor, crate::attendance::How::Own)),
        Some(person) if *person == actor.person => Ok((actor, crate::attendance::How::Own)),
        Some(person) => {
            let by = desk(m, cx)?;
            let found = m.people.get(person).ok_or(Refusal::Unknown { thing: Thing::Person })?;
            let how = crate::attendance::How::RecordedBy { person: by.person.clone() };
            Ok((found, how))
        }
    }
}

pub(super) fn in_session(m: &Meeting) -> Result<(), Refusal> {
    match m.stage {
        Stage::InSession { .. } => Ok(()),
        Stage::Blank
        | Stage::Preparing
        | Stage::Convened
        | Stage::Recess { .. }
        | Stage::Closed { .. } => Err(Refusal::WrongStage),
    }
}

pub(super) fn not_closed(m: &Meeting) -> Result<(), Refusal> {
    match m.stage {
        Stage::Closed { .. } => Err(Refusal::WrongStage),
        Stage::Blank
        | Stage::Preparing
        | Stage::Convened
        | Stage::InSession { .. }
        | Stage::Recess { .. } => Ok(()),
    }
}

pub(super) fn item(m: &Meeting, id: ItemId) -> Result<&crate::agenda::Item, Refusal> {
    m.items
        .get(&id)
        .filter(|item| item.state != crate::agenda::ItemState::Removed)
        .ok_or(Refusal::Unknown { thing: Thing::Item })
}

/// An item that this participant may know of; to others it isn't there (R32).
pub(super) fn visible_item<'m>(
    m: &'m Meeting,
    by: &Participant,
    id: ItemId,
) -> Result<&'m crate::agenda::Item, Refusal> {
    let class = crate::visibility::class_of(m, &by.person);
    item(m, id)
        .ok()
        .filter(|item| class.is_some_and(|class| item.level <= class.clearance()))
        .ok_or(Refusal::Unknown { thing: Thing::Item })
}

pub(super) fn quorum(m: &Meeting, item: Option<ItemId>) -> Result<u64, Refusal> {
    let (present, members) = (m.members_present(item), m.member_count());
    if m.profile.quorum.reached(present, members) {
        Ok(present)
    } else {
        Err(Refusal::NoQuorum { present, needed: m.profile.quorum.needed(members) })
    }
}

/// Who presides, and is there: the body decides nothing while nobody does, whoever sits at the desk.
pub(super) fn presiding(m: &Meeting) -> Result<&PersonId, Refusal> {
    m.chair.as_ref().filter(|chair| m.is_present(chair)).ok_or(Refusal::NoChair)
}

/// A text that has to be there in Vietnamese. How long it may be and what may stand in it is the
/// door's to say.
pub(super) fn required(text: &Text) -> Result<(), Refusal> {
    filled(&text.vi)
}

/// A line that has to say something.
pub(super) fn filled(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Invalid { bound: Bound::TextMissing });
    }
    Ok(())
}

pub(super) fn room_for_more(count: usize) -> Result<(), Refusal> {
    if count >= most::THINGS { Err(Refusal::Invalid { bound: Bound::TooMany }) } else { Ok(()) }
}

/// The number after the highest of a map: things are never deleted, so it is never given twice.
pub(super) fn next<K: Copy, V>(
    map: &std::collections::BTreeMap<K, V>,
    number: fn(K) -> u32,
) -> u32 {
    map.keys().next_back().map_or(0, |key| number(*key)) + 1
}

pub(super) fn no_vote_open(m: &Meeting) -> Result<(), Refusal> {
    if m.open_vote().is_some() { Err(Refusal::VoteOpen) } else { Ok(()) }
}

pub(super) fn takes_no_part(m: &Meeting, item: Option<ItemId>, person: &PersonId) -> bool {
    let item = item.and_then(|id| m.items.get(&id));
    item.is_some_and(|item| item.recusals.contains_key(person))
}

/// Somebody who is named takes part.
pub(super) fn known(m: &Meeting, person: Option<&PersonId>) -> Result<(), Refusal> {
    match person {
        Some(person) if !m.people.contains_key(person) => {
            Err(Refusal::Unknown { thing: Thing::Person })
        }
        _ => Ok(()),
    }
}
