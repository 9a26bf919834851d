//! The words of the public pages that depend on the reader's language: dates, results.
//! Never here: HTML, sums.

use crate::instruments::civil;
use crate::published::Row;
use icabinet_models::ids::{Text, Time};
use icabinet_models::rule::Base;
use icabinet_models::rule::Choice;
use icabinet_models::votes::{Outcome, Reason, Terms, Verdict};

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

/// What of a meeting is public, counted: "2 quyết định, biên bản".
pub(super) fn published(decisions: usize, minutes: bool, language: Language) -> String {
    let decisions = match (language, decisions) {
        (_, 0) => None,
        (Language::Vi, count) => Some(format!("{count} quyết định")),
        (Language::En, 1) => Some("1 decision".to_owned()),
        (Language::En, count) => Some(format!("{count} decisions")),
    };
    let minutes = minutes.then(|| language.of("biên bản", "minutes").to_owned());
    decisions.into_iter().chain(minutes).collect::<Vec<_>>().join(", ")
}

/// "ngày 05 tháng 02 năm 2026" with zeros as Decree 30/2020 has them, "5 February 2026".
pub(super) fn date(at: Time, language: Language) -> String {
    let at = civil(at);
    match language {
        Language::Vi => {
            let month = match u8::from(at.month()) {
                month @ 1..=2 => format!("0{month}"),
                month => month.to_string(),
            };
            format!("ngày {:02} tháng {month} năm {}", at.day(), at.year())
        }
        Language::En => format!("{} {} {}", at.day(), at.month(), at.year()),
    }
}

/// "16:22:40".
pub(super) fn clock(at: Time) -> String {
    let at = civil(at);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// "08:00, ngày 26 tháng 11 năm 2026".
pub(in crate::http) fn day_and_time(at: Time, language: Language) -> String {
    let hour = civil(at);
    format!("{:02}:{:02}, {}", hour.hour(), hour.minute(), date(at, language))
}

pub(super) fn row(row: Row, language: Language) -> &'static str {
    let (vi, en) = match row {
        Row::Cast(Choice::Yes) => ("Tán thành", "For"),
        Row::Cast(Choice::No) => ("Không tán thành", "Against"),
        Row::Cast(Choice::Abstain) => ("Không biểu quyết", "Abstained"),
        Row::Cast(Choice::Other) => ("Ý kiến khác", "Another opinion"),
        Row::NotVoted => ("Không bỏ phiếu", "No ballot"),
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
        Verdict::Passed => ("thông qua", "adopted"),
        Verdict::Failed => ("không thông qua", "not adopted"),
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
        (Reason::TieByChair, Language::Vi) => {
            "số phiếu ngang nhau, theo phía có ý kiến của chủ tọa".to_owned()
        }
        (Reason::TieByChair, Language::En) => {
            "a tie, the side the chair voted for prevails".to_owned()
        }
        (Reason::NothingCast, Language::Vi) => "không có phiếu nào".to_owned(),
        (Reason::NothingCast, Language::En) => "no ballot was cast".to_owned(),
        (Reason::QuorumLost, Language::Vi) => {
            format!(
                "khi kết thúc có mặt {}/{} thành viên, chưa đủ theo quy định",
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
