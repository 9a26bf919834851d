//! The invitation as iCalendar (RFC 5545). Never here: who may have it.

use crate::instruments::civil;
use crate::published::Published;
use icabinet_models::Meeting;
use icabinet_models::ids::{Text, Time};
use time::macros::format_description;

/// Longest line in octets, the line break not counted (RFC 5545, 3.1).
const LINE: usize = 75;

/// Vietnam has had no summer time since 1975: one offset for ever.
const ZONE: [&str; 9] = [
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Ho_Chi_Minh",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0700",
    "TZNAME:+07",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// What an invitation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Invitation {
    id: String,
    title: Text,
    body: Text,
    place: Text,
    starts: Time,
    minutes: u32,
    /// Grows with each change of what stands here.
    sequence: u64,
}

impl Invitation {
    pub(super) fn of(m: &Meeting) -> Self {
        Self {
            id: m.id.to_string(),
            title: m.particulars.title.clone(),
            body: m.particulars.body.clone(),
            place: m.particulars.place.clone(),
            starts: m.particulars.scheduled,
            minutes: m.particulars.minutes_planned,
            // Not the log's length: it grows with every ballot.
            sequence: m.particulars_since,
        }
    }

    /// The same, of what was published.
    pub(super) fn published(found: &Published) -> Self {
        Self {
            id: found.id.to_string(),
            title: found.title.clone(),
            body: found.body.clone(),
            place: found.place.clone(),
            starts: found.scheduled,
            minutes: found.minutes_planned,
            sequence: found.particulars_since,
        }
    }

    /// The file. `now` is when it was written; `page` the meeting's address, where one is known.
    pub(super) fn file(&self, now: Time, page: Option<&str>) -> String {
        let mut out = Lines::default();
        for fixed in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//i-Cabinet//icabinet//VI"] {
            out.line(fixed);
        }
        out.line("CALSCALE:GREGORIAN");
        out.line("METHOD:PUBLISH");
        for fixed in ZONE {
            out.line(fixed);
        }
        out.line("BEGIN:VEVENT");
        out.line(&format!("UID:{}@icabinet", self.id));
        // Seven hours earlier than Vietnam's clocks show.
        out.line(&format!("DTSTAMP:{}Z", stamp(now.plus_ms(-7 * 3_600_000))));
        out.line(&format!("DTSTART;TZID=Asia/Ho_Chi_Minh:{}", stamp(self.starts)));
        if self.minutes > 0 {
            let ends = self.starts.plus_ms(i64::from(self.minutes) * 60_000);
            out.line(&format!("DTEND;TZID=Asia/Ho_Chi_Minh:{}", stamp(ends)));
        }
        // A signed 32-bit number in the format.
        out.line(&format!("SEQUENCE:{}", self.sequence.min(0x7fff_ffff)));
        out.line(&format!("SUMMARY;LANGUAGE=vi:{}", escape(&self.title.vi)));
        if !self.place.is_blank() {
            out.line(&format!("LOCATION;LANGUAGE=vi:{}", escape(&self.place.vi)));
        }
        let mut about = self.body.vi.clone();
        for english in [&self.title.en, &self.body.en, &self.place.en] {
            if !english.is_empty() {
                about.push('\n');
                about.push_str(english);
            }
        }
        out.line(&format!("DESCRIPTION:{}", escape(&about)));
        if let Some(page) = page {
            out.line(&format!("URL:{page}"));
        }
        out.line("STATUS:CONFIRMED");
        out.line("END:VEVENT");
        out.line("END:VCALENDAR");
        out.0
    }
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Folded where a character ends, with a space at the start of what continues.
    fn line(&mut self, text: &str) {
        let mut room = LINE;
        for character in text.chars() {
            if character.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            self.0.push(character);
            room -= character.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A TEXT value (RFC 5545, 3.3.11); control characters that it can't hold are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(character);
            }
            '\n' => out.push_str("\\n"),
            control if control.is_control() => {}
            plain => out.push(plain),
        }
    }
    out
}

/// "20261126T080000", as Vietnam's clocks show it.
fn stamp(at: Time) -> String {
    let form = format_description!("[year][month][day]T[hour][minute][second]");
    // The format has no part that a date could lack.
    civil(at).format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Invitation;
    use icabinet_models::Meeting;
    use icabinet_models::ids::{MeetingId, Text, Time};

    #[test]
    fn lines_are_folded_and_texts_escaped() {
        let mut meeting = Meeting::blank(MeetingId::from("m-1"));
        let title =
            "Phiên họp thường kỳ; tháng 11, năm 2026 của Ủy ban nhân dân phường Hồ Sen\nEND:VEVENT";
        meeting.particulars.title = Text::vi(title);
        meeting.particulars.place = Text::vi("Phòng 2\\A");
        meeting.particulars.scheduled = Time(1_795_654_800_000);
        meeting.particulars.minutes_planned = 90;
        let file = Invitation::of(&meeting).file(Time(1_795_000_000_000), Some("https://h/x"));
        assert!(file.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
        assert_eq!(file.matches("\r\nEND:VEVENT\r\n").count(), 1, "a title can't end the event");
        let unfolded = file.replace("\r\n ", "");
        let summary = "SUMMARY;LANGUAGE=vi:Phiên họp thường kỳ\\; tháng 11\\, năm 2026 của Ủy ban nhân dân phường Hồ Sen\\nEND:VEVENT\r\n";
        assert!(unfolded.contains(summary), "{unfolded}");
        assert!(unfolded.contains("LOCATION;LANGUAGE=vi:Phòng 2\\\\A\r\n"));
        assert!(unfolded.contains("DTSTART;TZID=Asia/Ho_Chi_Minh:20261126T080000\r\n"));
        assert!(unfolded.contains("DTEND;TZID=Asia/Ho_Chi_Minh:20261126T093000\r\n"));
        assert!(unfolded.contains("DTSTAMP:20261118T"));
    }

    /// With letters of one octet every line is filled: the space before the rest counts, too.
    #[test]
    fn a_folded_line_is_as_long_as_it_may_be_and_no_longer() {
        let mut meeting = Meeting::blank(MeetingId::from("m-1"));
        meeting.particulars.title = Text::vi("a".repeat(400));
        let file = Invitation::of(&meeting).file(Time(0), None);
        let lengths: Vec<usize> = file
            .split("\r\n")
            .skip_while(|line| !line.starts_with("SUMMARY"))
            .take_while(|line| line.starts_with("SUMMARY") || line.starts_with(' '))
            .map(str::len)
            .collect();
        let (last, full) = lengths.split_last().unwrap();
        assert!(full.len() > 2 && full.iter().all(|length| *length == 75), "{lengths:?}");
        assert!(*last <= 75, "{lengths:?}");
    }
}
