//! What can be asked about recordings and the transcript, and what their jobs report.

use super::{Flaws, Heard, Language, SoundFault};
use crate::ids::{Digest, PersonId, RecordingId, SegmentId, Time};
use crate::meeting::Edition;
use crate::meeting::edition::Editing;
use serde::{Deserialize, Serialize};

/// What can be asked about recordings and the transcript, and what their jobs report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SpeechCommand {
    StartRecording {
        language: Language,
    },
    /// By the desk, or by whose device it is.
    EndRecording {
        recording: RecordingId,
    },
    /// By the system, when the last sample is on disk.
    StoreRecording {
        recording: RecordingId,
        samples: u64,
        digest: Digest,
    },
    ImportRecording {
        file_name: String,
        blob: Digest,
        started: Option<Time>,
        language: Language,
    },
    CorrectSegment {
        segment: SegmentId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seen: Option<Digest>,
    },
    NameSpeaker {
        segment: SegmentId,
        person: PersonId,
    },
    SoundFailed {
        recording: RecordingId,
        fault: SoundFault,
    },
    /// What is wrong with sound that can be used all the same; told before it is stored.
    SoundFlawed {
        recording: RecordingId,
        flaws: Flaws,
    },
    Transcribed {
        recording: RecordingId,
        to_ms: u64,
        heard: Vec<Heard>,
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
}

impl SpeechCommand {
    /// If it edits something: where it says what its editor saw, and the words that it would put there,
    /// if it takes them not away.
    pub(in crate::meeting) fn edit(&mut self) -> Option<Editing<'_>> {
        match self {
            Self::CorrectSegment { text, seen, segment: _ } => {
                Some((seen, Some(Edition::Segment { text: text.clone() })))
            }
            Self::StartRecording { .. }
            | Self::EndRecording { .. }
            | Self::StoreRecording { .. }
            | Self::ImportRecording { .. }
            | Self::NameSpeaker { .. }
            | Self::SoundFailed { .. }
            | Self::SoundFlawed { .. }
            | Self::Transcribed { .. }
            | Self::TranscriptFinished { .. }
            | Self::TranscriptUnavailable { .. } => None,
        }
    }
}
