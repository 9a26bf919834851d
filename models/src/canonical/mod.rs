//! The exact bytes that get hashed and signed.
//!
//! Canonical JSON after RFC 8785 (JCS) for the values this project writes: keys sorted, no white
//! space, integers only. Never here: a second way to write the same thing.

pub mod cades;

use crate::ids::{Digest, MeetingId, Time};
use crate::meeting::{Actor, Event};
use serde::Serialize;
use serde_json::Value;

/// Version of the stored record's form, and with it of how its hash is made ([`chain`]).
pub const RECORD_VERSION: u32 = 2;

/// Canonical JSON of any value of this crate.
pub fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    // Every type here has string or integer keys and no failing Serialize, so this can't fail.
    let value = serde_json::to_value(value).unwrap_or(Value::Null);
    let mut out = Vec::with_capacity(256);
    write(&value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            // serde_json may keep insertion order if any crate of the build asks for it.
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(&Value::String(key.clone()), out);
                out.push(b':');
                write(&map[key], out);
            }
            out.push(b'}');
        }
        Value::Array(list) => {
            out.push(b'[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.extend_from_slice(value.to_string().as_bytes());
        }
    }
}

/// One stored record of a meeting's log, before it has a hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub v: u32,
    pub meeting: MeetingId,
    pub position: u64,
    pub at: Time,
    pub actor: Actor,
    pub event: Event,
}

/// Stands in an exported log for a record whose content is not shown: the ballots of a vote that was
/// voided (R21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    pub position: u64,
    /// SHA-256 of the record's canonical bytes.
    pub withheld: Digest,
}

/// The hash of a record of version `v`: SHA-256 over the previous hash and the SHA-256 of the record's
/// canonical bytes; in version 1, over the previous hash and those bytes themselves.
pub fn chain(previous: &Digest, v: u32, record: &[u8]) -> Digest {
    if v == 1 { joined(previous, record) } else { chain_digest(previous, &Digest::of(record)) }
}

/// [`chain`] where only the digest of the record is known.
pub fn chain_digest(previous: &Digest, record: &Digest) -> Digest {
    joined(previous, &record.0)
}

fn joined(previous: &Digest, more: &[u8]) -> Digest {
    let mut bytes = Vec::with_capacity(32 + more.len());
    bytes.extend_from_slice(&previous.0);
    bytes.extend_from_slice(more);
    Digest::of(&bytes)
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn keys_are_sorted_and_nothing_is_spaced() {
        let value = serde_json::json!({"b": [1, {"z": null, "a": "đ\n"}], "a": true});
        assert_eq!(
            String::from_utf8(bytes(&value)).unwrap(),
            "{\"a\":true,\"b\":[1,{\"a\":\"đ\\n\",\"z\":null}]}"
        );
    }
}
