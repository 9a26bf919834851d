//! What the halls' meetings hold: people, items, motions. Never here: a server.

use icabinet_models::agenda::{ItemDraft, ItemKind, Level};
use icabinet_models::ids::{ItemId, PersonId, Text, Time};
use icabinet_models::meeting::Particulars;
use icabinet_models::motions::MotionDraft;
use icabinet_models::participants::{Courtesy, Office, Participant, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::votes::BallotKind;

/// Login, name, standing and office of everyone in the hall: nine members, one guest, one stranger.
pub(crate) const PEOPLE: [(&str, &str, bool, Option<Office>); 10] = [
    ("chair", "Đoàn Hữu Thạch", true, Some(Office::Chair)),
    ("secretary", "Vương Thị Hòa", true, Some(Office::Secretary)),
    ("vice", "Lương Thị Uyển", true, Some(Office::ViceChair)),
    ("an", "Nguyễn Văn An", true, None),
    ("binh", "Trần Thị Bình", true, None),
    ("cuong", "Lê Mạnh Cường", true, None),
    ("dung", "Phạm Thùy Dung", true, None),
    ("em", "Hoàng Văn Em", true, None),
    ("giang", "Bùi Thị Giang", true, None),
    ("guest", "Clara Wrenfield", false, None),
];

/// The particulars of the hall's meetings.
pub fn particulars() -> Particulars {
    Particulars {
        title: Text::both("Phiên họp thử", "Test session"),
        body: Text::both("Ủy ban nhân dân phường Hồ Sen", "People's Committee of Ho Sen Ward"),
        parent_body: Text::vi("Thành phố Minh Giang"),
        place: Text::vi("Phòng họp số 2"),
        locality: "Hồ Sen".to_owned(),
        scheduled: Time(1_795_654_800_000),
        minutes_planned: 90,
    }
}

/// Everyone of the hall as participants.
pub fn people() -> Vec<Participant> {
    let one = |(login, name, member, office): (&str, &str, bool, Option<Office>)| Participant {
        person: login.into(),
        name: name.to_owned(),
        courtesy: Some(if name.contains(" Thị ") { Courtesy::Ms } else { Courtesy::Mr }),
        position: Text::vi("Ủy viên"),
        unit: Text::vi("Văn phòng"),
        standing: if member { Standing::Member { weight: 1 } } else { Standing::Guest },
        office,
        seat: None,
        venue: None,
    };
    PEOPLE.into_iter().map(one).collect()
}

/// Delegates `d00000` and on without an office, by turns in so many venues.
pub fn delegates(count: usize, venues: usize) -> Vec<Participant> {
    let one = |n: usize| Participant {
        person: PersonId::from(format!("d{n:05}")),
        name: format!("Đại biểu số {n}"),
        courtesy: None,
        position: Text::vi("Đại biểu"),
        unit: Text::vi("Đoàn Hồ Sen"),
        standing: Standing::Member { weight: 1 },
        office: None,
        seat: None,
        venue: Some(format!("Phường {}", n % venues + 1)),
    };
    (0..count).map(one).collect()
}

/// The hall's people who hold an office.
pub fn office() -> Vec<Participant> {
    people().into_iter().filter(|person| person.office.is_some()).collect()
}

/// A regular item.
pub fn item(title: &str, level: Level) -> ItemDraft {
    ItemDraft {
        title: Text::vi(title),
        kind: ItemKind::Regular,
        presenter: None,
        unit: Text::default(),
        minutes_planned: 10,
        level,
    }
}

/// A motion to be voted openly under the profile's rule.
pub fn motion(item: Option<ItemId>, text: &str) -> MotionDraft {
    let text = Text::vi(text);
    MotionDraft { item, text, ballot: BallotKind::Open, rule: None, amends: None }
}

/// The profile of the hall's meetings.
pub fn profile() -> Profile {
    Profile::vn_peoples_committee()
}

/// A file of the demo, for tests that want real papers.
pub fn demo_file(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/demo").join(name)
}
