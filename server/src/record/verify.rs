//! Verifying a record or a lone signed PDF: bytes in, a report out. Never here: a server, a
//! network, anything believed because the file says so.

use super::archive::Archive;
use super::files::SMALL;
use super::pdf;
use super::report::Report;
use super::roots::{Roots, VerifyError, certificates, lists};
use icabinet_models::ids::Time;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;

/// What a verification may take and when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Now: what a lone document is judged by. A record brings its own time.
    pub now: Time,
    /// Bytes of memory that may be used, if there is a limit.
    pub memory: Option<u64>,
    /// Leaves out what takes most memory: signed documents.
    pub skim: bool,
}

impl Bounds {
    /// No limits but those of the format.
    pub fn at(now: Time) -> Self {
        Self { now, memory: None, skim: false }
    }
}

/// Verifies a record (ZIP) or a signed PDF. `trust` is a file with root certificates in PEM,
/// `revocations` one with the authority's list of revoked certificates.
///
/// # Errors
/// [`VerifyError`] where there is nothing to check; what is wrong with a record is in the report.
pub fn verify(
    path: &Path,
    trust: Option<&Path>,
    revocations: Option<&Path>,
    bounds: Bounds,
) -> Result<Report, VerifyError> {
    let roots = match trust {
        None => Vec::new(),
        Some(file) => {
            let found = certificates(&small(file)?);
            if found.is_empty() {
                return Err(VerifyError::Root);
            }
            found
        }
    };
    let lists = match revocations {
        None => Vec::new(),
        Some(file) => lists(small(file)?)?,
    };
    let mut file = File::open(path)?;
    let mut start = [0; 4];
    let read = file.read(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    let Bounds { now, memory, skim } = bounds;
    let roots = Roots { given: &roots, revocation_lists: &lists, memory, skim };
    match &start[..read] {
        b"%PDF" => pdf::verify(file, &roots, now),
        b"PK\x03\x04" => Archive::open(file)?.verify(&roots),
        _ => Err(VerifyError::Neither),
    }
}

/// A file that is small by its nature.
fn small(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(SMALL).read_to_end(&mut bytes)?;
    Ok(bytes)
}
