//! The floor: asking, granting, extending, pausing, ending.

use super::{RequestKind, Turn};
use crate::ids::{PersonId, RequestId};
use crate::meeting::guards::{desk, in_session, participant};
use crate::meeting::{
    Bound, Context, Decided, FloorCommand, FloorEvent, Meeting, Refusal, Thing, leaving,
};
use crate::profile::RosterMode;

/// Longest single extension or speech, in seconds.
const LONGEST_SPEECH: u32 = 4 * 3600;

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &FloorCommand,
) -> Result<Decided, Refusal> {
    match command {
        FloorCommand::AskToSpeak { kind } => ask(m, cx, kind),
        FloorCommand::WithdrawRequest { request } => {
            let by = participant(m, cx)?;
            let found = request_of(m, *request)?;
            if found.person != by.person {
                desk(m, cx).map_err(|refusal| match m.profile.roll {
                    RosterMode::Named => refusal,
                    // Who else asked is not for everyone to know here.
                    RosterMode::Counted => Refusal::Unknown { thing: Thing::Request },
                })?;
            }
            Ok(Decided::one(FloorEvent::RequestWithdrawn { request: *request }))
        }
        FloorCommand::GrantFloor { request, seconds } => {
            desk(m, cx)?;
            let found = request_of(m, *request)?;
            let (person, kind) = (found.person.clone(), found.kind.clone());
            give(m, person, kind, Some(*request), *seconds)
        }
        FloorCommand::GiveFloor { person, seconds } => {
            desk(m, cx)?;
            if !m.people.contains_key(person) {
                return Err(Refusal::Unknown { thing: Thing::Person });
            }
            let request = m.floor.requests.iter().find(|(_, r)| r.person == *person);
            let request = request.map(|(id, _)| *id);
            give(m, person.clone(), RequestKind::Speak, request, *seconds)
        }
        FloorCommand::ExtendFloor { seconds } => {
            desk(m, cx)?;
            speaking(m)?;
            if *seconds == 0 || *seconds > LONGEST_SPEECH {
                return Err(Refusal::Invalid { bound: Bound::OutOfRange });
            }
            Ok(Decided::one(FloorEvent::FloorExtended { by_ms: i64::from(*seconds) * 1000 }))
        }
        FloorCommand::PauseFloor {} => {
            desk(m, cx)?;
            match speaking(m)?.running_since {
                Some(_) => Ok(Decided::one(FloorEvent::FloorPaused {})),
                None => Err(Refusal::WrongStage),
            }
        }
        FloorCommand::ResumeFloor {} => {
            desk(m, cx)?;
            match speaking(m)?.running_since {
                None => Ok(Decided::one(FloorEvent::FloorResumed {})),
                Some(_) => Err(Refusal::WrongStage),
            }
        }
        FloorCommand::EndFloor {} => {
            let turn = speaking(m)?;
            let by = participant(m, cx)?;
            if turn.person != by.person {
                desk(m, cx)?;
            }
            Ok(Decided { events: leaving::end_of_turn(m), effects: Vec::new() })
        }
    }
}

fn ask(m: &Meeting, cx: &Context, kind: &RequestKind) -> Result<Decided, Refusal> {
    let by = participant(m, cx)?;
    in_session(m)?;
    if !m.is_present(&by.person) {
        return Err(Refusal::NotPresent { person: by.person.clone() });
    }
    not_recused(m, &by.person)?;
    if let RequestKind::Question { to } = kind
        && !crate::visibility::knows(m, &by.person, to)
    {
        return Err(Refusal::Unknown { thing: Thing::Person });
    }
    if m.floor.requests.values().any(|r| r.person == by.person) {
        return Err(Refusal::AlreadyWaiting);
    }
    Ok(Decided::one(FloorEvent::SpeechRequested {
        request: RequestId(m.floor.asked + 1),
        person: by.person.clone(),
        kind: kind.clone(),
    }))
}

fn give(
    m: &Meeting,
    person: PersonId,
    kind: RequestKind,
    request: Option<RequestId>,
    seconds: Option<u32>,
) -> Result<Decided, Refusal> {
    in_session(m)?;
    if !m.is_present(&person) {
        return Err(Refusal::NotPresent { person });
    }
    not_recused(m, &person)?;
    if m.floor.speaking.is_some() {
        return Err(Refusal::FloorTaken);
    }
    let seconds = seconds.unwrap_or(m.profile.speech_seconds);
    if seconds == 0 || seconds > LONGEST_SPEECH {
        return Err(Refusal::Invalid { bound: Bound::OutOfRange });
    }
    Ok(Decided::one(FloorEvent::FloorGranted {
        request,
        person,
        kind,
        item: m.current,
        allotted_ms: i64::from(seconds) * 1000,
    }))
}

/// A recused person doesn't speak in the item (R18).
fn not_recused(m: &Meeting, person: &PersonId) -> Result<(), Refusal> {
    let item = m.current.and_then(|id| m.items.get(&id));
    match item {
        Some(item) if item.recusals.contains_key(person) => Err(Refusal::Recused),
        _ => Ok(()),
    }
}

fn speaking(m: &Meeting) -> Result<&Turn, Refusal> {
    m.floor.speaking.as_ref().ok_or(Refusal::FloorFree)
}

fn request_of(m: &Meeting, id: RequestId) -> Result<&crate::floor::Request, Refusal> {
    m.floor.requests.get(&id).ok_or(Refusal::Unknown { thing: Thing::Request })
}
