//! Whom a verification trusts, and what it finds. Never here: how it looks.

use crate::inspect::Unsafe;

/// Whom the verifier trusts.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// Root certificates, DER.
    pub roots: &'a [Vec<u8>],
    /// Revocation lists, DER. One in an authority's name that it didn't sign is a finding.
    pub revocation_lists: &'a [Vec<u8>],
}

/// Why a file is not validly signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// There is no signature.
    NotSigned,
    /// Signature or file are not of the form that this product makes.
    Malformed,
    /// Bytes changed after signing, or the signature is another's.
    ChangedBytes,
    /// Something was added after the signed bytes.
    AppendedBytes,
    /// The signer's certificate doesn't lead to a trusted root, or isn't one for signing.
    WrongCa,
    /// A certificate was not valid at that time.
    Expired,
    /// A certificate was revoked at that time.
    Revoked,
    /// The document holds what must not be signed.
    UnsafeContent(Unsafe),
}

impl Finding {
    /// The code for screens and reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSigned => "not_signed",
            Self::Malformed => "malformed",
            Self::ChangedBytes => "changed_bytes",
            Self::AppendedBytes => "appended_bytes",
            Self::WrongCa => "wrong_ca",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::UnsafeContent(_) => "unsafe_content",
        }
    }
}
