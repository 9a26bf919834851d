//! What a verification found, and how it is said. Never here: the checking itself.

use icabinet_models::ids::Text;
use std::fmt::Write as _;
use std::path::Path;

/// Most problems that one check spells out; the rest is counted.
const SPELT_OUT: usize = 8;

/// What is checked, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckName {
    /// The ZIP is whole: nothing before, after or twice.
    Container,
    /// Every file is listed with its SHA-256, and every listed file is there.
    Files,
    /// The organisation sealed the list of files.
    Seal,
    /// Each hash follows from the one before it and the record.
    Chain,
    /// Each record is an event of this version, in its one form, at its place.
    Records,
    /// The log ends where the manifest says.
    Head,
    /// Presence and quorum follow from the records before.
    Quorum,
    /// Votes opened on frozen terms, ballots, outcomes: all counted again.
    Votes,
    /// What the minutes project from the log follows from the log.
    Minutes,
    /// Papers and documents are there, each named by its SHA-256.
    Blobs,
    /// Recordings are the ones of the log.
    Recordings,
    /// Signatures are valid and the ones of the log.
    Signatures,
    /// What was signed says what the log says.
    Documents,
    /// The root certificate is one that the verifier trusts.
    Trust,
    /// The list of revoked certificates is the authority's and new enough, and no signer is on it.
    Revocation,
    /// Certificates were valid when it was signed.
    Time,
}

impl CheckName {
    /// The code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Files => "files",
            Self::Seal => "seal",
            Self::Chain => "chain",
            Self::Records => "records",
            Self::Head => "head",
            Self::Quorum => "quorum",
            Self::Votes => "votes",
            Self::Minutes => "minutes",
            Self::Blobs => "blobs",
            Self::Recordings => "recordings",
            Self::Signatures => "signatures",
            Self::Documents => "documents",
            Self::Trust => "trust",
            Self::Revocation => "revocation",
            Self::Time => "time",
        }
    }

    fn label(self) -> Text {
        let (vi, en) = match self {
            Self::Container => ("Tệp ZIP", "ZIP file"),
            Self::Files => ("Danh mục tệp", "List of files"),
            Self::Seal => ("Dấu trên danh mục", "Seal on the list"),
            Self::Chain => ("Chuỗi nhật ký", "Chain of the log"),
            Self::Records => ("Bản ghi", "Records"),
            Self::Head => ("Điểm cuối nhật ký", "End of the log"),
            Self::Quorum => ("Số thành viên có mặt", "Presence and quorum"),
            Self::Votes => ("Biểu quyết", "Votes"),
            Self::Minutes => ("Biên bản", "Minutes"),
            Self::Blobs => ("Tài liệu", "Papers and documents"),
            Self::Recordings => ("Ghi âm", "Recordings"),
            Self::Signatures => ("Chữ ký số", "Signatures"),
            Self::Documents => ("Văn bản đã ký", "Signed documents"),
            Self::Trust => ("Chứng thư gốc", "Root certificate"),
            Self::Revocation => ("Thu hồi chứng thư", "Revocation"),
            Self::Time => ("Thời hạn chứng thư", "Time of the certificate"),
        };
        Text::both(vi, en)
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    /// It could not be made; the detail says why. Neither good nor bad.
    NotChecked,
}

/// What follows from all checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Everything holds.
    Holds,
    /// What was checked holds, but it rests on what only the file itself says, or on something
    /// that could not be checked here: whose root it is, what was revoked, when it was signed.
    Conditional,
    Failed,
    /// Too much could not be checked.
    Incomplete,
}

impl Conclusion {
    /// What the program ends with.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Failed => 1,
            Self::Incomplete => 2,
            Self::Conditional => 3,
        }
    }

    fn said(self) -> Text {
        let (vi, en) = match self {
            Self::Holds => ("KẾT LUẬN: không thấy sai khác.", "RESULT: nothing wrong was found."),
            Self::Conditional => (
                "KẾT LUẬN: những gì đã xét đều đúng, nhưng còn điều chưa xét được (xem các dòng “chưa xét”).",
                "RESULT: what was checked holds, but something that matters was not (see “unchecked”).",
            ),
            Self::Failed => ("KẾT LUẬN: KHÔNG HỢP LỆ.", "RESULT: NOT VALID."),
            Self::Incomplete => {
                ("KẾT LUẬN: chưa kiểm tra được.", "RESULT: it could not be checked.")
            }
        };
        Text::both(vi, en)
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub name: CheckName,
    pub verdict: Verdict,
    pub detail: Text,
}

/// All checks of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What the file says it is.
    pub subject: Text,
    pub checks: Vec<Check>,
    /// What a person should know or compare beside the checks.
    pub notes: Vec<Text>,
}

impl Report {
    /// Whether something was checked and nothing failed.
    pub fn is_valid(&self) -> bool {
        let failed = |check: &Check| check.verdict == Verdict::Failed;
        !self.checks.is_empty() && !self.checks.iter().any(failed)
    }

    /// What follows from the checks.
    pub fn conclusion(&self) -> Conclusion {
        let left_out = |names: &[CheckName]| {
            let mut checks = self.checks.iter();
            checks.any(|check| check.verdict == Verdict::NotChecked && names.contains(&check.name))
        };
        use CheckName::{Documents, Records, Revocation, Signatures, Time, Trust};
        if !self.is_valid() {
            Conclusion::Failed
        } else if left_out(&[Records, Signatures, Documents]) {
            Conclusion::Incomplete
        } else if left_out(&[Trust, Revocation, Time]) {
            Conclusion::Conditional
        } else {
            Conclusion::Holds
        }
    }

    /// The checks that failed.
    pub fn failures(&self) -> Vec<CheckName> {
        let failed = self.checks.iter().filter(|check| check.verdict == Verdict::Failed);
        failed.map(|check| check.name).collect()
    }

    pub(super) fn add(&mut self, name: CheckName, verdict: Verdict, detail: Text) {
        self.checks.push(Check { name, verdict, detail });
    }

    pub(super) fn note(&mut self, note: Text) {
        self.notes.push(note);
    }

    /// The report in words, one line a check.
    pub fn print(&self, file: &Path, english: bool) -> String {
        let said = |text: &Text| if english { text.en.clone() } else { text.vi.clone() };
        let mut out = String::new();
        let mut line = |text: String| {
            // Writing into a string can't fail.
            let _ = writeln!(out, "{}", plain(&text));
        };
        line(format!("{}: {}", file.display(), said(&self.subject)));
        for check in &self.checks {
            let verdict = match (check.verdict, english) {
                (Verdict::Passed, true) => "ok        ",
                (Verdict::Failed, true) => "FAILED    ",
                (Verdict::NotChecked, true) => "unchecked ",
                (Verdict::Passed, false) => "đạt       ",
                (Verdict::Failed, false) => "KHÔNG ĐẠT ",
                (Verdict::NotChecked, false) => "chưa xét  ",
            };
            line(format!("  {verdict} {}: {}", said(&check.name.label()), said(&check.detail)));
        }
        for note in &self.notes {
            line(format!("  · {}", said(note)));
        }
        line(said(&self.conclusion().said()));
        out
    }
}

/// Problems of one check while it is made.
#[derive(Debug, Default)]
pub(super) struct Findings {
    problems: Vec<Text>,
    count: usize,
}

impl Findings {
    pub(super) fn add(&mut self, vi: impl Into<String>, en: impl Into<String>) {
        self.count += 1;
        if self.problems.len() < SPELT_OUT {
            self.problems.push(Text::both(vi, en));
        }
    }

    /// Adds a problem that is spelt out before all others.
    pub(super) fn add_first(&mut self, vi: impl Into<String>, en: impl Into<String>) {
        self.count += 1;
        self.problems.insert(0, Text::both(vi, en));
    }

    /// Adds a problem where something isn't so.
    pub(super) fn unless(&mut self, so: bool, vi: impl Into<String>, en: impl Into<String>) {
        if !so {
            self.add(vi, en);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The problems in one text.
    pub(super) fn told(&self) -> Text {
        let join = |side: fn(&Text) -> &String| {
            self.problems.iter().map(|text| side(text).as_str()).collect::<Vec<_>>().join("; ")
        };
        let mut text = Text::both(join(|text| &text.vi), join(|text| &text.en));
        let more = self.count - self.problems.len();
        if more > 0 {
            text.vi.push_str(&format!("; và {more} chỗ nữa"));
            text.en.push_str(&format!("; and {more} more"));
        }
        text
    }

    /// Puts the check into the report: failed with the problems, or passed with `good`.
    pub(super) fn conclude(self, report: &mut Report, name: CheckName, good: Text) {
        match self.is_empty() {
            true => report.add(name, Verdict::Passed, good),
            false => report.add(name, Verdict::Failed, self.told()),
        }
    }
}

/// A text from a file as a line on a screen: nothing in it moves a cursor or hides.
pub(super) fn plain(text: &str) -> String {
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if hides(c) { '\u{fffd}' } else { c }).collect()
}

/// A moment in Vietnam's time, from seconds since 1970.
pub(super) fn moment(at: i64) -> String {
    let local = at.saturating_add(7 * 3600);
    match time::OffsetDateTime::from_unix_timestamp(local) {
        Ok(at) => format!(
            "{:02}/{:02}/{} {:02}:{:02}",
            at.day(),
            u8::from(at.month()),
            at.year(),
            at.hour(),
            at.minute()
        ),
        Err(_) => at.to_string(),
    }
}
