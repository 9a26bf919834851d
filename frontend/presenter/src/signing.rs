//! What a device checks before it signs, and what it signs: computed from the bytes that it shows. The
//! server is believed in nothing, for whoever has taken it over would like a signature under something
//! else. Never here: asking the server, keys, the screen.

use base64ct::{Base64, Encoding as _};
use icabinet_models::canonical::cades::{
    byte_range_digest, fingerprint_short, parse_byte_range, signed_attributes,
};
use icabinet_models::ids::Digest;
use serde::Deserialize;

/// What the server prepared (`docs/protocol.md`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Prepared {
    /// SHA-256 of the file.
    pub document: Digest,
    /// As the server says that it stands in the file.
    pub byte_range: [u64; 4],
    /// Base64 of DER.
    pub certificate: String,
    /// "K7QF 2M9D XR4T 8HPA"
    pub fingerprint: String,
    pub pages: Vec<Picture>,
}

/// A page as the server has drawn it from the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// Its address.
    pub picture: String,
}

/// The key that this device has, and the certificate that was confirmed for it.
#[derive(Clone, Copy, Debug)]
pub struct OwnKey<'a> {
    /// Ed25519, 32 bytes.
    pub public: &'a Digest,
    /// Base64 of DER; `None` while nobody has confirmed the key.
    pub certificate: Option<&'a str>,
}

/// What the device computed itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// To be compared with the room's screen.
    pub fingerprint: String,
    /// The bytes to sign: the CAdES signed attributes as DER (RFC 5652, 5.4).
    pub attributes: Vec<u8>,
}

/// Why nothing is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The bytes are another file's.
    OtherFile,
    /// The range that would be signed is not the file, or not what the server says.
    Range(&'static str),
    /// The server tells another fingerprint to everybody else.
    Fingerprint { here: String, there: String },
    /// The certificate is not the one that was confirmed for this device's key.
    Certificate,
}

impl Mismatch {
    /// The code that is shown, and read out to whoever helps.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherFile => "SIGN-FILE",
            Self::Range(_) => "SIGN-RANGE",
            Self::Fingerprint { .. } => "SIGN-FINGERPRINT",
            Self::Certificate => "SIGN-CERTIFICATE",
        }
    }
}

/// How a certificate introduces an Ed25519 key: SubjectPublicKeyInfo up to its 32 bytes (RFC 8410, 4).
const PUBLIC_KEY: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Computes from the bytes themselves what would be signed: nothing of `prepared` is taken over unless
/// it agrees.
///
/// # Errors
/// A [`Mismatch`]: nothing may be signed.
pub fn check(prepared: &Prepared, pdf: &[u8], key: OwnKey<'_>) -> Result<Computed, Mismatch> {
    if Digest::of(pdf) != prepared.document {
        return Err(Mismatch::OtherFile);
    }
    let range = parse_byte_range(pdf).map_err(|refusal| Mismatch::Range(refusal.code()))?;
    if range.numbers() != prepared.byte_range {
        return Err(Mismatch::Range("byte_range_differs"));
    }
    let digest =
        byte_range_digest(pdf, &range).map_err(|refusal| Mismatch::Range(refusal.code()))?;
    let fingerprint = fingerprint_short(&digest);
    if fingerprint != prepared.fingerprint {
        let there = prepared.fingerprint.clone();
        return Err(Mismatch::Fingerprint { here: fingerprint, there });
    }
    let certificate = key.certificate.filter(|known| *known == prepared.certificate);
    let der = certificate.and_then(|text| Base64::decode_vec(text).ok());
    let der = der.filter(|der| is_of(der, key.public)).ok_or(Mismatch::Certificate)?;
    Ok(Computed { fingerprint, attributes: signed_attributes(&digest, &der) })
}

/// Whether a certificate is for this key, whose private half is on this device.
fn is_of(certificate: &[u8], public: &Digest) -> bool {
    let named = [PUBLIC_KEY.as_slice(), &public.0].concat();
    certificate.windows(named.len()).any(|window| window == named)
}

#[cfg(test)]
mod tests {
    use super::{Computed, Mismatch, OwnKey, PUBLIC_KEY, Prepared, check};
    use base64ct::{Base64, Encoding as _};
    use icabinet_models::canonical::cades::{fingerprint_short, signed_attributes};
    use icabinet_models::ids::Digest;
    use sha2::{Digest as _, Sha512};

    const KEY: Digest = Digest([0xa7; 32]);

    /// A file with room for a signature, whose range covers it.
    fn file(text: &str) -> (Vec<u8>, [u64; 4]) {
        let contents = "<0000>";
        // Numbers of six digits each, so that they don't move what they count.
        let head = |range: [u64; 4]| {
            let numbers = range.map(|number| format!("{number:06}")).join(" ");
            format!("%PDF-1.7 {text} /ByteRange [{numbers}] /Contents ")
        };
        let first = head([0; 4]).len() as u64;
        let tail = " %%EOF";
        let range = [0, first, first + contents.len() as u64, tail.len() as u64];
        (format!("{}{contents}{tail}", head(range)).into_bytes(), range)
    }

    /// A certificate as far as the device reads it.
    fn certificate(public: &Digest) -> String {
        let der = [&[0x30, 0x82, 1, 0], PUBLIC_KEY.as_slice(), &public.0, &[0xa3, 0]].concat();
        Base64::encode_string(&der)
    }

    fn digest(pdf: &[u8], range: [u64; 4]) -> [u8; 64] {
        let [_, first, second, _] = range.map(|number| usize::try_from(number).unwrap());
        Sha512::new().chain_update(&pdf[..first]).chain_update(&pdf[second..]).finalize().into()
    }

    /// What an honest server prepares.
    fn honest(text: &str) -> (Prepared, Vec<u8>) {
        let (pdf, byte_range) = file(text);
        let prepared = Prepared {
            document: Digest::of(&pdf),
            byte_range,
            certificate: certificate(&KEY),
            fingerprint: fingerprint_short(&digest(&pdf, byte_range)),
            pages: Vec::new(),
        };
        (prepared, pdf)
    }

    fn checked(prepared: &Prepared, pdf: &[u8]) -> Result<Computed, Mismatch> {
        let certificate = certificate(&KEY);
        check(prepared, pdf, OwnKey { public: &KEY, certificate: Some(&certificate) })
    }

    #[test]
    fn what_is_signed_is_computed_from_the_bytes() {
        let (prepared, pdf) = honest("Quyết định 31");
        let computed = checked(&prepared, &pdf).unwrap();
        let digest = digest(&pdf, prepared.byte_range);
        let der = Base64::decode_vec(&certificate(&KEY)).unwrap();
        assert_eq!(computed.fingerprint, prepared.fingerprint);
        assert_eq!(computed.attributes, signed_attributes(&digest, &der));
    }

    /// A server that was taken over: each thing that it may say otherwise, and the code for it.
    #[test]
    fn each_lie_has_its_code() {
        type Lie = fn(&mut Prepared, &mut Vec<u8>);
        let (other, _) = honest("Quyết định 32");
        let cases: [(&str, Lie); 9] = [
            ("SIGN-FILE another file", |_, pdf| *pdf = honest("Quyết định 32").1),
            ("SIGN-FILE one byte of it", |_, pdf| pdf[12] ^= 1),
            ("SIGN-RANGE none in the file", |prepared, pdf| {
                *pdf = b"%PDF-1.7 without a place".to_vec();
                prepared.document = Digest::of(pdf);
            }),
            ("SIGN-RANGE something behind it", |prepared, pdf| {
                pdf.extend(b" 1 0 obj");
                prepared.document = Digest::of(pdf);
            }),
            ("SIGN-RANGE another than it says", |prepared, _| prepared.byte_range[3] -= 1),
            ("SIGN-FINGERPRINT of another file", |prepared, _| {
                prepared.fingerprint = honest("Quyết định 32").0.fingerprint;
            }),
            ("SIGN-CERTIFICATE not the confirmed one", |prepared, _| {
                prepared.certificate = certificate(&Digest([0xb8; 32]));
            }),
            ("SIGN-CERTIFICATE longer by a byte", |prepared, _| prepared.certificate.push('A')),
            ("SIGN-CERTIFICATE none", |prepared, _| prepared.certificate.clear()),
        ];
        for (case, lie) in cases {
            let (mut prepared, mut pdf) = honest("Quyết định 31");
            lie(&mut prepared, &mut pdf);
            let mismatch = checked(&prepared, &pdf).expect_err(case);
            assert_eq!(case.split(' ').next(), Some(mismatch.code()), "{case}: {mismatch:?}");
        }
        assert_ne!(other.fingerprint, honest("Quyết định 31").0.fingerprint);
    }

    #[test]
    fn a_certificate_that_was_confirmed_is_for_this_very_key() {
        let (mut prepared, pdf) = honest("Quyết định 31");
        let says = |prepared: &Prepared, certificate: Option<&str>| {
            check(prepared, &pdf, OwnKey { public: &KEY, certificate })
        };
        assert_eq!(says(&prepared, None), Err(Mismatch::Certificate), "not confirmed yet");
        // The key's bytes stand in it, but not as its public key.
        let elsewhere = [&[0x30, 0x82, 1, 0], PUBLIC_KEY.as_slice(), &[0xb8; 32], &KEY.0].concat();
        for der in [elsewhere, PUBLIC_KEY.to_vec(), Vec::new()] {
            prepared.certificate = Base64::encode_string(&der);
            let confirmed = prepared.certificate.clone();
            assert_eq!(says(&prepared, Some(&confirmed)), Err(Mismatch::Certificate));
        }
        prepared.certificate = "không phải base64".to_owned();
        let confirmed = prepared.certificate.clone();
        assert_eq!(says(&prepared, Some(&confirmed)), Err(Mismatch::Certificate));
    }

    #[test]
    fn what_the_server_sends_is_read() {
        let text = format!(
            r#"{{"document": "{}", "byte_range": [0, 1, 2, 3], "certificate": "QQ==",
                "fingerprint": "K7QF 2M9D XR4T 8HPA",
                "pages": [{{"width": 1240, "height": 1754, "picture": "/api/x"}}]}}"#,
            Digest::of(b"x").hex()
        );
        let prepared: Prepared = serde_json::from_str(&text).unwrap();
        assert_eq!((prepared.pages[0].width, prepared.byte_range), (1240, [0, 1, 2, 3]));
    }
}
