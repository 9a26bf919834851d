//! A part of a file as the readers of containers see it: from one place to another, with some bytes read
//! differently and perhaps a stretch left out. The file itself is left as it is.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use symphonia::core::io::MediaSource;

/// Four bytes that are read differently: where in the part, and what stands there.
pub(super) type Patch = (u64, [u8; 4]);

/// A stretch of a file.
pub(super) struct Window {
    file: File,
    /// Of the file.
    range: Range<u64>,
    /// Left out, counted from the part's beginning; empty for none.
    hole: Range<u64>,
    patches: Vec<Patch>,
    /// In what is read.
    at: u64,
    /// Whether readers may look ahead: in a file that was cut off, what its index points to is gone.
    seekable: bool,
}

impl Window {
    /// Opens `range` of the file at `path`.
    pub(super) fn open(path: &Path, range: Range<u64>, patches: &[Patch]) -> io::Result<Self> {
        Ok(Window {
            file: File::open(path)?,
            range,
            hole: 0..0,
            patches: patches.to_vec(),
            at: 0,
            seekable: true,
        })
    }

    /// To be read from front to back only.
    pub(super) fn forward_only(mut self) -> Self {
        self.seekable = false;
        self
    }

    /// Without this stretch, counted from the part's beginning.
    pub(super) fn without(mut self, hole: Range<u64>) -> Self {
        self.hole = hole;
        self.forward_only()
    }

    fn len(&self) -> u64 {
        let whole = self.range.end.saturating_sub(self.range.start);
        whole.saturating_sub(self.hole.end - self.hole.start)
    }

    /// How many bytes lie together at the place where reading goes on, and where that is in the part.
    fn next(&self) -> (u64, u64) {
        if self.hole.is_empty() {
            return (self.at, self.len().saturating_sub(self.at));
        }
        if self.at < self.hole.start {
            return (self.at, self.hole.start - self.at);
        }
        (self.at + (self.hole.end - self.hole.start), self.len().saturating_sub(self.at))
    }
}

impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let (place, left) = self.next();
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(into.len());
        if most == 0 {
            return Ok(0);
        }
        self.file.seek(SeekFrom::Start(self.range.start + place))?;
        let read = self.file.read(&mut into[..most])?;
        for (patch_at, bytes) in &self.patches {
            for (offset, byte) in (*patch_at..).zip(*bytes) {
                if offset >= place && offset < place + read as u64 {
                    into[(offset - place) as usize] = byte;
                }
            }
        }
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

impl MediaSource for Window {
    fn is_seekable(&self) -> bool {
        self.seekable
    }

    fn byte_len(&self) -> Option<u64> {
        self.seekable.then(|| self.len())
    }
}

/// Reads as much of `into` as the file has from `at` on.
pub(super) fn read_at(file: &mut File, at: u64, into: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut filled = 0;
    while filled < into.len() {
        match file.read(&mut into[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// More joints than this no recording has: noise that looks like headers.
pub(super) const MOST: usize = 1000;

/// The first `most` places in `range` at which `is` says yes to what stands there (up to `ahead` bytes of it).
pub(super) fn places(
    file: &mut File,
    range: Range<u64>,
    first: u8,
    (ahead, most): (usize, usize),
    is: impl Fn(&[u8]) -> bool,
) -> io::Result<Vec<u64>> {
    /// Bytes that are looked through at a time.
    const PIECE: usize = 1 << 20;
    let mut found = Vec::new();
    let mut piece = vec![0; PIECE + ahead];
    let mut from = range.start;
    while from < range.end && found.len() < most {
        let want = usize::try_from(range.end - from).unwrap_or(usize::MAX).min(piece.len());
        let read = read_at(file, from, &mut piece[..want])?;
        for at in 0..read.min(PIECE) {
            if piece[at] == first && is(&piece[at..read.min(at + ahead)]) {
                found.push(from + at as u64);
            }
        }
        found.truncate(most);
        if read <= PIECE {
            break;
        }
        from += PIECE as u64;
    }
    Ok(found)
}
