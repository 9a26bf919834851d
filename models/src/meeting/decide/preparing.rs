//! Preparing a meeting: particulars, participants, agenda, motions, convening.

use super::{
    MOST_AT_ONCE, MOST_PEOPLE, item, next, not_closed, required, room_for_more, secretary, title,
};
use crate::agenda::{ItemDraft, ItemKind, ItemState};
use crate::ids::{Digest, ItemId, MotionId, PersonId};
use crate::meeting::{
    Act, Actor, Bound, Command, Context, Decided, Edition, Event, Meeting, Particulars, Refusal,
    Stage, Thing,
};
use crate::people::{Office, Participant, Standing};
use crate::profile::{Profile, Threshold};
use crate::votes::{Motion, MotionDraft, MotionState};
use std::collections::BTreeMap;

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    match command {
        Command::CreateMeeting { particulars, profile, people } => {
            create(m, cx, particulars, profile, people)
        }
        Command::ChangeParticulars { particulars, seen } => {
            secretary(m, cx)?;
            not_closed(m)?;
            check_particulars(particulars)?;
            m.edition().give_way(*seen, command.edition().as_ref())?;
            Ok(Decided::one(Event::ParticularsChanged { particulars: particulars.clone() }))
        }
        Command::AddParticipant { participant } => {
            add_participants(m, cx, std::slice::from_ref(participant))
        }
        Command::AddParticipants { participants } => add_participants(m, cx, participants),
        Command::RemoveParticipant { person } => remove_participant(m, cx, person),
        Command::AddItem { draft } => add_item(m, cx, draft),
        Command::ChangeItem { item, .. } => change_item(m, cx, *item, command),
        Command::RemoveItem { item, seen } => remove_item(m, cx, *item, *seen),
        Command::MoveItem { item: id, to } => move_item(m, cx, *id, *to),
        Command::AddMotion { draft } => add_motion(m, cx, draft),
        Command::ChangeMotion { motion, text, seen } => {
            secretary(m, cx)?;
            let found = proposed(m, *motion)?;
            required(text)?;
            let now = Edition::Motion { text: found.text.clone() };
            now.give_way(*seen, command.edition().as_ref())?;
            Ok(Decided::one(Event::MotionChanged { motion: *motion, text: text.clone() }))
        }
        Command::WithdrawMotion { motion, seen } => {
            super::desk(m, cx)?;
            let found = proposed(m, *motion)?;
            Edition::Motion { text: found.text.clone() }.give_way(*seen, None)?;
            Ok(Decided::one(Event::MotionWithdrawn { motion: *motion }))
        }
        _ => convene(m, cx),
    }
}

fn create(
    m: &Meeting,
    cx: &Context,
    particulars: &Particulars,
    profile: &Profile,
    people: &[Participant],
) -> Result<Decided, Refusal> {
    if !matches!(cx.actor, Actor::Organiser(_)) {
        return Err(Refusal::NotAllowed { act: Act::Prepare });
    }
    if m.stage != Stage::Blank {
        return Err(Refusal::AlreadyExists);
    }
    check_particulars(particulars)?;
    check_profile(profile)?;
    if people.len() > MOST_PEOPLE {
        return Err(Refusal::Invalid { bound: Bound::TooMany });
    }
    let mut seen = std::collections::BTreeSet::new();
    for participant in people {
        check_participant(participant)?;
        if !seen.insert(&participant.person) {
            return Err(Refusal::AlreadyExists);
        }
    }
    if !people.iter().any(|p| p.office == Some(Office::Secretary)) {
        return Err(Refusal::NoSecretary);
    }
    if people.iter().filter(|p| p.office == Some(Office::Chair)).count() > 1 {
        return Err(Refusal::TwoChairs);
    }
    Ok(Decided::one(Event::MeetingCreated {
        particulars: particulars.clone(),
        profile: profile.clone(),
        people: people.to_vec(),
    }))
}

fn check_particulars(particulars: &Particulars) -> Result<(), Refusal> {
    title(&particulars.title)?;
    title(&particulars.body)
}

fn check_profile(profile: &Profile) -> Result<(), Refusal> {
    let sound = |threshold: &Threshold| {
        threshold.denominator > 0 && threshold.numerator <= threshold.denominator
    };
    if sound(&profile.quorum) && sound(&profile.majority.threshold) && !profile.choices.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid { bound: Bound::OutOfRange })
    }
}

pub(super) fn check_participant(participant: &Participant) -> Result<(), Refusal> {
    if !participant.person.is_well_formed() {
        return Err(Refusal::Invalid { bound: Bound::NotAnIdentifier });
    }
    super::line(&participant.name, true)
}

fn add_participants(m: &Meeting, cx: &Context, new: &[Participant]) -> Result<Decided, Refusal> {
    let by = secretary(m, cx)?;
    not_closed(m)?;
    if new.is_empty() {
        return Err(Refusal::Invalid { bound: Bound::TooFew });
    }
    if new.len() > MOST_AT_ONCE {
        return Err(Refusal::Invalid { bound: Bound::TooMany });
    }
    let mut added = BTreeMap::new();
    let mut events = Vec::with_capacity(new.len());
    for participant in new {
        addable(m, &by.person, &added, participant)?;
        if added.insert(&participant.person, participant).is_some() {
            return Err(Refusal::AlreadyExists);
        }
        events.push(Event::ParticipantAdded { participant: participant.clone() });
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
    if m.people.len() + added.len() >= MOST_PEOPLE {
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
    Ok(Decided::one(Event::ParticipantRemoved { person: person.clone() }))
}

fn add_item(m: &Meeting, cx: &Context, draft: &ItemDraft) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    not_closed(m)?;
    room_for_more(m.items.len())?;
    title(&draft.title)?;
    known(m, draft.presenter.as_ref())?;
    if let ItemKind::Urgent { proposer, reason } = &draft.kind {
        known(m, Some(proposer))?;
        required(reason)?;
    } else if m.stage != Stage::Preparing {
        // After convening an item is late: it needs a proposer and a reason (R23).
        return Err(Refusal::WrongStage);
    }
    let item = ItemId(next(&m.items, |id| id.0));
    Ok(Decided::one(Event::ItemAdded { item, content: draft.begin() }))
}

fn change_item(
    m: &Meeting,
    cx: &Context,
    id: ItemId,
    command: &Command,
) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    let Command::ChangeItem { title: new, presenter, unit, minutes_planned, seen, .. } = command
    else {
        return Ok(Decided::default());
    };
    waiting(m, id)?;
    title(new)?;
    known(m, presenter.as_ref())?;
    Edition::of_item(item(m, id)?).give_way(*seen, command.edition().as_ref())?;
    Ok(Decided::one(Event::ItemChanged {
        item: id,
        title: new.clone(),
        presenter: presenter.clone(),
        unit: unit.clone(),
        minutes_planned: *minutes_planned,
    }))
}

fn remove_item(
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
    let mut events = vec![Event::ItemRemoved { item: id }];
    let motions = m.motions.iter().filter(|(_, motion)| motion.item == Some(id));
    let proposed = motions.filter(|(_, motion)| motion.state == MotionState::Proposed);
    events.extend(proposed.map(|(motion, _)| Event::MotionWithdrawn { motion: *motion }));
    Ok(Decided { events, effects: Vec::new() })
}

fn move_item(m: &Meeting, cx: &Context, id: ItemId, to: u32) -> Result<Decided, Refusal> {
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
    Ok(Decided::one(Event::AgendaOrdered { agenda }))
}

fn add_motion(m: &Meeting, cx: &Context, draft: &MotionDraft) -> Result<Decided, Refusal> {
    super::desk(m, cx)?;
    not_closed(m)?;
    room_for_more(m.motions.len())?;
    required(&draft.text)?;
    if let Some(id) = draft.item
        && item(m, id)?.is_settled()
    {
        return Err(Refusal::ItemSettled);
    }
    if let Some(amended) = draft.amends {
        proposed(m, amended)?;
    }
    let rule = draft.rule.unwrap_or(m.profile.majority);
    if rule.threshold.denominator == 0 || rule.threshold.numerator > rule.threshold.denominator {
        return Err(Refusal::Invalid { bound: Bound::OutOfRange });
    }
    let content = Motion {
        item: draft.item,
        text: draft.text.clone(),
        ballot: draft.ballot,
        rule,
        amends: draft.amends,
        state: MotionState::Proposed,
    };
    Ok(Decided::one(Event::MotionAdded { motion: MotionId(next(&m.motions, |id| id.0)), content }))
}

fn convene(m: &Meeting, cx: &Context) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    if m.stage != Stage::Preparing {
        return Err(Refusal::WrongStage);
    }
    if m.agenda.is_empty() {
        return Err(Refusal::AgendaEmpty);
    }
    if m.chair.is_none() {
        return Err(Refusal::NoChair);
    }
    Ok(Decided::one(Event::Convened {}))
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

fn proposed(m: &Meeting, id: MotionId) -> Result<&Motion, Refusal> {
    let motion = m.motions.get(&id).ok_or(Refusal::Unknown { thing: Thing::Motion })?;
    match motion.state {
        MotionState::Proposed => Ok(motion),
        _ => Err(Refusal::MotionNotOpenToVote),
    }
}

fn known(m: &Meeting, person: Option<&PersonId>) -> Result<(), Refusal> {
    match person {
        Some(person) if !m.people.contains_key(person) => {
            Err(Refusal::Unknown { thing: Thing::Person })
        }
        _ => Ok(()),
    }
}
