//! Words of the list of a meeting's screens.

use icabinet_models::ids::{PersonId, Time};

use super::Language;
use super::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};

/// A screen of a meeting, as the server lists it (`docs/protocol.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(target_family = "wasm", derive(serde::Deserialize))]
pub struct Screen {
    pub id: String,
    pub made_by: Option<PersonId>,
    pub created: Time,
    pub expires: Time,
}

/// Words of the list of a meeting's screens.
#[derive(Debug)]
pub struct Screens {
    pub title: &'static str,
    pub make: &'static str,
    pub once: &'static str,
    pub none: &'static str,
    /// "Màn hình 2"
    pub number: fn(usize) -> String,
    /// "Kết thúc màn hình 2"
    pub end: fn(usize) -> String,
    pub end_all: &'static str,
    pub too_many: &'static str,
    /// Who, clock, date: "Bà Trần Thị Khuê tạo lúc 14:05 ngày 26 tháng 11 năm 2026"
    made_by: fn(&str, &str, &str) -> String,
    made: fn(&str, &str) -> String,
    until: fn(&str, &str) -> String,
}

pub(super) const VI: Screens = Screens {
    title: "Các màn hình đang dùng được",
    make: "Tạo địa chỉ cho một màn hình",
    once: "Địa chỉ này chỉ hiển thị một lần.",
    none: "Chưa có màn hình nào.",
    number: |number| format!("Màn hình {number}"),
    end: |number| format!("Kết thúc màn hình {number}"),
    end_all: "Kết thúc tất cả các màn hình",
    too_many: "Phiên họp đã có quá nhiều màn hình. Kết thúc bớt rồi tạo địa chỉ mới.",
    made_by: |who, clock, date| format!("{who} tạo lúc {clock} {date}"),
    made: |clock, date| format!("Tạo lúc {clock} {date}"),
    until: |clock, date| format!("dùng được đến {clock} {date}"),
};

pub(super) const EN: Screens = Screens {
    title: "Screens that are good",
    make: "Make an address for a screen",
    once: "This address is shown once.",
    none: "There are none.",
    number: |number| format!("Screen {number}"),
    end: |number| format!("End screen {number}"),
    end_all: "End all screens",
    too_many: "The meeting has too many screens. End some of them, then make another address.",
    made_by: |who, clock, date| format!("{who} made it at {clock} on {date}"),
    made: |clock, date| format!("Made at {clock} on {date}"),
    until: |clock, date| format!("good until {clock} on {date}"),
};

impl Screens {
    /// Who made a screen, where that is known, when, and until when it is good.
    pub fn facts(&self, screen: &Screen, who: &str, language: Language) -> String {
        let written = |Time(ms): Time| {
            let at = LocalTime::at(ms, VIETNAM_OFFSET_MINUTES);
            (at.clock(), at.official_date(language))
        };
        let ((clock, date), (last, day)) = (written(screen.created), written(screen.expires));
        let made = if who.is_empty() {
            (self.made)(&clock, &date)
        } else {
            (self.made_by)(who, &clock, &date)
        };
        format!("{made} · {}", (self.until)(&last, &day))
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Screen};
    use icabinet_models::ids::Time;

    #[test]
    fn a_screen_says_whose_it_is_and_until_when() {
        let screen = Screen {
            id: "a".to_owned(),
            made_by: Some("khue".into()),
            created: Time(1_795_676_703_000),
            expires: Time(1_795_676_703_000 + 86_400_000),
        };
        for (language, who, expected) in [
            (
                Language::Vietnamese,
                "Bà Trần Thị Khuê",
                "Bà Trần Thị Khuê tạo lúc 14:05 ngày\u{a0}26 tháng\u{a0}11 năm\u{a0}2026 · dùng được đến 14:05 ngày\u{a0}27 tháng\u{a0}11 năm\u{a0}2026",
            ),
            (
                Language::English,
                "",
                "Made at 14:05 on 26\u{a0}November\u{a0}2026 · good until 14:05 on 27\u{a0}November\u{a0}2026",
            ),
        ] {
            assert_eq!(language.texts().screens.facts(&screen, who, language), expected);
        }
    }
}
