//! Recordings on disk: an append-only file of samples for each, synced before anyone is told.
//! Sound is stored before anything listens to it. Never here: decoding, text.

use bytes::Bytes;
use icabinet_models::ids::{Digest, MeetingId, RecordingId, Time};
use sha2::Digest as _;
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::{OwnedMutexGuard, watch};

/// Samples a second.
pub const RATE: u32 = 16_000;
/// Samples a frame may hold: two seconds.
pub const LONGEST_FRAME: usize = 32_000;
/// How much longer than the time that has passed a recording may be, in milliseconds: clocks differ.
const SLACK_MS: i64 = 10_000;
/// The shortest frames that a recording may be made of, all in all: 10 ms.
const SHORTEST_FRAME: u64 = RATE as u64 / 100;
/// Bytes of a WAV header.
const HEADER: u64 = 44;

/// The folder of recordings.
#[derive(Clone, Debug)]
pub struct Sounds {
    folder: PathBuf,
    turns: Arc<Mutex<HashMap<PathBuf, Arc<Turn>>>>,
}

/// Whose turn it is to write a recording.
#[derive(Debug)]
struct Turn {
    lock: Arc<tokio::sync::Mutex<()>>,
    newcomers: watch::Sender<u64>,
}

/// The right to write one recording: a tablet that comes back displaces its own broken connection.
#[derive(Debug)]
pub struct Claim {
    _turn: OwnedMutexGuard<()>,
    newcomers: watch::Receiver<u64>,
}

impl Claim {
    /// Waits until somebody else wants to write.
    pub async fn displaced(&mut self) {
        // The sender is kept as long as the server lives.
        let _ = self.newcomers.changed().await;
    }
}

/// A recording that is being written. `next` is the number of the next frame it needs.
#[derive(Debug)]
pub struct Recorder {
    samples: tokio::fs::File,
    index: tokio::fs::File,
    next: u32,
    count: u64,
    /// Records of the index for samples that are not synced yet.
    unconfirmed: Vec<u8>,
}

/// What a frame is besides its samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHead {
    pub number: u32,
    pub first_sample: u64,
    pub flags: u8,
}

/// How long a live recording may be by now: no longer than the time since it began. What ended it is in
/// the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    began: Time,
}

impl Measure {
    /// The measure of a recording that began then.
    pub fn since(began: Time) -> Self {
        Self { began }
    }

    /// Whether it may have so many samples, in so many frames, at `now`.
    pub fn allows(&self, samples: u64, frames: u32, now: Time) -> bool {
        let passed = u64::try_from(now.ms_since(self.began).max(0).saturating_add(SLACK_MS));
        let most = passed.unwrap_or_default().saturating_mul(u64::from(RATE)) / 1000;
        samples <= most && u64::from(frames) <= most / SHORTEST_FRAME
    }
}

/// The last frame of a recording.
pub const LAST: u8 = 1;

impl FrameHead {
    /// Reads a frame of `docs/protocol.md`; `None` if it isn't one.
    pub fn parse(frame: &[u8]) -> Option<(Self, &[u8])> {
        let (head, samples) = frame.split_at_checked(13)?;
        if samples.len() % 2 != 0 || samples.len() > LONGEST_FRAME * 2 {
            return None;
        }
        let number = u32::from_le_bytes(head[0..4].try_into().ok()?);
        let first_sample = u64::from_le_bytes(head[4..12].try_into().ok()?);
        Some((Self { number, first_sample, flags: head[12] }, samples))
    }
}

impl Sounds {
    /// Recordings in a folder.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), turns: Arc::default() })
    }

    /// The file of samples: 16 kHz, one channel, signed 16 bit little endian, no header.
    pub fn path(&self, meeting: &MeetingId, recording: RecordingId) -> PathBuf {
        self.folder.join(meeting.as_str()).join(format!("{recording}.pcm"))
    }

    /// Waits for the right to write a recording, after asking whoever has it to go.
    pub async fn claim(&self, meeting: &MeetingId, recording: RecordingId) -> Claim {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh =
                || Arc::new(Turn { lock: Arc::default(), newcomers: watch::Sender::new(0) });
            Arc::clone(turns.entry(self.path(meeting, recording)).or_insert_with(fresh))
        };
        turn.newcomers.send_modify(|count| *count += 1);
        let guard = Arc::clone(&turn.lock).lock_owned().await;
        Claim { _turn: guard, newcomers: turn.newcomers.subscribe() }
    }

    /// Opens a recording for writing where it was left: what the index doesn't confirm is cut off.
    pub async fn recorder(
        &self,
        meeting: &MeetingId,
        recording: RecordingId,
    ) -> io::Result<Recorder> {
        let path = self.path(meeting, recording);
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let open = |path: PathBuf| async move {
            let mut options = tokio::fs::OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).open(path).await
        };
        let mut samples = open(path.clone()).await?;
        let mut index = open(path.with_extension("idx")).await?;
        // The index holds one record of 12 bytes a frame: its number and the samples after it.
        // It is written after the samples were synced, so its last whole record is the truth.
        let records = index.metadata().await?.len() / 12;
        let (next, count) = match records.checked_sub(1) {
            None => (0, 0),
            Some(last) => {
                let mut record = [0u8; 12];
                index.seek(io::SeekFrom::Start(last * 12)).await?;
                index.read_exact(&mut record).await?;
                let number = u32::from_le_bytes([record[0], record[1], record[2], record[3]]);
                let mut after = [0u8; 8];
                after.copy_from_slice(&record[4..]);
                (number + 1, u64::from_le_bytes(after))
            }
        };
        index.set_len(records * 12).await?;
        index.seek(io::SeekFrom::End(0)).await?;
        samples.set_len(count * 2).await?;
        samples.seek(io::SeekFrom::End(0)).await?;
        Ok(Recorder { samples, index, next, count, unconfirmed: Vec::new() })
    }

    /// Puts samples that were decoded from a file in the place of a recording.
    pub async fn adopt(
        &self,
        meeting: &MeetingId,
        recording: RecordingId,
        pcm: &Path,
    ) -> io::Result<()> {
        let path = self.path(meeting, recording);
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let half = path.with_extension("new");
        tokio::fs::copy(pcm, &half).await?;
        tokio::fs::File::open(&half).await?.sync_all().await?;
        tokio::fs::rename(&half, &path).await
    }

    /// How many samples are stored and the SHA-256 over them.
    pub async fn measure(
        &self,
        meeting: &MeetingId,
        recording: RecordingId,
    ) -> io::Result<(u64, Digest)> {
        let mut file = tokio::fs::File::open(self.path(meeting, recording)).await?;
        let mut hash = sha2::Sha256::new();
        let mut buffer = vec![0u8; 1 << 16];
        let mut bytes = 0u64;
        loop {
            let read = file.read(&mut buffer).await?;
            if read == 0 {
                return Ok((bytes / 2, Digest(hash.finalize().into())));
            }
            hash.update(&buffer[..read]);
            bytes += read as u64;
        }
    }

    /// How many bytes there are, and whether anything but silence is among those after `from`: of what
    /// has piled up, the last second.
    pub async fn loud_after(
        &self,
        meeting: &MeetingId,
        recording: RecordingId,
        from: u64,
    ) -> io::Result<(u64, bool)> {
        let mut file = tokio::fs::File::open(self.path(meeting, recording)).await?;
        let bytes = file.metadata().await?.len();
        let from = from.max(bytes.saturating_sub(u64::from(RATE) * 2));
        if from >= bytes {
            return Ok((bytes, false));
        }
        file.seek(io::SeekFrom::Start(from)).await?;
        let mut fresh = Vec::new();
        (&mut file).take(bytes - from).read_to_end(&mut fresh).await?;
        Ok((bytes, fresh.iter().any(|byte| *byte != 0)))
    }

    /// A recording as WAV.
    pub async fn wav(&self, meeting: &MeetingId, recording: RecordingId) -> io::Result<Wav> {
        let file = tokio::fs::File::open(self.path(meeting, recording)).await?;
        let bytes = file.metadata().await?.len();
        Ok(Wav { file, bytes })
    }
}

impl Recorder {
    /// The number of the next frame that is needed.
    pub fn next(&self) -> u32 {
        self.next
    }

    /// Samples stored.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Appends a frame if it is the next one; what is already stored is passed over.
    /// `false` if frames before it are missing.
    pub async fn append(&mut self, head: FrameHead, samples: &[u8]) -> io::Result<bool> {
        if head.number < self.next {
            return Ok(true);
        }
        if head.number > self.next {
            return Ok(false);
        }
        self.samples.write_all(samples).await?;
        self.count += samples.len() as u64 / 2;
        let mut record = [0u8; 12];
        record[..4].copy_from_slice(&head.number.to_le_bytes());
        record[4..].copy_from_slice(&self.count.to_le_bytes());
        self.unconfirmed.extend_from_slice(&record);
        self.next += 1;
        Ok(true)
    }

    /// Makes what was appended durable: samples first, then the index that confirms them. A disk that
    /// is full or loses its power in between leaves samples that nothing confirms, never the reverse.
    pub async fn sync(&mut self) -> io::Result<()> {
        self.sync_samples().await?;
        self.index.write_all(&self.unconfirmed).await?;
        self.unconfirmed.clear();
        self.index.flush().await?;
        self.index.sync_data().await
    }

    /// Makes samples durable without confirming them: whoever opens the recording again is sent them
    /// once more.
    pub async fn sync_samples(&mut self) -> io::Result<()> {
        self.samples.flush().await?;
        self.samples.sync_data().await
    }
}

/// A recording being read as WAV.
#[derive(Debug)]
pub struct Wav {
    file: tokio::fs::File,
    bytes: u64,
}

impl Wav {
    /// Bytes with the header.
    pub fn size(&self) -> u64 {
        HEADER + self.bytes
    }

    /// A range of its bytes.
    pub async fn read(&mut self, range: Range<u64>) -> io::Result<Bytes> {
        let mut out = Vec::with_capacity(usize::try_from(range.end - range.start).unwrap_or(0));
        if range.start < HEADER {
            let header = header(self.bytes);
            let end = usize::try_from(range.end.min(HEADER)).unwrap_or(0);
            out.extend_from_slice(&header[usize::try_from(range.start).unwrap_or(0)..end]);
        }
        let from = range.start.max(HEADER) - HEADER;
        let to = range.end.max(HEADER) - HEADER;
        self.file.seek(io::SeekFrom::Start(from)).await?;
        (&mut self.file).take(to - from).read_to_end(&mut out).await?;
        Ok(out.into())
    }
}

/// A canonical RIFF header: PCM, one channel, 16 kHz, 16 bit.
fn header(bytes: u64) -> [u8; 44] {
    let data = u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut out = [0u8; 44];
    let fields: [(usize, &[u8]); 11] = [
        (0, b"RIFF"),
        (4, &data.saturating_add(36).to_le_bytes()),
        (8, b"WAVEfmt "),
        (16, &16u32.to_le_bytes()),
        (20, &1u16.to_le_bytes()),
        (22, &1u16.to_le_bytes()),
        (24, &RATE.to_le_bytes()),
        (28, &(RATE * 2).to_le_bytes()),
        (32, &2u16.to_le_bytes()),
        (34, &16u16.to_le_bytes()),
        (36, b"data"),
    ];
    for (at, bytes) in fields {
        out[at..at + bytes.len()].copy_from_slice(bytes);
    }
    out[40..].copy_from_slice(&data.to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::{FrameHead, Measure, SLACK_MS, Sounds};
    use icabinet_models::ids::{RecordingId, Time};

    #[test]
    fn a_recording_is_as_long_as_the_time_that_has_passed() {
        let measure = Measure::since(Time(1_000));
        let slack = u64::try_from(SLACK_MS).unwrap() * 16;
        assert!(measure.allows(slack, 50, Time(1_000)));
        assert!(!measure.allows(slack + 1, 50, Time(1_000)));
        assert!(measure.allows(slack + 16_000, 50, Time(2_000)));
        assert!(!measure.allows(0, 1_001, Time(1_000)), "not even frames without a sample");
        // A clock that was set back takes nothing away of what was allowed at the start.
        assert!(measure.allows(slack, 50, Time(0)));
    }

    fn frame(number: u32, value: i16) -> (FrameHead, Vec<u8>) {
        let head = FrameHead { number, first_sample: 0, flags: 0 };
        (head, value.to_le_bytes().repeat(100))
    }

    #[tokio::test]
    async fn frames_are_stored_once_and_in_order_and_a_torn_tail_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let sounds = Sounds::in_folder(folder.path()).unwrap();
        let (meeting, recording) = ("m".into(), RecordingId(1));
        let mut recorder = sounds.recorder(&meeting, recording).await.unwrap();
        let (head, samples) = frame(0, 7);
        assert!(recorder.append(head, &samples).await.unwrap());
        assert!(recorder.append(head, &samples).await.unwrap(), "a duplicate is passed over");
        let (ahead, later) = frame(2, 9);
        assert!(!recorder.append(ahead, &later).await.unwrap(), "a gap is refused");
        recorder.sync().await.unwrap();
        assert_eq!(recorder.count(), 100);
        drop(recorder);
        // Samples that the index never confirmed, as a kill between the two writes leaves them.
        let path = sounds.path(&meeting, recording);
        let mut torn = std::fs::read(&path).unwrap();
        torn.extend_from_slice(&[1, 2, 3]);
        std::fs::write(&path, torn).unwrap();
        let recorder = sounds.recorder(&meeting, recording).await.unwrap();
        assert_eq!((recorder.next(), recorder.count()), (1, 100));
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 200);
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        assert!(FrameHead::parse(&[0; 12]).is_none(), "too short");
        assert!(FrameHead::parse(&[0; 14]).is_none(), "half a sample");
        assert!(FrameHead::parse(&vec![0; 13 + 64_002]).is_none(), "too long");
        assert!(FrameHead::parse(&[0; 13]).is_some(), "no samples");
    }
}
