//! The session: opening, recess, closing.

use crate::agenda::ItemState;
use crate::ids::PersonId;
use crate::meeting::guards::{desk, in_session, no_vote_open, participant, quorum, takes_no_part};
use crate::meeting::{
    Act, Context, Decided, Event, Meeting, Refusal, SessionCommand, SessionEvent, Stage, Thing,
    leaving,
};
use crate::participants::{Office, Participant};

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &SessionCommand,
) -> Result<Decided, Refusal> {
    match command {
        SessionCommand::OpenSession {} => {
            desk(m, cx)?;
            if m.stage != Stage::Convened {
                return Err(Refusal::WrongStage);
            }
            let present = quorum(m, None)?;
            Ok(Decided::one(SessionEvent::SessionOpened { present, members: m.member_count() }))
        }
        SessionCommand::CallRecess {} => {
            desk(m, cx)?;
            in_session(m)?;
            no_vote_open(m)?;
            let mut events = leaving::end_of_speech(m);
            events.extend(leaving::end_of_recordings(m, &events));
            events.push(Event::Session(SessionEvent::RecessCalled {}));
            Ok(Decided { events, effects: Vec::new() })
        }
        SessionCommand::Resume {} => {
            desk(m, cx)?;
            if !matches!(m.stage, Stage::Recess { .. }) {
                return Err(Refusal::WrongStage);
            }
            let present = quorum(m, None)?;
            Ok(Decided::one(SessionEvent::SessionResumed { present, members: m.member_count() }))
        }
        SessionCommand::CloseSession {} => close(m, cx),
        SessionCommand::HandOverChair { to } => hand_over(m, cx, to),
        SessionCommand::TakeChair {} => take_chair(m, cx),
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
    let mut events = leaving::end_of_speech(m);
    events.extend(leaving::end_of_recordings(m, &events));
    let (present, members) = (m.members_present(None), m.member_count());
    events.push(Event::Session(SessionEvent::SessionClosed { present, members }));
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
    Ok(Decided::one(SessionEvent::ChairHandedOver { to: heir.person.clone() }))
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
