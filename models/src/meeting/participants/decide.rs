//! Who takes part: adding and removing, while the meeting is prepared.

use super::{Office, Participant, Standing};
use crate::ids::PersonId;
use crate::meeting::guards::{filled, known, not_closed, secretary};
use crate::meeting::{
    Bound, Context, Decided, Event, Meeting, ParticipantsCommand, ParticipantsEvent, Refusal, Stage,
};
use crate::text::most;
use std::collections::BTreeMap;

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &ParticipantsCommand,
) -> Result<Decided, Refusal> {
    match command {
        ParticipantsCommand::AddParticipant { participant } => {
            add_participants(m, cx, std::slice::from_ref(participant))
        }
        ParticipantsCommand::AddParticipants { participants } => {
            add_participants(m, cx, participants)
        }
        ParticipantsCommand::RemoveParticipant { person } => remove_participant(m, cx, person),
    }
}

pub(in crate::meeting) fn check_participant(participant: &Participant) -> Result<(), Refusal> {
    if !participant.person.is_well_formed() {
        return Err(Refusal::Invalid { bound: Bound::NotAnIdentifier });
    }
    filled(&participant.name)
}

fn add_participants(m: &Meeting, cx: &Context, new: &[Participant]) -> Result<Decided, Refusal> {
    let by = secretary(m, cx)?;
    not_closed(m)?;
    if new.is_empty() {
        return Err(Refusal::Invalid { bound: Bound::TooFew });
    }
    if new.len() > most::PEOPLE_AT_ONCE {
        return Err(Refusal::Invalid { bound: Bound::TooMany });
    }
    let mut added = BTreeMap::new();
    let mut events = Vec::with_capacity(new.len());
    for participant in new {
        addable(m, &by.person, &added, participant)?;
        if added.insert(&participant.person, participant).is_some() {
            return Err(Refusal::AlreadyExists);
        }
        events.push(Event::Participants(ParticipantsEvent::ParticipantAdded {
            participant: participant.clone(),
        }));
    }
    Ok(Decided { events, effects: Vec::new() })
}

/// Whether somebody can be added to the list once `added` are on it.
fn addable(
    m: &Meeting,
    by: &PersonId,
    added: &BTreeMap<&PersonId, &Participant>,
    new: &Participant,
) -> Result<(), Refusal> {
    check_participant(new)?;
    if *by == new.person && new.office != Some(Office::Secretary) {
        return Err(Refusal::NoSecretary);
    }
    if m.people.len() + added.len() >= most::PEOPLE {
        return Err(Refusal::Invalid { bound: Bound::TooMany });
    }
    // Once convened, members and offices stay as they are: quorum and rights hang on them.
    if m.stage != Stage::Preparing
        && (m.people.contains_key(&new.person) || new.is_member() || new.office.is_some())
    {
        return Err(Refusal::WrongStage);
    }
    if let Standing::Substitute { principal } = &new.standing
        && !added.contains_key(principal)
    {
        known(m, Some(principal))?;
    }
    let other_chair = |row: &Participant| {
        let row = added.get(&row.person).copied().unwrap_or(row);
        row.office == Some(Office::Chair) && row.person != new.person
    };
    let chairs = |row: &&Participant| other_chair(row);
    if new.office == Some(Office::Chair)
        && (m.people.values().any(other_chair) || added.values().any(chairs))
    {
        return Err(Refusal::TwoChairs);
    }
    Ok(())
}

fn remove_participant(m: &Meeting, cx: &Context, person: &PersonId) -> Result<Decided, Refusal> {
    let by = secretary(m, cx)?;
    known(m, Some(person))?;
    if m.stage != Stage::Preparing {
        return Err(Refusal::WrongStage);
    }
    if by.person == *person {
        return Err(Refusal::NoSecretary);
    }
    Ok(Decided::one(ParticipantsEvent::ParticipantRemoved { person: person.clone() }))
}

/// Whether a participant's own row is taken, whatever the meeting is.
pub(in crate::meeting) fn takes(participant: &Participant) -> Result<(), Refusal> {
    #[cfg(feature = "door")]
    crate::Command::from(ParticipantsCommand::AddParticipant { participant: participant.clone() })
        .at_the_door()?;
    check_participant(participant)
}
