//! Verifying a record or a lone signed PDF: bytes in, a report out. Never here: a server, a
//! network, anything believed because the file says so.

use super::archive::Archive;
use super::files::SMALL;
use super::pdf;
use super::report::Report;
use base64::Engine as _;
use icabinet_models::ids::{Text, Time};
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

/// What a verification believes.
pub(super) struct Roots<'a> {
    /// Root certificates that were given; none where only the file's own can be used.
    pub(super) given: &'a [Vec<u8>],
    /// Lists of revoked certificates that were given.
    pub(super) revocation_lists: &'a [Vec<u8>],
    pub(super) memory: Option<u64>,
    pub(super) skim: bool,
}

/// Why a file can't be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    #[error("neither a record nor a PDF")]
    Neither,
    #[error("the trusted root isn't a certificate in PEM")]
    Root,
    #[error("the list of revoked certificates isn't one")]
    Revocations,
}

impl VerifyError {
    /// The error in words.
    pub fn said(&self) -> Text {
        match self {
            Self::Unreadable(error) => {
                Text::both(format!("không đọc được: {error}"), format!("can't be read: {error}"))
            }
            Self::Neither => Text::both(
                "không phải hồ sơ phiên họp, cũng không phải tệp PDF",
                "neither a record of a meeting nor a PDF",
            ),
            Self::Root => Text::both(
                "tệp sau --trust không phải chứng thư dạng PEM",
                "the file after --trust isn't a certificate in PEM",
            ),
            Self::Revocations => Text::both(
                "tệp sau --revocations không phải danh sách chứng thư bị thu hồi (CRL)",
                "the file after --revocations isn't a list of revoked certificates (CRL)",
            ),
        }
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

/// Lists of revoked certificates, DER, from a file in DER or PEM.
fn lists(bytes: Vec<u8>) -> Result<Vec<Vec<u8>>, VerifyError> {
    let found = match bytes.starts_with(b"-----BEGIN") {
        true => blocks(&bytes, "X509 CRL"),
        false => vec![bytes],
    };
    let good =
        !found.is_empty() && found.iter().all(|der| icabinet_signing::is_revocation_list(der));
    good.then_some(found).ok_or(VerifyError::Revocations)
}

/// Certificates of a PEM file, DER.
pub(super) fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    blocks(pem, "CERTIFICATE")
}

fn blocks(pem: &[u8], label: &str) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(pem);
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let blocks = text.split(begin.as_str()).skip(1);
    let bodies = blocks.filter_map(|block| block.split(end.as_str()).next());
    bodies
        .map(|body| body.split_whitespace().collect::<String>())
        .filter_map(|body| base64::engine::general_purpose::STANDARD.decode(body).ok())
        .filter(|der| !der.is_empty())
        .collect()
}
