//! What a refusal or an error means, in the order a person asks: what happened, is my work safe, what
//! do I do. Every code has its sentence; a test lists them all.

mod http;
mod meeting;

pub use http::{error, not_understood, page, pages, paper, unreachable, used};

use icabinet_models::ids::PersonId;
use icabinet_models::meeting::Refusal;

use super::Language;

/// A refusal in sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saying {
    pub what: String,
    pub is_safe: &'static str,
    pub to_do: &'static str,
}

/// Both languages of what happened and of what to do.
type Pair = ((String, String), (&'static str, &'static str));

fn pair(vi: &str, en: &str, do_vi: &'static str, do_en: &'static str) -> Pair {
    ((vi.to_owned(), en.to_owned()), (do_vi, do_en))
}

fn pick(pair: Pair, is_safe: (&'static str, &'static str), language: Language) -> Saying {
    let ((vi, en), (do_vi, do_en)) = pair;
    match language {
        Language::Vietnamese => Saying { what: vi, is_safe: is_safe.0, to_do: do_vi },
        Language::English => Saying { what: en, is_safe: is_safe.1, to_do: do_en },
    }
}

const NOTHING_CHANGED: (&str, &str) =
    ("Không có gì thay đổi trong hồ sơ phiên họp.", "Nothing was changed in the meeting's record.");
const WAIT: (&str, &str) = ("Chờ chủ tọa hoặc thư ký.", "Wait for the chair or the secretary.");
const LOOK: (&str, &str) =
    ("Xem lại màn hình rồi thử lại.", "Look at the screen again, then try again.");
const TELL: (&str, &str) = ("Báo thư ký phiên họp.", "Tell the secretary of the meeting.");

/// A refusal of the meeting. `name` gives people's names with their courtesy.
pub fn refusal(
    refusal: &Refusal,
    language: Language,
    name: impl Fn(&PersonId) -> String,
) -> Saying {
    pick(meeting::sentences(refusal, &name), NOTHING_CHANGED, language)
}

#[cfg(test)]
mod tests {
    use super::{Language, Refusal, error, refusal, used};
    use icabinet_models::ids::Time;
    use icabinet_models::meeting::{Act, Bound, Edition, Thing};
    use icabinet_models::wire::{ErrorCode, UsedOn};
    use std::collections::BTreeSet;

    fn all() -> Vec<Refusal> {
        let person = icabinet_models::ids::PersonId::from("m1");
        let mut all: Vec<Refusal> =
            [Act::Prepare, Act::Preside, Act::TakePart, Act::Vote, Act::Report]
                .into_iter()
                .map(|act| Refusal::NotAllowed { act })
                .collect();
        all.extend(
            [
                Bound::TextTooLong,
                Bound::TextMissing,
                Bound::TooMany,
                Bound::TooFew,
                Bound::NotAnIdentifier,
                Bound::OutOfRange,
                Bound::Character(0xE123),
            ]
            .map(|bound| Refusal::Invalid { bound }),
        );
        all.extend(
            [Thing::Meeting, Thing::Item, Thing::Vote].map(|thing| Refusal::Unknown { thing }),
        );
        all.extend([
            Refusal::NoQuorum { present: 3, needed: 8 },
            Refusal::NotPresent { person: person.clone() },
            Refusal::Changed { now: Box::new(Edition::Withheld) },
            Refusal::ItemsStillOpen { count: 2 },
            Refusal::ObjectionRaised { person },
            Refusal::VoteClosedAt { at: Time(1_795_676_703_000) },
            Refusal::AlreadyVoted { at: Time(1_795_676_703_000), position: 1 },
        ]);
        for code in [
            "already_exists",
            "wrong_stage",
            "no_chair",
            "no_secretary",
            "two_chairs",
            "agenda_empty",
            "already_present",
            "item_not_open",
            "item_already_open",
            "item_settled",
            "another_item_open",
            "not_a_consent_item",
            "already_recused",
            "recused",
            "vote_open",
            "floor_taken",
            "floor_free",
            "already_waiting",
            "motion_not_open_to_vote",
            "secret_ballot_unavailable",
            "vote_not_open",
            "not_entitled",
            "choice_not_offered",
            "opinion_missing",
            "other_text",
            "recording_running",
            "not_recording",
            "minutes_not_begun",
            "minutes_approved",
            "record_sentence",
            "not_adopted",
            "not_typeset",
            "already_signed",
            "not_signed",
            "already_published",
        ] {
            let json = format!("\"{code}\"");
            all.push(serde_json::from_str(&json).unwrap_or_else(|cause| panic!("{code}: {cause}")));
        }
        all
    }

    #[test]
    fn every_refusal_has_its_own_sentence_in_both_languages() {
        for language in [Language::Vietnamese, Language::English] {
            let mut said = BTreeSet::new();
            for one in all() {
                let saying = refusal(&one, language, |_| "ông Thạch".to_owned());
                assert!(!saying.to_do.is_empty());
                said.insert(saying.what);
            }
            // Two codes share one: no right to vote.
            assert_eq!(said.len(), all().len() - 1, "{language:?}");
        }
    }

    #[test]
    fn data_stands_in_the_sentence() {
        let say = |one| refusal(&one, Language::Vietnamese, |_| "ông Thạch".to_owned()).what;
        assert_eq!(
            say(Refusal::NoQuorum { present: 3, needed: 8 }),
            "Chưa đủ số thành viên: có mặt 3, cần 8."
        );
        assert_eq!(
            say(Refusal::VoteClosedAt { at: Time(1_795_676_703_000) }),
            "Biểu quyết đã đóng lúc 14:05:03."
        );
    }

    #[test]
    fn a_used_invitation_says_where_and_when() {
        let at = Time(1_795_676_703_000);
        for (device, language, expected) in [
            (
                "Chrome, Android",
                Language::Vietnamese,
                "Giấy mời này đã được dùng trên máy khác (Chrome, Android) lúc 14:05 ngày\u{a0}26 tháng\u{a0}11 năm\u{a0}2026.",
            ),
            (
                "",
                Language::English,
                "This invitation was used on another device at 14:05 on 26\u{a0}November\u{a0}2026.",
            ),
        ] {
            let used_on = UsedOn { device: device.to_owned(), at };
            assert_eq!(used(&used_on, language).what, expected);
        }
    }

    #[test]
    fn errors_differ_too() {
        let codes = [
            ErrorCode::WrongPassword,
            ErrorCode::WeakPassword,
            ErrorCode::Busy,
            ErrorCode::TooManyAttempts,
            ErrorCode::NotFound,
            ErrorCode::Internal,
        ];
        let said: BTreeSet<String> =
            codes.iter().map(|code| error(*code, Language::English).what).collect();
        assert_eq!(said.len(), codes.len());
    }
}
