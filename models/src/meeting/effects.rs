//! What the shell is asked to do after a commit. Data only; the shell interprets.

use crate::decisions::Instrument;
use crate::ids::{PaperId, RecordingId};
use serde::{Deserialize, Serialize};

/// Work that a decision asks for; it is enqueued in the transaction that decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Pages, thumbnails and words of a paper.
    RenderPages { paper: PaperId },
    /// Turn an imported sound file into samples.
    DecodeSound { recording: RecordingId },
    /// A recording was ended: give its device time to send the rest, then [`Self::CloseSound`].
    AwaitSound { recording: RecordingId },
    /// Close a recording that was ended, if its device didn't.
    CloseSound { recording: RecordingId },
    /// Turn stored samples into segments.
    Transcribe { recording: RecordingId },
    /// Set a decision or the minutes as PDF.
    Typeset { instrument: Instrument },
}
