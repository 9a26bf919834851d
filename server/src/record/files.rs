//! The files in a record's ZIP, each read within a bound: a file of some kilobytes can unpack to
//! gigabytes. Never here: what a file says.

use icabinet_models::ids::Digest;
use sha2::Digest as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use zip::ZipArchive;

/// Largest file that is held in memory to be understood: the list of files.
pub(super) const LARGE: u64 = 16 << 20;
/// Certificates, lists of them, signatures.
pub(super) const SMALL: u64 = 4 << 20;
/// Signed documents.
pub(super) const DOCUMENT: u64 = icabinet_signing::LARGEST as u64;
/// Longest line of the log: a conference's participants, or all ballots of its vote, stand in one.
pub(super) const LINE: usize = 32 << 20;
/// Longest line of hashes.
pub(super) const HASH_LINE: usize = 128;
/// What may be unpacked in all: this much, and for each byte of the ZIP so many. Recordings of
/// silence shrink most, and still stay far below.
const TOTAL: u64 = 4 << 30;
const RATIO: u64 = 64;
/// Bytes of the end record of a ZIP without a comment.
const END: usize = 22;

/// Reads a file from a place of its own: several readers share one open file.
#[derive(Clone, Debug)]
struct Place {
    file: Arc<File>,
    at: u64,
    length: u64,
}

impl Read for Place {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Place {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(by) => (self.length, by),
            SeekFrom::Current(by) => (self.at, by),
        };
        self.at = from.checked_add_signed(by).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// An entry of the ZIP, before it is read.
pub(super) enum Entry {
    /// A folder, which has no content: packers write them, they mean nothing.
    Folder,
    File(String),
}

/// The files of a ZIP.
pub(super) struct Files {
    zip: ZipArchive<Place>,
    /// Whether the file is the ZIP and nothing else.
    pub(super) is_whole: bool,
    /// How many bytes may still be unpacked.
    left: u64,
}

impl Files {
    /// `None` for what is no ZIP.
    pub(super) fn open(file: File) -> io::Result<Option<Self>> {
        let length = file.metadata()?.len();
        let Some(from) = length.checked_sub(END as u64) else { return Ok(None) };
        let place = Place { file: Arc::new(file), at: 0, length };
        let mut end = [0; END];
        place.file.read_exact_at(&mut end, from)?;
        let Ok(zip) = ZipArchive::new(place) else { return Ok(None) };
        // Of two entries of one name a reader sees only one: their number tells.
        let entries = u16::from_le_bytes([end[10], end[11]]);
        let counted = entries == u16::MAX || usize::from(entries) == zip.len();
        let ends = end.starts_with(b"PK\x05\x06") && end.ends_with(&[0, 0]);
        let is_whole = ends && counted && zip.offset() == 0;
        let left = TOTAL.max(length.saturating_mul(RATIO));
        Ok(Some(Self { zip, is_whole, left }))
    }

    pub(super) fn count(&self) -> usize {
        self.zip.len()
    }

    /// The name of an entry; `None` if the ZIP is broken there.
    pub(super) fn entry(&mut self, index: usize) -> Option<Entry> {
        let name = self.zip.name_for_index(index)?.to_owned();
        let is_folder = name.ends_with('/')
            && self.zip.by_index_raw(index).is_ok_and(|entry| entry.size() == 0);
        Some(if is_folder { Entry::Folder } else { Entry::File(name) })
    }

    /// SHA-256 and size of a file that should have `expected` bytes; of a larger one only as much
    /// is read as shows that it is larger. `None` where all that may be unpacked has been.
    pub(super) fn hash(&mut self, path: &str, expected: u64) -> Option<io::Result<(Digest, u64)>> {
        self.left = self.left.checked_sub(expected)?;
        let file = self.zip.by_name(path).map_err(io::Error::from);
        Some(file.and_then(|file| sha256(&mut file.take(expected.saturating_add(1)))))
    }

    /// All bytes of a file; `None` if it isn't there, is damaged or larger than `most`.
    pub(super) fn bytes(&mut self, path: &str, most: u64) -> Option<Vec<u8>> {
        let file = self.zip.by_name(path).ok()?;
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= most).then_some(bytes)
    }

    /// A file as it comes, at most `most` bytes of it.
    pub(super) fn reader(&mut self, path: &str, most: u64) -> Option<impl Read> {
        self.zip.by_name(path).ok().map(|file| file.take(most))
    }

    /// Hands the lines of two files to `each`, side by side.
    pub(super) fn lines_of_two<T>(
        &mut self,
        (first, second): (&str, &str),
        each: impl FnOnce(&mut dyn BufRead, &mut dyn BufRead) -> T,
    ) -> T {
        let mut again = self.zip.clone();
        let first = self.zip.by_name(first).ok().map(BufReader::new);
        let second = again.by_name(second).ok().map(BufReader::new);
        let (mut none, mut none_either) = (io::empty(), io::empty());
        let (mut first, mut second) = (first, second);
        each(
            first.as_mut().map_or(&mut none as &mut dyn BufRead, |file| file),
            second.as_mut().map_or(&mut none_either as &mut dyn BufRead, |file| file),
        )
    }
}

/// A line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It was read, without its line feed.
    Whole,
    /// The file ends in the middle of it.
    Cut,
    TooLong,
    /// The file can't be read on.
    Damaged,
    /// There is no more.
    End,
}

/// Reads the next line of at most `most` bytes into `line`.
pub(super) fn next_line(from: &mut dyn BufRead, line: &mut Vec<u8>, most: usize) -> Line {
    line.clear();
    match from.take(most as u64 + 1).read_until(b'\n', line) {
        Err(_) => Line::Damaged,
        Ok(0) => Line::End,
        Ok(_) if line.last() == Some(&b'\n') => {
            line.pop();
            Line::Whole
        }
        Ok(read) if read > most => Line::TooLong,
        Ok(_) => Line::Cut,
    }
}

/// SHA-256 and number of bytes of what a reader gives.
pub(super) fn sha256(file: &mut impl Read) -> io::Result<(Digest, u64)> {
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((Digest(hash.finalize().into()), size));
        }
        hash.update(&buffer[..read]);
        size += read as u64;
    }
}
