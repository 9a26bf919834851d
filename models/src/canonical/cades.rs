//! The bytes a person's key signs under a PDF: the digest of the signed byte range and the
//! CAdES signed attributes around it.
//!
//! Lives here: pure arithmetic over bytes, compiled for the server and for the tablet alike. The
//! tablet rebuilds the attributes from the very bytes it shows, so it never signs a hash that
//! somebody supplied. Never here: keys, certificates' meaning, PDF structure beyond the byte
//! range, any input or output.
//!
//! Formats: ISO 32000-2 12.8 (`/ByteRange`), RFC 5652 (signed attributes), RFC 5035
//! (`signingCertificateV2`), RFC 8419 (Ed25519 in CMS: SHA-512), ETSI EN 319 142-1 (PAdES:
//! no CMS signing time).

use core::fmt;

use sha2::{Digest, Sha256, Sha512};

/// The length of an Ed25519 signature.
pub const SIGNATURE_LENGTH: usize = 64;

/// `id-data` (RFC 5652), contents octets of the identifier.
const OID_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// `contentType` (PKCS #9).
const OID_CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
/// `messageDigest` (PKCS #9).
const OID_MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// `signingCertificateV2` (RFC 5035).
const OID_SIGNING_CERTIFICATE_V2: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];

const TAG_OCTET_STRING: u8 = 0x04;
const TAG_OBJECT_IDENTIFIER: u8 = 0x06;
const TAG_SEQUENCE: u8 = 0x30;
const TAG_SET: u8 = 0x31;

/// The alphabet of short fingerprints (Crockford): no I, L, O or U, so that a code read aloud in
/// the room can't be misheard as another.
const FINGERPRINT_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The two stretches of a PDF that a signature covers: everything but the `/Contents` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// Length of the first stretch, which begins at byte 0.
    first_length: usize,
    /// Where the second stretch begins: the byte after the `>` of `/Contents`.
    second_start: usize,
    /// Length of the second stretch.
    second_length: usize,
}

impl ByteRange {
    /// The four numbers as they stand in the file: start and length, twice.
    pub fn numbers(&self) -> [u64; 4] {
        [0, self.first_length as u64, self.second_start as u64, self.second_length as u64]
    }

    /// Where the hexadecimal digits of `/Contents` stand, the angle brackets excluded.
    pub fn contents_digits(&self) -> core::ops::Range<usize> {
        self.first_length + 1..self.second_start - 1
    }
}

/// Why bytes are not a PDF whose last signature covers all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRangeRefusal {
    /// No `/ByteRange` stands in the file.
    Missing,
    /// The last `/ByteRange` is not four numbers that follow each other within the file.
    Malformed,
    /// Bytes stand after the range: something was appended.
    NotWholeFile,
    /// What the range leaves out is not the hexadecimal string of `/Contents`.
    GapIsNotContents,
}

impl ByteRangeRefusal {
    /// The code shown on screens and in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "byte_range_missing",
            Self::Malformed => "byte_range_malformed",
            Self::NotWholeFile => "byte_range_not_whole_file",
            Self::GapIsNotContents => "byte_range_gap_is_not_contents",
        }
    }
}

impl fmt::Display for ByteRangeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the file has no signature byte range",
            Self::Malformed => "the signature byte range is not four ordered numbers in the file",
            Self::NotWholeFile => "the last signature does not cover the end of the file",
            Self::GapIsNotContents => "the byte range leaves out more than the signature itself",
        })
    }
}

impl core::error::Error for ByteRangeRefusal {}

/// Finds the last `/ByteRange` of `pdf` and accepts it only if it covers the whole file except
/// the hexadecimal string of the `/Contents` entry that it leaves out.
pub fn parse_byte_range(pdf: &[u8]) -> Result<ByteRange, ByteRangeRefusal> {
    const KEY: &[u8] = b"/ByteRange";
    let at = pdf
        .windows(KEY.len())
        .rposition(|window| window == KEY)
        .ok_or(ByteRangeRefusal::Missing)?;
    let numbers = four_numbers(&pdf[at + KEY.len()..]).ok_or(ByteRangeRefusal::Malformed)?;
    covering(pdf, numbers)
}

/// Accepts four given numbers under the same rule as [`parse_byte_range`].
pub fn covering(pdf: &[u8], numbers: [u64; 4]) -> Result<ByteRange, ByteRangeRefusal> {
    let [start, first_length, second_start, second_length] =
        numbers.map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    let end = second_start.checked_add(second_length).ok_or(ByteRangeRefusal::Malformed)?;
    // The gap holds at least the two angle brackets.
    let gap_fits = first_length.checked_add(2).is_some_and(|least| least <= second_start);
    if start != 0 || !gap_fits || end > pdf.len() {
        return Err(ByteRangeRefusal::Malformed);
    }
    if end != pdf.len() {
        return Err(ByteRangeRefusal::NotWholeFile);
    }
    let gap = &pdf[first_length..second_start];
    let digits = &gap[1..gap.len() - 1];
    let is_hex_string = gap.first() == Some(&b'<')
        && gap.last() == Some(&b'>')
        && digits.len().is_multiple_of(2)
        && digits.iter().all(u8::is_ascii_hexdigit);
    if !is_hex_string || !pdf[..first_length].trim_ascii_end().ends_with(b"/Contents") {
        return Err(ByteRangeRefusal::GapIsNotContents);
    }
    Ok(ByteRange { first_length, second_start, second_length })
}

/// The SHA-512 digest of the bytes that `range` covers.
///
/// Refuses a range that was parsed from another file and doesn't fit this one.
pub fn byte_range_digest(pdf: &[u8], range: &ByteRange) -> Result<[u8; 64], ByteRangeRefusal> {
    covering(pdf, range.numbers())?;
    let mut hasher = Sha512::new();
    hasher.update(&pdf[..range.first_length]);
    hasher.update(&pdf[range.second_start..]);
    Ok(hasher.finalize().into())
}

/// The DER encoding of the signed attributes, as a `SET OF`: the exact bytes that the device's
/// Ed25519 key signs (RFC 5652 5.4).
///
/// `message_digest` is the [`byte_range_digest`] of the shown file, `certificate_der` the
/// signer's own certificate.
pub fn signed_attributes(message_digest: &[u8; 64], certificate_der: &[u8]) -> Vec<u8> {
    let content_type = attribute(OID_CONTENT_TYPE, &tlv(TAG_OBJECT_IDENTIFIER, &[OID_DATA]));
    let digest = attribute(OID_MESSAGE_DIGEST, &tlv(TAG_OCTET_STRING, &[message_digest]));
    // SigningCertificateV2 { certs { ESSCertIDv2 { certHash } } }: SHA-256 is the default
    // algorithm, which DER requires to be left out.
    let certificate_hash = Sha256::digest(certificate_der);
    let cert_id = tlv(TAG_SEQUENCE, &[&tlv(TAG_OCTET_STRING, &[&certificate_hash])]);
    let signing_certificate = attribute(
        OID_SIGNING_CERTIFICATE_V2,
        &tlv(TAG_SEQUENCE, &[&tlv(TAG_SEQUENCE, &[&cert_id])]),
    );
    // DER orders the members of a SET OF by their encodings (X.690 11.6).
    let mut members = [content_type, digest, signing_certificate];
    members.sort_unstable();
    tlv(TAG_SET, &[&members[0], &members[1], &members[2]])
}

/// The first 80 bits of a digest in four groups of four characters, "K7QF 2M9D XR4T 8HPA": short
/// enough to compare between a tablet and the room's screen.
pub fn fingerprint_short(digest: &[u8; 64]) -> String {
    let mut text = String::with_capacity(19);
    for (group, bytes) in digest[..10].chunks(5).enumerate() {
        let bits = bytes.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        for place in 0..8 {
            if place == 4 || (place == 0 && group > 0) {
                text.push(' ');
            }
            let index = (bits >> (35 - 5 * place)) & 31;
            text.push(char::from(FINGERPRINT_ALPHABET[index as usize]));
        }
    }
    text
}

/// Attribute ::= SEQUENCE { attrType, attrValues SET OF } with one value.
fn attribute(oid: &[u8], value: &[u8]) -> Vec<u8> {
    tlv(TAG_SEQUENCE, &[&tlv(TAG_OBJECT_IDENTIFIER, &[oid]), &tlv(TAG_SET, &[value])])
}

/// A DER tag, length and contents. Contents here stay below 64 KiB by construction.
fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let length: usize = contents.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 4);
    out.push(tag);
    match length {
        0..=0x7f => out.push(length as u8),
        0x80..=0xff => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    for part in contents {
        out.extend_from_slice(part);
    }
    out
}

/// Reads `[a b c d]`, spaces anywhere between.
fn four_numbers(bytes: &[u8]) -> Option<[u64; 4]> {
    let mut rest = bytes.trim_ascii_start().strip_prefix(b"[")?;
    let mut numbers = [0_u64; 4];
    for number in &mut numbers {
        rest = rest.trim_ascii_start();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        // Twenty digits are past any file length and could overflow.
        if digits == 0 || digits > 18 {
            return None;
        }
        *number =
            rest[..digits].iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
        rest = &rest[digits..];
    }
    rest.trim_ascii_start().starts_with(b"]").then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &[u8] = b"%PDF /ByteRange [0 000 000 000] /Contents ";
    const AFTER: &[u8] = b" >> %%EOF";

    /// A file of the given gap whose byte range names exactly that gap.
    fn file(gap: &[u8]) -> Vec<u8> {
        let numbers =
            format!("[0 {:03} {:03} {:03}]", BEFORE.len(), BEFORE.len() + gap.len(), AFTER.len());
        let mut pdf = String::from_utf8(BEFORE.to_vec())
            .expect("ascii")
            .replace("[0 000 000 000]", &numbers)
            .into_bytes();
        pdf.extend_from_slice(gap);
        pdf.extend_from_slice(AFTER);
        pdf
    }

    #[test]
    fn a_range_that_leaves_out_only_the_contents_is_accepted() {
        let pdf = file(b"<00ffAB>");
        let range = parse_byte_range(&pdf).expect("accepted");
        assert_eq!(&pdf[range.contents_digits()], b"00ffAB");
        let mut covered = BEFORE.len();
        covered += AFTER.len();
        let numbers = range.numbers();
        assert_eq!(numbers[1] + numbers[3], covered as u64);
    }

    #[test]
    fn what_a_range_may_not_be() {
        let whole = file(b"<00>");
        let mut appended = whole.clone();
        appended.push(b'\n');
        let truncated = whole[..whole.len() - 1].to_vec();
        let swapped =
            String::from_utf8(whole.clone()).expect("ascii").replace("/Contents", "/Content5");
        let overflow = b"/ByteRange [0 1 999999999999999999 999999999999999999]".to_vec();
        let table: [(&str, Vec<u8>, ByteRangeRefusal); 10] = [
            ("none", b"%PDF".to_vec(), ByteRangeRefusal::Missing),
            ("appended", appended, ByteRangeRefusal::NotWholeFile),
            ("truncated", truncated, ByteRangeRefusal::Malformed),
            ("not hex", file(b"<0g>"), ByteRangeRefusal::GapIsNotContents),
            ("odd", file(b"<000>"), ByteRangeRefusal::GapIsNotContents),
            ("no bracket", file(b"(00>"), ByteRangeRefusal::GapIsNotContents),
            ("text in the gap", file(b"<00> /Extra <00>"), ByteRangeRefusal::GapIsNotContents),
            ("another key", swapped.into_bytes(), ByteRangeRefusal::GapIsNotContents),
            ("overflow", overflow, ByteRangeRefusal::Malformed),
            ("three numbers", b"/ByteRange [0 1 2]".to_vec(), ByteRangeRefusal::Malformed),
        ];
        for (name, pdf, expected) in table {
            assert_eq!(parse_byte_range(&pdf), Err(expected), "{name}");
        }
    }

    #[test]
    fn the_last_range_counts() {
        let mut pdf = b"/ByteRange [0 1 2 3] ".to_vec();
        let tail = file(b"<00>");
        let shift = pdf.len();
        let text = String::from_utf8(tail).expect("ascii");
        let text = text.replace(
            &format!("0 {:03} {:03}", BEFORE.len(), BEFORE.len() + 4),
            &format!("0 {:03} {:03}", BEFORE.len() + shift, BEFORE.len() + 4 + shift),
        );
        pdf.extend_from_slice(text.as_bytes());
        assert!(parse_byte_range(&pdf).is_ok());
    }

    #[test]
    fn the_digest_covers_everything_but_the_contents() {
        let pdf = file(b"<00>");
        let range = parse_byte_range(&pdf).expect("range");
        let digest = byte_range_digest(&pdf, &range).expect("digest");
        let mut other_contents = pdf.clone();
        other_contents[range.contents_digits().start] = b'f';
        assert_eq!(byte_range_digest(&other_contents, &range), Ok(digest));
        for position in (0..pdf.len()).filter(|at| !range.contents_digits().contains(at)) {
            let mut mutant = pdf.clone();
            mutant[position] ^= 1;
            assert_ne!(byte_range_digest(&mutant, &range), Ok(digest), "byte {position}");
        }
    }

    #[test]
    fn a_range_of_another_file_is_refused() {
        let range = parse_byte_range(&file(b"<00>")).expect("range");
        assert_eq!(
            byte_range_digest(&file(b"<0000>"), &range),
            Err(ByteRangeRefusal::NotWholeFile)
        );
    }

    #[test]
    fn attributes_are_one_sorted_set() {
        let attributes = signed_attributes(&[7; 64], b"certificate");
        assert_eq!(attributes[0], TAG_SET);
        assert_eq!(attributes[1], 0x81);
        assert_eq!(usize::from(attributes[2]), attributes.len() - 3);
        // Sorted by encoding, the lengths decide: content type, digest, certificate come in the
        // order of their length octets.
        let lengths: Vec<u8> = {
            let mut rest = &attributes[3..];
            let mut lengths = Vec::new();
            while let [TAG_SEQUENCE, length, ..] = *rest {
                lengths.push(length);
                rest = &rest[2 + usize::from(length)..];
            }
            assert!(rest.is_empty());
            lengths
        };
        assert_eq!(lengths.len(), 3);
        assert!(lengths.is_sorted());
        assert!(attributes.windows(64).any(|window| window == [7; 64]));
        assert_ne!(attributes, signed_attributes(&[7; 64], b"another"));
        assert_ne!(attributes, signed_attributes(&[8; 64], b"certificate"));
    }

    #[test]
    fn fingerprints_have_four_groups() {
        let mut digest = [0_u8; 64];
        assert_eq!(fingerprint_short(&digest), "0000 0000 0000 0000");
        digest[9] = 1;
        assert_eq!(fingerprint_short(&digest), "0000 0000 0000 0001");
        digest[10] = 1;
        assert_eq!(fingerprint_short(&digest), "0000 0000 0000 0001");
        digest[..10].fill(0xff);
        assert_eq!(fingerprint_short(&digest), "ZZZZ ZZZZ ZZZZ ZZZZ");
        digest[..10].copy_from_slice(&[0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf]);
        assert_eq!(fingerprint_short(&digest), "0123 4567 89AB CDEF");
    }
}
