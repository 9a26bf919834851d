//! Verifying a record or a lone signed PDF: bytes in, a report out. Never here: a server, a
//! network, anything believed because the file says so.

use super::archive::Archive;
use super::report::{CheckName, Findings, Report, Verdict};
use super::signatures;
use base64::Engine as _;
use icabinet_models::ids::Text;
use icabinet_signing::Trust;
use icabinet_signing::verify::Finding;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::Path;

/// Largest file that is held in memory: a log or a document, in bytes.
pub(super) const LARGEST: u64 = 1 << 30;

/// Why a file can't be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    #[error("neither a record nor a PDF")]
    Neither,
    #[error("the trusted root isn't a certificate in PEM")]
    Root,
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
        }
    }
}

/// Verifies a record (ZIP) or a signed PDF. `trust` is a file with root certificates in PEM.
///
/// # Errors
/// [`VerifyError`] where there is nothing to check; what is wrong with a record is in the report.
pub fn verify(path: &Path, trust: Option<&Path>) -> Result<Report, VerifyError> {
    let roots = match trust {
        None => Vec::new(),
        Some(file) => {
            let found = certificates(&std::fs::read(file)?);
            if found.is_empty() {
                return Err(VerifyError::Root);
            }
            found
        }
    };
    let mut file = File::open(path)?;
    let mut start = [0; 4];
    let read = file.read(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    match &start[..read] {
        b"%PDF" => pdf(file, &roots),
        b"PK\x03\x04" => Archive::open(file)?.verify(&roots),
        _ => Err(VerifyError::Neither),
    }
}

/// Certificates of a PEM file, DER.
pub(super) fn certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(pem);
    let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let bodies = blocks.filter_map(|block| block.split("-----END CERTIFICATE-----").next());
    bodies
        .map(|body| body.split_whitespace().collect::<String>())
        .filter_map(|body| base64::engine::general_purpose::STANDARD.decode(body).ok())
        .filter(|der| !der.is_empty())
        .collect()
}

/// A lone signed PDF: valid at this moment, or why not.
fn pdf(file: File, roots: &[Vec<u8>]) -> Result<Report, VerifyError> {
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    let trust = Trust { roots, revocation_lists: &[] };
    let found = icabinet_signing::verify::pdf(&bytes, &trust, crate::clock::now().0 / 1000);
    let mut report = Report {
        subject: Text::both("văn bản đã ký (PDF)", "a signed document (PDF)"),
        ..Report::default()
    };
    let mut findings = Findings::default();
    for finding in &found.findings {
        // Without a root nothing can lead to it; that is said by itself.
        if !(roots.is_empty() && *finding == Finding::WrongCa) {
            let said = signatures::told(*finding);
            findings.add(said.vi, said.en);
        }
    }
    let fingerprint = found.fingerprint.unwrap_or_default();
    findings.conclude(
        &mut report,
        CheckName::Signatures,
        Text::both(
            format!("phủ toàn bộ tệp, không bị sửa; dấu vân tay {fingerprint}"),
            format!("covers the whole file, unchanged; fingerprint {fingerprint}"),
        ),
    );
    match &found.signer {
        None => {}
        Some(_) if roots.is_empty() => report.add(
            CheckName::Trust,
            Verdict::Failed,
            Text::both(
                "chưa biết người ký có đúng là người ghi trong chứng thư: hãy thêm --trust root.pem",
                "who signed can't be told without a root certificate: add --trust root.pem",
            ),
        ),
        Some(signer) => {
            let office = [signer.title.as_str(), signer.organisation.as_str()];
            let office: Vec<&str> = office.into_iter().filter(|part| !part.is_empty()).collect();
            let who = format!("{} ({})", signer.common_name, office.join(", "));
            report.note(Text::both(format!("chứng thư của {who}"), format!("certificate of {who}")));
        }
    }
    Ok(report)
}
