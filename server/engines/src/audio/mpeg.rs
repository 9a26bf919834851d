//! Frames of MPEG audio, as far as their headers tell: how long each is, whether the first one holds the length of the
//! whole, and whether the last one is whole. Decodes nothing.

use std::fs::File;
use std::io;
use std::ops::Range;

use super::source::read_at;

/// What the header of a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Bytes with the header.
    pub length: u64,
    /// Version, layer and rate: the same in all frames of a stream.
    kind: [u8; 2],
}

/// Thousands of bits a second by the header's index: MPEG 1 layers 1 to 3, then MPEG 2 layer 1, layers 2 and 3.
const RATES: [[u64; 14]; 5] = [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

impl Frame {
    /// Reads the four bytes of a header; `None` when they are none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [first, second, third, _] = *bytes.first_chunk::<4>()?;
        if first != 0xFF || second & 0xE0 != 0xE0 {
            return None;
        }
        // Versions: 0 is 2.5, 2 is 2, 3 is 1. Layers: 3 is 1, 2 is 2, 1 is 3.
        let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
        let (bits, hertz, padding) = (third >> 4, third >> 2 & 3, u64::from(third >> 1 & 1));
        if version == 1 || layer == 0 || !(1..=14).contains(&bits) || hertz == 3 {
            return None;
        }
        let table = match (version, layer) {
            (3, layer) => 3 - usize::from(layer),
            (_, 3) => 3,
            (_, _) => 4,
        };
        let bits = RATES[table][usize::from(bits) - 1] * 1000;
        let halved = match version {
            3 => 0,
            2 => 1,
            _ => 2,
        };
        let rate = [44_100_u64, 48_000, 32_000][usize::from(hertz)] >> halved;
        let length = match layer {
            3 => (12 * bits / rate + padding) * 4,
            1 if version != 3 => 72 * bits / rate + padding,
            _ => 144 * bits / rate + padding,
        };
        Some(Frame { length, kind: [second & 0xFE, third & 0x0C] })
    }
}

/// Whether the first frame holds the number of frames (Xing, Info or VBRI); without it a reader can only guess.
pub(super) fn has_length(file: &mut File, at: u64) -> io::Result<bool> {
    let mut head = [0; 256];
    let read = read_at(file, at, &mut head)?;
    let named = |name: &[u8]| head[..read].windows(4).any(|piece| piece == name);
    Ok(named(b"Xing") || named(b"Info") || named(b"VBRI"))
}

/// Whether the last frame is there only in part.
pub(super) fn ends_within_a_frame(file: &mut File, range: Range<u64>) -> io::Result<bool> {
    /// A few of the longest frames.
    const TAIL: usize = 3 * 2881;
    let from = range.end.saturating_sub(TAIL as u64).max(range.start);
    let mut tail = vec![0; usize::try_from(range.end - from).unwrap_or(TAIL)];
    let read = read_at(file, from, &mut tail)?;
    let tail = &tail[..read];
    let mut head = [0; 4];
    read_at(file, range.start, &mut head)?;
    let Some(first) = Frame::read(&head) else { return Ok(false) };
    let frame = |at: usize| Frame::read(tail.get(at..)?).filter(|frame| frame.kind == first.kind);
    for begin in 0..tail.len() {
        let (mut at, mut frames) = (begin, 0);
        while let Some(frame) = frame(at) {
            at += usize::try_from(frame.length.max(4)).unwrap_or(TAIL);
            frames += 1;
        }
        // Two in a row are no accident. Fewer than four bytes behind them may be the beginning of a header.
        if frames >= 2 && at + 4 > tail.len() {
            return Ok(at > tail.len() || tail.get(at) == Some(&0xFF));
        }
    }
    Ok(false)
}

/// The end without the tags that players put behind the sound.
pub(super) fn before_tags(file: &mut File, range: Range<u64>) -> io::Result<u64> {
    let mut end = range.end;
    let mut foot = [0; 128];
    if end - range.start > 128
        && read_at(file, end - 128, &mut foot)? == 128
        && foot.starts_with(b"TAG")
    {
        end -= 128;
    }
    let mut foot = [0; 32];
    if end - range.start > 32
        && read_at(file, end - 32, &mut foot)? == 32
        && foot.starts_with(b"APETAGEX")
    {
        let size = u64::from(u32::from_le_bytes([foot[12], foot[13], foot[14], foot[15]]));
        let header = if foot[23] & 0x80 == 0 { 0 } else { 32 };
        end = end.saturating_sub(size + header).max(range.start);
    }
    Ok(end)
}
