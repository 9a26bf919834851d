//! How a rule is said before a vote and its outcome afterwards. The numbers come from the record;
//! nothing is counted here.

use icabinet_models::ids::ItemId;
use icabinet_models::meeting::Meeting;
use icabinet_models::motions::MotionState;
use icabinet_models::rule::{Base, Rule, Threshold, Tie};
use icabinet_models::votes::{Outcome, Reason, Terms, Verdict};

use super::{Language, Texts};

/// Words of results.
#[derive(Debug)]
pub struct Results {
    pub title: &'static str,
    pub none: &'static str,
    pub names: &'static str,
    pub not_voted: &'static str,
    pub absent: &'static str,
    pub recused: &'static str,
    /// In capitals, in the place of a verdict.
    pub vote_void: &'static str,
    pub void: &'static str,
    pub my_ballot_none: &'static str,
    pub not_entitled_absent: &'static str,
    pub not_entitled_recused: &'static str,
    pub not_entitled: &'static str,
    pub opinions: &'static str,
    pub show_result: &'static str,
    /// "đóng lúc 14:05:03"
    pub closed_at: fn(&str) -> String,
    /// "hủy lúc 14:05:03"
    pub voided_at: fn(&str) -> String,
}

pub(super) const VI: Results = Results {
    title: "Kết quả biểu quyết",
    none: "Chưa có biểu quyết nào.",
    names: "Ý kiến của từng thành viên",
    not_voted: "không bỏ phiếu",
    absent: "vắng mặt",
    recused: "không tham gia",
    vote_void: "BIỂU QUYẾT BỊ HỦY",
    void: "Biểu quyết bị hủy vì sự cố; kết quả không được sử dụng.",
    my_ballot_none: "Tôi không bỏ phiếu.",
    not_entitled_absent: "Chưa điểm danh khi biểu quyết mở, nên không có phiếu trong lần này.",
    not_entitled_recused: "Đã đề nghị không tham gia mục này, nên không có phiếu.",
    not_entitled: "Người dự họp không phải thành viên thì không biểu quyết.",
    opinions: "Ý kiến khác",
    show_result: "Xem kết quả",
    closed_at: |time| format!("đóng lúc {time}"),
    voided_at: |time| format!("hủy lúc {time}"),
};

pub(super) const EN: Results = Results {
    title: "Results of votes",
    none: "There has been no vote yet.",
    names: "How each member voted",
    not_voted: "no ballot",
    absent: "absent",
    recused: "recused",
    vote_void: "VOTE VOID",
    void: "The vote was voided for a technical failure; its result is not used.",
    my_ballot_none: "You cast no ballot.",
    not_entitled_absent: "You had not checked in when the vote opened, so you have no ballot in it.",
    not_entitled_recused: "You recused yourself from this item, so you have no ballot.",
    not_entitled: "You attend; you do not vote.",
    opinions: "Other opinions",
    show_result: "Show the result",
    closed_at: |time| format!("closed at {time}"),
    voided_at: |time| format!("voided at {time}"),
};

/// "quá nửa", "ít nhất 2/3"; "more than half".
fn share(threshold: &Threshold, language: Language) -> String {
    let (n, d) = (threshold.numerator, threshold.denominator);
    match (language, threshold.strict, n, d) {
        (Language::Vietnamese, true, 1, 2) => "quá nửa".to_owned(),
        (Language::Vietnamese, true, ..) => format!("hơn {n}/{d}"),
        (Language::Vietnamese, false, ..) => format!("ít nhất {n}/{d}"),
        (Language::English, true, 1, 2) => "more than half".to_owned(),
        (Language::English, true, ..) => format!("more than {n}/{d}"),
        (Language::English, false, ..) => format!("at least {n}/{d}"),
    }
}

/// What the share is of, with its number where it is known before the vote.
fn whole(base: Base, count: Option<u64>, language: Language) -> String {
    let words = match (base, language) {
        (Base::AllMembers, Language::Vietnamese) => "tổng số",
        (Base::AllMembers, Language::English) => "all",
        (Base::Present, Language::Vietnamese) => "số có mặt",
        (Base::Present, Language::English) => "those present",
        (Base::Entitled, Language::Vietnamese) => "số được biểu quyết",
        (Base::Entitled, Language::English) => "those entitled to vote",
        (Base::Cast, Language::Vietnamese) => "số phiếu đã bỏ",
        (Base::Cast, Language::English) => "the ballots cast",
        (Base::YesAndNo, Language::Vietnamese) => "số phiếu tán thành và không tán thành",
        (Base::YesAndNo, Language::English) => "the votes for and against",
    };
    match (base, count, language) {
        (Base::AllMembers, Some(n), Language::Vietnamese) => {
            format!("{words} {n}\u{a0}thành\u{a0}viên")
        }
        (Base::AllMembers, None, Language::Vietnamese) => format!("{words} thành\u{a0}viên"),
        (Base::AllMembers, Some(n), Language::English) => format!("{words} {n}\u{a0}members"),
        (Base::AllMembers, None, Language::English) => format!("{words} members"),
        (_, Some(n), _) => format!("{words} ({n})"),
        (_, None, _) => words.to_owned(),
    }
}

/// The rule of an open vote in words: a beginning, the share in bold, an end.
pub fn rule(terms: &Terms, language: Language) -> (String, String, String) {
    let Rule { base, threshold, tie } = terms.rule;
    let count = match base {
        Base::AllMembers => Some(terms.members),
        Base::Present => Some(terms.present_weight),
        Base::Entitled => Some(terms.heads().entitled_weight),
        Base::Cast | Base::YesAndNo => None,
    };
    let bold = format!("{} {}", share(&threshold, language), whole(base, count, language));
    let least = count.map(|count| threshold.needed(count));
    let bold = match language {
        Language::Vietnamese => bold,
        Language::English => bold.replacen("more than half ", "more than half of ", 1),
    };
    let end = match (language, least) {
        (Language::Vietnamese, Some(least)) => format!(" tán thành, tức là từ {least}\u{a0}phiếu."),
        (Language::Vietnamese, None) => " là tán thành.".to_owned(),
        (Language::English, Some(least)) => format!(" vote for it, that is {least} or more."),
        (Language::English, None) => " are for it.".to_owned(),
    };
    let tie = match (tie, language) {
        (Tie::ByThreshold, _) => "",
        (Tie::ChairSide, Language::Vietnamese) => {
            " Trường hợp số phiếu ngang nhau thì quyết định theo phía có ý kiến của chủ tọa."
        }
        (Tie::ChairSide, Language::English) => " In a tie, the side the chair voted for prevails.",
    };
    let begin = match language {
        Language::Vietnamese => "Thông qua khi ",
        Language::English => "Adopted when ",
    };
    (begin.to_owned(), bold, format!("{end}{tie}"))
}

/// What became of an item that was concluded: what its motions came to, never that it was decided where
/// no vote decided anything. An amendment counts where nothing else was voted on.
pub fn ended(m: &Meeting, item: ItemId, texts: &Texts) -> &'static str {
    let of = |state: MotionState| {
        let own = m.motions.values().filter(|motion| motion.item == Some(item));
        own.filter(|motion| motion.state == state).map(|motion| motion.amends.is_some()).min()
    };
    let adopted = of(MotionState::Adopted).or(of(MotionState::AdoptedWithoutDebate));
    match (adopted, of(MotionState::Rejected)) {
        (Some(true), Some(false)) | (None, Some(_)) => texts.room.item_rejected,
        (Some(_), _) => texts.room.item_decided,
        (None, None) => texts.room.item_discussed,
    }
}

/// "THÔNG QUA"
pub fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match (verdict, language) {
        (Verdict::Passed, Language::Vietnamese) => "THÔNG QUA",
        (Verdict::Failed, Language::Vietnamese) => "KHÔNG THÔNG QUA",
        (Verdict::NoDecision, Language::Vietnamese) => "CHƯA QUYẾT ĐỊNH",
        (Verdict::Passed, Language::English) => "ADOPTED",
        (Verdict::Failed, Language::English) => "NOT ADOPTED",
        (Verdict::NoDecision, Language::English) => "NOT DECIDED",
    }
}

/// "5 tán thành / 7 tổng số thành viên"
pub fn sum(terms: &Terms, outcome: &Outcome, language: Language) -> String {
    let (yes, of) = (outcome.tally.yes, outcome.tally.base(terms.rule.base));
    let whole = match (terms.rule.base, language) {
        (Base::AllMembers, Language::Vietnamese) => "tổng số thành viên",
        (base, Language::Vietnamese) => {
            return format!("{yes} tán thành / {of} {}", whole(base, None, language));
        }
        (Base::AllMembers, Language::English) => "members",
        (base, Language::English) => {
            return format!("{yes} in favour of {of}: {}", whole(base, None, language));
        }
    };
    match language {
        Language::Vietnamese => format!("{yes} tán thành / {of} {whole}"),
        Language::English => format!("{yes} in favour of {of} {whole}"),
    }
}

/// Why, and how the others voted: "Quá nửa tổng số: cần từ 4 · 1 không tán thành · 1 vắng mặt".
pub fn why(terms: &Terms, outcome: &Outcome, language: Language) -> String {
    let tally = &outcome.tally;
    let reason = match (outcome.reason, language) {
        (Reason::ThresholdReached | Reason::ThresholdMissed, Language::Vietnamese) => {
            let rule = format!(
                "{} {}",
                share(&terms.rule.threshold, language),
                whole(terms.rule.base, None, language)
            );
            format!("{}: cần từ {}", capital(&rule), outcome.needed)
        }
        (Reason::ThresholdReached | Reason::ThresholdMissed, Language::English) => {
            let rule = format!(
                "{} of {}",
                share(&terms.rule.threshold, language),
                whole(terms.rule.base, None, language)
            );
            format!("{}: {} needed", capital(&rule), outcome.needed)
        }
        (Reason::TieByChair, Language::Vietnamese) => {
            "Số phiếu ngang nhau: theo phía có ý kiến của chủ tọa".to_owned()
        }
        (Reason::TieByChair, Language::English) => {
            "A tie: the side the chair voted for prevails".to_owned()
        }
        (Reason::NothingCast, Language::Vietnamese) => "Không có phiếu nào".to_owned(),
        (Reason::NothingCast, Language::English) => "No ballot was cast".to_owned(),
        (Reason::QuorumLost, Language::Vietnamese) => {
            "Không còn đủ số thành viên có mặt".to_owned()
        }
        (Reason::QuorumLost, Language::English) => "There was no quorum any more".to_owned(),
    };
    let parts = match language {
        Language::Vietnamese => [
            "không tán thành",
            "không biểu quyết",
            "ý kiến khác",
            "không bỏ phiếu",
            "vắng mặt",
            "không tham gia",
        ],
        Language::English => {
            ["against", "abstained", "another opinion", "no ballot", "absent", "recused"]
        }
    };
    let counts =
        [tally.no, tally.abstain, tally.other, tally.not_voted, tally.absent, tally.recused];
    let parts = counts
        .iter()
        .zip(parts)
        .filter(|(count, _)| **count > 0)
        .map(|(count, words)| format!("{count} {words}"));
    std::iter::once(reason).chain(parts).collect::<Vec<_>>().join(" · ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::{Language, rule, sum, verdict, why};
    use icabinet_models::ids::{Digest, Text};
    use icabinet_models::profile::Profile;
    use icabinet_models::rule::Threshold;
    use icabinet_models::votes::{Tally, Terms, Verdict, outcome};

    fn terms() -> Terms {
        let profile = Profile::vn_peoples_committee();
        Terms {
            text: Text::vi("Thông qua"),
            text_digest: Digest::ZERO,
            rule: profile.majority,
            quorum: profile.quorum,
            profile: profile.name,
            profile_version: 1,
            members: 7,
            member_heads: 7,
            entitled: (1..=6).map(|n| (format!("m{n}").as_str().into(), 1)).collect(),
            recused: Vec::new(),
            recused_weight: 0,
            absent: vec!["m7".into()],
            absent_weight: 1,
            present: 6,
            present_weight: 6,
            chair: "m1".into(),
            choices: profile.choices,
            may_change_ballot: false,
            closes_at: None,
            heads: None,
        }
    }

    fn tally(yes: u64, no: u64) -> Tally {
        Tally {
            yes,
            no,
            absent: 1,
            members: 7,
            entitled: 6,
            present: 6,
            not_voted: 6 - yes - no,
            ..Tally::default()
        }
    }

    #[test]
    fn the_rule_before_the_vote() {
        let said = |terms: &Terms, language| {
            let (begin, bold, end) = rule(terms, language);
            format!("{begin}*{bold}*{end}").replace('\u{a0}', " ")
        };
        let mut terms = terms();
        assert_eq!(
            said(&terms, Language::Vietnamese),
            "Thông qua khi *quá nửa tổng số 7 thành viên* tán thành, tức là từ 4 phiếu. Trường hợp số phiếu ngang nhau thì quyết định theo phía có ý kiến của chủ tọa."
        );
        assert_eq!(
            said(&terms, Language::English),
            "Adopted when *more than half of all 7 members* vote for it, that is 4 or more. In a tie, the side the chair voted for prevails."
        );
        terms.rule = Profile::board().majority;
        assert_eq!(
            said(&terms, Language::Vietnamese),
            "Thông qua khi *quá nửa số phiếu tán thành và không tán thành* là tán thành."
        );
        terms.rule.threshold = Threshold::TWO_THIRDS;
        assert!(said(&terms, Language::Vietnamese).contains("*ít nhất 2/3 "));
    }

    #[test]
    fn the_outcome_as_on_the_rooms_screen() {
        let terms = terms();
        let result = outcome(&terms, tally(5, 1), None, 6);
        assert_eq!(verdict(result.verdict, Language::Vietnamese), "THÔNG QUA");
        assert_eq!(
            sum(&terms, &result, Language::Vietnamese),
            "5 tán thành / 7 tổng số thành viên"
        );
        let said = why(&terms, &result, Language::Vietnamese).replace('\u{a0}', " ");
        assert_eq!(said, "Quá nửa tổng số thành viên: cần từ 4 · 1 không tán thành · 1 vắng mặt");
    }

    #[test]
    fn an_item_is_said_to_have_come_to_what_its_motions_came_to() {
        use super::ended;
        use crate::texts::VI;
        use icabinet_models::ids::{ItemId, MeetingId, MotionId};
        use icabinet_models::meeting::Meeting;
        use icabinet_models::motions::{Motion, MotionState};
        use icabinet_models::votes::BallotKind;
        let (yes, no) = (MotionState::Adopted, MotionState::Rejected);
        let table: [(&[(MotionState, bool)], &str); 8] = [
            (&[], "đã thảo luận"),
            (&[(MotionState::Proposed, false)], "đã thảo luận"),
            (&[(MotionState::Undecided, false)], "đã thảo luận"),
            (&[(yes, false)], "đã thông qua"),
            (&[(no, false)], "không thông qua"),
            (&[(yes, false), (no, false)], "đã thông qua"),
            // The amendment was adopted, the text it amends was not.
            (&[(no, false), (yes, true)], "không thông qua"),
            (&[(yes, false), (no, true)], "đã thông qua"),
        ];
        for (motions, expected) in table {
            let mut m = Meeting::blank(MeetingId::from("log"));
            for (number, (state, amends)) in (1..).zip(motions) {
                let motion = Motion {
                    item: Some(ItemId(1)),
                    text: Text::vi("Thông qua"),
                    ballot: BallotKind::Open,
                    rule: Profile::board().majority,
                    amends: amends.then_some(MotionId(1)),
                    state: *state,
                };
                m.motions.insert(MotionId(number), motion);
            }
            assert_eq!(ended(&m, ItemId(1), &VI), expected, "{motions:?}");
        }
    }

    #[test]
    fn every_reason_is_said() {
        let terms = terms();
        let yes = icabinet_models::rule::Choice::Yes;
        for (tally, chair, present, begins) in [
            (tally(3, 3), Some(yes), 6, "Số phiếu ngang nhau"),
            (tally(2, 3), None, 6, "Quá nửa tổng số thành"),
            (tally(0, 0), None, 6, "Không có phiếu nào"),
            (tally(5, 1), None, 2, "Không còn đủ số"),
        ] {
            let result = outcome(&terms, tally, chair, present);
            let said = why(&terms, &result, Language::Vietnamese);
            assert!(said.starts_with(begins), "{said}");
            assert_ne!(said, why(&terms, &result, Language::English));
        }
        assert_eq!(verdict(Verdict::NoDecision, Language::English), "NOT DECIDED");
    }
}
