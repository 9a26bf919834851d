//! Recordings and their transcript: segments with times, confidence and who spoke.
//! Never here: samples (files beside the log) and how speech becomes text (`engines`).

mod apply;
mod command;
mod decide;
mod event;
mod show;

pub(in crate::meeting) use apply::apply;
pub use command::SpeechCommand;
pub(in crate::meeting) use decide::decide;
pub use event::SpeechEvent;
pub(crate) use show::{redact_event, redact_state};

use crate::ids::{Digest, PersonId, RecordingId, Time};
use serde::{Deserialize, Serialize};

/// Samples of a millisecond.
const SAMPLES_A_MS: u64 = 16;

/// Where a recording comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Recorded on a tablet in the meeting.
    Live,
    /// A file; `blob` is what was uploaded.
    Imported { file_name: String, blob: Digest },
}

/// How far the sound is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capture {
    Recording,
    /// A live one that was ended; what its device recorded before may still be on its way.
    Ended {
        at: Time,
    },
    /// `samples` at 16 kHz, one channel.
    Stored {
        samples: u64,
        digest: Digest,
    },
    Faulty {
        fault: SoundFault,
    },
}

/// Why a sound file can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundFault {
    NotAudio,
    Unsupported,
    Empty,
    Damaged,
    TooLong,
    WorkerFailed,
}

/// What is missing from sound that is used all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flaws {
    /// The file was cut off: where its sound ends, or where it goes on with something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_at_ms: Option<u64>,
    /// Parts couldn't be read and are left out.
    #[serde(default)]
    pub damaged: bool,
    /// Nothing can be heard.
    #[serde(default)]
    pub silent: bool,
}

impl Flaws {
    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// How far the text is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transcription {
    Waiting,
    Running {
        to_ms: u64,
    },
    /// `synthetic` marks the small model that knows synthetic voices only.
    Done {
        model: String,
        synthetic: bool,
    },
    /// No model is installed: the sound is kept, text can follow.
    NoModel,
    Failed,
}

impl Transcription {
    /// Whether the text is complete; a later report changes nothing.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }
}

/// One recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    pub origin: Origin,
    pub by: PersonId,
    /// When its first sample was taken; `None` for a file whose time nobody knows.
    pub started: Option<Time>,
    pub language: Language,
    pub capture: Capture,
    pub transcription: Transcription,
    #[serde(default, skip_serializing_if = "Flaws::is_none")]
    pub flaws: Flaws,
}

impl Recording {
    /// Whether a device is recording into it; a file that is still being read is none.
    pub fn is_under_way(&self) -> bool {
        self.capture == Capture::Recording && self.origin == Origin::Live
    }

    /// Whether a device may still send sound of it.
    pub fn takes_sound(&self) -> bool {
        let open = matches!(self.capture, Capture::Recording | Capture::Ended { .. });
        open && self.origin == Origin::Live
    }

    /// The most samples that a live recording can hold at `now`: those of the time it ran, with a
    /// second and a thousandth more for clocks that differ.
    pub fn most_samples(&self, now: Time) -> u64 {
        let until = match self.capture {
            Capture::Ended { at } => at,
            Capture::Recording | Capture::Stored { .. } | Capture::Faulty { .. } => now,
        };
        let ran = self.started.map_or(0, |started| until.ms_since(started).max(0)).unsigned_abs();
        (ran + ran / 1000 + 1000).saturating_mul(SAMPLES_A_MS)
    }
}

/// The language that is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Vi,
    En,
    /// The engine tells.
    Auto,
}

/// Who spoke. Never a guess: what the floor doesn't tell is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// Held the floor during the whole segment.
    Floor {
        person: PersonId,
    },
    /// The floor changed hands during the segment.
    Overlap {
        people: Vec<PersonId>,
    },
    Unknown,
    /// A named person said who it was.
    Named {
        person: PersonId,
        by: PersonId,
    },
}

impl Speaker {
    /// The one person it was, if that is known.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Floor { person } | Self::Named { person, .. } => Some(person),
            Self::Overlap { .. } | Self::Unknown => None,
        }
    }
}

/// Why the machine's text was struck out; the raw text stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strike {
    Phantom,
    Repetition,
    Quiet,
}

/// One word with its time in the recording and the engine's confidence in thousandths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    pub text: String,
    pub start_ms: u64,
    pub end_ms: u64,
    pub confidence: u16,
}

/// What the engine heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    pub start_ms: u64,
    pub end_ms: u64,
    pub text: String,
    /// Thousandths.
    pub confidence: u16,
    #[serde(default)]
    pub words: Vec<Word>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<Strike>,
}

/// A person's reading of a segment instead of the machine's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    pub text: String,
    pub by: PersonId,
    pub at: Time,
}

/// A segment of the transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    pub recording: RecordingId,
    pub heard: Heard,
    pub speaker: Speaker,
    pub corrected: Option<Corrected>,
    pub position: u64,
}

impl Segment {
    /// The words that an editor has before him: the correction, else the machine's text, also where it
    /// is struck out.
    pub fn reading(&self) -> &str {
        self.corrected.as_ref().map_or(&self.heard.text, |corrected| &corrected.text)
    }

    /// What counts as said: the correction, else the machine's text, else nothing when struck out.
    pub fn text(&self) -> &str {
        match (&self.corrected, self.heard.struck) {
            (Some(corrected), _) => &corrected.text,
            (None, None) => &self.heard.text,
            (None, Some(_)) => "",
        }
    }
}
