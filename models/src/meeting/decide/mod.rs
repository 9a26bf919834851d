//! Judging commands: who may, in which stage, and what follows. One file a topic.
//! Never here: a change of the state.

mod floor;
mod instruments;
mod leaving;
mod minutes;
mod papers;
mod preparing;
mod presence;
mod session;
mod speech;
mod voting;

use super::{Act, Actor, Bound, Command, Context, Decided, Event, Meeting, Refusal, Stage, Thing};
use crate::effects::Effect;
use crate::ids::{ItemId, PersonId, Text};
use crate::people::Participant;
use crate::text::most;

/// Most people, items, papers and motions of one meeting.
const MOST_PEOPLE: usize = most::PEOPLE;
/// Most people that one command adds.
const MOST_AT_ONCE: usize = most::PEOPLE_AT_ONCE;
const MOST_THINGS: usize = most::THINGS;

/// Which file judges a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Topic {
    Preparing,
    Papers,
    Presence,
    Session,
    Floor,
    Voting,
    Speech,
    Minutes,
    Instruments,
}

fn topic(command: &Command) -> Topic {
    match command {
        Command::CreateMeeting { .. }
        | Command::ChangeParticulars { .. }
        | Command::AddParticipant { .. }
        | Command::AddParticipants { .. }
        | Command::RemoveParticipant { .. }
        | Command::AddItem { .. }
        | Command::ChangeItem { .. }
        | Command::RemoveItem { .. }
        | Command::MoveItem { .. }
        | Command::AddMotion { .. }
        | Command::ChangeMotion { .. }
        | Command::WithdrawMotion { .. }
        | Command::Convene {} => Topic::Preparing,
        Command::AddPaper { .. }
        | Command::RemovePaper { .. }
        | Command::PaperOpened { .. }
        | Command::PageRendered { .. }
        | Command::PageFailed { .. }
        | Command::PaperRendered { .. }
        | Command::PaperFailed { .. } => Topic::Papers,
        Command::CheckIn { .. } | Command::CheckOut { .. } | Command::RecordAbsence { .. } => {
            Topic::Presence
        }
        Command::OpenSession {}
        | Command::CallRecess {}
        | Command::Resume {}
        | Command::CloseSession {}
        | Command::HandOverChair { .. }
        | Command::TakeChair {}
        | Command::StartItem { .. }
        | Command::ConcludeItem { .. }
        | Command::Object { .. }
        | Command::AdoptWithoutDebate { .. }
        | Command::Recuse { .. } => Topic::Session,
        Command::AskToSpeak { .. }
        | Command::WithdrawRequest { .. }
        | Command::GrantFloor { .. }
        | Command::GiveFloor { .. }
        | Command::ExtendFloor { .. }
        | Command::PauseFloor {}
        | Command::ResumeFloor {}
        | Command::EndFloor {} => Topic::Floor,
        Command::OpenVote { .. }
        | Command::CastBallot { .. }
        | Command::CloseVote { .. }
        | Command::VoidVote { .. } => Topic::Voting,
        Command::StartRecording { .. }
        | Command::EndRecording { .. }
        | Command::StoreRecording { .. }
        | Command::ImportRecording { .. }
        | Command::CorrectSegment { .. }
        | Command::NameSpeaker { .. }
        | Command::SoundFailed { .. }
        | Command::SoundFlawed { .. }
        | Command::Transcribed { .. }
        | Command::TranscriptFinished { .. }
        | Command::TranscriptUnavailable { .. } => Topic::Speech,
        Command::DraftMinutes {}
        | Command::WriteSentence { .. }
        | Command::EditSentence { .. }
        | Command::RemoveSentence { .. }
        | Command::ApproveMinutes {}
        | Command::ReopenMinutes {} => Topic::Minutes,
        Command::PrepareDecision { .. }
        | Command::ReviseDecision { .. }
        | Command::Sign { .. }
        | Command::Publish { .. }
        | Command::InstrumentTypeset { .. }
        | Command::InstrumentFailed { .. } => Topic::Instruments,
    }
}

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    admitted(m, cx, command)?;
    #[cfg(feature = "door")]
    let command = &command.at_the_door()?;
    let mut decided = judged(m, cx, command)?;
    // Whatever ended a recording, its sound is closed in the end.
    let ended = decided.events.iter().filter_map(|event| match event {
        Event::RecordingEnded { recording } => Some(Effect::AwaitSound { recording: *recording }),
        _ => None,
    });
    decided.effects.extend(ended);
    Ok(decided)
}

fn judged(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    match topic(command) {
        Topic::Preparing => preparing::decide(m, cx, command),
        Topic::Papers => papers::decide(m, cx, command),
        Topic::Presence => presence::decide(m, cx, command),
        Topic::Session => session::decide(m, cx, command),
        Topic::Floor => floor::decide(m, cx, command),
        Topic::Voting => voting::decide(m, cx, command),
        Topic::Speech => speech::decide(m, cx, command),
        Topic::Minutes => minutes::decide(m, cx, command),
        Topic::Instruments => instruments::decide(m, cx, command),
    }
}

/// `decide` for what is pressed in the room, and nothing for the rest: a tablet that judges only
/// this need not load how minutes are drafted.
pub(super) fn decide_in_room(
    m: &Meeting,
    cx: &Context,
    command: &Command,
) -> Option<Result<Decided, Refusal>> {
    let judge = match topic(command) {
        Topic::Presence => presence::decide,
        Topic::Session => session::decide,
        Topic::Floor => floor::decide,
        Topic::Voting => voting::decide,
        Topic::Preparing | Topic::Papers | Topic::Speech | Topic::Minutes | Topic::Instruments => {
            return None;
        }
    };
    Some(admitted(m, cx, command).and_then(|()| judge(m, cx, command)))
}

/// Whether the meeting is there for this actor at all.
fn admitted(m: &Meeting, cx: &Context, command: &Command) -> Result<(), Refusal> {
    if m.stage == Stage::Blank && !matches!(command, Command::CreateMeeting { .. }) {
        return Err(Refusal::Unknown { thing: Thing::Meeting });
    }
    // Who may not know of the meeting learns nothing of it from a refusal (R32).
    if let Actor::Person(person) = &cx.actor
        && m.stage != Stage::Blank
        && crate::seen::class_of(m, person).is_none()
    {
        return Err(Refusal::NotAllowed { act: Act::TakePart });
    }
    Ok(())
}

/// Whether a participant's own row is taken, whatever the meeting is.
pub(super) fn takes(participant: &Participant) -> Result<(), Refusal> {
    #[cfg(feature = "door")]
    Command::AddParticipant { participant: participant.clone() }.at_the_door()?;
    preparing::check_participant(participant)
}

/// The participant who acts; refuses jobs and strangers.
fn participant<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    let refused = Refusal::NotAllowed { act: Act::TakePart };
    match &cx.actor {
        Actor::Person(person) => m.people.get(person).ok_or(refused),
        Actor::System | Actor::Organiser(_) => Err(refused),
    }
}

/// The secretary who acts.
fn secretary<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    participant(m, cx)
        .ok()
        .filter(|p| m.is_secretary(&p.person))
        .ok_or(Refusal::NotAllowed { act: Act::Prepare })
}

/// The chair, or the secretary at the chair's desk.
fn desk<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    participant(m, cx)
        .ok()
        .filter(|p| m.is_chair(&p.person) || m.is_secretary(&p.person))
        .ok_or(Refusal::NotAllowed { act: Act::Preside })
}

/// The chair himself.
fn chair<'m>(m: &'m Meeting, cx: &Context) -> Result<&'m Participant, Refusal> {
    participant(m, cx)
        .ok()
        .filter(|p| m.is_chair(&p.person))
        .ok_or(Refusal::NotAllowed { act: Act::Preside })
}

/// The system, reporting on a job.
fn system(cx: &Context) -> Result<(), Refusal> {
    match cx.actor {
        Actor::System => Ok(()),
        Actor::Person(_) | Actor::Organiser(_) => Err(Refusal::NotAllowed { act: Act::Report }),
    }
}

/// Who is meant: the actor himself, or somebody the desk acts for.
fn subject<'m>(
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

fn in_session(m: &Meeting) -> Result<(), Refusal> {
    match m.stage {
        Stage::InSession { .. } => Ok(()),
        _ => Err(Refusal::WrongStage),
    }
}

fn not_closed(m: &Meeting) -> Result<(), Refusal> {
    match m.stage {
        Stage::Closed { .. } => Err(Refusal::WrongStage),
        _ => Ok(()),
    }
}

fn item(m: &Meeting, id: ItemId) -> Result<&crate::agenda::Item, Refusal> {
    m.items
        .get(&id)
        .filter(|item| item.state != crate::agenda::ItemState::Removed)
        .ok_or(Refusal::Unknown { thing: Thing::Item })
}

/// An item that this participant may know of; to others it isn't there (R32).
fn visible_item<'m>(
    m: &'m Meeting,
    by: &Participant,
    id: ItemId,
) -> Result<&'m crate::agenda::Item, Refusal> {
    let class = crate::seen::class_of(m, &by.person);
    item(m, id)
        .ok()
        .filter(|item| class.is_some_and(|class| item.level <= class.clearance()))
        .ok_or(Refusal::Unknown { thing: Thing::Item })
}

fn quorum(m: &Meeting, item: Option<ItemId>) -> Result<u64, Refusal> {
    let (present, members) = (m.members_present(item), m.member_count());
    if m.profile.quorum.reached(present, members) {
        Ok(present)
    } else {
        Err(Refusal::NoQuorum { present, needed: m.profile.quorum.needed(members) })
    }
}

/// Who presides, and is there: the body decides nothing while nobody does, whoever sits at the desk.
fn presiding(m: &Meeting) -> Result<&PersonId, Refusal> {
    m.chair.as_ref().filter(|chair| m.is_present(chair)).ok_or(Refusal::NoChair)
}

fn title(text: &Text) -> Result<(), Refusal> {
    required(text)
}

fn required(text: &Text) -> Result<(), Refusal> {
    line(&text.vi, true)
}

/// How long a text may be and what may stand in it is the door's to say.
fn line(text: &str, required: bool) -> Result<(), Refusal> {
    if required && text.trim().is_empty() {
        return Err(Refusal::Invalid { bound: Bound::TextMissing });
    }
    Ok(())
}

fn room_for_more(count: usize) -> Result<(), Refusal> {
    if count >= MOST_THINGS { Err(Refusal::Invalid { bound: Bound::TooMany }) } else { Ok(()) }
}

/// The number after the highest of a map: things are never deleted, so it is never given twice.
fn next<K: Copy, V>(map: &std::collections::BTreeMap<K, V>, number: fn(K) -> u32) -> u32 {
    map.keys().next_back().map_or(0, |key| number(*key)) + 1
}
