//! How many members are present, and where, for meetings in which people are counted.
//! Never here: who.

use icabinet_models::Meeting;
use icabinet_models::wire::{ServerFrame, VenueCount};
use std::collections::BTreeMap;

/// Counts the members; with their venues for the office.
pub(super) fn count(m: &Meeting, with_venues: bool) -> ServerFrame {
    let mut venues: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (row, is_present) in m.roll_call().filter(|(row, _)| row.is_member()) {
        let (present, members) =
            venues.entry(row.venue.as_deref().unwrap_or_default()).or_default();
        *present += u32::from(is_present);
        *members += 1;
    }
    let sum = |part: fn(&(u32, u32)) -> u32| venues.values().map(part).sum();
    let (present, members) = (sum(|counts| counts.0), sum(|counts| counts.1));
    let rows = venues.iter().map(|(venue, (present, members))| VenueCount {
        venue: (*venue).to_owned(),
        present: *present,
        members: *members,
    });
    let venues = with_venues.then(|| rows.collect());
    ServerFrame::Attendance { present, members, venues }
}
