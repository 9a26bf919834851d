//! Identifiers, times, digests and bilingual texts: the words every topic shares.
//! Never here: how an identifier is made. The shell makes them; this crate only carries them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// Longest identifier that is taken from outside, in bytes.
pub const LONGEST_ID: usize = 64;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// A copy shares its text: in a meeting of thousands lists of them are copied all the time.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as it is written in addresses and frames.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether it is 1 to [`LONGEST_ID`] bytes of `A-Z a-z 0-9 . _ -`.
            pub fn is_well_formed(&self) -> bool {
                !self.0.is_empty()
                    && self.0.len() <= LONGEST_ID
                    && self.0.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(SharedText).map(Self)
            }
        }
    };
}

/// Reads an identifier's text straight into what its copies share.
struct SharedText;

impl serde::de::Visitor<'_> for SharedText {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.into())
    }
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

text_id!(
    /// One meeting, over all nodes (a UUIDv7 in text form).
    MeetingId
);
text_id!(
    /// One person with an account, over all meetings.
    PersonId
);
text_id!(
    /// One command, made by the client (a UUIDv7 in text form); resending keeps it.
    CommandId
);
number_id!(
    /// An agenda item; counted from 1 within its meeting, never reused.
    ItemId
);
number_id!(
    /// A paper; counted from 1 within its meeting, never reused.
    PaperId
);
number_id!(
    /// A motion; counted from 1 within its meeting, never reused.
    MotionId
);
number_id!(
    /// A vote on a motion; counted from 1 within its meeting, never reused.
    VoteId
);
number_id!(
    /// A request to speak; counted from 1 within its meeting, never reused.
    RequestId
);
number_id!(
    /// A recording; counted from 1 within its meeting, never reused.
    RecordingId
);
number_id!(
    /// A segment of the transcript; counted from 1 within its meeting, never reused.
    SegmentId
);
number_id!(
    /// A sentence of the minutes; counted from 1 within its meeting, never reused.
    SentenceId
);
number_id!(
    /// A decision; counted from 1 within its meeting, never reused.
    DecisionId
);

/// Milliseconds since 1970-01-01T00:00:00Z, by the server's clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// 1970-01-01, the earliest that a command may name.
    pub const EARLIEST: Self = Self(0);
    /// 2200-01-01T00:00:00Z, the latest that a command may name.
    pub const LATEST: Self = Self(7_258_118_400_000);

    /// Whether a command may name it.
    pub fn is_reasonable(self) -> bool {
        (Self::EARLIEST..=Self::LATEST).contains(&self)
    }

    /// This time and `ms` milliseconds; saturates.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this time; negative if `earlier` is later.
    pub fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A SHA-256 digest; 64 lower-case hexadecimal digits outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Thirty-two zero bytes: what the first entry of a log names as the one before it.
    pub const ZERO: Self = Self([0; 32]);

    /// The SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut out = String::with_capacity(64);
        for byte in self.0 {
            out.push(DIGITS[usize::from(byte >> 4)] as char);
            out.push(DIGITS[usize::from(byte & 15)] as char);
        }
        out
    }

    /// Reads [`Digest::hex`]; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return None;
        }
        let mut out = [0; 32];
        for (slot, pair) in out.iter_mut().zip(bytes.chunks_exact(2)) {
            *slot = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Self(out))
    }

    /// The first `groups` groups of four hexadecimal digits, upper case: what people compare.
    pub fn short(&self, groups: usize) -> String {
        let hex = self.hex().to_uppercase();
        (0..groups.min(16)).map(|g| &hex[g * 4..g * 4 + 4]).collect::<Vec<_>>().join(" ")
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// A text in Vietnamese with its English rendering beside it; an empty `en` means there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub vi: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Text {
    /// A text in Vietnamese only.
    pub fn vi(text: impl Into<String>) -> Self {
        Self { vi: text.into(), en: String::new() }
    }

    /// A text in both languages.
    pub fn both(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    /// Whether the Vietnamese side has something to read.
    pub fn is_blank(&self) -> bool {
        self.vi.trim().is_empty()
    }

    /// Bytes of both sides.
    pub fn len(&self) -> usize {
        self.vi.len() + self.en.len()
    }

    /// Whether both sides have no byte at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
