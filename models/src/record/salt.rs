//! The random bytes in every record. Never here: where they come from; this crate draws nothing.

use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// 128 random bits; 32 lower-case hexadecimal digits outside. With them in the record, its digest and
/// everything that is computed from that (the chain, receipts, what stands for a withheld record) can
/// leave the server: without them nobody can try out which of a few contents fits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt([u8; Self::LENGTH]);

impl Salt {
    /// How many bytes it has.
    pub const LENGTH: usize = 16;

    /// A salt of bytes that the caller drew, for this record alone.
    pub fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn from_hex(text: &str) -> Option<Self> {
        let digits = |pair: &[u8]| pair.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 2 * Self::LENGTH || !text.as_bytes().chunks(2).all(digits) {
            return None;
        }
        let mut bytes = [0; Self::LENGTH];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Says nothing of it: what is printed may be read by others.
impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| de::Error::custom("not 32 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::Salt;

    #[test]
    fn it_is_read_as_it_is_written_and_never_printed() {
        let salt = Salt::new(*b"0123456789abcdef");
        let text = serde_json::to_string(&salt).unwrap();
        assert_eq!(text, "\"30313233343536373839616263646566\"");
        assert_eq!(serde_json::from_str::<Salt>(&text).unwrap(), salt);
        assert_eq!(format!("{salt:?}"), "Salt(…)");
    }

    #[test]
    fn what_is_no_salt() {
        for (name, text) in [
            ("short", "303132333435363738396162636465"),
            ("long", "3031323334353637383961626364656600"),
            ("upper case", "3031323334353637383961626364656A"),
            ("a sign", "+031323334353637383961626364656a"),
            ("beyond ASCII", "30313233343536373839616263646đ6"),
        ] {
            assert!(serde_json::from_str::<Salt>(&format!("\"{text}\"")).is_err(), "{name}");
        }
    }
}
