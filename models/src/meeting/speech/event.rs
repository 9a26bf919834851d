//! What happened to recordings and the transcript, and what their jobs report.

use super::{Flaws, Heard, Language, Origin, SoundFault, Speaker};
use crate::ids::{Digest, PersonId, RecordingId, SegmentId, Time};
use serde::{Deserialize, Serialize};

/// What happened to recordings and the transcript, and what their jobs report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SpeechEvent {
    RecordingStarted {
        recording: RecordingId,
        by: PersonId,
        language: Language,
    },
    RecordingImported {
        recording: RecordingId,
        by: PersonId,
        origin: Origin,
        started: Option<Time>,
        language: Language,
    },
    /// Nothing that is said from now on belongs to it; what was said before may still arrive.
    RecordingEnded {
        recording: RecordingId,
    },
    RecordingStored {
        recording: RecordingId,
        samples: u64,
        digest: Digest,
    },
    SoundFailed {
        recording: RecordingId,
        fault: SoundFault,
    },
    /// Something is missing from the sound, which is used all the same.
    SoundFlawed {
        recording: RecordingId,
        flaws: Flaws,
    },
    SegmentHeard {
        segment: SegmentId,
        recording: RecordingId,
        heard: Heard,
        speaker: Speaker,
    },
    TranscriptReached {
        recording: RecordingId,
        to_ms: u64,
    },
    TranscriptFinished {
        recording: RecordingId,
        model: String,
        synthetic: bool,
    },
    TranscriptUnavailable {
        recording: RecordingId,
        no_model: bool,
    },
    SegmentCorrected {
        segment: SegmentId,
        text: String,
        by: PersonId,
    },
    SpeakerNamed {
        segment: SegmentId,
        person: PersonId,
        by: PersonId,
    },
}
