//! What a refusal or an error means, in the order a person asks: what happened, is my work safe, what
//! do I do. Every code has its sentence; a test lists them all.

use icabinet_models::documents::PaperFault;
use icabinet_models::ids::PersonId;
use icabinet_models::meeting::{Act, Bound, Refusal, Thing};
use icabinet_models::wire::ErrorCode;

use super::Language;
use super::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};

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
    let pair = about_rights(refusal, &name)
        .or_else(|| about_session(refusal, &name))
        .or_else(|| about_votes(refusal))
        .unwrap_or_else(|| about_documents(refusal));
    pick(pair, NOTHING_CHANGED, language)
}

fn about_rights(refusal: &Refusal, name: impl Fn(&PersonId) -> String) -> Option<Pair> {
    Some(match refusal {
        Refusal::NotAllowed { act: Act::Prepare } => pair(
            "Việc này do thư ký phiên họp làm.",
            "This is for the secretary of the meeting.",
            TELL.0,
            TELL.1,
        ),
        Refusal::NotAllowed { act: Act::Preside } => pair(
            "Việc này do chủ tọa hoặc thư ký làm.",
            "This is for the chair or the secretary.",
            WAIT.0,
            WAIT.1,
        ),
        Refusal::NotAllowed { act: Act::TakePart } => pair(
            "Danh sách phiên họp không có tên người đang đăng nhập.",
            "The person signed in is not on the meeting's list.",
            TELL.0,
            TELL.1,
        ),
        Refusal::NotAllowed { act: Act::Vote } | Refusal::NotEntitled => pair(
            "Người đang đăng nhập không có quyền biểu quyết ở đây.",
            "The person signed in may not vote here.",
            TELL.0,
            TELL.1,
        ),
        Refusal::NotAllowed { act: Act::Report } => {
            pair("Việc này chỉ hệ thống làm.", "Only the system does this.", TELL.0, TELL.1)
        }
        Refusal::Unknown { thing } => unknown(*thing),
        Refusal::Invalid { bound } => invalid(*bound),
        Refusal::NotPresent { person } => (
            (
                format!("{}: chưa điểm danh.", name(person)),
                format!("{}: not checked in.", name(person)),
            ),
            ("Điểm danh trước rồi thử lại.", "Check in first, then try again."),
        ),
        Refusal::AlreadyPresent => pair(
            "Đã điểm danh rồi.",
            "Already checked in.",
            "Không cần làm gì thêm.",
            "There is nothing to do.",
        ),
        Refusal::AlreadyExists => {
            pair("Việc này đã có rồi.", "This is there already.", LOOK.0, LOOK.1)
        }
        _ => return None,
    })
}

fn unknown(thing: Thing) -> Pair {
    let (vi, en) = match thing {
        Thing::Meeting => ("Phiên họp", "The meeting"),
        Thing::Person => ("Người này", "This person"),
        Thing::Item => ("Mục này", "This item"),
        Thing::Paper => ("Văn bản này", "This paper"),
        Thing::Motion => ("Nội dung biểu quyết này", "This motion"),
        Thing::Vote => ("Lần biểu quyết này", "This vote"),
        Thing::Request => ("Đăng ký này", "This request"),
        Thing::Recording => ("Bản ghi âm này", "This recording"),
        Thing::Segment => ("Đoạn này", "This passage"),
        Thing::Sentence => ("Câu này", "This sentence"),
        Thing::Decision => ("Quyết định này", "This decision"),
        Thing::Document => ("Văn bản này", "This document"),
    };
    ((format!("{vi} không còn nữa."), format!("{en} is not there any more.")), LOOK)
}

fn invalid(bound: Bound) -> Pair {
    match bound {
        Bound::TextTooLong => pair(
            "Nội dung quá dài.",
            "The text is too long.",
            "Rút ngắn rồi gửi lại.",
            "Shorten it and send it again.",
        ),
        Bound::TextMissing => pair(
            "Còn thiếu nội dung.",
            "A text is missing.",
            "Điền nội dung rồi gửi lại.",
            "Write it and send it again.",
        ),
        Bound::TooMany => pair(
            "Đã đến số lượng tối đa.",
            "There are as many as there can be.",
            "Chờ việc đang gửi xong rồi thử lại.",
            "Wait until what is being sent is done, then try again.",
        ),
        Bound::NotAnIdentifier => {
            pair("Mã không hợp lệ.", "The identifier is not valid.", TELL.0, TELL.1)
        }
        Bound::OutOfRange => {
            pair("Giá trị nằm ngoài giới hạn.", "The value is out of range.", LOOK.0, LOOK.1)
        }
    }
}

fn about_session(refusal: &Refusal, name: impl Fn(&PersonId) -> String) -> Option<Pair> {
    Some(match refusal {
        Refusal::WrongStage => pair(
            "Lúc này phiên họp chưa ở bước làm được việc này.",
            "The session is not at the stage for this.",
            WAIT.0,
            WAIT.1,
        ),
        Refusal::NoChair => pair(
            "Cần có chủ tọa; chủ tọa không tham gia mục này thì trao quyền trước.",
            "A chair is needed; one who takes no part hands over first.",
            "Trao quyền chủ tọa rồi thử lại.",
            "Hand over the chair, then try again.",
        ),
        Refusal::NoSecretary => pair(
            "Phiên họp cần có thư ký.",
            "The meeting needs a secretary.",
            "Thêm thư ký.",
            "Add a secretary.",
        ),
        Refusal::TwoChairs => pair(
            "Chỉ có một chủ tọa.",
            "There can be one chair only.",
            "Bỏ bớt một người.",
            "Take one off.",
        ),
        Refusal::AgendaEmpty => pair(
            "Chương trình chưa có mục nào.",
            "The agenda is empty.",
            "Thêm mục rồi thử lại.",
            "Add an item first.",
        ),
        Refusal::NoQuorum { present, needed } => (
            (
                format!("Chưa đủ số thành viên: có mặt {present}, cần {needed}."),
                format!("There is no quorum: {present} present, {needed} needed."),
            ),
            ("Chờ đủ thành viên điểm danh.", "Wait until enough members have checked in."),
        ),
        Refusal::ItemNotOpen => pair("Mục này chưa mở.", "The item is not open.", WAIT.0, WAIT.1),
        Refusal::ItemAlreadyOpen => {
            pair("Mục này đang mở.", "The item is open already.", LOOK.0, LOOK.1)
        }
        Refusal::ItemSettled => pair("Mục này đã xong.", "The item is settled.", LOOK.0, LOOK.1),
        Refusal::AnotherItemOpen => pair(
            "Mục khác đang mở.",
            "Another item is open.",
            "Kết thúc mục đang mở trước.",
            "Conclude the open item first.",
        ),
        Refusal::ItemsStillOpen { count } => (
            (format!("Còn {count} mục chưa xong."), format!("{count} items are not settled.")),
            ("Kết thúc, hoãn hoặc rút các mục đó.", "Conclude, defer or withdraw them."),
        ),
        Refusal::NotAConsentItem => pair(
            "Mục này không thuộc loại thông qua không thảo luận.",
            "This is not an item to be adopted without debate.",
            LOOK.0,
            LOOK.1,
        ),
        Refusal::ObjectionRaised { person } => (
            (
                format!("{} đề nghị thảo luận mục này.", name(person)),
                format!("{} asks for debate on this item.", name(person)),
            ),
            ("Mở mục để thảo luận.", "Open the item for debate."),
        ),
        Refusal::AlreadyRecused => pair(
            "Đã khai không tham gia mục này.",
            "Already declared to take no part.",
            LOOK.0,
            LOOK.1,
        ),
        Refusal::Recused => pair(
            "Người đã khai không tham gia mục này thì không làm được việc này.",
            "One who takes no part in the item can't do this.",
            "Chờ sang mục sau.",
            "Wait for the next item.",
        ),
        Refusal::VoteOpen => pair(
            "Đang biểu quyết.",
            "A vote is open.",
            "Chờ đóng biểu quyết rồi thử lại.",
            "Wait until the vote is closed.",
        ),
        Refusal::FloorTaken => pair(
            "Đang có người phát biểu.",
            "Somebody has the floor.",
            "Chờ người đó nói xong.",
            "Wait until the speech ends.",
        ),
        Refusal::FloorFree => {
            pair("Không có ai đang phát biểu.", "Nobody has the floor.", LOOK.0, LOOK.1)
        }
        Refusal::AlreadyWaiting => pair(
            "Đã đăng ký, đang chờ đến lượt.",
            "Already waiting.",
            "Muốn đổi thì rút đăng ký cũ trước.",
            "To change it, withdraw the first request.",
        ),
        _ => return None,
    })
}

fn about_votes(refusal: &Refusal) -> Option<Pair> {
    let clock = |ms: i64| LocalTime::at(ms, VIETNAM_OFFSET_MINUTES).clock_seconds();
    Some(match refusal {
        Refusal::MotionNotOpenToVote => pair(
            "Nội dung này đã được quyết định hoặc đã rút.",
            "The motion was decided or withdrawn.",
            LOOK.0,
            LOOK.1,
        ),
        Refusal::SecretBallotUnavailable => pair(
            "Bản này chưa có bỏ phiếu kín.",
            "Secret ballots are not available in this version.",
            "Bỏ phiếu kín bằng giấy và ghi kết quả vào biên bản.",
            "Hold it on paper and put the result into the minutes.",
        ),
        Refusal::VoteNotOpen => {
            pair("Biểu quyết này không còn mở.", "The vote is not open.", LOOK.0, LOOK.1)
        }
        Refusal::VoteClosedAt { at } => (
            (
                format!("Biểu quyết đã đóng lúc {}.", clock(at.0)),
                format!("The vote closed at {}.", clock(at.0)),
            ),
            ("Muốn nêu ý kiến, đăng ký phát biểu.", "To be heard, ask to speak."),
        ),
        Refusal::AlreadyVoted { at, .. } => (
            (
                format!("Đã có phiếu ghi nhận lúc {}.", clock(at.0)),
                format!("A ballot was recorded at {}.", clock(at.0)),
            ),
            ("Không cần gửi lại.", "There is no need to send again."),
        ),
        Refusal::ChoiceNotOffered => {
            pair("Lần này không có lựa chọn đó.", "That choice is not offered.", LOOK.0, LOOK.1)
        }
        Refusal::OpinionMissing => pair(
            "Ý kiến khác cần có nội dung.",
            "Another opinion needs its text.",
            "Ghi nội dung rồi gửi.",
            "Write it, then send.",
        ),
        Refusal::OtherText => pair(
            "Văn bản trên máy này khác văn bản đang biểu quyết.",
            "The text on this device is not the one being voted on.",
            "Đóng và mở lại màn hình biểu quyết, đọc lại rồi gửi.",
            "Close the voting sheet, open it again, read, then send.",
        ),
        _ => return None,
    })
}

fn about_documents(refusal: &Refusal) -> Pair {
    match refusal {
        Refusal::RecordingRunning => pair(
            "Đang ghi âm rồi.",
            "A recording is running.",
            "Dừng bản đang ghi trước.",
            "Stop the running one first.",
        ),
        Refusal::NotRecording => {
            pair("Không có bản nào đang ghi.", "Nothing is being recorded.", LOOK.0, LOOK.1)
        }
        Refusal::MinutesNotBegun => pair(
            "Chưa có dự thảo biên bản.",
            "There is no draft yet.",
            "Lập dự thảo trước.",
            "Make a draft first.",
        ),
        Refusal::MinutesApproved => pair(
            "Biên bản đã được thông qua, không sửa được.",
            "The minutes are approved and can't be edited.",
            "Thư ký mở lại biên bản trước.",
            "The secretary reopens them first.",
        ),
        Refusal::RecordSentence => pair(
            "Câu này lấy từ hồ sơ phiên họp, không sửa được.",
            "This sentence comes from the record and is not edited.",
            "Muốn nói thêm, viết một câu khác.",
            "To add something, write another sentence.",
        ),
        Refusal::NotAdopted => {
            pair("Nội dung này chưa được thông qua.", "The motion was not adopted.", LOOK.0, LOOK.1)
        }
        Refusal::NotTypeset => pair(
            "Bản PDF chưa xong.",
            "The PDF is not ready.",
            "Chờ một lát rồi thử lại.",
            "Wait a moment, then try again.",
        ),
        Refusal::AlreadySigned => pair("Văn bản đã ký.", "The document is signed.", LOOK.0, LOOK.1),
        Refusal::NotSigned => pair(
            "Văn bản chưa ký.",
            "The document is not signed.",
            "Chờ chủ tọa ký.",
            "Wait for the chair to sign.",
        ),
        Refusal::AlreadyPublished => {
            pair("Văn bản đã công bố.", "The document is published.", LOOK.0, LOOK.1)
        }
        // The three functions above took everything else.
        _ => pair("Máy chủ từ chối việc này.", "The server refused this.", TELL.0, TELL.1),
    }
}

/// An error of the HTTP interface.
pub fn error(code: ErrorCode, language: Language) -> Saying {
    let again = ("Chờ một lát rồi thử lại.", "Wait a moment, then try again.");
    let admin = ("Báo người quản trị, kèm mã.", "Tell the administrator, with the code.");
    let said = match code {
        ErrorCode::NotSignedIn => {
            pair("Chưa đăng nhập.", "Not signed in.", "Đăng nhập lại.", "Sign in again.")
        }
        ErrorCode::WrongPassword => pair(
            "Tên đăng nhập hoặc mật khẩu không đúng.",
            "The sign-in name or the password is not right.",
            "Kiểm tra bộ gõ tiếng Việt và phím viết hoa rồi thử lại.",
            "Check the keyboard's language and capitals, then try again.",
        ),
        ErrorCode::TooManyAttempts => pair(
            "Đã thử sai nhiều lần, máy chủ tạm dừng nhận.",
            "Too many wrong attempts; the server takes no more for now.",
            "Chờ vài phút rồi thử lại.",
            "Wait a few minutes, then try again.",
        ),
        ErrorCode::NotFound => pair(
            "Không có nội dung này.",
            "There is no such thing.",
            "Về trang đầu.",
            "Go to the first page.",
        ),
        ErrorCode::NotAllowed => {
            pair("Không có quyền làm việc này.", "This is not allowed.", TELL.0, TELL.1)
        }
        ErrorCode::ForeignOrigin => pair(
            "Trang này được mở từ một địa chỉ khác.",
            "This page was opened from another address.",
            "Mở lại từ địa chỉ của phòng họp.",
            "Open it from the room's own address.",
        ),
        ErrorCode::Malformed => pair(
            "Máy chủ không hiểu yêu cầu của trang này.",
            "The server did not understand this page.",
            "Tải lại trang.",
            "Load the page again.",
        ),
        ErrorCode::TooLarge => pair(
            "Tệp quá lớn.",
            "The file is too large.",
            "Chọn tệp nhỏ hơn.",
            "Choose a smaller one.",
        ),
        ErrorCode::WrongMedia => pair(
            "Loại tệp không dùng được.",
            "This kind of file can't be used.",
            "Dùng tệp PDF.",
            "Use a PDF.",
        ),
        ErrorCode::StorageFull => {
            pair("Máy chủ hết chỗ.", "The server's storage is full.", admin.0, admin.1)
        }
        ErrorCode::Unavailable => pair(
            "Máy chủ tạm thời chưa ghi được.",
            "The server can't write just now.",
            again.0,
            again.1,
        ),
        ErrorCode::Conflict => {
            pair("Đã có thay đổi khác trước đó.", "Something else changed first.", LOOK.0, LOOK.1)
        }
        ErrorCode::KeyNotConfirmed => pair(
            "Khóa ký của máy này chưa được xác nhận.",
            "The signing key of this device is not confirmed.",
            "Báo người quản trị xác nhận khóa.",
            "Ask the administrator to confirm it.",
        ),
        ErrorCode::SignatureInvalid => {
            pair("Chữ ký không hợp lệ.", "The signature is not valid.", "Ký lại.", "Sign again.")
        }
        ErrorCode::Internal => pair("Máy chủ gặp lỗi.", "The server failed.", admin.0, admin.1),
    };
    pick(said, NOTHING_CHANGED, language)
}

/// No answer came.
pub fn unreachable(language: Language) -> Saying {
    let said = pair(
        "Máy này không liên lạc được với máy chủ.",
        "This device can't reach the server.",
        "Kiểm tra Wi-Fi; hệ thống tự thử lại.",
        "Check the Wi-Fi; it is tried again by itself.",
    );
    pick(
        said,
        (
            "Những gì đã ghi nhận vẫn an toàn trên máy chủ.",
            "What was recorded is safe on the server.",
        ),
        language,
    )
}

/// An answer of another version.
pub fn not_understood(language: Language) -> Saying {
    let said = pair(
        "Trang này và máy chủ không cùng phiên bản.",
        "This page and the server are of different versions.",
        "Tải lại trang.",
        "Load the page again.",
    );
    pick(said, NOTHING_CHANGED, language)
}

/// Why a paper can't be shown.
pub fn paper(fault: PaperFault, page: Option<u32>, language: Language) -> String {
    let (vi, en) = match fault {
        PaperFault::NotAPdf => ("tệp không phải PDF", "not a PDF"),
        PaperFault::Empty => ("tệp không có trang nào", "has no pages"),
        PaperFault::Damaged => ("tệp bị hỏng", "damaged"),
        PaperFault::Encrypted => ("tệp có mật khẩu", "locked with a password"),
        PaperFault::TooLarge => ("tệp quá lớn", "too large"),
        PaperFault::TooManyPages => ("quá nhiều trang", "too many pages"),
        PaperFault::PageTooLarge => ("có trang khổ quá lớn", "a page is too large"),
        PaperFault::TookTooLong => ("chuyển trang quá lâu nên dừng", "took too long"),
        PaperFault::WorkerFailed => {
            ("không chuyển được thành trang", "could not be turned into pages")
        }
        PaperFault::EngineMissing => {
            ("máy chủ chưa cài bộ chuyển trang", "the server has no page engine")
        }
    };
    match (language, page) {
        (Language::Vietnamese, Some(page)) => format!("{vi} (trang {page})"),
        (Language::Vietnamese, None) => vi.to_owned(),
        (Language::English, Some(page)) => format!("{en} (page {page})"),
        (Language::English, None) => en.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, ErrorCode, Language, Refusal, Thing, error, refusal};
    use icabinet_models::ids::Time;
    use icabinet_models::meeting::Act;
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
                Bound::NotAnIdentifier,
                Bound::OutOfRange,
            ]
            .map(|bound| Refusal::Invalid { bound }),
        );
        all.extend(
            [Thing::Meeting, Thing::Item, Thing::Vote].map(|thing| Refusal::Unknown { thing }),
        );
        all.extend([
            Refusal::NoQuorum { present: 3, needed: 8 },
            Refusal::NotPresent { person: person.clone() },
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
        let fallback = "Máy chủ từ chối việc này.";
        for language in [Language::Vietnamese, Language::English] {
            let mut said = BTreeSet::new();
            for one in all() {
                let saying = refusal(&one, language, |_| "ông Thạch".to_owned());
                assert_ne!(saying.what, fallback, "{one:?}");
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
    fn errors_differ_too() {
        let codes = [
            ErrorCode::WrongPassword,
            ErrorCode::TooManyAttempts,
            ErrorCode::NotFound,
            ErrorCode::Internal,
        ];
        let said: BTreeSet<String> =
            codes.iter().map(|code| error(*code, Language::English).what).collect();
        assert_eq!(said.len(), codes.len());
    }
}
