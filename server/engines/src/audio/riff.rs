//! WAV headers that do not tell the truth: a recorder that was switched off never wrote the sizes, a copy that broke
//! off has fewer bytes than it says, an editor changed one size and not the other.

use std::fs::File;
use std::io;
use std::ops::Range;

use super::source::{Patch, read_at};

/// Whether these bytes begin a WAV file (RF64 is one with its sizes elsewhere).
pub(super) fn is_wave(head: &[u8]) -> bool {
    (head.starts_with(b"RIFF") || head.starts_with(b"RF64") || head.starts_with(b"BW64"))
        && head.get(8..12) == Some(b"WAVE")
}

/// What is to be read differently so that all the sound that is there is read, and whether it was cut off: its sound
/// is shorter than its header says.
pub(super) fn mended(file: &mut File, range: Range<u64>) -> io::Result<(Vec<Patch>, bool)> {
    let length = range.end - range.start;
    let size = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
    // The size of the whole says nothing that the file's own length doesn't.
    let mut patches = vec![(0, *b"RIFF"), (4, size(length.saturating_sub(8)))];
    let Some((at, said)) = find_data(file, range.clone())? else {
        return Ok((patches, false));
    };
    let there = length.saturating_sub(at + 4);
    let never_written = said == 0 || said == u32::MAX;
    let said = u64::from(said);
    if never_written || said > there {
        patches.push((at, size(there)));
        return Ok((patches, !never_written));
    }
    let end = range.start + at + 4 + said;
    if !is_end(file, end, range.end)? && !is_end(file, end + said % 2, range.end)? {
        patches.push((at, size(there)));
    }
    Ok((patches, false))
}

/// Where the size of the `data` chunk stands in the part, and what it says.
fn find_data(file: &mut File, range: Range<u64>) -> io::Result<Option<(u64, u32)>> {
    let mut at = 12;
    // A header has a handful of chunks before its data.
    for _ in 0..64 {
        let mut chunk = [0_u8; 8];
        if read_at(file, range.start + at, &mut chunk)? < 8 || range.start + at >= range.end {
            return Ok(None);
        }
        let size = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        if &chunk[..4] == b"data" {
            return Ok(Some((at + 4, size)));
        }
        at += 8 + u64::from(size) + u64::from(size % 2);
    }
    Ok(None)
}

/// Whether the sound can end here: at the end, or before another chunk. Otherwise its size was too small.
fn is_end(file: &mut File, at: u64, end: u64) -> io::Result<bool> {
    if at + 8 > end {
        return Ok(true);
    }
    let mut chunk = [0_u8; 8];
    read_at(file, at, &mut chunk)?;
    let size = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    let named = chunk[..4].iter().all(|byte| byte.is_ascii_alphanumeric() || b" _-".contains(byte));
    Ok(named && at + 8 + u64::from(size) <= end + 1)
}
