//! Sound files become what everything else works on: 16 kHz, mono, signed 16 bit little-endian, without a header.
//!
//! Here: what travels between the server and the worker, and [`import`], which does it. `parts` finds what of a file
//! is sound (`riff`, `mpeg`, `matroska` and `boxes` know their headers), `source` is such a part as a reader sees it, `decode` reads it,
//! `mix` makes one channel of several, `resample` changes the rate, `sink` writes. What is not read here may be read by
//! ffmpeg where that is installed: `foreign`. Memory is bounded by the container's own tables, not by the length of
//! the sound. Nothing here listens to what is said.

mod boxes;
mod decode;
mod foreign;
mod matroska;
mod mix;
mod mpeg;
mod parts;
mod resample;
mod riff;
mod sink;
mod source;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::worker::{Emitter, Reach, Trouble};

pub(crate) use foreign::{Conversion, convert};
pub use foreign::{find as find_ffmpeg, import_by_workers};
pub use parts::looks_like_sound;

/// Samples a second of what [`import`] writes.
pub const RATE: u32 = 16_000;

/// Below this peak (of 1) a recording is silent: 60 dB under full scale, under the noise of any room.
pub const SILENT_PEAK: f32 = 0.001;

/// What the parent asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The sound file.
    pub input: PathBuf,
    /// Where the samples are written; replaced when it exists.
    pub out: PathBuf,
    /// The longest sound that is taken.
    pub max_seconds: u64,
}

/// What the child says: `progress` about once a minute of sound, then `imported` or `refused`, which is the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// So much sound is written.
    Progress { seconds: u64 },
    /// All of it is written.
    Imported(Imported),
    /// The file is not taken, and why.
    Refused { code: AudioRefusal },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    /// Samples written.
    pub samples: u64,
    /// The length in seconds.
    pub seconds: f64,
    /// Samples a second in the file.
    pub original_rate: u32,
    /// Channels in the file; their mean was taken, or the louder side where that cancels out.
    pub channels: u32,
    /// The loudest sample, 0 to 1.
    pub peak: f32,
    /// Nothing can be heard: the peak is below [`SILENT_PEAK`].
    pub silent: bool,
    /// Where sound ends that should go on, in seconds; the first such place.
    #[serde(default)]
    pub cut_at: Option<f64>,
    /// What was not as it should be.
    pub warnings: Vec<Warning>,
}

/// What was not as it should be in a file that was taken all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The file ends before its own header says; what is there was kept.
    Truncated,
    /// Some parts could not be decoded and are left out.
    DamagedParts,
}

/// Why a sound file is not taken. A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudioRefusal {
    /// The file is something else.
    NotAudio,
    /// Sound, but in a coding that is not read here.
    Unsupported,
    /// No bytes, or no sound in it.
    Empty,
    /// Not one part of it could be decoded.
    Damaged,
    /// Longer than allowed.
    TooLong,
}

/// Why an import ended without sound.
#[derive(Debug)]
pub enum ImportError {
    /// The file is not taken.
    Refused(AudioRefusal),
    /// The disk.
    Io(io::Error),
}

impl From<io::Error> for ImportError {
    fn from(error: io::Error) -> Self {
        ImportError::Io(error)
    }
}

impl From<AudioRefusal> for ImportError {
    fn from(code: AudioRefusal) -> Self {
        ImportError::Refused(code)
    }
}

/// Writes the sound of `path` to `out` as 16 kHz mono s16le. `progress` is told the seconds written, about once a
/// minute of sound. When it fails, `out` is gone.
///
/// # Errors
/// The refusal, or what the disk says.
pub fn import(
    path: &Path,
    out: &Path,
    max_seconds: u64,
    progress: &mut dyn FnMut(u64) -> io::Result<()>,
) -> Result<Imported, ImportError> {
    let imported = decode::import(path, out, max_seconds, progress);
    if imported.is_err() {
        std::fs::remove_file(out).ok();
    }
    imported
}

impl Request {
    /// What its worker may touch: the sound, and the folder in which the samples are written.
    pub(crate) fn reach(&self) -> Reach {
        let folder = self.out.parent().map(Path::to_path_buf);
        Reach {
            reads: vec![self.input.clone()],
            writes: folder.into_iter().collect(),
            ..Reach::default()
        }
    }
}

/// Answers one request, in the child.
pub(crate) fn work(request: Request, events: &mut Emitter) -> Result<(), Trouble> {
    let mut progress = |seconds| events.send(&Event::Progress { seconds });
    match import(&request.input, &request.out, request.max_seconds, &mut progress) {
        Ok(imported) => events.send(&Event::Imported(imported))?,
        Err(ImportError::Refused(code)) => events.send(&Event::Refused { code })?,
        Err(ImportError::Io(error)) => return Err(error.into()),
    }
    Ok(())
}
