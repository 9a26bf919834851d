//! What stands in the cells of a list: names with or without a courtesy, parts, addresses, days.
//! Never here: which cell it is, and what is made of a row.

use icabinet_models::participants::{Courtesy, Part};
use unicode_normalization::UnicodeNormalization as _;

/// A part as lists write it, `None` inside for who looks after accounts and takes no part; `None` for
/// one that isn't known.
pub(super) fn part(written: &str) -> Option<Option<Part>> {
    Some(Some(match words(written).as_str() {
        "chu toa" | "chu tri" | "nguoi chu tri" | "chu toa phien hop" | "chu tri phien hop"
        | "chair" | "chairman" | "chairperson" => Part::Chair,
        "pho chu toa" | "pho chu tri" | "dong chu tri" | "dong chu toa" | "vice chair"
        | "deputy chair" => Part::ViceChair,
        "thanh vien" | "uy vien" | "dai bieu" | "dai bieu chinh thuc" | "member" | "delegate" => {
            Part::Member
        }
        "thanh vien thu ky"
        | "thu ky thanh vien"
        | "uy vien thu ky"
        | "thanh vien kiem thu ky"
        | "member secretary" => Part::MemberSecretary,
        "thu ky" | "thu ki" | "thu ky phien hop" | "secretary" => Part::Secretary,
        "khach" | "khach moi" | "moi du" | "moi" | "nguoi duoc moi" | "dai bieu moi"
        | "dai bieu khach moi" | "du thinh" | "guest" | "invited" | "observer" => Part::Guest,
        "quan tri he thong" | "quan tri don vi" | "quan tri" | "administrator" => {
            return Some(None);
        }
        _ => return None,
    }))
}

/// A courtesy as lists write it, `None` inside where there is none; `None` for one that isn't known.
pub(super) fn courtesy(written: &str) -> Option<Option<Courtesy>> {
    Some(match words(written).as_str() {
        "ong" | "o" | "mr" | "nam" | "male" | "m" => Some(Courtesy::Mr),
        "ba" | "b" | "co" | "ms" | "mrs" | "miss" | "nu" | "female" | "f" => Some(Courtesy::Ms),
        "" | "dong chi" | "d c" | "dc" => None,
        _ => return None,
    })
}

/// Family names that "Ông" and "Bà" stand before, and never behind.
const FAMILIES: [&str; 18] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do",
    "ho", "ngo", "duong", "ly", "dinh", "truong",
];

/// A name without the courtesy before it.
///
/// Ông is a family name too ("Ông Thị Xuyến"): the word alone is a courtesy only where the list
/// writes one before its names (`usual`), or where another family name follows.
pub(super) fn addressed(name: &str, usual: bool) -> (Option<Courtesy>, &str) {
    let Some((first, rest)) = name.split_once(' ') else { return (None, name) };
    let rest = rest.trim_start();
    let found = match bare(first).as_str() {
        "ong" | "ong:" | "ba" | "ba:" => {
            let mut following = rest.split(' ').map(bare);
            let (next, more) = (following.next().unwrap_or_default(), following.next().is_some());
            // "Thị" is no family name: what stands before it is.
            let is_courtesy = next != "thi" && more && (usual || FAMILIES.contains(&next.as_str()));
            if !is_courtesy {
                return (None, name);
            }
            courtesy(first)
        }
        "o." | "mr" | "mr." => Some(Some(Courtesy::Mr)),
        "b." | "ms" | "ms." | "mrs" | "mrs." => Some(Some(Courtesy::Ms)),
        "d/c" | "dc." => Some(None),
        _ => None,
    };
    match found {
        Some(courtesy) => (courtesy, rest),
        None => (None, name),
    }
}

/// Whether a list writes a courtesy before its names: before half of them at least.
pub(super) fn usually_addressed<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let (mut all, mut with) = (0_usize, 0_usize);
    for name in names.filter(|name| !name.is_empty()) {
        all += 1;
        let first = name.split(' ').next().map(bare).unwrap_or_default();
        with += usize::from(matches!(first.trim_end_matches(':'), "ong" | "ba"));
    }
    with > 0 && with * 2 >= all
}

/// Words without tones, case and signs.
fn words(text: &str) -> String {
    let bare = bare(text);
    let words = bare.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text as it is kept: composed, with one space where there is white space or a break, and without
/// letters that can't be seen.
pub(super) fn clean(text: &str) -> String {
    let seen = |letter: &char| !matches!(letter, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}');
    let text: String = text.chars().filter(seen).nfc().collect();
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What is compared where lists are written with tones and without: plain letters, "đ" as "d", one
/// space between words.
pub(super) fn bare(text: &str) -> String {
    let plain = |letter: char| match letter {
        'đ' => Some('d'),
        '\u{300}'..='\u{36f}' => None,
        other => Some(other),
    };
    clean(text).chars().flat_map(char::to_lowercase).nfd().filter_map(plain).collect()
}

pub(super) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    !name.is_empty()
        && !text.contains(char::is_whitespace)
        && !domain.contains('@')
        && domain.split('.').all(|label| !label.is_empty())
        && domain.contains('.')
}

/// A day of the calendar, written as 1/7/2025, 01-07-2025, 1.7.2025 or 2025-07-01, as dd/mm/yyyy.
pub(super) fn day(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let number = |part: &str| {
        let digits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (day, year) = if first.len() == 4 { (*last, *first) } else { (*first, *last) };
    let (day, month, year) = (number(day)?, number(month)?, number(year)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    ((1..=days).contains(&day) && (1900..=2200).contains(&year))
        .then(|| format!("{day:02}/{month:02}/{year:04}"))
}

/// The day that a spreadsheet keeps as this number, where nothing says that it is one: what stands
/// under "Ngày bắt đầu" is a day all the same.
pub(super) fn day_of_number(number: &str, from_1904: bool) -> Option<String> {
    let number: f64 = number.parse().ok()?;
    // Up to 60 spreadsheets count a day that never was; none of these lists goes so far back.
    if !(61.0..120_000.0).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "between 61 and 120,000")]
    let days = number as i64;
    // Counted from 1904-01-01 or from 1899-12-30, then from 0000-03-01 (Howard Hinnant's civil days).
    let days = days + if from_1904 { 695_361 } else { 693_899 };
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    Some(format!("{day:02}/{month:02}/{:04}", year + era * 400 + next))
}

#[cfg(test)]
mod tests {
    use super::{
        Part, addressed, bare, clean, courtesy, day, day_of_number, part, usually_addressed,
    };
    use icabinet_models::participants::Courtesy::{Mr, Ms};

    #[test]
    fn a_courtesy_before_a_name_is_told_from_a_family_name() {
        for (written, usual, expected) in [
            ("Ông Nguyễn Văn An", false, (Some(Mr), "Nguyễn Văn An")),
            ("BÀ LÊ THỊ BÌNH", false, (Some(Ms), "LÊ THỊ BÌNH")),
            ("Ông Thị Xuyến", false, (None, "Ông Thị Xuyến")),
            ("Ông Thị Xuyến", true, (None, "Ông Thị Xuyến")),
            ("Ông Cao Thắng", false, (None, "Ông Cao Thắng")),
            ("Ông Cao Thắng", true, (Some(Mr), "Cao Thắng")),
            ("Ông Ông Cao Thắng", true, (Some(Mr), "Ông Cao Thắng")),
            ("Ông: Kiều Văn Lẫm", true, (Some(Mr), "Kiều Văn Lẫm")),
            ("Ô. Kiều Văn Lẫm", false, (Some(Mr), "Kiều Văn Lẫm")),
            ("Mrs. Jane Doe", false, (Some(Ms), "Jane Doe")),
            ("Đ/c Kiều Văn Lẫm", false, (None, "Kiều Văn Lẫm")),
            ("Bà Huyện", true, (None, "Bà Huyện")),
            ("Duy", true, (None, "Duy")),
        ] {
            assert_eq!(addressed(written, usual), expected, "{written}");
        }
        assert!(usually_addressed(["Ông A B C", "Bà D E", "F G"].into_iter()));
        assert!(!usually_addressed(["Ông Thị Xuyến", "D E", "F G"].into_iter()));
        assert!(!usually_addressed(std::iter::empty()));
    }

    #[test]
    fn parts_and_courtesies_are_known_however_they_are_written() {
        for (written, expected) in [
            ("Chủ toạ", Some(Some(Part::Chair))),
            ("CHỦ TỌA", Some(Some(Part::Chair))),
            ("Tha\u{300}nh vie\u{302}n", Some(Some(Part::Member))),
            ("Thành\u{a0}viên", Some(Some(Part::Member))),
            ("Thành viên, thư ký", Some(Some(Part::MemberSecretary))),
            ("Thư  ký", Some(Some(Part::Secretary))),
            ("Khách mời", Some(Some(Part::Guest))),
            ("Quản trị hệ thống", Some(None)),
            ("Lao công", None),
        ] {
            assert_eq!(part(written), expected, "{written}");
        }
        assert_eq!(courtesy("Ông"), Some(Some(Mr)));
        assert_eq!(courtesy("nữ"), Some(Some(Ms)));
        assert_eq!(courtesy("Đồng chí"), Some(None));
        assert_eq!(courtesy("Tiến sĩ"), None);
    }

    #[test]
    fn days_of_the_calendar() {
        for (written, expected) in [
            ("29/02/2024", Some("29/02/2024")),
            ("1/7/2025", Some("01/07/2025")),
            ("1-7-2025", Some("01/07/2025")),
            ("2026-11-24", Some("24/11/2026")),
            ("31/02/2026", None),
            ("29/02/1900", None),
            ("00/01/2026", None),
            ("1/13/2026", None),
            ("01/01", None),
            ("a/1/2026", None),
            ("24/11/12026", None),
        ] {
            assert_eq!(day(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn days_are_numbers_too() {
        for (number, from_1904, expected) in [
            ("46350", false, Some("24/11/2026")),
            ("44888", true, Some("24/11/2026")),
            ("46350.75", false, Some("24/11/2026")),
            ("61", false, Some("01/03/1900")),
            ("45351", false, Some("29/02/2024")),
            ("45352", false, Some("01/03/2024")),
            ("60", false, None),
            ("0.5", false, None),
            ("-3", false, None),
            ("NaN", false, None),
            ("20261124", false, None),
            ("", false, None),
        ] {
            assert_eq!(day_of_number(number, from_1904).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn texts_are_kept_composed_and_compared_bare() {
        assert_eq!(clean(" Le\u{302}\r\nThi\u{323}\u{a0}\u{200b} A\t"), "Lê Thị A");
        for typed in ["Đơn vị", "ĐƠN  VỊ", "don vi", "Đo\u{31b}n vi\u{323}"] {
            assert_eq!(bare(typed), "don vi", "{typed:?}");
        }
    }
}
