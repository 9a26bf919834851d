//! The CMS container of one Ed25519 signature (RFC 5652, RFC 8419): built and taken apart. Never
//! here: trust.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier,
    SignerInfo, SignerInfos,
};
use der::asn1::{Any, OctetString, SetOfVec};
use der::oid::ObjectIdentifier;
use der::{Decode, Encode, Reader, SliceReader};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;

use crate::SigningError;
use crate::certificate::{algorithm, encoding, parse};

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// SHA-512 without parameters (RFC 8419 3.1).
fn digest_algorithm() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: SHA512, parameters: None }
}

/// Puts attributes, signature and certificates (the signer's first) into one container.
pub(crate) fn build(
    attributes: &[u8],
    signature: &[u8; 64],
    chain: &[Vec<u8>],
) -> Result<Vec<u8>, SigningError> {
    let certificates = chain.iter().map(|der| parse(der)).collect::<Result<Vec<_>, _>>()?;
    let signer =
        certificates.first().ok_or(SigningError::Certificate("no signer's certificate"))?;
    let signer_info = SignerInfo {
        version: CmsVersion::V1,
        sid: identifier(signer),
        digest_alg: digest_algorithm(),
        signed_attrs: Some(SignedAttributes::from_der(attributes).map_err(encoding)?),
        signature_algorithm: algorithm(),
        signature: OctetString::new(signature.as_slice()).map_err(encoding)?,
        unsigned_attrs: None,
    };
    let choices: Vec<_> = certificates.into_iter().map(CertificateChoices::Certificate).collect();
    let signed_data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![digest_algorithm()]).map_err(encoding)?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(choices).map_err(encoding)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer_info]).map_err(encoding)?),
    };
    ContentInfo {
        content_type: SIGNED_DATA,
        content: Any::encode_from(&signed_data).map_err(encoding)?,
    }
    .to_der()
    .map_err(encoding)
}

/// One signature as it was found in a file.
pub(crate) struct Found {
    /// The signer's certificate.
    pub(crate) signer: Certificate,
    /// Its exact encoding.
    pub(crate) signer_der: Vec<u8>,
    /// The other certificates.
    pub(crate) others: Vec<Certificate>,
    /// The signed attributes as a DER `SET OF`.
    pub(crate) attributes: Vec<u8>,
    /// The signature value.
    pub(crate) signature: [u8; 64],
}

/// Takes a container apart. Only what [`build`] makes is read: one signer, no encapsulated
/// content, no unsigned attributes, DER to the last bit, zeros after it.
pub(crate) fn parse_padded(padded: &[u8]) -> Option<Found> {
    let mut reader = SliceReader::new(padded).ok()?;
    let info = ContentInfo::decode(&mut reader).ok()?;
    let length = usize::try_from(reader.position()).ok()?;
    let canonical = info.to_der().ok()?;
    let padding = padded.get(length..)?;
    if padded.get(..length)? != canonical
        || padding.iter().any(|byte| *byte != 0)
        || info.content_type != SIGNED_DATA
    {
        return None;
    }
    let data: SignedData = info.content.decode_as().ok()?;
    if data.to_der().ok()? != info.content.to_der().ok()? || !is_our_shape(&data) {
        return None;
    }
    let [signer_info] = data.signer_infos.0.as_slice() else {
        return None;
    };
    let mut certificates = Vec::new();
    for choice in data.certificates.as_ref()?.0.iter() {
        let CertificateChoices::Certificate(certificate) = choice else {
            return None;
        };
        certificates.push(certificate.clone());
    }
    let place =
        certificates.iter().position(|certificate| identifier(certificate) == signer_info.sid)?;
    let signer = certificates.remove(place);
    Some(Found {
        signer_der: signer.to_der().ok()?,
        signer,
        others: certificates,
        attributes: signer_info.signed_attrs.as_ref()?.to_der().ok()?,
        signature: signer_info.signature.as_bytes().try_into().ok()?,
    })
}

fn is_our_shape(data: &SignedData) -> bool {
    let [signer] = data.signer_infos.0.as_slice() else {
        return false;
    };
    data.version == CmsVersion::V1
        && data.digest_algorithms.as_slice() == [digest_algorithm()]
        && data.encap_content_info.econtent_type == DATA
        && data.encap_content_info.econtent.is_none()
        && data.crls.is_none()
        && signer.version == CmsVersion::V1
        && signer.digest_alg == digest_algorithm()
        && signer.signature_algorithm == algorithm()
        && signer.unsigned_attrs.is_none()
}

fn identifier(certificate: &Certificate) -> SignerIdentifier {
    SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
        issuer: certificate.tbs_certificate.issuer.clone(),
        serial_number: certificate.tbs_certificate.serial_number.clone(),
    })
}
