//! One's own account: the order of the devices that are signed in, and what a form for a new password
//! still lacks. Pure; the server judges the password.

use icabinet_models::ids::{MeetingId, Time};
use icabinet_models::wire::SHORTEST_PASSWORD;
use serde::Deserialize;

/// A device that is signed in, as the server lists it (`docs/protocol.md`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SignedInDevice {
    pub id: String,
    /// "Chrome, Android"; blank where it is not known.
    pub device: String,
    /// It came in with an invitation to this meeting.
    #[serde(default)]
    pub meeting: Option<MeetingId>,
    pub created: Time,
    /// The one that asks.
    pub own: bool,
}

/// This device first, then the others, the newest first.
pub fn in_order(devices: &mut [SignedInDevice]) {
    devices.sort_by_key(|device| (!device.own, std::cmp::Reverse(device.created)));
}

/// Why a new password can't be sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The current one is not written.
    Current,
    TooShort,
    /// The new one is the current one.
    Unchanged,
    /// The second time it is written otherwise.
    NotRepeated,
}

/// What the form still lacks, in the order of its fields.
pub fn lacking(current: &str, new: &str, again: &str) -> Option<Lack> {
    if current.is_empty() {
        Some(Lack::Current)
    } else if new.chars().count() < SHORTEST_PASSWORD {
        Some(Lack::TooShort)
    } else if new == current {
        Some(Lack::Unchanged)
    } else if new != again {
        Some(Lack::NotRepeated)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Lack, SignedInDevice, in_order, lacking};
    use icabinet_models::ids::Time;

    #[test]
    fn this_device_is_the_first_and_then_the_newest() {
        let device = |id: &str, created: i64, own: bool| SignedInDevice {
            id: id.to_owned(),
            device: String::new(),
            meeting: None,
            created: Time(created),
            own,
        };
        let mut devices = [device("a", 1, false), device("b", 3, false), device("c", 2, true)];
        in_order(&mut devices);
        assert_eq!(devices.map(|device| device.id), ["c", "b", "a"]);
    }

    #[test]
    fn a_form_says_what_it_lacks_in_the_order_of_its_fields() {
        for (current, new, again, expected) in [
            ("", "", "", Some(Lack::Current)),
            ("", "sen tàu mưa", "sen tàu mưa", Some(Lack::Current)),
            ("cũ", "", "", Some(Lack::TooShort)),
            // Characters are counted, not bytes.
            ("cũ", "ệệệệệệệệệ", "ệệệệệệệệệ", Some(Lack::TooShort)),
            ("cũ", "ệệệệệệệệệệ", "ệệệệệệệệệệ", None),
            ("sen tàu mưa", "sen tàu mưa", "", Some(Lack::Unchanged)),
            ("cũ", "sen tàu mưa", "", Some(Lack::NotRepeated)),
            ("cũ", "sen tàu mưa", "sen tàu mưà", Some(Lack::NotRepeated)),
            ("cũ", "sen tàu mưa", "sen tàu mưa", None),
        ] {
            assert_eq!(lacking(current, new, again), expected, "{current} {new} {again}");
        }
    }
}
