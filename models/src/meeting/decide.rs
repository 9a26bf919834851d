//! Judging a command: whether the meeting is there for who asks, what the command carries, and then its
//! topic. Never here: a topic's rule, a change of the state.

use super::{
    Act, Actor, Command, Context, Decided, Event, Meeting, Refusal, SpeechEvent, Stage, Thing,
};
use super::{
    agenda, attendance, decisions, floor, minutes, motions, papers, participants, preparation,
    session, speech, votes,
};
use crate::effects::Effect;

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    admitted(m, cx, command)?;
    #[cfg(feature = "door")]
    let command = &command.at_the_door()?;
    let mut decided = judged(m, cx, command)?;
    // Whatever ended a recording, its sound is closed in the end.
    for event in &decided.events {
        if let Event::Speech(SpeechEvent::RecordingEnded { recording }) = event {
            decided.effects.push(Effect::AwaitSound { recording: *recording });
        }
    }
    Ok(decided)
}

fn judged(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    match command {
        Command::Preparation(command) => preparation::decide(m, cx, command),
        Command::Participants(command) => participants::decide(m, cx, command),
        Command::Agenda(command) => agenda::decide(m, cx, command),
        Command::Motions(command) => motions::decide(m, cx, command),
        Command::Papers(command) => papers::decide(m, cx, command),
        Command::Attendance(command) => attendance::decide(m, cx, command),
        Command::Session(command) => session::decide(m, cx, command),
        Command::Floor(command) => floor::decide(m, cx, command),
        Command::Votes(command) => votes::decide(m, cx, command),
        Command::Speech(command) => speech::decide(m, cx, command),
        Command::Minutes(command) => minutes::decide(m, cx, command),
        Command::Decisions(command) => decisions::decide(m, cx, command),
    }
}

/// `decide` for what is pressed in the room, and nothing for the rest: a tablet that judges only
/// this need not load how minutes are drafted.
pub(super) fn decide_in_room(
    m: &Meeting,
    cx: &Context,
    command: &Command,
) -> Option<Result<Decided, Refusal>> {
    let decided = || match command {
        Command::Agenda(command) => agenda::decide_in_room(m, cx, command),
        Command::Attendance(command) => Some(attendance::decide(m, cx, command)),
        Command::Session(command) => Some(session::decide(m, cx, command)),
        Command::Floor(command) => Some(floor::decide(m, cx, command)),
        Command::Votes(command) => Some(votes::decide(m, cx, command)),
        Command::Preparation(_)
        | Command::Participants(_)
        | Command::Motions(_)
        | Command::Papers(_)
        | Command::Speech(_)
        | Command::Minutes(_)
        | Command::Decisions(_) => None,
    };
    let decided = decided()?;
    Some(admitted(m, cx, command).and(decided))
}

/// Whether the meeting is there for this actor at all.
fn admitted(m: &Meeting, cx: &Context, command: &Command) -> Result<(), Refusal> {
    use super::PreparationCommand::CreateMeeting;
    let creates = matches!(command, Command::Preparation(CreateMeeting { .. }));
    if m.stage == Stage::Blank && !creates {
        return Err(Refusal::Unknown { thing: Thing::Meeting });
    }
    // Who may not know of the meeting learns nothing of it from a refusal (R32).
    if let Actor::Person(person) = &cx.actor
        && m.stage != Stage::Blank
        && crate::visibility::class_of(m, person).is_none()
    {
        return Err(Refusal::NotAllowed { act: Act::TakePart });
    }
    Ok(())
}
