//! WebM and Matroska, as far as their elements' headers tell: whether the last one is there whole. What a browser
//! records has no sizes around its clusters, so its end is known by nothing else. Decodes nothing.

use std::fs::File;
use std::io;
use std::ops::Range;

use super::source::{places, read_at};

/// A cluster's mark.
pub(super) const CLUSTER: [u8; 4] = *b"\x1F\x43\xB6\x75";
/// How far from the end the last cluster begins at most: audio has some hundred kilobytes in one.
const TAIL: u64 = 16 << 20;

/// Whether these bytes begin a file.
pub(super) fn is_head(head: &[u8]) -> bool {
    let named = |name: &[u8]| head.windows(name.len()).any(|piece| piece == name);
    head.starts_with(b"\x1A\x45\xDF\xA3") && (named(b"webm") || named(b"matroska"))
}

/// Whether the last element is there only in part.
pub(super) fn ends_within_an_element(file: &mut File, range: Range<u64>) -> io::Result<bool> {
    let from = range.end.saturating_sub(TAIL).max(range.start);
    let is_cluster = |bytes: &[u8]| bytes.starts_with(&CLUSTER);
    let clusters = places(file, from..range.end, CLUSTER[0], (4, usize::MAX), is_cluster)?;
    let Some(mut at) = clusters.last().copied() else { return Ok(false) };
    // From cluster to block to what stands behind the last cluster: every size but a cluster's is known.
    while at < range.end {
        let mut head = [0; 12];
        let read = read_at(file, at, &mut head)?.min(usize::try_from(range.end - at).unwrap_or(12));
        let Some((length, size)) = header(&head[..read]) else { return Ok(true) };
        at += length;
        if head[..4] != CLUSTER {
            at = at.saturating_add(size);
        }
    }
    Ok(at > range.end)
}

/// How long an element's header is, and how large what follows; `None` when not all of the header is there.
fn header(bytes: &[u8]) -> Option<(u64, u64)> {
    let id = bytes.first()?.leading_zeros() as usize + 1;
    let first = *bytes.get(id)?;
    let length = first.leading_zeros() as usize + 1;
    let rest = bytes.get(id + 1..id + length)?;
    let first = u64::from(first) & (0x7F_u64 >> (length - 1));
    let size = rest.iter().fold(first, |size, byte| size << 8 | u64::from(*byte));
    Some(((id + length) as u64, size))
}
