//! The words of the public pages that depend on the reader's language: dates, results.
//! Never here: HTML, sums.

use super::view::Row;
use icabinet_models::ids::{Text, Time};
use icabinet_models::profile::Base;
use icabinet_models::votes::{Choice, Outcome, Reason, Terms, Verdict};
use time::{OffsetDateTime, UtcOffset};

/// The language of a page's own words; documents stay as they were signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::http) enum Language {
    #[default]
    Vi,
    En,
}

impl Language {
    /// `en`; anything else is Vietnamese.
    pub(in crate::http) fn asked(lang: Option<&str>) -> Self {
        match lang {
            Some("en") => Self::En,
            Some(_) | None => Self::Vi,
        }
    }

    pub(in crate::http) fn code(self) -> &'static str {
        self.of("vi", "en")
    }

    pub(in crate::http) fn of(self, vi: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The side that fits; Vietnamese where there is no English.
    pub(in crate::http) fn text(self, text: &Text) -> &str {
        match self {
            Self::En if !text.en.is_empty() => &text.en,
            Self::Vi | Self::En => &text.vi,
        }
    }
}

/// The civil time in Vietnam.
fn local(at: Time) -> OffsetDateTime {
    let at = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000));
    let offset = UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC);
    at.unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset)
}

/// "ngày 26 tháng 11 năm 2026", "26 November 2026".
pub(super) fn date(at: Time, language: Language) -> String {
    let at = local(at);
    match language {
        Language::Vi => {
            format!("ngày {} tháng {} năm {}", at.day(), u8::from(at.month()), at.year())
        }
        Language::En => format!("{} {} {}", at.day(), at.month(), at.year()),
    }
}

/// "16:22:40".
pub(super) fn clock(at: Time) -> String {
    let at = local(at);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// "08:00, ngày 26 tháng 11 năm 2026".
pub(in crate::http) fn day_and_time(at: Time, language: Language) -> String {
    let hour = local(at);
    format!("{:02}:{:02}, {}", hour.hour(), hour.minute(), date(at, language))
}

pub(super) fn row(row: Row, language: Language) -> &'static str {
    let (vi, en) = match row {
        Row::Cast(Choice::Yes) => ("Tán thành", "For"),
        Row::Cast(Choice::No) => ("Không tán thành", "Against"),
        Row::Cast(Choice::Abstain) => ("Phiếu trắng", "Abstained"),
        Row::Cast(Choice::Other) => ("Ý kiến khác", "Another opinion"),
        Row::NotVoted => ("Không biểu quyết", "Did not vote"),
        Row::Recused => ("Không tham gia", "Recused"),
        Row::Absent => ("Vắng mặt", "Absent"),
    };
    language.of(vi, en)
}

pub(super) fn base(base: Base, language: Language) -> &'static str {
    let (vi, en) = match base {
        Base::YesAndNo => ("phiếu tán thành và không tán thành", "votes for and against"),
        Base::Cast => ("phiếu đã bỏ", "ballots cast"),
        Base::Present => ("thành viên có mặt", "members present"),
        Base::Entitled => ("người được biểu quyết", "entitled to vote"),
        Base::AllMembers => ("tổng số thành viên", "members in all"),
    };
    language.of(vi, en)
}

pub(super) fn verdict(verdict: Verdict, language: Language) -> &'static str {
    let (vi, en) = match verdict {
        Verdict::Passed => ("thông qua", "passed"),
        Verdict::Failed => ("không thông qua", "not passed"),
        Verdict::NoDecision => ("không có quyết định", "no decision"),
    };
    language.of(vi, en)
}

/// Why, with the number that would have been enough.
pub(super) fn reason(terms: &Terms, outcome: &Outcome, language: Language) -> String {
    let needed = outcome.needed;
    match (outcome.reason, language) {
        (Reason::ThresholdReached | Reason::ThresholdMissed, Language::Vi) => {
            format!("cần từ {needed} trở lên")
        }
        (Reason::ThresholdReached | Reason::ThresholdMissed, Language::En) => {
            format!("{needed} or more were needed")
        }
        (Reason::TieByChair, Language::Vi) => "bằng nhau, theo bên Chủ tọa".to_owned(),
        (Reason::TieByChair, Language::En) => "a tie, decided by the chair's side".to_owned(),
        (Reason::NothingCast, Language::Vi) => "không có phiếu nào".to_owned(),
        (Reason::NothingCast, Language::En) => "no ballot was cast".to_owned(),
        (Reason::QuorumLost, Language::Vi) => {
            format!(
                "khi kết thúc chỉ có {} trên {} thành viên có mặt",
                outcome.present_at_close, terms.member_heads
            )
        }
        (Reason::QuorumLost, Language::En) => {
            format!(
                "at the close only {} of {} members were present",
                outcome.present_at_close, terms.member_heads
            )
        }
    }
}
