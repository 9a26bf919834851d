//! Whom of a meeting's people a list shows: everyone of a dozen, of thousands the first ones and
//! whoever is looked for. Pure.

use std::cmp::Ordering;

use crate::vietnamese::{by_given_name, search_key};
use icabinet_models::Meeting;
use icabinet_models::participants::{Office, Participant};

/// More are not shown at once.
pub const MOST_SHOWN: usize = 100;

/// The order of a list of people: chair, vice chairs, secretaries, everybody else; within each by
/// their seats, which follow their rank, and without seats by given name.
pub fn by_rank(a: &Participant, b: &Participant) -> Ordering {
    let office = |person: &Participant| match person.office {
        Some(Office::Chair) => 0,
        Some(Office::ViceChair) => 1,
        Some(Office::Secretary) => 2,
        None => 3,
    };
    let by_seat = || match (seat(a), seat(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    office(a).cmp(&office(b)).then_with(by_seat).then_with(|| by_given_name(&a.name, &b.name))
}

/// A seat as seats are counted: "A2" before "A10", "9" before "10".
fn seat(person: &Participant) -> Option<(&str, u64)> {
    let seat = person.seat.as_deref()?.trim();
    let letters = seat.trim_end_matches(|letter: char| letter.is_ascii_digit());
    Some((letters, seat[letters.len()..].parse().unwrap_or(0)))
}

/// Those of the kept whom `wanted` finds by name, venue or code, by rank. Of more than are
/// shown at once, the first in the order of codes: to put thousands of names in order takes a tablet
/// seconds.
pub fn found<'m>(
    meeting: &'m Meeting,
    wanted: &str,
    keep: impl Fn(&Participant) -> bool,
) -> Vec<&'m Participant> {
    let wanted = search_key(wanted);
    let fits = |person: &&Participant| {
        let finds = |text: &str| search_key(text).contains(&wanted);
        keep(person)
            && (wanted.is_empty()
                || finds(&person.name)
                || person.venue.as_deref().is_some_and(finds)
                || finds(person.person.as_str()))
    };
    let mut found: Vec<_> = meeting.people.values().filter(fits).take(MOST_SHOWN).collect();
    found.sort_by(|a, b| by_rank(a, b));
    found
}

#[cfg(test)]
mod tests {
    use super::{MOST_SHOWN, found};
    use icabinet_models::Meeting;
    use icabinet_models::ids::{MeetingId, PersonId, Text};
    use icabinet_models::participants::{Office, Participant, Standing};

    fn meeting(people: &[(&str, &str, &str)]) -> Meeting {
        let mut meeting = Meeting::blank(MeetingId::from("m-1"));
        for (code, name, venue) in people {
            let person = PersonId::from(*code);
            let row = Participant {
                person: person.clone(),
                name: (*name).to_owned(),
                courtesy: None,
                position: Text::vi(""),
                unit: Text::vi(""),
                standing: Standing::Guest,
                office: None,
                seat: None,
                venue: Some((*venue).to_owned()),
            };
            meeting.people.insert(person, row);
        }
        meeting
    }

    fn names<'m>(meeting: &'m Meeting, wanted: &str) -> Vec<&'m str> {
        found(meeting, wanted, |_| true).into_iter().map(|row| row.name.as_str()).collect()
    }

    const THREE: [(&str, &str, &str); 3] = [
        ("a1", "Lê Văn Yến", "Xã Đông"),
        ("a2", "Trần Thị Nguyệt", "Xã Tây"),
        ("b7", "Đỗ Hòa", "Xã Tây"),
    ];

    #[test]
    fn a_dozen_are_all_shown_by_given_name() {
        let meeting = meeting(&THREE);
        assert_eq!(names(&meeting, " "), ["Đỗ Hòa", "Trần Thị Nguyệt", "Lê Văn Yến"]);
        let kept = found(&meeting, "", |row| row.person.as_str() != "b7");
        assert_eq!(kept.len(), 2);
    }

    /// The chairman is not the ninth for being called Thạch.
    #[test]
    fn rank_goes_before_seats_and_seats_before_names() {
        let mut meeting = meeting(&[
            ("a", "Lê An", ""),
            ("b", "Ngô Bình", ""),
            ("c", "Đỗ Cúc", ""),
            ("d", "Vũ Dung", ""),
            ("e", "Trần Yến", ""),
            ("f", "Phạm Xuân", ""),
            ("g", "Đoàn Thạch", ""),
        ]);
        let places = [
            ("b", None, Some("A10")),
            ("c", None, Some("A2")),
            ("d", Some(Office::Secretary), None),
            ("e", Some(Office::ViceChair), Some("A3")),
            ("f", Some(Office::ViceChair), Some("A2")),
            ("g", Some(Office::Chair), None),
        ];
        for (code, office, seat) in places {
            let row = meeting.people.get_mut(&PersonId::from(code)).unwrap();
            (row.office, row.seat) = (office, seat.map(str::to_owned));
        }
        assert_eq!(
            names(&meeting, ""),
            ["Đoàn Thạch", "Phạm Xuân", "Trần Yến", "Vũ Dung", "Đỗ Cúc", "Ngô Bình", "Lê An"]
        );
    }

    #[test]
    fn whoever_is_looked_for_is_found_without_tones_by_venue_and_by_code() {
        let meeting = meeting(&THREE);
        for (wanted, expected) in [
            ("nguyet", &["Trần Thị Nguyệt"][..]),
            ("hoà", &["Đỗ Hòa"]),
            ("DO H", &["Đỗ Hòa"]),
            ("xa dong", &["Lê Văn Yến"]),
            ("tây", &["Đỗ Hòa", "Trần Thị Nguyệt"]),
            ("B7", &["Đỗ Hòa"]),
            ("nobody", &[]),
        ] {
            assert_eq!(names(&meeting, wanted), expected, "{wanted}");
        }
    }

    #[test]
    fn of_thousands_the_first_are_shown_and_the_last_is_found() {
        let rows: Vec<(String, String)> =
            (0..3_000).map(|at| (format!("d{at:04}"), format!("Nguyễn Văn {at}"))).collect();
        let rows: Vec<_> =
            rows.iter().map(|(code, name)| (code.as_str(), name.as_str(), "Xã")).collect();
        let meeting = meeting(&rows);
        let all = found(&meeting, "", |_| true);
        assert_eq!(all.len(), MOST_SHOWN);
        assert!(all.iter().all(|row| row.person.as_str() < "d0100"));
        assert_eq!(names(&meeting, "văn 2999"), ["Nguyễn Văn 2999"]);
    }
}
