//! What a verification believes: root certificates and lists of revoked ones, as people bring them.
//! Never here: what follows from them.

use base64::Engine as _;
use icabinet_models::ids::Text;
use std::io;

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

/// Lists of revoked certificates, DER, from a file in DER or PEM.
pub(super) fn lists(bytes: Vec<u8>) -> Result<Vec<Vec<u8>>, VerifyError> {
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
