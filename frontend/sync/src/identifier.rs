//! Identifiers of commands: UUID version 7 (RFC 9562, section 5.7). Never here: a source of
//! randomness.

use icabinet_models::ids::{CommandId, Time};
use std::fmt::Write as _;

/// The command's identifier from the device's time and ten random bytes.
pub fn command_id(now: Time, random: [u8; 10]) -> CommandId {
    let ms = u64::try_from(now.0).unwrap_or(0);
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&ms.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    CommandId::from(text)
}

#[cfg(test)]
mod tests {
    use super::{Time, command_id};

    #[test]
    fn the_example_of_the_rfc() {
        // RFC 9562, appendix A.6.
        let random = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
        let id = command_id(Time(0x017F_22E2_79B0), random);
        assert_eq!(id.as_str(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
        assert!(id.is_well_formed());
    }
}
