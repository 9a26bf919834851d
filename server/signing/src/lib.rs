//! Signatures that stand without this program: an organisation's authority for device keys,
//! PAdES signatures made by those keys, and their verification.
//!
//! Lives here: certificates, the incremental update that carries a signature, the rules of what
//! may be signed and what is still valid. Never here: a person's private key (it stays on the
//! tablet), who may sign what, storage of certificates, a clock or a source of randomness.
//!
//! Everything is Ed25519 (RFC 8032, 8410, 8419) with SHA-512 over the document and strict
//! verification; a second algorithm is a second module, not a parameter.

mod appearance;
pub mod authority;
pub mod certificate;
mod chain;
mod cms;
mod finding;
mod incremental;
mod inspect;
pub mod pades;
pub mod seal;
pub mod verify;

pub use authority::{Authority, DeviceSubject, Revoked};
pub use chain::{Listed, RevocationList, is_revocation_list, revocation_list};
pub use finding::{Finding, Trust};
pub use inspect::{LARGEST, Unsafe, inspect_before_signing};
pub use pades::{Place, Prepared, SignRequest, assemble, prepare, prepare_last};
pub use seal::Seal;
pub use verify::{Earlier, Report};

use icabinet_models::canonical::cades::ByteRangeRefusal;

/// Why something was not signed or certified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The file is not a PDF that can be read without guessing.
    #[error("not a PDF that can be signed: {0}")]
    Malformed(&'static str),
    /// The file holds what a reader could not see or what could change: it is not signed.
    #[error("the document holds what must not be signed: {0}")]
    Unsafe(Unsafe),
    /// The place for the signature is not on the page.
    #[error("the place for the signature is not on the page")]
    Place,
    /// A character of the visible signature has no glyph in its font.
    #[error("the character U+{:04X} can't be shown in a signature", u32::from(*.0))]
    Character(char),
    /// The prepared file's byte range is not the whole file.
    #[error("the prepared file is not whole: {0}")]
    ByteRange(#[from] ByteRangeRefusal),
    /// The signature was not made by the certificate's key over these bytes.
    #[error("the signature is not the certificate's key's over this file")]
    SignatureInvalid,
    /// A certificate or key can't be read, or is not Ed25519.
    #[error("a certificate or key can't be used: {0}")]
    Certificate(&'static str),
    /// A time outside of what certificates can hold (1970 to 9999).
    #[error("a time out of range")]
    Time,
    /// The signature and its certificates are larger than the room left for them.
    #[error("the signature needs {needed} bytes, the file has room for {room}")]
    Room {
        /// Bytes needed.
        needed: usize,
        /// Bytes left.
        room: usize,
    },
    /// The authority's folder can't be read or written.
    #[error("the authority's folder: {0}")]
    Folder(#[from] std::io::Error),
}

impl SigningError {
    /// The code for screens and logs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "signing_malformed",
            Self::Unsafe(_) => "signing_unsafe_content",
            Self::Place => "signing_place",
            Self::Character(_) => "signing_character",
            Self::ByteRange(_) => "signing_byte_range",
            Self::SignatureInvalid => "signing_signature_invalid",
            Self::Certificate(_) => "signing_certificate",
            Self::Time => "signing_time",
            Self::Room { .. } => "signing_room",
            Self::Folder(_) => "signing_folder",
        }
    }
}
