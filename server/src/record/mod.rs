//! The record of a meeting as one ZIP that can be checked without this program's server: its
//! form, writing it, verifying it. Never here: what may be done in a meeting, HTTP.

mod archive;
mod command;
mod export;
mod files;
mod judge;
mod log;
mod pdf;
mod reading;
mod report;
mod roots;
mod sealed;
mod signatures;
mod verify;

pub use command::{Asked, verify_command};
pub use export::{ExportError, For, Sound, Sources, export};
pub use report::{Check, CheckName, Conclusion, Report, Verdict};
pub use roots::VerifyError;
pub use verify::{Bounds, verify};

use crate::config::{Config, Database};
use crate::sound::Sounds;
use crate::store::{Blobs, Store};
use crate::trust::Trust;
use icabinet_models::ids::{Digest, MeetingId, RecordingId, Text, Time};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What `format` says in the manifest of a record.
const FORMAT: &str = "icabinet-record";
/// Version of the ZIP's form: since 2 its list of files is sealed by the organisation.
const VERSION: u32 = 2;
/// The oldest one, which is still read.
const FIRST_VERSION: u32 = 1;
/// Name and version of this program.
const SOFTWARE: &str = concat!("icabinet ", env!("CARGO_PKG_VERSION"));

const MANIFEST: &str = "manifest.json";
const RECORDS: &str = "log/records.jsonl";
const HASHES: &str = "log/hashes.txt";
const ROOT: &str = "trust/root.pem";
const ISSUING: &str = "trust/issuing.der";
const REVOCATIONS: &str = "trust/revocations.crl";
/// The certificate of the seal on the manifest.
const SEAL: &str = "trust/seal.der";
/// The seal itself: 64 bytes, Ed25519 over the manifest's.
const SIGNATURE: &str = "manifest.sig";
const README: &str = "README.txt";

/// What the ZIP holds and what it is the record of.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    meeting: MeetingId,
    title: Text,
    /// Position of the last record.
    position: u64,
    /// Hash of the last record.
    head: Digest,
    software: String,
    created: Time,
    /// Every file but the manifest itself and its seal.
    files: Vec<FileEntry>,
    /// Files that the log names and the server could no longer find.
    missing: Vec<String>,
}

/// One file of the ZIP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FileEntry {
    path: String,
    bytes: u64,
    sha256: Digest,
}

fn document_path(document: &Digest) -> String {
    format!("blobs/{}.pdf", document.hex())
}

fn certificate_path(certificate: &Digest) -> String {
    format!("certificates/{}.der", certificate.hex())
}

fn sound_path(recording: RecordingId) -> String {
    format!("sound/{recording}.wav")
}

/// The uploaded sound file, under the ending its name had.
fn upload_path(blob: &Digest, file_name: &str) -> String {
    let ending = file_name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain =
        (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    let ending = if plain { ending.to_ascii_lowercase() } else { "bin".to_owned() };
    format!("blobs/{}.{ending}", blob.hex())
}

/// `icabinet export`: writes the record of a meeting, beside a running server if there is one.
///
/// # Errors
/// In words for the operator; nothing is left at `out` then.
pub async fn export_command(
    config: Config,
    meeting: &str,
    out: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let (data, files) = (&config.data, &config.files);
    let store = match &config.database {
        Database::Embedded => {
            let file = data.join("icabinet.sqlite");
            if !file.exists() {
                return Err(format!("{}: there is no database here", file.display()).into());
            }
            Store::open_sqlite(&file).await?
        }
        Database::Postgres(url) => Store::open_postgres(url, 2).await?,
    };
    let meeting = MeetingId::from(meeting);
    if !meeting.is_well_formed() || store.head(&meeting).await?.is_none() {
        return Err(ExportError::NoMeeting.into());
    }
    let now = crate::clock::now();
    let blobs = Blobs::in_folder(&files.join("blobs"), &data.join("staging"))?;
    let sounds = Sounds::in_folder(&files.join("recordings"))?;
    let trust = Trust::open(
        &files.join("trust"),
        &config.organisation,
        config.public_address.as_deref(),
        now,
    )?;
    let sources = Sources { store: &store, blobs: &blobs, sounds: &sounds, trust: &trust };
    // Written beside and renamed, so that a fault leaves no half a record under the right name.
    let mut half = out.as_os_str().to_owned();
    half.push(".part");
    let (sound, asker) = (Sound::Included, For::Operator);
    let written = export(&sources, &meeting, now, sound, asker, Path::new(&half)).await;
    store.close().await;
    match written {
        Ok(()) => std::fs::rename(&half, out)?,
        Err(error) => {
            // What was written of it is of no use; the error says what happened.
            let _ = std::fs::remove_file(&half);
            return Err(error.into());
        }
    }
    println!("{}", out.display());
    Ok(())
}
