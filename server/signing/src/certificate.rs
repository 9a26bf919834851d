//! Certificates as bytes and fields (RFC 5280, RFC 8410). Never here: whether one is trusted.

use der::asn1::{Any, BitString, GeneralizedTime, OctetString, SetOfVec, UtcTime, Utf8StringRef};
use der::oid::ObjectIdentifier;
use der::{DateTime, Decode, Encode};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::time::Time;
use x509_cert::{Certificate, serial_number::SerialNumber};

use crate::SigningError;

/// `id-Ed25519` (RFC 8410).
pub(crate) const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
pub(crate) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
pub(crate) const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
pub(crate) const TITLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.12");

/// The last year that certificates write with two digits (RFC 5280 4.1.2.5).
const LAST_UTC_YEAR: u16 = 2049;

/// What a certificate says, for screens and reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Common name: the person.
    pub common_name: String,
    /// Organisation.
    pub organisation: String,
    /// Title or office; empty where there is none.
    pub title: String,
    /// Serial number, lower-case hexadecimal.
    pub serial: String,
    /// The Ed25519 public key.
    pub public_key: [u8; 32],
    /// SHA-256 of the certificate.
    pub sha256: [u8; 32],
    /// Valid from, seconds since 1970.
    pub not_before: i64,
    /// Valid until, seconds since 1970.
    pub not_after: i64,
}

/// Reads a certificate's own statement.
///
/// # Errors
/// [`SigningError::Certificate`] for bytes that are no certificate of an Ed25519 key.
pub fn identity(der: &[u8]) -> Result<Identity, SigningError> {
    identity_of(&parse(der)?, der)
}

pub(crate) fn identity_of(certificate: &Certificate, der: &[u8]) -> Result<Identity, SigningError> {
    let tbs = &certificate.tbs_certificate;
    Ok(Identity {
        common_name: name_part(&tbs.subject, COMMON_NAME),
        organisation: name_part(&tbs.subject, ORGANISATION),
        title: name_part(&tbs.subject, TITLE),
        serial: hex(tbs.serial_number.as_bytes()),
        public_key: public_key(&tbs.subject_public_key_info)?.to_bytes(),
        sha256: Sha256::digest(der).into(),
        not_before: unix(tbs.validity.not_before),
        not_after: unix(tbs.validity.not_after),
    })
}

pub(crate) fn parse(der: &[u8]) -> Result<Certificate, SigningError> {
    Certificate::from_der(der).map_err(|_| SigningError::Certificate("not a certificate"))
}

/// The key of a certificate, if it is Ed25519 and not a weak point.
pub(crate) fn public_key(info: &SubjectPublicKeyInfoOwned) -> Result<VerifyingKey, SigningError> {
    if info.algorithm != algorithm() {
        return Err(SigningError::Certificate("not an Ed25519 key"));
    }
    let bytes = info
        .subject_public_key
        .as_bytes()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .ok_or(SigningError::Certificate("not 32 bytes of key"))?;
    usable_key(&bytes)
}

/// Refuses points off the curve and of small order, for which many signatures would pass.
pub(crate) fn usable_key(bytes: &[u8; 32]) -> Result<VerifyingKey, SigningError> {
    VerifyingKey::from_bytes(bytes)
        .ok()
        .filter(|key| !key.is_weak())
        .ok_or(SigningError::Certificate("not a usable Ed25519 key"))
}

/// Ed25519 without parameters, as RFC 8410 requires.
pub(crate) fn algorithm() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ED25519, parameters: None }
}

pub(crate) fn key_info(key: &VerifyingKey) -> Result<SubjectPublicKeyInfoOwned, SigningError> {
    Ok(SubjectPublicKeyInfoOwned {
        algorithm: algorithm(),
        subject_public_key: BitString::from_bytes(key.as_bytes()).map_err(encoding)?,
    })
}

/// The first 20 bytes of the SHA-256 of the key (RFC 7093 2(1)).
pub(crate) fn key_identifier(key: &VerifyingKey) -> Result<OctetString, SigningError> {
    OctetString::new(&Sha256::digest(key.as_bytes())[..20]).map_err(encoding)
}

/// Signs the encoding of `tbs`.
pub(crate) fn signed_bits(key: &SigningKey, tbs: &impl Encode) -> Result<BitString, SigningError> {
    let signature = key.sign(&tbs.to_der().map_err(encoding)?);
    BitString::from_bytes(&signature.to_bytes()).map_err(encoding)
}

/// Whether `bits` is `key`'s signature over the encoding of `tbs`.
pub(crate) fn bits_verify(key: &VerifyingKey, tbs: &impl Encode, bits: &BitString) -> bool {
    let signature = bits.as_bytes().and_then(|bytes| Signature::from_slice(bytes).ok());
    match (tbs.to_der(), signature) {
        (Ok(bytes), Some(signature)) => key.verify_strict(&bytes, &signature).is_ok(),
        _ => false,
    }
}

/// A name of UTF-8 parts, empty ones left out.
pub(crate) fn name(parts: &[(ObjectIdentifier, &str)]) -> Result<Name, SigningError> {
    let mut rdns = Vec::new();
    for (oid, text) in parts.iter().filter(|(_, text)| !text.is_empty()) {
        let text = Utf8StringRef::new(text).map_err(encoding)?;
        let part =
            AttributeTypeAndValue { oid: *oid, value: Any::encode_from(&text).map_err(encoding)? };
        let set = SetOfVec::try_from(vec![part]).map_err(encoding)?;
        rdns.push(RelativeDistinguishedName(set));
    }
    Ok(RdnSequence(rdns))
}

/// The first part of a name with that type; empty where there is none.
fn name_part(name: &Name, wanted: ObjectIdentifier) -> String {
    name.0
        .iter()
        .flat_map(|rdn| rdn.0.iter())
        .find(|part| part.oid == wanted)
        .and_then(|part| std::str::from_utf8(part.value.value()).ok())
        .unwrap_or_default()
        .to_owned()
}

/// A time as RFC 5280 writes it.
pub(crate) fn time(unix_seconds: i64) -> Result<Time, SigningError> {
    let date = date_time(unix_seconds)?;
    if date.year() <= LAST_UTC_YEAR {
        let time = UtcTime::from_date_time(date).map_err(|_| SigningError::Time)?;
        Ok(Time::UtcTime(time))
    } else {
        Ok(Time::GeneralTime(GeneralizedTime::from_date_time(date)))
    }
}

/// A calendar time of 1970 to 9999 in UTC.
pub(crate) fn date_time(unix_seconds: i64) -> Result<DateTime, SigningError> {
    let seconds = u64::try_from(unix_seconds).map_err(|_| SigningError::Time)?;
    DateTime::from_unix_duration(core::time::Duration::from_secs(seconds))
        .map_err(|_| SigningError::Time)
}

pub(crate) fn unix(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// A positive serial number.
pub(crate) fn serial(number: u128) -> Result<SerialNumber, SigningError> {
    if number == 0 {
        return Err(SigningError::Certificate("a serial number of zero"));
    }
    let bytes = number.to_be_bytes();
    let leading = bytes.iter().take_while(|byte| **byte == 0).count();
    SerialNumber::new(&bytes[leading..]).map_err(encoding)
}

pub(crate) fn encoding(_: der::Error) -> SigningError {
    SigningError::Certificate("can't be encoded")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
