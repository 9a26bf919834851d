//! Recordings and transcript. Who spoke is read off the floor, never guessed.

use super::{Capture, Heard, Origin, Recording, Segment, Speaker, Transcription};
use crate::agenda::Level;
use crate::effects::Effect;
use crate::ids::{PersonId, RecordingId, SegmentId, Time};
use crate::meeting::guards::{desk, filled, in_session, next, participant, system};
use crate::meeting::{
    Act, Context, Decided, Edition, Event, Meeting, Refusal, SpeechCommand, SpeechEvent, Stage,
    Thing,
};

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &SpeechCommand,
) -> Result<Decided, Refusal> {
    match command {
        SpeechCommand::StartRecording { language } => {
            let by = participant(m, cx)?.person.clone();
            let at_desk = desk(m, cx).is_ok();
            let speaks = m.floor.speaking.as_ref().is_some_and(|turn| turn.person == by);
            if !at_desk && !speaks {
                return Err(Refusal::NotAllowed { act: Act::Preside });
            }
            in_session(m)?;
            if m.level_of(m.current) > Level::Internal {
                // Who may not know of the item learns nothing of it.
                let class = crate::visibility::class_of(m, &by);
                let knows = class.is_some_and(|class| m.level_of(m.current) <= class.clearance());
                return Err(match knows {
                    true => Refusal::NotRecordedHere,
                    false => Refusal::NotAllowed { act: Act::Preside },
                });
            }
            // A speaker's device helps out where nothing records; the desk may begin beside one, or
            // a device that was left behind would keep it from recording at all.
            let keeps_out = |r: &Recording| r.is_under_way() && (!at_desk || r.by == by);
            if m.recordings.values().any(keeps_out) {
                return Err(Refusal::RecordingRunning);
            }
            let recording = RecordingId(next(&m.recordings, |id| id.0));
            Ok(Decided::one(SpeechEvent::RecordingStarted { recording, by, language: *language }))
        }
        SpeechCommand::EndRecording { recording } => {
            let by = participant(m, cx)?;
            let found = recording_of(m, *recording);
            if !found.as_ref().is_ok_and(|recording| recording.by == by.person) {
                desk(m, cx)?;
            }
            if !found?.is_under_way() {
                return Err(Refusal::NotRecording);
            }
            Ok(Decided::one(SpeechEvent::RecordingEnded { recording: *recording }))
        }
        SpeechCommand::ImportRecording { file_name, blob, started, language } => {
            let by = desk(m, cx)?.person.clone();
            filled(file_name)?;
            if matches!(m.stage, Stage::Preparing | Stage::Convened) {
                return Err(Refusal::WrongStage);
            }
            let recording = RecordingId(next(&m.recordings, |id| id.0));
            let origin = Origin::Imported { file_name: file_name.clone(), blob: *blob };
            let (started, language) = (*started, *language);
            let event = Event::Speech(SpeechEvent::RecordingImported {
                recording,
                by,
                origin,
                started,
                language,
            });
            Ok(Decided::one(event).with(Effect::DecodeSound { recording }))
        }
        SpeechCommand::StoreRecording { recording, samples, digest } => {
            system(cx)?;
            if !is_awaited(recording_of(m, *recording)?) {
                return Ok(Decided::default());
            }
            let (recording, samples, digest) = (*recording, *samples, *digest);
            let event = Event::Speech(SpeechEvent::RecordingStored { recording, samples, digest });
            Ok(Decided::one(event).with(Effect::Transcribe { recording }))
        }
        SpeechCommand::SoundFailed { recording, fault } => {
            system(cx)?;
            if !is_awaited(recording_of(m, *recording)?) {
                return Ok(Decided::default());
            }
            Ok(Decided::one(SpeechEvent::SoundFailed { recording: *recording, fault: *fault }))
        }
        SpeechCommand::SoundFlawed { recording, flaws } => {
            system(cx)?;
            let found = recording_of(m, *recording)?;
            // Told again by a job that ran twice.
            if found.capture != Capture::Recording || found.flaws == *flaws {
                return Ok(Decided::default());
            }
            Ok(Decided::one(SpeechEvent::SoundFlawed { recording: *recording, flaws: *flaws }))
        }
        SpeechCommand::Transcribed { recording, to_ms, heard } => {
            system(cx)?;
            transcribed(m, *recording, *to_ms, heard)
        }
        SpeechCommand::TranscriptFinished { recording, model, synthetic } => {
            let (recording, synthetic, model) = (*recording, *synthetic, model.clone());
            let event = SpeechEvent::TranscriptFinished { recording, model, synthetic };
            ended(m, cx, recording, event)
        }
        SpeechCommand::TranscriptUnavailable { recording, no_model } => {
            let (recording, no_model) = (*recording, *no_model);
            ended(m, cx, recording, SpeechEvent::TranscriptUnavailable { recording, no_model })
        }
        SpeechCommand::CorrectSegment { segment, text, seen } => {
            let by = editor(m, cx, *segment)?;
            let now = Edition::Segment { text: segment_of(m, *segment)?.reading().to_owned() };
            // A speaker who isn't at the desk corrects his words and doesn't read the transcript.
            let new = Edition::Segment { text: text.clone() };
            now.give_way(*seen, Some(&new)).map_err(|refusal| match desk(m, cx) {
                Ok(_) => refusal,
                Err(_) => Refusal::Changed { now: Box::new(Edition::Withheld) },
            })?;
            let (segment, text) = (*segment, text.clone());
            Ok(Decided::one(SpeechEvent::SegmentCorrected { segment, text, by }))
        }
        SpeechCommand::NameSpeaker { segment, person } => {
            let by = desk(m, cx)?.person.clone();
            minutes_open(m)?;
            segment_of(m, *segment)?;
            if !m.people.contains_key(person) {
                return Err(Refusal::Unknown { thing: Thing::Person });
            }
            let (segment, person) = (*segment, person.clone());
            Ok(Decided::one(SpeechEvent::SpeakerNamed { segment, person, by }))
        }
    }
}

/// How a transcription ended, unless its text is complete already.
fn ended(
    m: &Meeting,
    cx: &Context,
    recording: RecordingId,
    event: SpeechEvent,
) -> Result<Decided, Refusal> {
    system(cx)?;
    match recording_of(m, recording)?.transcription.is_done() {
        true => Ok(Decided::default()),
        false => Ok(Decided::one(event)),
    }
}

/// The desk, or the speaker himself for his own words, until the minutes are approved.
fn editor(m: &Meeting, cx: &Context, segment: SegmentId) -> Result<PersonId, Refusal> {
    let by = participant(m, cx)?;
    // A stranger to the transcript learns nothing from the refusal.
    let may = m.is_chair(&by.person)
        || m.is_secretary(&by.person)
        || m.transcript.get(&segment).and_then(|s| s.speaker.person()) == Some(&by.person);
    if !may {
        return Err(Refusal::NotAllowed { act: Act::Preside });
    }
    minutes_open(m)?;
    segment_of(m, segment)?;
    Ok(by.person.clone())
}

fn minutes_open(m: &Meeting) -> Result<(), Refusal> {
    match m.minutes {
        crate::minutes::Minutes::Approved { .. } => Err(Refusal::MinutesApproved),
        crate::minutes::Minutes::NotBegun | crate::minutes::Minutes::Draft { .. } => Ok(()),
    }
}

/// Segments from where the transcript had got to; what came before was already taken in.
fn transcribed(
    m: &Meeting,
    id: RecordingId,
    to_ms: u64,
    heard: &[Heard],
) -> Result<Decided, Refusal> {
    let recording = recording_of(m, id)?;
    let reached = match recording.transcription {
        Transcription::Running { to_ms } => to_ms,
        Transcription::Done { .. } => return Ok(Decided::default()),
        // A run that broke off goes on after the last segment that was taken in.
        Transcription::Waiting | Transcription::NoModel | Transcription::Failed => {
            let own = m.transcript.values().filter(|segment| segment.recording == id);
            own.map(|segment| segment.heard.end_ms).max().unwrap_or(0)
        }
    };
    if to_ms <= reached {
        return Ok(Decided::default());
    }
    let first = next(&m.transcript, |id| id.0);
    let new = heard.iter().filter(|heard| heard.end_ms > reached);
    let mut events: Vec<Event> = (first..)
        .zip(new)
        .map(|(number, heard)| {
            Event::Speech(SpeechEvent::SegmentHeard {
                segment: SegmentId(number),
                recording: id,
                heard: heard.clone(),
                speaker: speaker(m, recording.started, heard),
            })
        })
        .collect();
    events.push(Event::Speech(SpeechEvent::TranscriptReached { recording: id, to_ms }));
    Ok(Decided { events, effects: Vec::new() })
}

/// Who held the floor while it was said.
fn speaker(m: &Meeting, started: Option<Time>, heard: &Heard) -> Speaker {
    let Some(started) = started else { return Speaker::Unknown };
    let at = |ms: u64| started.plus_ms(i64::try_from(ms).unwrap_or(i64::MAX));
    let holders = m.floor.holders(at(heard.start_ms), at(heard.end_ms));
    match holders.as_slice() {
        [] => Speaker::Unknown,
        [one] => Speaker::Floor { person: (*one).clone() },
        several => Speaker::Overlap { people: several.iter().map(|p| (*p).clone()).collect() },
    }
}

/// Whether its sound has not come to its end.
fn is_awaited(recording: &Recording) -> bool {
    matches!(recording.capture, Capture::Recording | Capture::Ended { .. })
}

fn recording_of(m: &Meeting, id: RecordingId) -> Result<&Recording, Refusal> {
    m.recordings.get(&id).ok_or(Refusal::Unknown { thing: Thing::Recording })
}

fn segment_of(m: &Meeting, id: SegmentId) -> Result<&Segment, Refusal> {
    m.transcript.get(&id).ok_or(Refusal::Unknown { thing: Thing::Segment })
}
