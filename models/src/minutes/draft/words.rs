//! The words of the draft: times in the law's offset, names, lists, thresholds.
//! Never here: what is told. Integer arithmetic only; the same on every machine.

use crate::ids::{PersonId, Time};
use crate::meeting::Meeting;
use crate::people::{Office, Participant};
use crate::profile::{Base, Threshold};

/// Vietnam's offset from UTC, in milliseconds; there is no summer time.
const OFFSET_MS: i64 = 7 * 3600 * 1000;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    year: i64,
    month: i64,
    day: i64,
}

/// The day of a time in UTC+07:00 (days from civil, after Howard Hinnant's public description).
pub(super) fn day_of(time: Time) -> Day {
    let days = time.0.saturating_add(OFFSET_MS).div_euclid(DAY_MS) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Day { year, month, day }
}

/// "ngày 26 tháng 11 năm 2026"; days below 10 and the months 1 and 2 have a leading zero, as
/// Decree 30/2020 writes them.
pub(super) fn date_vi(time: Time) -> String {
    let Day { year, month, day } = day_of(time);
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    format!("ngày {day:02} tháng {month} năm {year}")
}

/// "08 giờ 00 phút"; seconds are cut, not rounded.
pub(super) fn hour_vi(time: Time) -> String {
    let minutes = time.0.saturating_add(OFFSET_MS).rem_euclid(DAY_MS) / 60_000;
    format!("{:02} giờ {:02} phút", minutes / 60, minutes % 60)
}

/// The hour, with the date where it isn't the day of `of`.
pub(super) fn moment_vi(time: Time, of: Time) -> String {
    if day_of(time) == day_of(of) {
        hour_vi(time)
    } else {
        format!("{} {}", hour_vi(time), date_vi(time))
    }
}

/// The same text with its first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A sentence's end, unless the text brought its own.
pub(super) fn stop(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// ", lý do …", or nothing when no reason was given.
pub(super) fn reason_vi(reason: &str) -> String {
    let reason = reason.trim().trim_end_matches('.');
    if reason.is_empty() { String::new() } else { format!(", lý do {reason}") }
}

/// "ông Đoàn Hữu Thạch"; an identifier that isn't on the roster stays as it is.
pub(super) fn addressed(m: &Meeting, person: &PersonId) -> String {
    m.people.get(person).map_or_else(|| person.to_string(), Participant::addressed_vi)
}

/// "ông Đoàn Hữu Thạch, Chủ tịch Ủy ban nhân dân phường".
pub(super) fn titled(participant: &Participant) -> String {
    let position = participant.position.vi.trim();
    let position = position.strip_suffix(", dự họp thay").unwrap_or(position);
    if position.is_empty() {
        participant.addressed_vi()
    } else {
        format!("{}, {position}", participant.addressed_vi())
    }
}

/// Chair, vice chairs, secretaries, the others; each group by identifier.
pub(super) fn roster(m: &Meeting) -> Vec<&Participant> {
    let mut all: Vec<&Participant> = m.people.values().collect();
    all.sort_by_key(|p| match p.office {
        Some(Office::Chair) => 0,
        Some(Office::ViceChair) => 1,
        Some(Office::Secretary) => 2,
        None => 3,
    });
    all
}

/// The names of those among `chosen`, in the order of the roster.
pub(super) fn names(m: &Meeting, chosen: impl Fn(&PersonId) -> bool) -> Vec<String> {
    roster(m).into_iter().filter(|p| chosen(&p.person)).map(|p| p.name.clone()).collect()
}

/// "quá nửa", "đủ hai phần ba", "đủ 3/5"; with "chưa" before it when it isn't reached.
pub(super) fn share_vi(threshold: Threshold, reached: bool) -> String {
    let Threshold { numerator, denominator, strict } = threshold;
    let fraction = match (numerator, denominator) {
        (1, 2) => "nửa".to_owned(),
        (2, 3) => "hai phần ba".to_owned(),
        (3, 4) => "ba phần tư".to_owned(),
        _ => format!("{numerator}/{denominator}"),
    };
    let word = if strict { "quá" } else { "đủ" };
    let not = if reached { "" } else { "chưa " };
    format!("{not}{word} {fraction}")
}

/// "10 × 3 = 30, không nhỏ hơn 24": the two integers that were compared.
pub(super) fn compared_vi(part: u64, threshold: Threshold, left: u128, right: u128) -> String {
    let reached = if threshold.strict { left > right } else { left >= right };
    let word = match (threshold.strict, reached) {
        (true, true) => "lớn hơn",
        (true, false) => "không lớn hơn",
        (false, true) => "không nhỏ hơn",
        (false, false) => "nhỏ hơn",
    };
    format!("{part} × {} = {left}, {word} {right}", threshold.denominator)
}

/// What a majority is counted against, in words.
pub(super) fn base_vi(base: Base) -> &'static str {
    match base {
        Base::YesAndNo => "số phiếu tán thành và không tán thành",
        Base::Cast => "tổng số phiếu",
        Base::Present => "số thành viên có mặt",
        Base::Entitled => "số thành viên được biểu quyết",
        Base::AllMembers => "tổng số thành viên",
    }
}

#[cfg(test)]
mod tests {
    use super::{date_vi, hour_vi, moment_vi, share_vi, stop};
    use crate::ids::Time;
    use crate::profile::Threshold;

    #[test]
    fn civil_dates_follow_the_calendar_in_vietnam() {
        let table = [
            (0, "07 giờ 00 phút ngày 01 tháng 01 năm 1970"),
            (-7 * 3_600_000 - 1, "23 giờ 59 phút ngày 31 tháng 12 năm 1969"),
            // 2026-11-26T01:00:38Z: seconds are cut.
            (1_795_654_838_000, "08 giờ 00 phút ngày 26 tháng 11 năm 2026"),
            // 17:00 UTC is midnight of the next day; 2028 is a leap year.
            (1_835_370_000_000, "00 giờ 00 phút ngày 29 tháng 02 năm 2028"),
            (951_757_200_000, "00 giờ 00 phút ngày 29 tháng 02 năm 2000"),
            (4_107_517_200_000, "00 giờ 00 phút ngày 01 tháng 3 năm 2100"),
        ];
        for (ms, expected) in table {
            let found = format!("{} {}", hour_vi(Time(ms)), date_vi(Time(ms)));
            assert_eq!(found, expected, "{ms}");
        }
        for extreme in [i64::MIN, i64::MAX] {
            assert!(!date_vi(Time(extreme)).is_empty());
        }
    }

    #[test]
    fn another_day_is_named() {
        let opened = Time(1_795_654_838_000);
        assert_eq!(moment_vi(opened.plus_ms(60_000), opened), "08 giờ 01 phút");
        assert_eq!(
            moment_vi(opened.plus_ms(24 * 3_600_000), opened),
            "08 giờ 00 phút ngày 27 tháng 11 năm 2026"
        );
    }

    #[test]
    fn thresholds_have_words_and_sentences_one_stop() {
        assert_eq!(share_vi(Threshold::MORE_THAN_HALF, false), "chưa quá nửa");
        assert_eq!(share_vi(Threshold::TWO_THIRDS, true), "đủ hai phần ba");
        let rare = Threshold { numerator: 3, denominator: 5, strict: false };
        assert_eq!(share_vi(rare, true), "đủ 3/5");
        assert_eq!(stop("xong."), "xong.");
        assert_eq!(stop("xong "), "xong.");
    }
}
