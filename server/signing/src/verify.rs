//! Whether a signed PDF is what its signer signed: everything is recomputed from the bytes and
//! the trusted roots. Never here: a server, a network, a clock.
//!
//! Stricter than readers of PDF: the last signature must cover the whole file, so nothing may be
//! appended, not even what PDF calls an acceptable change. Of two signatures the first covers the
//! file as it was then, and the second filled the place that the first one left for it, no more.

use ed25519_dalek::Signature;
use icabinet_models::canonical::cades::{
    ByteRange, ByteRangeRefusal, byte_range_digest, fingerprint_short, parse_byte_range,
    signed_attributes,
};
use lopdf::{Dictionary, Document, Object};

use crate::certificate::{Identity, identity_of, public_key};
use crate::chain::{self, Listed, Purpose};
use crate::cms;
use crate::finding::{Finding, Trust};
use crate::inspect::{self, Unsafe};
use crate::pades::{self, Field};

/// What was found about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Everything that is wrong, most basic first; empty for a valid signature.
    pub findings: Vec<Finding>,
    /// Who signed, if a certificate could be read. Only meaningful where nothing is wrong.
    pub signer: Option<Identity>,
    /// What the revocation lists say of the signer.
    pub listed: Listed,
    /// The claimed time as it stands in the file ("D:20261126084000+07'00'").
    pub claimed_time: Option<String>,
    /// The short fingerprint of the signed bytes.
    pub fingerprint: Option<String>,
    /// The signature that came before, judged by itself at the same time.
    pub earlier: Option<Box<Earlier>>,
    /// Whether a place waits for the signature that completes the document.
    pub awaits: bool,
}

/// A signature that came before another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// How many bytes the file had then.
    pub length: usize,
    /// What was found about them.
    pub report: Report,
}

impl Report {
    /// Whether all signatures are valid and the last one covers all there is.
    pub fn is_valid(&self) -> bool {
        let earlier = self.earlier.as_ref();
        self.findings.is_empty() && earlier.is_none_or(|earlier| earlier.report.is_valid())
    }

    fn only(finding: Finding) -> Self {
        Self {
            findings: vec![finding],
            signer: None,
            listed: Listed::default(),
            claimed_time: None,
            fingerprint: None,
            earlier: None,
            awaits: false,
        }
    }

    /// The claimed time in seconds since 1970; `None` where it isn't of the form that is made
    /// here. Nobody vouches for it.
    pub fn claimed_at(&self) -> Option<i64> {
        let text = self.claimed_time.as_deref()?;
        let digits = text.strip_prefix("D:")?.get(..14)?;
        let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u16>().ok();
        let small = |from: usize| u8::try_from(number(from, from + 2)?).ok();
        let date = der::DateTime::new(
            number(0, 4)?,
            small(4)?,
            small(6)?,
            small(8)?,
            small(10)?,
            small(12)?,
        );
        let local = i64::try_from(date.ok()?.unix_duration().as_secs()).ok()?;
        let offset = text.get(16..)?;
        let (hours, minutes) = offset.get(1..)?.strip_suffix('\'')?.split_once('\'')?;
        let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
        match offset.get(..1)? {
            "+" => Some(local - minutes * 60),
            "-" => Some(local + minutes * 60),
            _ => None,
        }
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
    let mut findings = chain::findings(&found.signer, &found.others, trust, at, Purpose::Sign);
    let expected = signed_attributes(&digest, &found.signer_der);
    let is_signed =
        public_key(&found.signer.tbs_certificate.subject_public_key_info).is_ok_and(|key| {
            key.verify_strict(&expected, &Signature::from_bytes(&found.signature)).is_ok()
        });
    if expected != found.attributes || !is_signed {
        findings.push(Finding::ChangedBytes);
    }
    let mut report = Report::only(Finding::Malformed);
    match inspect::load(bytes) {
        Ok(document) => {
            findings.extend(structure(&document, &range, &container));
            if let Some(fields) = pades::fields(&document) {
                report.claimed_time = signature(&fields).and_then(claimed_time);
                report.awaits = fields.iter().any(|field| field.value.is_none());
                if let [first, last] = fields.as_slice()
                    && last.value.is_some()
                {
                    match earlier(bytes, &document, first, last, trust, at) {
                        Some(earlier) => report.earlier = Some(Box::new(earlier)),
                        None => findings.push(Finding::ChangedBytes),
                    }
                }
            }
        }
        Err(_) => findings.push(Finding::Malformed),
    }
    findings.sort_unstable();
    findings.dedup();
    Report {
        findings,
        signer: identity_of(&found.signer, &found.signer_der).ok(),
        listed: chain::listed(&found.signer, &found.others, trust),
        fingerprint: Some(fingerprint_short(&digest)),
        ..report
    }
}

/// The signature that came before: valid for the file as it was then, and since then nothing
/// changed but that the last place was filled. `None` if anything else did.
fn earlier(
    bytes: &[u8],
    document: &Document,
    first: &Field<'_>,
    last: &Field<'_>,
    trust: &Trust<'_>,
    at: i64,
) -> Option<Earlier> {
    let numbers = first.value?.get(b"ByteRange").and_then(Object::as_array).ok()?;
    let [_, _, start, length] = numbers.as_slice() else { return None };
    let end = start.as_i64().ok()?.checked_add(length.as_i64().ok()?)?;
    let length = usize::try_from(end).ok().filter(|end| *end < bytes.len())?;
    let then = inspect::load(&bytes[..length]).ok()?;
    let root = |document: &Document, key| document.trailer.get(key).ok().cloned();
    let same_root =
        [&b"Root"[..], b"Info"].iter().all(|key| root(&then, key) == root(document, key));
    // What is new is reached through the last place alone: everything that was there is the same.
    let kept = then.objects.iter().all(|(id, old)| {
        let Some(new) = document.objects.get(id) else { return false };
        if *id != last.id {
            return old == new;
        }
        let without = |object: &Object| {
            let mut dictionary = object.as_dict().ok()?.clone();
            dictionary.remove(b"V");
            dictionary.remove(b"AP");
            Some(dictionary)
        };
        without(old).is_some() && without(old) == without(new)
    });
    let report = pdf(&bytes[..length], trust, at);
    (same_root && kept && report.awaits).then_some(Earlier { length, report })
}

/// The signature that covers the whole file: the last one that there is.
fn signature<'a>(fields: &[Field<'a>]) -> Option<&'a Dictionary> {
    fields.iter().rev().find_map(|field| field.value)
}

/// Whether what a reader of PDF would find is what was verified: the fields that are made here, of
/// which the last filled one holds the signature of the byte range, and nothing else that acts or
/// hides.
fn structure(document: &Document, range: &ByteRange, container: &[u8]) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        inspect::content(document).into_iter().map(Finding::UnsafeContent).collect();
    let fields = pades::fields(document).unwrap_or_default();
    // The document, and an update with each signature; the first place is filled first.
    let signatures = fields.iter().take_while(|field| field.value.is_some()).count();
    let all = fields.iter().filter(|field| field.value.is_some()).count();
    if document.xref_section_count != 1 + signatures.max(1) {
        findings.push(Finding::UnsafeContent(Unsafe::EarlierRevision));
    }
    let Some(signature) = signature(&fields).filter(|_| signatures == all) else {
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
    findings.extend(others(document, &fields));
    findings
}

/// Fields, annotations and signatures beside the ones that are made here.
fn others(document: &Document, fields: &[Field<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_ours = |dictionary: &Dictionary| fields.iter().any(|field| field.widget == dictionary);
    let is_signature =
        |dictionary: &Dictionary| fields.iter().any(|field| field.value == Some(dictionary));
    for object in document.objects.values() {
        let Some(dictionary) = inspect::dictionary(object) else {
            continue;
        };
        let is_annotation = dictionary.has_type(b"Annot") || dictionary.has(b"Rect");
        if is_annotation && !is_ours(dictionary) {
            findings.push(Finding::UnsafeContent(Unsafe::Annotation));
        }
        if dictionary.has(b"FT") && !is_ours(dictionary) {
            findings.push(Finding::UnsafeContent(Unsafe::Form));
        }
        if dictionary.has(b"ByteRange") && !is_signature(dictionary) {
            findings.push(Finding::Malformed);
        }
        if let Ok(annotations) = dictionary.get(b"Annots") {
            let list = document.dereference(annotations).and_then(|(_, list)| list.as_array());
            let ours = |one: &Object| {
                let one = document.dereference(one).and_then(|(_, one)| one.as_dict());
                one.is_ok_and(&is_ours)
            };
            if !list.is_ok_and(|list| !list.is_empty() && list.iter().all(ours)) {
                findings.push(Finding::UnsafeContent(Unsafe::Annotation));
            }
        }
    }
    findings
}

fn claimed_time(signature: &Dictionary) -> Option<String> {
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
