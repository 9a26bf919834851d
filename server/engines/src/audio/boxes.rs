//! Boxes of MP4 and QuickTime and chunks of CAF, as far as their headers tell: where another film begins behind the
//! first, and what is to be read differently where the last one goes on behind the file's end. Decodes nothing.

use std::fs::File;
use std::io;
use std::ops::Range;

use super::source::{Patch, read_at};

/// What the headers tell.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Where other films begin.
    pub joints: Vec<u64>,
    /// A size that fits what is there.
    pub patches: Vec<Patch>,
    /// Whether the last box is there only in part.
    pub cut: bool,
}

/// Walks the boxes of MP4.
pub(super) fn films(file: &mut File, range: Range<u64>) -> io::Result<Found> {
    let mut found = Found::default();
    let mut at = range.start;
    let mut head = [0; 16];
    while at < range.end {
        let read = read_at(file, at, &mut head)?;
        let named = |byte: &u8| (0x20..0x7F).contains(byte) || *byte == 0xA9;
        if read < 8 || !head[4..8].iter().all(named) {
            break;
        }
        if &head[4..8] == b"ftyp" && at > range.start {
            found.joints.push(at);
        }
        let left = range.end - at;
        let size = match number(&head[..4]) {
            0 => left,
            1 if read == 16 => number(&head[8..]),
            size => size,
        };
        if size < 8 {
            break;
        }
        if size > left {
            let is_long = number(&head[..4]) == 1;
            found.cut = true;
            found.patches = sized(if is_long { at + 8 } else { at } - range.start, left, is_long);
        }
        at = at.saturating_add(size);
    }
    Ok(found)
}

/// Walks the chunks of CAF.
pub(super) fn chunks(file: &mut File, range: Range<u64>) -> io::Result<Found> {
    let mut found = Found::default();
    let mut at = range.start + 8;
    let mut head = [0; 12];
    while at + 12 <= range.end && read_at(file, at, &mut head)? == head.len() {
        let (size, left) = (number(&head[4..]), range.end - at - 12);
        // A recorder that doesn't know yet how much comes writes -1: all that there is.
        if size > left && size != u64::MAX {
            found.cut = true;
            found.patches = sized(at + 4 - range.start, left, true);
        }
        at = at.saturating_add(12).saturating_add(size);
    }
    Ok(found)
}

/// A size of four or eight bytes at its place.
fn sized(at: u64, size: u64, is_long: bool) -> Vec<Patch> {
    let [a, b, c, d, e, f, g, h] = size.to_be_bytes();
    match is_long {
        true => vec![(at, [a, b, c, d]), (at + 4, [e, f, g, h])],
        false => vec![(at, [e, f, g, h])],
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
