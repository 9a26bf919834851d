//! Recordings and the transcript.

use super::{Capture, Corrected, Flaws, Origin, Recording, Segment, Speaker, Transcription};
use crate::ids::RecordingId;
use crate::meeting::{Entry, Meeting, SpeechEvent};

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&SpeechEvent>) {
    let Entry { position, at, event } = entry;
    match event {
        SpeechEvent::RecordingStarted { recording, by, language } => {
            m.recordings.insert(
                *recording,
                Recording {
                    origin: Origin::Live,
                    by: by.clone(),
                    started: Some(at),
                    language: *language,
                    capture: Capture::Recording,
                    transcription: Transcription::Waiting,
                    flaws: Flaws::default(),
                },
            );
        }
        SpeechEvent::RecordingImported { recording, by, origin, started, language } => {
            m.recordings.insert(
                *recording,
                Recording {
                    origin: origin.clone(),
                    by: by.clone(),
                    started: *started,
                    language: *language,
                    capture: Capture::Recording,
                    transcription: Transcription::Waiting,
                    flaws: Flaws::default(),
                },
            );
        }
        SpeechEvent::RecordingEnded { recording } => {
            if let Some(found) = m.recordings.get_mut(recording).filter(|r| r.is_under_way()) {
                found.capture = Capture::Ended { at };
            }
        }
        SpeechEvent::RecordingStored { recording, samples, digest } => {
            if let Some(found) = m.recordings.get_mut(recording) {
                found.capture = Capture::Stored { samples: *samples, digest: *digest };
            }
        }
        SpeechEvent::SoundFailed { recording, fault } => {
            if let Some(found) = m.recordings.get_mut(recording) {
                found.capture = Capture::Faulty { fault: *fault };
            }
        }
        SpeechEvent::SoundFlawed { recording, flaws } => {
            if let Some(found) = m.recordings.get_mut(recording) {
                found.flaws = *flaws;
            }
        }
        SpeechEvent::SegmentHeard { segment, recording, heard, speaker } => {
            if !m.recordings.contains_key(recording) {
                return;
            }
            let segment_ = Segment {
                recording: *recording,
                heard: heard.clone(),
                speaker: speaker.clone(),
                corrected: None,
                position,
            };
            m.transcript.insert(*segment, segment_);
        }
        SpeechEvent::TranscriptReached { recording, to_ms } => {
            set_transcription(m, *recording, Transcription::Running { to_ms: *to_ms });
        }
        SpeechEvent::TranscriptFinished { recording, model, synthetic } => {
            let done = Transcription::Done { model: model.clone(), synthetic: *synthetic };
            set_transcription(m, *recording, done);
        }
        SpeechEvent::TranscriptUnavailable { recording, no_model } => {
            let state = if *no_model { Transcription::NoModel } else { Transcription::Failed };
            set_transcription(m, *recording, state);
        }
        SpeechEvent::SegmentCorrected { segment, text, by } => {
            if let Some(found) = m.transcript.get_mut(segment) {
                found.corrected = Some(Corrected { text: text.clone(), by: by.clone(), at });
            }
        }
        SpeechEvent::SpeakerNamed { segment, person, by } => {
            if let Some(found) = m.transcript.get_mut(segment) {
                found.speaker = Speaker::Named { person: person.clone(), by: by.clone() };
            }
        }
    }
}

fn set_transcription(m: &mut Meeting, recording: RecordingId, state: Transcription) {
    if let Some(found) = m.recordings.get_mut(&recording) {
        found.transcription = state;
    }
}
