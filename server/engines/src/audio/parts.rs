//! What of a file is sound, whatever its headers claim: where it begins behind its pictures, where another recording
//! was joined to it, whether it was cut off, and which sizes in it are wrong. Decodes nothing.

use std::fs::File;
use std::io;
use std::ops::Range;

use super::source::{MOST, Patch, places, read_at};
use super::{boxes, matroska, mpeg, riff};

/// What a part begins as; only kinds that need care of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// RIFF WAVE: sizes are often wrong.
    Wave,
    /// WebM and Matroska: may go on with another one, or behind damage.
    Matroska,
    /// MPEG audio: frames without a container; its length is a guess unless a header has it.
    Mpeg,
    Flac,
    Ogg,
    /// Boxes: MP4, M4A, QuickTime.
    Boxes,
    Caf,
    Other,
}

/// One recording of a file.
#[derive(Debug)]
pub(super) struct Part {
    pub kind: Kind,
    pub range: Range<u64>,
    pub patches: Vec<Patch>,
    /// It ends before its own headers say, or in the middle of something.
    pub cut: bool,
    /// Whether the length that its reader promises was written there, not guessed.
    pub promises: bool,
}

impl Part {
    fn fits(&mut self, found: boxes::Found) {
        (self.patches, self.cut) = (found.patches, found.cut);
    }
}

/// Bytes that tell what a file is.
const HEAD: usize = 64;

/// Looks through the file.
pub(super) fn find(file: &mut File) -> io::Result<Vec<Part>> {
    let end = file.metadata()?.len();
    let start = behind_tags(file, 0)?.min(end);
    let kind = kind_at(file, start)?;
    let mut begins = vec![start];
    begins.extend(joints(file, kind, start..end)?);
    let ends = begins.iter().skip(1).copied().chain([end]).collect::<Vec<_>>();
    let mut parts = Vec::new();
    for (from, to) in begins.into_iter().zip(ends) {
        let from = behind_tags(file, from)?.min(to);
        parts.push(part(file, kind, from..to)?);
    }
    Ok(parts)
}

fn part(file: &mut File, kind: Kind, range: Range<u64>) -> io::Result<Part> {
    let mut part =
        Part { kind, range: range.clone(), patches: Vec::new(), cut: false, promises: true };
    match kind {
        Kind::Wave => (part.patches, part.cut) = riff::mended(file, range)?,
        Kind::Mpeg => {
            part.range.end = mpeg::before_tags(file, range)?;
            part.promises = mpeg::has_length(file, part.range.start)?;
            part.cut = mpeg::ends_within_a_frame(file, part.range.clone())?;
        }
        Kind::Ogg => part.cut = ogg_is_cut(file, range)?,
        Kind::Boxes => part.fits(boxes::films(file, range)?),
        Kind::Caf => part.fits(boxes::chunks(file, range)?),
        Kind::Matroska => part.cut = matroska::ends_within_an_element(file, range)?,
        Kind::Flac | Kind::Other => {}
    }
    Ok(part)
}

/// Where the sound begins: behind ID3v2 tags, which may hold pictures of many megabytes, and what fills them up.
fn behind_tags(file: &mut File, from: u64) -> io::Result<u64> {
    let mut at = from;
    let mut head = [0; 10];
    while read_at(file, at, &mut head)? == head.len() && is_id3(&head) {
        let size = head[6..].iter().fold(0_u64, |size, byte| size << 7 | u64::from(*byte));
        let footer = if head[5] & 0x10 == 0 { 0 } else { 10 };
        at += 10 + size + footer;
        let mut filling = [0; 4096];
        while at > from {
            let read = read_at(file, at, &mut filling)?;
            let zeros = filling[..read].iter().take_while(|byte| **byte == 0).count();
            at += zeros as u64;
            if zeros < filling.len() {
                break;
            }
        }
    }
    Ok(at)
}

fn is_id3(bytes: &[u8]) -> bool {
    bytes.len() >= 10
        && bytes.starts_with(b"ID3")
        && (2..=4).contains(&bytes[3])
        && bytes[4] != 0xFF
        && bytes[6..10].iter().all(|byte| *byte < 0x80)
}

/// Whether these first bytes of a file are those of sound or film, whatever its name says.
pub fn looks_like_sound(head: &[u8]) -> bool {
    const MARKS: [&[u8]; 3] = [b"\x30\x26\xB2\x75", b"#!AMR", b".snd"];
    let is_aiff = head.starts_with(b"FORM") && matches!(head.get(8..12), Some(b"AIFF" | b"AIFC"));
    is_id3(head)
        || is_aiff
        || kind_of(head) != Kind::Other
        || MARKS.iter().any(|mark| head.starts_with(mark))
}

fn kind_at(file: &mut File, at: u64) -> io::Result<Kind> {
    let mut head = [0; HEAD];
    let read = read_at(file, at, &mut head)?;
    Ok(kind_of(&head[..read]))
}

fn kind_of(head: &[u8]) -> Kind {
    match head {
        _ if riff::is_wave(head) => Kind::Wave,
        _ if matroska::is_head(head) => Kind::Matroska,
        _ if is_flac(head) => Kind::Flac,
        _ if head.starts_with(b"OggS") => Kind::Ogg,
        _ if head.get(4..8) == Some(b"ftyp") => Kind::Boxes,
        _ if head.starts_with(b"caff\0\x01") => Kind::Caf,
        _ if mpeg::Frame::read(head).is_some() => Kind::Mpeg,
        _ => Kind::Other,
    }
}

/// `fLaC` and its first block, which has always the same size.
fn is_flac(head: &[u8]) -> bool {
    head.starts_with(b"fLaC")
        && head.get(4).is_some_and(|byte| byte & 0x7F == 0)
        && head.get(5..8) == Some(b"\0\0\x22")
}

/// Where other recordings of the same kind begin behind the first. Ogg's own reader knows chains.
fn joints(file: &mut File, kind: Kind, range: Range<u64>) -> io::Result<Vec<u64>> {
    let behind = range.start + 1..range.end;
    match kind {
        Kind::Wave => places(file, behind, b'R', (HEAD, MOST), riff::is_wave),
        Kind::Matroska => places(file, behind, 0x1A, (HEAD, MOST), matroska::is_head),
        Kind::Flac => places(file, behind, b'f', (HEAD, MOST), is_flac),
        Kind::Mpeg => {
            // Only a tag behind which frames go on: such bytes occur in pictures too.
            let mut joints = Vec::new();
            for at in places(file, behind, b'I', (HEAD, MOST), is_id3)? {
                let mut head = [0; HEAD];
                let sound = behind_tags(file, at)?;
                let read = read_at(file, sound, &mut head)?;
                if mpeg::Frame::read(&head[..read]).is_some() {
                    joints.push(at);
                }
            }
            Ok(joints)
        }
        Kind::Boxes => Ok(boxes::films(file, range)?.joints),
        Kind::Ogg | Kind::Caf | Kind::Other => Ok(Vec::new()),
    }
}

/// Whether the last page of an Ogg file is there only in part.
fn ogg_is_cut(file: &mut File, range: Range<u64>) -> io::Result<bool> {
    /// The longest page: header, table and 255 segments of 255 bytes.
    const PAGE: u64 = 27 + 255 + 255 * 255;
    let tail = range.end.saturating_sub(PAGE).max(range.start)..range.end;
    let is_page = |bytes: &[u8]| bytes.starts_with(b"OggS\0");
    let pages = places(file, tail, b'O', (5, usize::MAX), is_page)?;
    let Some(last) = pages.last() else { return Ok(false) };
    let mut head = [0; 27 + 255];
    let read = read_at(file, *last, &mut head)?;
    let table = head.get(26).map_or(0, |count| usize::from(*count));
    if read < 27 + table {
        return Ok(true);
    }
    let body: u64 = head[27..27 + table].iter().map(|size| u64::from(*size)).sum();
    Ok(last + 27 + table as u64 + body > range.end)
}
