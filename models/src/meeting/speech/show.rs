//! What a class is shown of recordings and transcript. Whoever is in the room knows that it is being
//! recorded, and by whom; the words are for the office until they are minutes.

use super::{Origin, SpeechEvent, Transcription};
use crate::ids::RecordingId;
use crate::meeting::Meeting;
use crate::visibility::ViewerClass;

pub(crate) fn redact_event(
    m: &Meeting,
    event: &SpeechEvent,
    class: ViewerClass,
) -> Option<SpeechEvent> {
    let seen = match event {
        SpeechEvent::RecordingStarted { .. } | SpeechEvent::RecordingEnded { .. } => true,
        SpeechEvent::RecordingStored { recording, .. }
        | SpeechEvent::SoundFailed { recording, .. }
        | SpeechEvent::SoundFlawed { recording, .. } => {
            class.sees_transcript() || is_live(m, *recording)
        }
        SpeechEvent::RecordingImported { .. }
        | SpeechEvent::SegmentHeard { .. }
        | SpeechEvent::TranscriptReached { .. }
        | SpeechEvent::TranscriptFinished { .. }
        | SpeechEvent::TranscriptUnavailable { .. }
        | SpeechEvent::SegmentCorrected { .. }
        | SpeechEvent::SpeakerNamed { .. } => class.sees_transcript(),
    };
    seen.then(|| event.clone())
}

pub(crate) fn redact_state(_: &Meeting, view: &mut Meeting, class: ViewerClass) {
    if class.sees_transcript() {
        return;
    }
    view.recordings.retain(|_, recording| recording.origin == Origin::Live);
    for recording in view.recordings.values_mut() {
        recording.transcription = Transcription::Waiting;
    }
    view.transcript.clear();
}

fn is_live(m: &Meeting, recording: RecordingId) -> bool {
    m.recordings.get(&recording).is_some_and(|found| found.origin == Origin::Live)
}
