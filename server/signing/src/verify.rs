//! Whether a signed PDF is what its signer signed: everything is recomputed from the bytes and
//! the trusted roots. Never here: a server, a network, a clock.
//!
//! Stricter than readers of PDF: the one signature must cover the whole file, so nothing may be
//! appended, not even what PDF calls an acceptable change.

use ed25519_dalek::Signature;
use icabinet_models::canonical::cades::{
    ByteRange, ByteRangeRefusal, byte_range_digest, fingerprint_short, parse_byte_range,
    signed_attributes,
};
use lopdf::{Dictionary, Document, Object};

use crate::certificate::{Identity, identity_of, public_key};
use crate::inspect::{self, Unsafe};
use crate::pades::FIELD_NAME;
use crate::{chain, cms};

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

/// What was found about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Everything that is wrong, most basic first; empty for a valid signature.
    pub findings: Vec<Finding>,
    /// Who signed, if a certificate could be read. Only meaningful where nothing is wrong.
    pub signer: Option<Identity>,
    /// The claimed time as it stands in the file ("D:20261126084000+07'00'").
    pub claimed_time: Option<String>,
    /// The short fingerprint of the signed bytes.
    pub fingerprint: Option<String>,
}

impl Report {
    /// Whether the signature is valid and covers all there is.
    pub fn is_valid(&self) -> bool {
        self.findings.is_empty()
    }

    fn only(finding: Finding) -> Self {
        Self { findings: vec![finding], signer: None, claimed_time: None, fingerprint: None }
    }
}

/// Verifies a signed PDF.
///
/// `at` is the time at which certificates must have been valid and not revoked, in seconds since
/// 1970: the moment of signing as the record proves it, or now. The file's own claim is not
/// believed.
pub fn pdf(bytes: &[u8], trust: &Trust<'_>, at: i64) -> Report {
    let range = match parse_byte_range(bytes) {
        Ok(range) => range,
        Err(ByteRangeRefusal::Missing) => return Report::only(Finding::NotSigned),
        Err(ByteRangeRefusal::NotWholeFile) => return Report::only(Finding::AppendedBytes),
        Err(ByteRangeRefusal::Malformed | ByteRangeRefusal::GapIsNotContents) => {
            return Report::only(Finding::Malformed);
        }
    };
    let digits = &bytes[range.contents_digits()];
    let (Ok(digest), Some(container)) = (byte_range_digest(bytes, &range), unhex(digits)) else {
        return Report::only(Finding::Malformed);
    };
    let Some(found) = cms::parse_padded(&container) else {
        return Report::only(Finding::Malformed);
    };
    let mut findings = chain::findings(&found.signer, &found.others, trust, at);
    let expected = signed_attributes(&digest, &found.signer_der);
    let is_signed =
        public_key(&found.signer.tbs_certificate.subject_public_key_info).is_ok_and(|key| {
            key.verify_strict(&expected, &Signature::from_bytes(&found.signature)).is_ok()
        });
    if expected != found.attributes || !is_signed {
        findings.push(Finding::ChangedBytes);
    }
    let claimed_time = match inspect::load(bytes) {
        Ok(document) => {
            findings.extend(structure(&document, &range, &container));
            claimed_time(&document)
        }
        Err(_) => {
            findings.push(Finding::Malformed);
            None
        }
    };
    findings.sort_unstable();
    findings.dedup();
    Report {
        findings,
        signer: identity_of(&found.signer, &found.signer_der).ok(),
        claimed_time,
        fingerprint: Some(fingerprint_short(&digest)),
    }
}

/// Whether what a reader of PDF would find is what was verified: one signature field, whose
/// signature is the one of the byte range, and nothing else that acts or hides.
fn structure(document: &Document, range: &ByteRange, container: &[u8]) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        inspect::content(document).into_iter().map(Finding::UnsafeContent).collect();
    // The document and the update with the signature.
    if document.xref_section_count != 2 {
        findings.push(Finding::UnsafeContent(Unsafe::EarlierRevision));
    }
    let Some((field, signature)) = field_and_signature(document) else {
        findings.push(Finding::Malformed);
        return findings;
    };
    let range_matches =
        signature.get(b"ByteRange").and_then(Object::as_array).is_ok_and(|numbers| {
            let numbers: Vec<u64> =
                numbers.iter().filter_map(|number| number.as_i64().ok()?.try_into().ok()).collect();
            numbers == range.numbers()
        });
    let contents_match = signature
        .get(b"Contents")
        .and_then(Object::as_str)
        .is_ok_and(|contents| contents == container);
    let is_pades = inspect::name(signature, b"SubFilter") == Some(b"ETSI.CAdES.detached");
    if !(range_matches && contents_match && is_pades) {
        findings.push(Finding::Malformed);
    }
    findings.extend(others(document, field, signature));
    findings
}

/// The form's only field and its value.
fn field_and_signature(document: &Document) -> Option<(&Dictionary, &Dictionary)> {
    let follow = |value| Some(document.dereference(value).ok()?.1);
    let catalog = document.catalog().ok()?;
    let form = follow(catalog.get(b"AcroForm").ok()?)?.as_dict().ok()?;
    let [field] = follow(form.get(b"Fields").ok()?)?.as_array().ok()?.as_slice() else {
        return None;
    };
    let field = follow(field)?.as_dict().ok()?;
    let signature = follow(field.get(b"V").ok()?)?.as_dict().ok()?;
    let is_ours = inspect::name(field, b"FT") == Some(b"Sig")
        && !field.has(b"Kids")
        && lopdf::decode_text_string(field.get(b"T").ok()?).ok()? == FIELD_NAME;
    is_ours.then_some((field, signature))
}

/// Fields, annotations and signatures beside the one.
fn others(document: &Document, field: &Dictionary, signature: &Dictionary) -> Vec<Finding> {
    let mut findings = Vec::new();
    for object in document.objects.values() {
        let Some(dictionary) = inspect::dictionary(object) else {
            continue;
        };
        let is_annotation = dictionary.has_type(b"Annot") || dictionary.has(b"Rect");
        if is_annotation && dictionary != field {
            findings.push(Finding::UnsafeContent(Unsafe::Annotation));
        }
        if dictionary.has(b"FT") && dictionary != field {
            findings.push(Finding::UnsafeContent(Unsafe::Form));
        }
        if dictionary.has(b"ByteRange") && dictionary != signature {
            findings.push(Finding::Malformed);
        }
        if let Ok(annotations) = dictionary.get(b"Annots") {
            let list = document.dereference(annotations).and_then(|(_, list)| list.as_array());
            if !list.is_ok_and(|list| is_only(document, list, field)) {
                findings.push(Finding::UnsafeContent(Unsafe::Annotation));
            }
        }
    }
    findings
}

fn is_only(document: &Document, list: &[Object], field: &Dictionary) -> bool {
    let [only] = list else { return false };
    document.dereference(only).and_then(|(_, only)| only.as_dict()).is_ok_and(|only| only == field)
}

fn claimed_time(document: &Document) -> Option<String> {
    let (_, signature) = field_and_signature(document)?;
    let bytes = signature.get(b"M").and_then(Object::as_str).ok()?;
    String::from_utf8(bytes.to_vec()).ok()
}

/// Lower-case digits only, as `assemble` writes them: one signature has one form.
fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    digits.chunks_exact(2).map(|pair| Some(value(&pair[0])? << 4 | value(&pair[1])?)).collect()
}
