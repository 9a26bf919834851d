//! Simulated members: they check in, ask to speak now and then, and vote as the script has it.
//! They act through the same commands as everybody; nothing of them is special in the record. Whoever is
//! signed in acts for themselves.

use super::content::Ballots;
use super::{SOUND, Simulated};
use crate::room::RoomHandle;
use crate::store::{Blobs, Store};
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{CommandId, Digest, PersonId, Time};
use icabinet_models::meeting::{
    AttendanceCommand, FloorCommand, SpeechCommand, Stage, VotesCommand,
};
use icabinet_models::participants::Office;
use icabinet_models::rule::Choice;
use icabinet_models::speech::Language;
use icabinet_models::votes::{Ballots as Cast, VoteState};
use icabinet_models::{Actor, Command, Meeting};
use std::time::Duration;
use tokio::sync::watch;

const STEP: Duration = Duration::from_millis(400);
/// Milliseconds between one simulated member's act and the next one's.
const APART_MS: i64 = 600;

/// Plays until it is switched off or the server stops.
pub(super) async fn run(
    members: Vec<Simulated>,
    ballots: Ballots,
    room: RoomHandle,
    (store, blobs): (Store, Blobs),
    mut stopping: watch::Receiver<bool>,
) {
    let began = crate::clock::now();
    let mut beat = tokio::time::interval(STEP);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        let now = crate::clock::now();
        let Ok(signed_in) = store.signed_in(now).await else { continue };
        let by_itself = |member: &&Simulated| !signed_in.contains(&member.person);
        let members: Vec<Simulated> = members.iter().filter(by_itself).cloned().collect();
        let ballots = ballots.clone();
        let acts = room.look(move |m| acts(m, &members, &ballots, began, now)).await;
        let Ok(mut acts) = acts else { return };
        if let Ok(Some((secretary, opened))) = room.look(wants_sound).await
            && let Ok(blob) = blobs.put(bytes::Bytes::from_static(SOUND)).await
        {
            acts.push(sound(secretary, blob, opened));
        }
        for (person, command) in acts {
            let id = CommandId::from(uuid::Uuid::now_v7().to_string());
            if room.submit(Actor::Person(person), id, command).await.is_err() {
                return;
            }
        }
    }
}

/// What the simulated members do now. Each waits for his turn after what he reacts to.
fn acts(
    m: &Meeting,
    members: &[Simulated],
    ballots: &Ballots,
    began: Time,
    now: Time,
) -> Vec<(PersonId, Command)> {
    let mut acts = Vec::new();
    for member in members {
        let due = |since: Time| now.ms_since(since) >= APART_MS * i64::from(member.turn + 1);
        let person = &member.person;
        if !m.is_present(person) {
            // Who went home was sent home by somebody; he doesn't come back by himself.
            let new = m.stays.get(person).is_none_or(Vec::is_empty);
            let open = matches!(m.stage, Stage::Convened | Stage::InSession { .. });
            if open && new && due(began) {
                acts.push((
                    person.clone(),
                    Command::Attendance(AttendanceCommand::CheckIn { person: None }),
                ));
            }
            continue;
        }
        acts.extend(ballot(m, member, ballots, &due).map(|command| (person.clone(), command)));
        acts.extend(request(m, member, &due).map(|command| (person.clone(), command)));
    }
    acts
}

fn ballot(
    m: &Meeting,
    member: &Simulated,
    ballots: &Ballots,
    due: &dyn Fn(Time) -> bool,
) -> Option<Command> {
    let (id, vote) = m.open_vote()?;
    let VoteState::Open { ballots: Cast::Known(cast) } = &vote.state else { return None };
    let person = &member.person;
    if !vote.terms.entitled.contains_key(person)
        || cast.contains_key(person)
        || !due(vote.opened_at)
    {
        return None;
    }
    let (choice, opinion) = match ballots.get(&vote.motion) {
        // In the script a present member may have let a vote pass.
        Some(script) => script.get(person)?.clone(),
        None => (Choice::Yes, String::new()),
    };
    let text_digest = vote.terms.text_digest;
    Some(Command::Votes(VotesCommand::CastBallot { vote: id, choice, opinion, text_digest }))
}

/// Every fourth member asks to speak once in each item.
fn request(m: &Meeting, member: &Simulated, due: &dyn Fn(Time) -> bool) -> Option<Command> {
    let current = m.current?;
    let since = m.items.get(&current)?.open_since()?;
    let person = &member.person;
    let spoke = m.floor.past.iter().any(|t| t.item == Some(current) && t.person == *person);
    let speaks = m.floor.speaking.as_ref().is_some_and(|turn| turn.person == *person);
    let waits = m.floor.requests.values().any(|request| request.person == *person);
    if !(member.turn + current.0).is_multiple_of(4) || spoke || speaks || waits || !due(since) {
        return None;
    }
    Some(Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak }))
}

/// The secretary who imports the sample recording, once the session is open.
fn wants_sound(m: &Meeting) -> Option<(PersonId, Time)> {
    let Stage::InSession { opened_at } = m.stage else { return None };
    if !m.recordings.is_empty() {
        return None;
    }
    let secretary = m.people.values().find(|p| p.office == Some(Office::Secretary))?;
    Some((secretary.person.clone(), opened_at))
}

fn sound(secretary: PersonId, blob: Digest, opened: Time) -> (PersonId, Command) {
    let file_name = "ghi-am-mau-giong-tong-hop.wav".to_owned();
    let (started, language) = (Some(opened), Language::Vi);
    (
        secretary,
        Command::Speech(SpeechCommand::ImportRecording { file_name, blob, started, language }),
    )
}
