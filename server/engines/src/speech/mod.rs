//! Speech to text: 16 kHz samples become segments with times, words and confidence.
//!
//! Here: what travels between the server and the worker. In the child, `voice` finds utterances, `pack` puts them
//! into windows of at most 30 s, `engine` is whisper.cpp, `times` places text in time, `guard` strikes out what was
//! not said, `job` ties them together. Who spoke is not known here, and never guessed.

mod engine;
mod guard;
mod job;
mod pack;
mod times;
mod voice;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::worker::Reach;

pub(crate) use job::work;

/// Samples a second of the input.
pub const RATE: u64 = 16_000;

/// What the parent asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// A model that [`crate::models`] allows.
    pub model: PathBuf,
    /// SHA-256 sums that the operator confirmed beside the known ones.
    pub confirmed: Vec<String>,
    /// 16 kHz mono s16le without a header. It may still grow: what is there at the start is read.
    pub pcm: PathBuf,
    /// Where to begin.
    pub from_sample: u64,
    /// The language that is spoken.
    pub language: Language,
    /// Threads for whisper.cpp. Under load one is faster than two.
    pub threads: u8,
    /// Names and terms of the item, at most 224 tokens; what is longer is cut by the engine.
    pub prompt: Option<String>,
    /// The recording has ended: take the last utterance too, and try again where the engine is unsure. Otherwise an
    /// utterance that may still go on is left for the next request.
    #[serde(rename = "final")]
    pub is_final: bool,
}

impl Request {
    /// What its worker may touch.
    pub(crate) fn reach(&self) -> Reach {
        Reach { reads: vec![self.model.clone(), self.pcm.clone()], ..Reach::default() }
    }
}

/// The languages offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// English.
    En,
    /// Found out from the first words; costs one more run of the encoder.
    Auto,
}

impl Language {
    /// The engine's code.
    pub fn code(self) -> &'static str {
        match self {
            Language::Vi => "vi",
            Language::En => "en",
            Language::Auto => "auto",
        }
    }
}

/// What the child says: `ready`, then segments and progress in order, then `done`; or `refused`, which is the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The model is loaded.
    Ready {
        /// Its name in [`crate::models::KNOWN`], or its SHA-256 when the operator confirmed it.
        model: String,
        /// Made from synthetic voices: for tests and demonstrations only, and to be labelled so.
        synthetic: bool,
    },
    /// One piece of text.
    Segment(Segment),
    /// Everything before this place is dealt with. A later request goes on from here.
    Progress { to_ms: u64, to_sample: u64 },
    /// The end.
    Done {
        /// Where a later request goes on.
        to_sample: u64,
        /// The language, as the engine names it (`None` when nothing was said).
        language: Option<String>,
    },
    /// Nothing could be done, and why.
    Refused { code: SpeechRefusal },
}

/// One piece of text with its place in the recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// From the start of the recording.
    pub start_ms: u64,
    /// From the start of the recording.
    pub end_ms: u64,
    /// As the engine wrote it, NFC. Kept even when it is struck out.
    pub text: String,
    /// Mean probability of its tokens, 0 to 1.
    pub confidence: f32,
    /// Its words; times inside the segment are shared out by length over what is voiced.
    pub words: Vec<SpokenWord>,
    /// Why it should not be shown as said; `None` when nothing speaks against it.
    pub struck: Option<Struck>,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenWord {
    /// The word with its punctuation.
    pub text: String,
    /// From the start of the recording.
    pub start_ms: u64,
    /// From the start of the recording.
    pub end_ms: u64,
    /// The least probable of its tokens, 0 to 1.
    pub p: f32,
}

/// Why a segment is struck out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Struck {
    /// A phrase that models write when nobody speaks.
    Phantom,
    /// The same words again and again.
    Repetition,
    /// There was hardly any sound.
    Quiet,
}

/// Why nothing was transcribed. A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeechRefusal {
    /// The model's SHA-256 is neither known nor confirmed: malformed models crash the engine.
    UnknownModel,
    /// The model is allowed, but the engine does not load it.
    ModelUnusable,
    /// The engine failed on the sound.
    EngineFailed,
}
