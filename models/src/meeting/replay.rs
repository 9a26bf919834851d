//! Folding a stored log in one go: the same file gives the same digest natively and in wasm.
//! Never here: hashes of records or signatures (`canonical`, `icabinet verify`).

use super::{Entry, Meeting};
use crate::ids::{Digest, MeetingId};

/// Why a log can't be folded; lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// Not an entry of this version's events.
    Malformed { line: usize },
    /// Positions of a log are 1, 2, 3, … without a gap.
    OutOfOrder { line: usize, position: u64 },
}

/// Folds a log of one JSON entry a line; blank lines are passed over.
///
/// # Errors
/// [`ReplayError`] at the first line that isn't an entry or isn't the next one.
pub fn replay(id: MeetingId, jsonl: &str) -> Result<Meeting, ReplayError> {
    let mut meeting = Meeting::blank(id);
    let lines = jsonl.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (index, text) in lines {
        let line = index + 1;
        let entry: Entry =
            serde_json::from_str(text).map_err(|_| ReplayError::Malformed { line })?;
        if entry.position != meeting.position + 1 {
            return Err(ReplayError::OutOfOrder { line, position: entry.position });
        }
        meeting.apply(&entry);
    }
    Ok(meeting)
}

/// The digest of the state that a log folds to, as the meeting `log`.
///
/// # Errors
/// As [`replay`].
pub fn fold_log(jsonl: &str) -> Result<Digest, ReplayError> {
    replay(MeetingId::from("log"), jsonl).map(|meeting| meeting.state_digest())
}
