//! One record of a meeting's log, as it is stored, hashed and exported; and how the hashes are chained.
//! Never here: canonical JSON itself (`canonical`), what an event says.

mod salt;

pub use salt::Salt;

use crate::ids::{Digest, MeetingId, Time};
use crate::meeting::{Actor, Event};
use serde::Serialize;

/// Version of the stored record's form, and with it of how its hash is made ([`chain`]).
///
/// 2: the chain runs over digests of records. 3: every record has a [`Salt`].
pub const RECORD_VERSION: u32 = 3;
/// The first version whose digests say nothing about a record to who hasn't its salt.
const SALTED_SINCE: u32 = 3;

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
    /// Since version 3, always. It stays where the record is: no view, answer or count holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<Salt>,
}

impl Record {
    /// Whether it has a salt exactly where its version has one.
    pub fn is_salted_as_it_should(&self) -> bool {
        self.salt.is_some() == is_salted(self.v)
    }
}

/// Whether records of version `v` are salted. What an older record says can be found out from its
/// digest by trying: a ballot has few choices.
pub fn is_salted(v: u32) -> bool {
    v >= SALTED_SINCE
}

/// Stands in an exported log for a record whose content is not shown: the ballots of a vote that was
/// voided (R21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    pub position: u64,
    /// SHA-256 of the record's canonical bytes, salt included: whoever hasn't the salt can't try out
    /// what they say.
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
