//! Writing a meeting's record: the log byte for byte, what it names, and how to check it by hand.
//! Never here: ballots of an open vote (the export waits for its end), secrets, notes of people.

use super::{
    FORMAT, FileEntry, HASHES, ISSUING, MANIFEST, Manifest, README, RECORDS, REVOCATIONS, ROOT,
    SEAL, SIGNATURE, SOFTWARE, VERSION, certificate_path, document_path, sound_path, upload_path,
};
use crate::sound::Sounds;
use crate::store::{BlobError, Blobs, Logged, Store, StoreError};
use crate::trust::{Trust, TrustError};
use icabinet_models::canonical;
use icabinet_models::ids::{Digest, MeetingId, RecordingId, Time};
use icabinet_models::meeting::{DecisionsEvent, PapersEvent, SpeechEvent};
use icabinet_models::record::{Record, Withheld, is_salted};
use icabinet_models::speech::Origin;
use icabinet_models::visibility;
use icabinet_models::{Event, Meeting};
use icabinet_signing::Seal;
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use tokio::runtime::Handle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Bytes that are held in memory of a large file.
const CHUNK: u64 = 8 << 20;
/// Beyond this a ZIP entry needs the 64-bit form; asked for early, as sizes are known before.
const LARGE: u64 = 0xF000_0000;

const HOW: &str = include_str!("README.txt");

/// Whether recordings go into the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    Included,
    LeftOut,
}

/// Who asks for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// The office of the meeting.
    Office,
    /// Whoever keeps the server and has the database anyway.
    Operator,
}

/// Where a record is taken from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    pub store: &'a Store,
    pub blobs: &'a Blobs,
    pub sounds: &'a Sounds,
    pub trust: &'a Trust,
}

/// Why a record wasn't written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("there is no such meeting")]
    NoMeeting,
    /// Its ballots would be in the record, and nobody knows them before the close (R12).
    #[error("a vote is open: close it first, its ballots would be in the record")]
    VoteOpen,
    /// The ballots of a voided vote, which nobody is to know (R21), stand there without salts.
    #[error(
        "the ballots of a voided vote could be computed from this record, which an older version wrote"
    )]
    Computable,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("writing the record: {0}")]
    File(#[from] io::Error),
    #[error("writing the record: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("the export was interrupted")]
    Interrupted,
}

/// A file of the record before it is written.
enum Part {
    Text(Vec<u8>),
    Blob(Digest),
    Sound(RecordingId),
}

/// Writes the record of a meeting as it is now into `target`. `created` stands in the manifest.
///
/// # Errors
/// [`ExportError`]; what was written of `target` is then of no use.
pub async fn export(
    sources: &Sources<'_>,
    meeting: &MeetingId,
    created: Time,
    sound: Sound,
    asker: For,
    target: &Path,
) -> Result<(), ExportError> {
    let entries = sources.store.entries_after(meeting, 0).await?;
    let last = entries.last().ok_or(ExportError::NoMeeting)?;
    let mut state = Meeting::blank(meeting.clone());
    for logged in &entries {
        state.apply(&logged.entry);
    }
    if state.open_vote().is_some() {
        return Err(ExportError::VoteOpen);
    }
    if asker == For::Office && can_be_computed(&entries, &state) {
        return Err(ExportError::Computable);
    }
    // What was logged since the caller looked at the clock is in the record too.
    let created = created.max(last.entry.at);
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        meeting: meeting.clone(),
        title: state.particulars.title.clone(),
        position: last.entry.position,
        head: last.hash,
        software: SOFTWARE.to_owned(),
        created,
        files: Vec::new(),
        missing: Vec::new(),
    };
    let mut parts = named(&entries, sound);
    let revocations = sources.trust.revocation_list(sources.store, created).await?;
    let seal = sources.trust.seal(created)?;
    let issuing = sources.trust.chain(&[])?.into_iter().nth(1).unwrap_or_default();
    let (records, hashes) = log(&entries, &state);
    for (path, bytes) in [
        (RECORDS, records),
        (HASHES, hashes),
        (ROOT, sources.trust.root_pem()?.into_bytes()),
        (ISSUING, issuing),
        (REVOCATIONS, revocations),
        (SEAL, seal.certificate().to_vec()),
        (README, HOW.as_bytes().to_vec()),
    ] {
        parts.insert(path.to_owned(), Part::Text(bytes));
    }
    let file = File::create(target)?;
    let writer = Writer {
        zip: ZipWriter::new(file),
        manifest,
        seal: Some(seal),
        blobs: sources.blobs.clone(),
        sounds: sources.sounds.clone(),
        handle: Handle::current(),
    };
    // Hashing and deflating take the processor for as long as the record is large.
    let written = tokio::task::spawn_blocking(move || writer.run(parts));
    written.await.map_err(|_| ExportError::Interrupted)?
}

/// Each line exactly as it was hashed, and each line's hash. For the ballots of a vote that was voided
/// stand their digests: what they say is shown to nobody (R21), and the chain still holds.
fn log(entries: &[Logged], state: &Meeting) -> (Vec<u8>, Vec<u8>) {
    let (mut records, mut hashes) = (Vec::new(), Vec::new());
    for logged in entries {
        match withheld(logged, state) {
            Some(withheld) => records.extend(canonical::bytes(&withheld)),
            None => records.extend_from_slice(logged.record.as_bytes()),
        }
        records.push(b'\n');
        hashes.extend_from_slice(logged.hash.hex().as_bytes());
        hashes.push(b'\n');
    }
    (records, hashes)
}

fn withheld(logged: &Logged, state: &Meeting) -> Option<Withheld> {
    // In version 1 the chain runs over the records themselves: none can be left out there.
    let is_out =
        visibility::is_withheld_from_record(state, &logged.entry.event) && version(logged) > 1;
    is_out.then(|| Withheld {
        position: logged.entry.position,
        withheld: Digest::of(logged.record.as_bytes()),
    })
}

/// Whether what is to be withheld could be found out all the same: without a salt its digest, and every
/// hash of the chain after it, fits one of a few ballots.
fn can_be_computed(entries: &[Logged], state: &Meeting) -> bool {
    entries.iter().any(|logged| {
        visibility::is_withheld_from_record(state, &logged.entry.event)
            && !is_salted(version(logged))
    })
}

/// The version that a record says it has. It was read by the store.
fn version(logged: &Logged) -> u32 {
    serde_json::from_str(&logged.record).map_or(0, |record: Record| record.v)
}

/// Everything that the log names: also what was replaced or taken off later.
fn named(entries: &[Logged], sound: Sound) -> BTreeMap<String, Part> {
    let mut parts = BTreeMap::new();
    for logged in entries {
        match &logged.entry.event {
            Event::Papers(PapersEvent::PaperAdded { draft, .. }) => {
                parts.insert(document_path(&draft.blob), Part::Blob(draft.blob));
            }
            Event::Decisions(DecisionsEvent::InstrumentTypeset { document, .. }) => {
                parts.insert(document_path(document), Part::Blob(*document));
            }
            Event::Decisions(DecisionsEvent::Signed { document, certificate, .. }) => {
                parts.insert(document_path(document), Part::Blob(*document));
                parts.insert(certificate_path(certificate), Part::Blob(*certificate));
            }
            Event::Speech(event) if sound == Sound::Included => match event {
                SpeechEvent::RecordingImported { origin, .. } => {
                    if let Origin::Imported { file_name, blob } = origin {
                        parts.insert(upload_path(blob, file_name), Part::Blob(*blob));
                    }
                }
                SpeechEvent::RecordingStored { recording, .. } => {
                    parts.insert(sound_path(*recording), Part::Sound(*recording));
                }
                SpeechEvent::RecordingStarted { .. }
                | SpeechEvent::RecordingEnded { .. }
                | SpeechEvent::SoundFailed { .. }
                | SpeechEvent::SoundFlawed { .. }
                | SpeechEvent::SegmentHeard { .. }
                | SpeechEvent::TranscriptReached { .. }
                | SpeechEvent::TranscriptFinished { .. }
                | SpeechEvent::TranscriptUnavailable { .. }
                | SpeechEvent::SegmentCorrected { .. }
                | SpeechEvent::SpeakerNamed { .. } => {}
            },
            // Pages and thumbnails are made again from their papers.
            Event::Papers(
                PapersEvent::PaperRemoved { .. }
                | PapersEvent::PaperOpened { .. }
                | PapersEvent::PageRendered { .. }
                | PapersEvent::PageFailed { .. }
                | PapersEvent::PaperRendered { .. }
                | PapersEvent::PaperFailed { .. },
            )
            | Event::Decisions(
                DecisionsEvent::DecisionPrepared { .. }
                | DecisionsEvent::DecisionRevised { .. }
                | DecisionsEvent::InstrumentFailed { .. }
                | DecisionsEvent::Published { .. },
            )
            | Event::Speech(_)
            | Event::Preparation(_)
            | Event::Participants(_)
            | Event::Agenda(_)
            | Event::Motions(_)
            | Event::Attendance(_)
            | Event::Session(_)
            | Event::Floor(_)
            | Event::Votes(_)
            | Event::Minutes(_) => {}
        }
    }
    parts
}

/// Writes on a thread of its own; what is large comes in pieces.
struct Writer {
    zip: ZipWriter<File>,
    manifest: Manifest,
    /// Taken when it is put on.
    seal: Option<Seal>,
    blobs: Blobs,
    sounds: Sounds,
    handle: Handle,
}

impl Writer {
    fn run(mut self, parts: BTreeMap<String, Part>) -> Result<(), ExportError> {
        for (path, part) in parts {
            let written = match part {
                Part::Text(bytes) => Some(self.text(&path, &bytes)?),
                Part::Blob(digest) => self.blob(&path, &digest)?,
                Part::Sound(recording) => self.sound(&path, recording)?,
            };
            match written {
                Some(entry) => self.manifest.files.push(entry),
                None => self.manifest.missing.push(path),
            }
        }
        let mut manifest = serde_json::to_vec_pretty(&self.manifest).map_err(io::Error::from)?;
        manifest.push(b'\n');
        self.text(MANIFEST, &manifest)?;
        let seal = self.seal.take().map(|seal| seal.put(&manifest));
        self.text(SIGNATURE, &seal.ok_or(ExportError::Interrupted)?)?;
        self.zip.finish()?.sync_all()?;
        Ok(())
    }

    fn start(
        &mut self,
        path: &str,
        bytes: u64,
        method: CompressionMethod,
    ) -> Result<(), ExportError> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip_time(self.manifest.created))
            .unix_permissions(0o644)
            .large_file(bytes >= LARGE);
        Ok(self.zip.start_file(path, options)?)
    }

    fn text(&mut self, path: &str, bytes: &[u8]) -> Result<FileEntry, ExportError> {
        self.start(path, bytes.len() as u64, CompressionMethod::Deflated)?;
        self.zip.write_all(bytes)?;
        let (path, size) = (path.to_owned(), bytes.len() as u64);
        Ok(FileEntry { path, bytes: size, sha256: Digest::of(bytes) })
    }

    fn blob(&mut self, path: &str, digest: &Digest) -> Result<Option<FileEntry>, ExportError> {
        let (blobs, handle) = (self.blobs.clone(), self.handle.clone());
        let Some(bytes) = handle.block_on(blobs.size(digest))? else { return Ok(None) };
        // PDFs and sound files are compressed inside already.
        self.start(path, bytes, CompressionMethod::Stored)?;
        let read = |range| Ok(handle.block_on(blobs.get_range(digest, range))?);
        self.pieces(path, bytes, read).map(Some)
    }

    fn sound(&mut self, path: &str, id: RecordingId) -> Result<Option<FileEntry>, ExportError> {
        let (sounds, handle) = (self.sounds.clone(), self.handle.clone());
        let meeting = self.manifest.meeting.clone();
        let wav = match handle.block_on(sounds.wav(&meeting, id)) {
            Ok(wav) => wav,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let bytes = wav.size();
        self.start(path, bytes, CompressionMethod::Deflated)?;
        let read = |range| {
            let piece = async { sounds.wav(&meeting, id).await?.read(range).await };
            Ok(handle.block_on(piece)?)
        };
        self.pieces(path, bytes, read).map(Some)
    }

    fn pieces(
        &mut self,
        path: &str,
        bytes: u64,
        read: impl Fn(std::ops::Range<u64>) -> Result<bytes::Bytes, ExportError>,
    ) -> Result<FileEntry, ExportError> {
        let mut hash = sha2::Sha256::new();
        let mut from = 0;
        while from < bytes {
            let to = (from + CHUNK).min(bytes);
            let piece = read(from..to)?;
            if piece.len() as u64 != to - from {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            hash.update(&piece);
            self.zip.write_all(&piece)?;
            from = to;
        }
        let sha256 = Digest(hash.finalize().into());
        Ok(FileEntry { path: path.to_owned(), bytes, sha256 })
    }
}

/// The time of Vietnam, as ZIP knows no zones; the format's first year where it doesn't fit.
fn zip_time(at: Time) -> zip::DateTime {
    let local = at.0.div_euclid(1000) + 7 * 3600;
    let fields = time::OffsetDateTime::from_unix_timestamp(local).ok().and_then(|at| {
        let year = u16::try_from(at.year()).ok()?;
        let (month, day) = (u8::from(at.month()), at.day());
        zip::DateTime::from_date_and_time(year, month, day, at.hour(), at.minute(), at.second())
            .ok()
    });
    fields.unwrap_or_default()
}
