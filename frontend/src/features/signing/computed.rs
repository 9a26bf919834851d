//! What this device computes from the bytes that it was given, and believes. Never here: asking the
//! server, the screen.

use icabinet_models::canonical::cades::{
    byte_range_digest, fingerprint_short, parse_byte_range, signed_attributes,
};
use icabinet_models::ids::Digest;
use serde::Deserialize;

use crate::features::keys::{Key, KeyState};
use crate::local::key::DeviceKey;

/// What the server prepared (`docs/protocol.md`); it is believed in nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Signing {
    pub(super) document: Digest,
    pub(super) byte_range: [u64; 4],
    pub(super) certificate: String,
    pub(super) fingerprint: String,
    pub(super) pages: Vec<Picture>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) picture: String,
}

/// Why the bytes are not what the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mismatch {
    OtherFile,
    Range(&'static str),
    Fingerprint { here: String, there: String },
    Certificate,
}

/// Bytes that were checked on this device, and what it computed from them.
#[derive(Clone)]
pub(super) struct Checked {
    pub(super) signing: Signing,
    pub(super) pdf: Vec<u8>,
    pub(super) fingerprint: String,
    pub(super) attributes: Vec<u8>,
    pub(super) device: DeviceKey,
    pub(super) key: Key,
}

/// Computes from the bytes themselves: nothing of `signing` but the picture addresses is taken over
/// unless it agrees.
pub(super) fn check(
    signing: Signing,
    pdf: Vec<u8>,
    device: DeviceKey,
    key: Key,
) -> Result<Checked, Mismatch> {
    if Digest::of(&pdf) != signing.document {
        return Err(Mismatch::OtherFile);
    }
    let range = parse_byte_range(&pdf).map_err(|refusal| Mismatch::Range(refusal.code()))?;
    if range.numbers() != signing.byte_range {
        return Err(Mismatch::Range("byte_range_differs"));
    }
    let digest =
        byte_range_digest(&pdf, &range).map_err(|refusal| Mismatch::Range(refusal.code()))?;
    let fingerprint = fingerprint_short(&digest);
    if fingerprint != signing.fingerprint {
        return Err(Mismatch::Fingerprint { here: fingerprint, there: signing.fingerprint });
    }
    let KeyState::Certified { certificate, .. } = &key.state else {
        return Err(Mismatch::Certificate);
    };
    if *certificate != signing.certificate {
        return Err(Mismatch::Certificate);
    }
    let der = base64(certificate).ok_or(Mismatch::Certificate)?;
    // The certificate has to carry the public key whose private half is here.
    if !der.windows(32).any(|window| window == device.public.0) {
        return Err(Mismatch::Certificate);
    }
    let attributes = signed_attributes(&digest, &der);
    Ok(Checked { signing, pdf, fingerprint, attributes, device, key })
}

/// Standard base64, as the protocol writes certificates.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for character in text.trim_end_matches('=').bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.extend(u8::try_from(bits >> held & 0xff));
        }
    }
    Some(bytes)
}
