//! Times of the record as people write them, from milliseconds since 1970 (UTC) and the offset of
//! the place where the meeting is held. No clock is read here.

use super::Language;

/// Viet Nam's offset from UTC in minutes, all year.
pub const VIETNAM_OFFSET_MINUTES: i32 = 420;

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// A moment on the wall clock of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime {
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// 0 is Sunday.
    pub weekday: u8,
}

impl LocalTime {
    /// The wall clock `offset_minutes` east of UTC, `epoch_ms` milliseconds after 1970 began in UTC.
    /// Proleptic Gregorian calendar (days from civil, after Howard Hinnant).
    pub fn at(epoch_ms: i64, offset_minutes: i32) -> Self {
        let seconds = epoch_ms.div_euclid(1000).saturating_add(i64::from(offset_minutes) * MINUTE);
        let (days, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: small(month),
            day: small(day),
            hour: small(of_day / 3600),
            minute: small(of_day / 60 % 60),
            second: small(of_day % 60),
            weekday: small((days + 4).rem_euclid(7)),
        }
    }

    /// `14:03`
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// `14:03:21`
    pub fn clock_seconds(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }

    /// `ngày 26 tháng 11 năm 2026`, with no-break spaces; days below 10 and the months 1 and 2 take a
    /// zero (Decree 30/2020/NĐ-CP, annex I, II.4). In English `26 November 2026`.
    pub fn official_date(&self, language: Language) -> String {
        match language {
            Language::Vietnamese => {
                let month = if self.month <= 2 {
                    format!("{:02}", self.month)
                } else {
                    self.month.to_string()
                };
                format!("ngày\u{a0}{:02} tháng\u{a0}{month} năm\u{a0}{}", self.day, self.year)
            }
            Language::English => {
                format!("{}\u{a0}{}\u{a0}{}", self.day, english_month(self.month), self.year)
            }
        }
    }

    /// `thứ Năm`, `Chủ nhật`; `Thursday`.
    pub fn weekday_name(&self, language: Language) -> &'static str {
        const VI: [&str; 7] =
            ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"];
        const EN: [&str; 7] =
            ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
        match language {
            Language::Vietnamese => VI[usize::from(self.weekday) % 7],
            Language::English => EN[usize::from(self.weekday) % 7],
        }
    }

    /// `tháng 12`; `December`; `12/2024` of another year than now's. Stands under the day in a list.
    pub fn month_name(&self, now: &Self, language: Language) -> String {
        if self.year != now.year {
            return format!("{}/{}", self.month, self.year);
        }
        match language {
            Language::Vietnamese => format!("tháng\u{a0}{}", self.month),
            Language::English => english_month(self.month).to_owned(),
        }
    }
}

fn english_month(month: u8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES[usize::from(month.clamp(1, 12) - 1)]
}

fn small(value: i64) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// Whole seconds as `03:12`, from an hour on as `1:03:12`.
pub fn span(seconds: u64) -> String {
    if seconds < 3600 {
        format!("{:02}:{:02}", seconds / 60, seconds % 60)
    } else {
        format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

/// A length of time in words: "05 phút", "02 phút 30 giây", "5 min".
pub fn amount(seconds: u64, language: Language) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    match (language, minutes, seconds) {
        (Language::Vietnamese, 0, _) => format!("{seconds:02}\u{a0}giây"),
        (Language::Vietnamese, _, 0) => format!("{minutes:02}\u{a0}phút"),
        (Language::Vietnamese, ..) => format!("{minutes:02}\u{a0}phút {seconds:02}\u{a0}giây"),
        (Language::English, 0, _) => format!("{seconds}\u{a0}s"),
        (Language::English, _, 0) => format!("{minutes}\u{a0}min"),
        (Language::English, ..) => format!("{minutes}\u{a0}min {seconds}\u{a0}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, LocalTime, VIETNAM_OFFSET_MINUTES, amount, span};

    fn at(ms: i64) -> LocalTime {
        LocalTime::at(ms, VIETNAM_OFFSET_MINUTES)
    }

    #[test]
    fn known_moments() {
        // `TZ=Asia/Ho_Chi_Minh date -d @...` gave the right-hand sides.
        for (seconds, date, clock) in [
            (1_795_676_601, "ngày 26 tháng 11 năm 2026", "14:03:21"),
            (0, "ngày 01 tháng 01 năm 1970", "07:00:00"),
            (1_709_226_000, "ngày 01 tháng 3 năm 2024", "00:00:00"),
            (1_709_225_999, "ngày 29 tháng 02 năm 2024", "23:59:59"),
            (-25_201, "ngày 31 tháng 12 năm 1969", "23:59:59"),
        ] {
            let time = at(seconds * 1000);
            let written = time.official_date(Language::Vietnamese).replace('\u{a0}', " ");
            assert_eq!(
                (written.as_str(), time.clock_seconds().as_str()),
                (date, clock),
                "{seconds}"
            );
        }
    }

    #[test]
    fn days_of_the_week() {
        let time = at(1_795_676_601_000);
        assert_eq!(time.weekday_name(Language::Vietnamese), "thứ Năm");
        assert_eq!(time.weekday_name(Language::English), "Thursday");
        assert_eq!(
            time.official_date(Language::English).replace('\u{a0}', " "),
            "26 November 2026"
        );
    }

    #[test]
    fn a_month_of_another_year_says_which() {
        let now = at(1_795_676_601_000);
        for (seconds, vi, en) in [
            (1_795_676_601, "tháng 11", "November"),
            (1_767_200_400, "tháng 1", "January"),
            (1_767_200_399, "12/2025", "12/2025"),
            (1_709_226_000, "3/2024", "3/2024"),
            (1_798_736_400, "1/2027", "1/2027"),
        ] {
            let said =
                |language| at(seconds * 1000).month_name(&now, language).replace('\u{a0}', " ");
            assert_eq!(
                (said(Language::Vietnamese), said(Language::English)),
                (vi.into(), en.into())
            );
        }
    }

    #[test]
    fn a_date_and_its_numbers_stay_together() {
        let written = at(1_795_676_601_000).official_date(Language::Vietnamese);
        assert_eq!(
            written.split(' ').collect::<Vec<_>>(),
            ["ngày\u{a0}26", "tháng\u{a0}11", "năm\u{a0}2026"]
        );
    }

    #[test]
    fn amounts() {
        for (seconds, vi, en) in [
            (300, "05 phút", "5 min"),
            (150, "02 phút 30 giây", "2 min 30 s"),
            (45, "45 giây", "45 s"),
            (5400, "90 phút", "90 min"),
        ] {
            let said = |language| amount(seconds, language).replace('\u{a0}', " ");
            assert_eq!(said(Language::Vietnamese), vi);
            assert_eq!(said(Language::English), en);
        }
    }

    #[test]
    fn spans() {
        for (seconds, written) in
            [(0, "00:00"), (28, "00:28"), (192, "03:12"), (3599, "59:59"), (3792, "1:03:12")]
        {
            assert_eq!(span(seconds), written);
        }
    }
}
