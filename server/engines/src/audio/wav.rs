//! WAV headers that do not tell the truth: a recorder that was switched off never wrote the sizes, a copy that broke
//! off has fewer bytes than it says. The file is left as it is; a reader sees the size that is really there.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

/// A file of which some bytes are read differently.
pub(super) struct Mended {
    file: File,
    at: u64,
    /// Where, and what is read there.
    patches: Vec<(u64, [u8; 4])>,
    /// Whether readers may look ahead: in a file that was cut off, what its index points to is gone.
    pub(super) seekable: bool,
}

impl Mended {
    /// Opens the file for reading. Returns whether it was cut off: its sound is shorter than its header says.
    pub(super) fn open(mut file: File) -> io::Result<(Self, bool)> {
        let length = file.metadata()?.len();
        let found = find_data(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        let mut mended = Mended { file, at: 0, patches: Vec::new(), seekable: true };
        let Some((at, said)) = found else {
            return Ok((mended, false));
        };
        let there = length.saturating_sub(at + 4);
        let never_written = said == 0 || said == u32::MAX;
        if u64::from(said) <= there && !never_written {
            return Ok((mended, false));
        }
        let size = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        // The size of the whole file stands at its fifth byte and is as wrong.
        mended.patches = vec![(4, size(length.saturating_sub(8))), (at, size(there))];
        Ok((mended, !never_written))
    }
}

/// Where the size of the `data` chunk stands, and what it says. `None` for anything but a RIFF WAVE file.
fn find_data(file: &mut File) -> io::Result<Option<(u64, u32)>> {
    let mut head = [0_u8; 12];
    if read_fully(file, &mut head)? < 12 || &head[..4] != b"RIFF" || &head[8..] != b"WAVE" {
        return Ok(None);
    }
    let mut at = 12;
    // A header has a handful of chunks before its data.
    for _ in 0..64 {
        let mut chunk = [0_u8; 8];
        file.seek(SeekFrom::Start(at))?;
        if read_fully(file, &mut chunk)? < 8 {
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

fn read_fully(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match file.read(&mut into[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

impl Read for Mended {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        for (patch_at, bytes) in &self.patches {
            for (offset, byte) in (*patch_at..).zip(*bytes) {
                if offset >= self.at && offset < self.at + read as u64 {
                    into[(offset - self.at) as usize] = byte;
                }
            }
        }
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Mended {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

impl MediaSource for Mended {
    fn is_seekable(&self) -> bool {
        self.seekable
    }

    fn byte_len(&self) -> Option<u64> {
        self.file.metadata().ok().map(|about| about.len()).filter(|_| self.seekable)
    }
}
