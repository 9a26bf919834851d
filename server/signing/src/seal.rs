//! The organisation's word on a list of bytes: a key that is made for one seal, certified by the
//! issuing authority, used once and forgotten. Never here: a person's signature; certificates of
//! people can't seal and a seal's can't sign a document.

use ed25519_dalek::{Signature, Signer, SigningKey};

use crate::SigningError;
use crate::authority::Authority;
use crate::certificate::{parse, public_key};
use crate::chain::{self, Purpose};
use crate::finding::{Finding, Trust};

/// How long a seal's certificate holds, in seconds: an hour, for clocks that differ. It was valid
/// when the seal was put on; nothing asks whether it is today.
const LASTS: i64 = 3600;

/// A key for one seal.
pub struct Seal {
    key: SigningKey,
    certificate: Vec<u8>,
}

impl Seal {
    /// Makes a seal of an organisation at a time (seconds since 1970). `seed` and `serial` are
    /// random and never used twice.
    ///
    /// # Errors
    /// [`SigningError::Certificate`] for a name that can't be encoded, [`SigningError::Time`].
    pub fn new(
        authority: &Authority,
        organisation: &str,
        seed: &[u8; 32],
        serial: u128,
        at: i64,
    ) -> Result<Self, SigningError> {
        let key = SigningKey::from_bytes(seed);
        let until = at.saturating_add(LASTS);
        let certificate =
            authority.certify_seal(&key.verifying_key(), organisation, serial, at, until)?;
        Ok(Self { key, certificate })
    }

    /// The seal's certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Puts the seal on a statement; the key is gone then.
    pub fn put(self, statement: &[u8]) -> [u8; 64] {
        self.key.sign(statement).to_bytes()
    }
}

/// What is wrong with a seal over `statement` that says that it was put on at `at`; empty if
/// nothing is. `issuing` is the authority's certificate between the seal's and a trusted root.
pub fn findings(
    statement: &[u8],
    signature: &[u8],
    certificate: &[u8],
    issuing: &[u8],
    trust: &Trust<'_>,
    at: i64,
) -> Vec<Finding> {
    let (Ok(certificate), Ok(issuing)) = (parse(certificate), parse(issuing)) else {
        return vec![Finding::Malformed];
    };
    let mut found = chain::findings(&certificate, &[issuing], trust, at, Purpose::Seal);
    let signature = Signature::from_slice(signature).ok();
    let key = public_key(&certificate.tbs_certificate.subject_public_key_info).ok();
    let holds = key
        .zip(signature)
        .is_some_and(|(key, signature)| key.verify_strict(statement, &signature).is_ok());
    if !holds {
        found.push(Finding::ChangedBytes);
    }
    found.sort_unstable();
    found.dedup();
    found
}
