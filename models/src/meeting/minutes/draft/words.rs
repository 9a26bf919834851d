//! The words of the draft: times in the law's offset, names, lists, thresholds.
//! Never here: what is told. Integer arithmetic only; the same on every machine.

use super::{Form, first};
use crate::ids::{PersonId, Time};
use crate::meeting::Meeting;
use crate::participants::{Office, Participant};
use crate::rule::{Base, Threshold};

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

/// "quá nửa", "đủ ít nhất hai phần ba"; "chưa quá nửa", "chưa đủ hai phần ba" when it isn't reached.
pub(super) fn share_vi(form: Form, threshold: Threshold, reached: bool) -> String {
    match form {
        Form::First => first::share(threshold, reached),
        Form::Today => share_in(threshold, reached, "đủ ít nhất"),
    }
}

/// A share in words, with those for what is reached and isn't strict.
pub(super) fn share_in(threshold: Threshold, reached: bool, enough: &str) -> String {
    let Threshold { numerator, denominator, strict } = threshold;
    let fraction = match (numerator, denominator) {
        (1, 2) => "nửa".to_owned(),
        (2, 3) => "hai phần ba".to_owned(),
        (3, 4) => "ba phần tư".to_owned(),
        _ => format!("{numerator}/{denominator}"),
    };
    let words = match (strict, reached) {
        (true, true) => "quá",
        (true, false) => "chưa quá",
        (false, true) => enough,
        (false, false) => "chưa đủ",
    };
    format!("{words} {fraction}")
}

/// "có mặt 10/12 thành viên"
pub(super) fn present_vi(form: Form, present: u64, members: u64) -> String {
    match form {
        Form::First => first::present(present, members),
        Form::Today => format!("có mặt {present}/{members} thành viên"),
    }
}

/// " (66,66%)": a share in hundredths of a percent, cut off and never rounded up, so that what isn't
/// reached never looks as if it were; nothing of nothing has none. The fraction before it decides.
pub(super) fn percent_vi(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let hundredths = u128::from(part) * 10_000 / u128::from(whole);
    let (percent, rest) = (hundredths / 100, hundredths % 100);
    match (rest, rest % 10) {
        (0, _) => format!(" ({percent}%)"),
        (_, 0) => format!(" ({percent},{}%)", rest / 10),
        _ => format!(" ({percent},{rest:02}%)"),
    }
}

/// What is counted in a majority: members where each has one vote and all of the base could vote,
/// ballots otherwise.
pub(super) fn counted_vi(base: Base, in_heads: bool) -> &'static str {
    match base {
        Base::YesAndNo | Base::Cast => "phiếu",
        Base::Present | Base::Entitled | Base::AllMembers if !in_heads => "phiếu",
        Base::Present => "thành viên có mặt",
        Base::Entitled => "thành viên được biểu quyết",
        Base::AllMembers => "thành viên",
    }
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
    use super::{date_vi, hour_vi, moment_vi, percent_vi, share_in, stop};
    use crate::ids::Time;
    use crate::rule::Threshold;

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
    fn a_percentage_is_cut_off_and_never_makes_more_of_a_share_than_it_is() {
        for (part, whole, expected) in [
            (9, 12, " (75%)"),
            (8, 12, " (66,66%)"),
            (2, 3, " (66,66%)"),
            (1_999, 4_000, " (49,97%)"),
            (999_999, 2_000_000, " (49,99%)"),
            (1, 40, " (2,5%)"),
            (1, 1000, " (0,1%)"),
            (1, 2000, " (0,05%)"),
            (12, 12, " (100%)"),
            (0, 12, " (0%)"),
            (0, 0, ""),
            (u64::MAX, u64::MAX, " (100%)"),
        ] {
            assert_eq!(percent_vi(part, whole), expected, "{part}/{whole}");
        }
    }

    #[test]
    fn thresholds_have_words_and_sentences_one_stop() {
        assert_eq!(share_in(Threshold::MORE_THAN_HALF, false, "đủ ít nhất"), "chưa quá nửa");
        assert_eq!(share_in(Threshold::TWO_THIRDS, true, "đủ ít nhất"), "đủ ít nhất hai phần ba");
        assert_eq!(share_in(Threshold::TWO_THIRDS, false, "đủ ít nhất"), "chưa đủ hai phần ba");
        let rare = Threshold { numerator: 3, denominator: 5, strict: false };
        assert_eq!(share_in(rare, true, "đủ ít nhất"), "đủ ít nhất 3/5");
        assert_eq!(stop("xong."), "xong.");
        assert_eq!(stop("xong "), "xong.");
    }
}
