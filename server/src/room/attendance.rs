//! How many members are present, and where, for meetings in which people are counted.
//! Never here: who.

use icabinet_models::Meeting;
use icabinet_models::text::folded;
use icabinet_models::wire::{ServerFrame, VenueCount};
use std::collections::BTreeMap;

/// Counts the members; with their venues for the office.
pub(super) fn count(m: &Meeting, with_venues: bool) -> ServerFrame {
    let mut written: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (row, is_present) in m.roll_call().filter(|(row, _)| row.is_member()) {
        let (present, members) =
            written.entry(row.venue.as_deref().unwrap_or_default()).or_default();
        *present += u32::from(is_present);
        *members += 1;
    }
    let sum = |part: fn(&(u32, u32)) -> u32| written.values().map(part).sum();
    let (present, members) = (sum(|counts| counts.0), sum(|counts| counts.1));
    let venues = with_venues.then(|| together(&written));
    ServerFrame::Attendance { present, members, venues }
}

/// The rows of venues that say the same, as one, under the first way it is written.
fn together(written: &BTreeMap<&str, (u32, u32)>) -> Vec<VenueCount> {
    let mut venues: BTreeMap<String, VenueCount> = BTreeMap::new();
    for (venue, (present, members)) in written {
        let row = venues.entry(folded(venue)).or_insert_with(|| VenueCount {
            venue: (*venue).to_owned(),
            present: 0,
            members: 0,
        });
        row.present += present;
        row.members += members;
    }
    venues.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_venue_counts_once_however_it_is_written() {
        let written = BTreeMap::from([
            ("Phường Hồ Sen", (1, 2)),
            ("PHƯỜNG HỒ\u{a0}SEN", (0, 1)),
            ("Phu\u{31b}o\u{31b}\u{300}ng Ho\u{302}\u{300} Sen", (1, 1)),
            ("Phường Hổ Sen", (0, 1)),
            ("Nhà văn hoá", (1, 1)),
            ("Nhà văn hóa", (0, 1)),
        ]);
        let rows = together(&written);
        let counts = |venue: &str| {
            let row = rows.iter().find(|row| icabinet_models::text::same(&row.venue, venue));
            row.map(|row| (row.present, row.members))
        };
        assert_eq!(rows.len(), 3, "{rows:?}");
        assert_eq!(counts("Phường Hồ Sen"), Some((2, 4)));
        assert_eq!(counts("Phường Hổ Sen"), Some((0, 1)));
        assert_eq!(counts("Nhà văn hóa"), Some((1, 2)));
    }
}
