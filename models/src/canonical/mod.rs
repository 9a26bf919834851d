//! The exact bytes that get hashed and signed.
//!
//! Canonical JSON after RFC 8785 (JCS) for the values this project writes: keys sorted, no white
//! space, integers only. Never here: a second way to write the same thing.

pub mod cades;
mod sorted;

use serde::Serialize;

/// Canonical JSON of any value of this crate.
pub fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    // Every type here has string or integer keys and no failing Serialize. What can't be written must not
    // be hashed as something else.
    let plain = serde_json::to_vec(value).expect("every type of this crate is JSON");
    sorted::keys(&plain)
}
