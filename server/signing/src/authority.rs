//! The organisation's certificate authority: a root that can be kept offline and an issuing
//! authority that certifies device keys and signs revocation lists.
//!
//! Lives here: the two keys in a folder, what certificates say. Never here: which certificates
//! were issued or revoked (the server's store knows and hands them in), randomness (the seeds
//! come from the caller), a clock.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use der::asn1::{Ia5String, OctetString, Uint};
use der::flagset::FlagSet;
use der::pem::LineEnding;
use der::{Encode, EncodePem};
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use x509_cert::certificate::{Certificate, TbsCertificate, Version};
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, CrlNumber, KeyUsage,
    KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{AsExtension, Extension};
use x509_cert::name::Name;
use x509_cert::time::Validity;

use crate::SigningError;
use crate::certificate::{
    COMMON_NAME, ORGANISATION, TITLE, algorithm, encoding, key_identifier, key_info, name, parse,
    public_key, serial, signed_bits, time, usable_key,
};

const ROOT_KEY: &str = "root-key.pem";
const ROOT_CERTIFICATE: &str = "root.pem";
const ISSUING_KEY: &str = "issuing-key.pem";
const ISSUING_CERTIFICATE: &str = "issuing.pem";

/// An organisation's authority. The root key is there only until it is taken offline.
pub struct Authority {
    root_key: Option<SigningKey>,
    root: Certificate,
    issuing_key: SigningKey,
    issuing: Certificate,
}

/// What a new authority is called and how long it lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuthority<'a> {
    /// The organisation's name; some readers cut names after 64 characters.
    pub organisation: &'a str,
    /// Valid from, seconds since 1970.
    pub not_before: i64,
    /// Until, for the root.
    pub root_not_after: i64,
    /// Until, for the issuing authority.
    pub issuing_not_after: i64,
}

/// The randomness of a new authority, from the operating system.
pub struct Seeds {
    /// The root's private key.
    pub root: [u8; 32],
    /// The issuing authority's private key.
    pub issuing: [u8; 32],
}

/// Whom a device certificate names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSubject<'a> {
    /// The person's full name.
    pub common_name: &'a str,
    /// The organisation.
    pub organisation: &'a str,
    /// The office held; may be empty.
    pub title: &'a str,
    /// Where the authority's revocation list is published, if anywhere.
    pub revocations_at: Option<&'a str>,
}

/// A revoked certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// Its serial number.
    pub serial: u128,
    /// Since when, seconds since 1970.
    pub at: i64,
}

impl Authority {
    /// Makes a root and an issuing authority.
    ///
    /// # Errors
    /// [`SigningError::Time`], or [`SigningError::Certificate`] for a name that can't be
    /// encoded.
    pub fn create(new: &NewAuthority<'_>, seeds: &Seeds) -> Result<Self, SigningError> {
        let root_key = SigningKey::from_bytes(&seeds.root);
        let issuing_key = SigningKey::from_bytes(&seeds.issuing);
        let root_name = name(&[
            (ORGANISATION, new.organisation),
            (COMMON_NAME, &format!("{} - CA gốc i-Cabinet", new.organisation)),
        ])?;
        let issuing_name = name(&[
            (ORGANISATION, new.organisation),
            (COMMON_NAME, &format!("{} - CA cấp phát i-Cabinet", new.organisation)),
        ])?;
        let root = certify(&ToCertify {
            issuer: &root_name,
            issuer_key: &root_key,
            subject: &root_name,
            key: &root_key.verifying_key(),
            serial: serial_of(&root_key.verifying_key()),
            not_before: new.not_before,
            not_after: new.root_not_after,
            role: Role::Root,
            revocations_at: None,
        })?;
        let issuing = certify(&ToCertify {
            issuer: &root_name,
            issuer_key: &root_key,
            subject: &issuing_name,
            key: &issuing_key.verifying_key(),
            serial: serial_of(&issuing_key.verifying_key()),
            not_before: new.not_before,
            not_after: new.issuing_not_after,
            role: Role::Issuing,
            revocations_at: None,
        })?;
        Ok(Self { root_key: Some(root_key), root, issuing_key, issuing })
    }

    /// Writes the authority into a new folder of mode 0700, keys of mode 0600. Nothing that is
    /// there is overwritten.
    ///
    /// # Errors
    /// [`SigningError::Folder`], also when a file exists.
    pub fn save(&self, folder: &Path) -> Result<(), SigningError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        if let Some(key) = &self.root_key {
            write_new(&folder.join(ROOT_KEY), key_pem(key)?.as_bytes())?;
        }
        write_new(&folder.join(ISSUING_KEY), key_pem(&self.issuing_key)?.as_bytes())?;
        let root = self.root.to_pem(LineEnding::LF).map_err(encoding)?;
        write_new(&folder.join(ROOT_CERTIFICATE), root.as_bytes())?;
        let issuing = self.issuing.to_pem(LineEnding::LF).map_err(encoding)?;
        write_new(&folder.join(ISSUING_CERTIFICATE), issuing.as_bytes())?;
        fs::File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// Reads an authority; the root's key may have been taken away.
    ///
    /// # Errors
    /// [`SigningError::Folder`]; [`SigningError::Certificate`] where keys and certificates
    /// don't belong together.
    pub fn load(folder: &Path) -> Result<Self, SigningError> {
        let root = read_certificate(&folder.join(ROOT_CERTIFICATE))?;
        let issuing = read_certificate(&folder.join(ISSUING_CERTIFICATE))?;
        let issuing_key = read_key(&folder.join(ISSUING_KEY))?;
        let root_key = match folder.join(ROOT_KEY) {
            path if path.exists() => Some(read_key(&path)?),
            _ => None,
        };
        let keys_match = |key: &SigningKey, certificate: &Certificate| {
            public_key(&certificate.tbs_certificate.subject_public_key_info)
                .is_ok_and(|public| public == key.verifying_key())
        };
        if !keys_match(&issuing_key, &issuing)
            || !root_key.as_ref().is_none_or(|key| keys_match(key, &root))
        {
            return Err(SigningError::Certificate("not the key of its certificate"));
        }
        Ok(Self { root_key, root, issuing_key, issuing })
    }

    /// The root certificate, DER: what others trust.
    ///
    /// # Errors
    /// [`SigningError::Certificate`] if it can't be encoded.
    pub fn root_der(&self) -> Result<Vec<u8>, SigningError> {
        self.root.to_der().map_err(encoding)
    }

    /// The issuing certificate, DER: it goes beside the signer's into each signature.
    ///
    /// # Errors
    /// [`SigningError::Certificate`] if it can't be encoded.
    pub fn issuing_der(&self) -> Result<Vec<u8>, SigningError> {
        self.issuing.to_der().map_err(encoding)
    }

    /// The root certificate as PEM, for readers of PDF.
    ///
    /// # Errors
    /// [`SigningError::Certificate`] if it can't be encoded.
    pub fn root_pem(&self) -> Result<String, SigningError> {
        self.root.to_pem(LineEnding::LF).map_err(encoding)
    }

    /// Whether the root's private key is still in this authority's hands.
    pub fn holds_root_key(&self) -> bool {
        self.root_key.is_some()
    }

    /// Certifies a device's key, DER. The person's identity has been confirmed by the caller;
    /// `serial` is random and never used twice.
    ///
    /// # Errors
    /// [`SigningError::Certificate`] for keys of small order and names that can't be encoded,
    /// [`SigningError::Time`].
    pub fn certify(
        &self,
        device_key: &[u8; 32],
        subject: &DeviceSubject<'_>,
        serial_number: u128,
        not_before: i64,
        not_after: i64,
    ) -> Result<Vec<u8>, SigningError> {
        let revocations_at = subject.revocations_at;
        let subject = name(&[
            (ORGANISATION, subject.organisation),
            (TITLE, subject.title),
            (COMMON_NAME, subject.common_name),
        ])?;
        self.issue(&ToCertify {
            issuer: &self.issuing.tbs_certificate.subject,
            issuer_key: &self.issuing_key,
            subject: &subject,
            key: &usable_key(device_key)?,
            serial: serial_number,
            not_before,
            not_after,
            role: Role::Device,
            revocations_at,
        })
    }

    /// Certifies the key of a [`crate::seal`], DER: it stands for the organisation's record of a
    /// meeting and can't sign a document.
    ///
    /// # Errors
    /// As [`Authority::certify`].
    pub(crate) fn certify_seal(
        &self,
        key: &VerifyingKey,
        organisation: &str,
        serial_number: u128,
        not_before: i64,
        not_after: i64,
    ) -> Result<Vec<u8>, SigningError> {
        let subject = name(&[
            (ORGANISATION, organisation),
            (COMMON_NAME, &format!("{organisation} - Dấu hồ sơ i-Cabinet")),
        ])?;
        self.issue(&ToCertify {
            issuer: &self.issuing.tbs_certificate.subject,
            issuer_key: &self.issuing_key,
            subject: &subject,
            key,
            serial: serial_number,
            not_before,
            not_after,
            role: Role::Seal,
            revocations_at: None,
        })
    }

    fn issue(&self, wanted: &ToCertify<'_>) -> Result<Vec<u8>, SigningError> {
        certify(wanted)?.to_der().map_err(encoding)
    }

    /// The signed revocation list, DER. `number` grows with each list.
    ///
    /// # Errors
    /// [`SigningError::Time`], or [`SigningError::Certificate`] for a serial number of zero.
    pub fn revocation_list(
        &self,
        revoked: &[Revoked],
        number: u64,
        this_update: i64,
        next_update: i64,
    ) -> Result<Vec<u8>, SigningError> {
        let entries = revoked
            .iter()
            .map(|entry| {
                Ok(RevokedCert {
                    serial_number: serial(entry.serial)?,
                    revocation_date: time(entry.at)?,
                    crl_entry_extensions: None,
                })
            })
            .collect::<Result<Vec<_>, SigningError>>()?;
        let issuer = &self.issuing.tbs_certificate.subject;
        let number = CrlNumber(Uint::new(&number.to_be_bytes()).map_err(encoding)?);
        let list = TbsCertList {
            version: Version::V2,
            signature: algorithm(),
            issuer: issuer.clone(),
            this_update: time(this_update)?,
            next_update: Some(time(next_update)?),
            revoked_certificates: (!entries.is_empty()).then_some(entries),
            crl_extensions: Some(vec![
                extension(&issuer_identifier(&self.issuing_key.verifying_key())?, issuer)?,
                extension(&number, issuer)?,
            ]),
        };
        let signature = signed_bits(&self.issuing_key, &list)?;
        CertificateList { tbs_cert_list: list, signature_algorithm: algorithm(), signature }
            .to_der()
            .map_err(encoding)
    }
}

/// What a certificate is for.
#[derive(Clone, Copy)]
enum Role {
    Root,
    Issuing,
    Device,
    Seal,
}

struct ToCertify<'a> {
    issuer: &'a Name,
    issuer_key: &'a SigningKey,
    subject: &'a Name,
    key: &'a VerifyingKey,
    serial: u128,
    not_before: i64,
    not_after: i64,
    role: Role,
    revocations_at: Option<&'a str>,
}

fn certify(wanted: &ToCertify<'_>) -> Result<Certificate, SigningError> {
    if wanted.not_after <= wanted.not_before {
        return Err(SigningError::Time);
    }
    let tbs = TbsCertificate {
        version: Version::V3,
        serial_number: serial(wanted.serial)?,
        signature: algorithm(),
        issuer: wanted.issuer.clone(),
        validity: Validity {
            not_before: time(wanted.not_before)?,
            not_after: time(wanted.not_after)?,
        },
        subject: wanted.subject.clone(),
        subject_public_key_info: key_info(wanted.key)?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(extensions(wanted)?),
    };
    Ok(Certificate {
        signature: signed_bits(wanted.issuer_key, &tbs)?,
        tbs_certificate: tbs,
        signature_algorithm: algorithm(),
    })
}

fn extensions(wanted: &ToCertify<'_>) -> Result<Vec<Extension>, SigningError> {
    let (ca, path_len_constraint, usages): (bool, Option<u8>, FlagSet<KeyUsages>) =
        match wanted.role {
            Role::Root => (true, Some(1), KeyUsages::KeyCertSign | KeyUsages::CRLSign),
            Role::Issuing => (true, Some(0), KeyUsages::KeyCertSign | KeyUsages::CRLSign),
            // Readers of PDF ask for non-repudiation.
            Role::Device => (false, None, KeyUsages::DigitalSignature | KeyUsages::NonRepudiation),
            Role::Seal => (false, None, KeyUsages::DigitalSignature.into()),
        };
    let constraints = BasicConstraints { ca, path_len_constraint };
    let subject_identifier = SubjectKeyIdentifier(key_identifier(wanted.key)?);
    let mut extensions = vec![
        Extension { critical: true, ..extension(&constraints, wanted.subject)? },
        extension(&KeyUsage(usages), wanted.subject)?,
        extension(&subject_identifier, wanted.subject)?,
    ];
    if !matches!(wanted.role, Role::Root) {
        let identifier = issuer_identifier(&wanted.issuer_key.verifying_key())?;
        extensions.push(extension(&identifier, wanted.subject)?);
    }
    if let Some(address) = wanted.revocations_at {
        extensions.push(extension(&distribution_point(address)?, wanted.subject)?);
    }
    Ok(extensions)
}

/// Where readers find the revocation list of the certificate's issuer (RFC 5280 4.2.1.13).
fn distribution_point(address: &str) -> Result<CrlDistributionPoints, SigningError> {
    let address = Ia5String::new(address).map_err(encoding)?;
    let name = GeneralName::UniformResourceIdentifier(address);
    Ok(CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![name])),
        reasons: None,
        crl_issuer: None,
    }]))
}

fn issuer_identifier(key: &VerifyingKey) -> Result<AuthorityKeyIdentifier, SigningError> {
    let identifier: OctetString = key_identifier(key)?;
    Ok(AuthorityKeyIdentifier {
        key_identifier: Some(identifier),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    })
}

fn extension(value: &impl AsExtension, subject: &Name) -> Result<Extension, SigningError> {
    value.to_extension(subject, &[]).map_err(encoding)
}

/// An authority's serial number comes from its key: 16 bytes of its hash, positive.
fn serial_of(key: &VerifyingKey) -> u128 {
    let digest = Sha256::digest(key.as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    u128::from_be_bytes(bytes) >> 1 | 1
}

fn key_pem(key: &SigningKey) -> Result<impl core::ops::Deref<Target = String>, SigningError> {
    key.to_pkcs8_pem(LineEnding::LF)
        .map_err(|_| SigningError::Certificate("a key can't be encoded"))
}

fn read_key(path: &Path) -> Result<SigningKey, SigningError> {
    SigningKey::from_pkcs8_pem(&fs::read_to_string(path)?)
        .map_err(|_| SigningError::Certificate("not an Ed25519 key in PKCS #8"))
}

fn read_certificate(path: &Path) -> Result<Certificate, SigningError> {
    let pem = fs::read(path)?;
    let (label, der) = der::pem::decode_vec(&pem)
        .map_err(|_| SigningError::Certificate("not a certificate in PEM"))?;
    if label != "CERTIFICATE" {
        return Err(SigningError::Certificate("not a certificate in PEM"));
    }
    parse(&der)
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), SigningError> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(())
}
