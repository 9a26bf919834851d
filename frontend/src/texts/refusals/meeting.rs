//! What the meeting's own refusals mean: one exhaustive list, so that a new code doesn't compile
//! without its sentences.

use icabinet_models::ids::PersonId;
use icabinet_models::meeting::{Act, Bound, Refusal, Thing};

use super::{LOOK, Pair, TELL, WAIT, pair};
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};

/// Long because the list is.
pub(super) fn sentences(refusal: &Refusal, name: &dyn Fn(&PersonId) -> String) -> Pair {
    let clock = |ms: i64| LocalTime::at(ms, VIETNAM_OFFSET_MINUTES).clock_seconds();
    match refusal {
        #[cfg(feature = "desk")]
        Refusal::NotAllowed { act: Act::Prepare } => pair(
            "Chỉ Thư ký phiên họp thực hiện được việc này.",
            "This is for the secretary of the meeting.",
            TELL.0,
            TELL.1,
        ),
        Refusal::NotAllowed { act: Act::Preside } => pair(
            "Chỉ chủ tọa hoặc thư ký thực hiện được việc này.",
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
        #[cfg(feature = "desk")]
        Refusal::NotAllowed { act: Act::Report } => {
            pair("Việc này chỉ hệ thống thực hiện.", "Only the system does this.", TELL.0, TELL.1)
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
        #[cfg(feature = "desk")]
        Refusal::Changed { .. } => pair(
            "Có người khác vừa sửa nội dung này.",
            "Somebody else has just changed this.",
            "So sánh hai bản rồi chọn một.",
            "Compare the two and choose.",
        ),
        Refusal::WrongStage => pair(
            "Phiên họp đang ở bước chưa thực hiện được việc này.",
            "The session is not at the stage for this.",
            WAIT.0,
            WAIT.1,
        ),
        Refusal::NoChair => pair(
            "Cần có chủ tọa đang có mặt và tham gia mục này.",
            "A chair is needed who is present and takes part in this item.",
            "Trao hoặc nhận quyền chủ tọa rồi thử lại.",
            "Hand over or take the chair, then try again.",
        ),
        #[cfg(feature = "desk")]
        Refusal::NoSecretary => pair(
            "Phiên họp cần có thư ký.",
            "The meeting needs a secretary.",
            "Thêm thư ký.",
            "Add a secretary.",
        ),
        #[cfg(feature = "desk")]
        Refusal::TwoChairs => pair(
            "Chỉ có một chủ tọa.",
            "There can be one chair only.",
            "Bỏ bớt một người.",
            "Take one off.",
        ),
        #[cfg(feature = "desk")]
        Refusal::AgendaEmpty => pair(
            "Chương trình chưa có mục nào.",
            "The agenda is empty.",
            "Thêm mục rồi thử lại.",
            "Add an item first.",
        ),
        #[cfg(feature = "desk")]
        Refusal::NoQuorum { present, needed } => (
            (
                format!("Chưa đủ số thành viên: có mặt {present}, cần {needed}."),
                format!("There is no quorum: {present} present, {needed} needed."),
            ),
            ("Chờ đủ thành viên điểm danh.", "Wait until enough members have checked in."),
        ),
        Refusal::ItemNotOpen => pair("Mục này chưa mở.", "The item is not open.", WAIT.0, WAIT.1),
        #[cfg(feature = "desk")]
        Refusal::ItemAlreadyOpen => {
            pair("Mục này đang mở.", "The item is open already.", LOOK.0, LOOK.1)
        }
        Refusal::ItemSettled => pair("Mục này đã xong.", "The item is settled.", LOOK.0, LOOK.1),
        #[cfg(feature = "desk")]
        Refusal::AnotherItemOpen => pair(
            "Mục khác đang mở.",
            "Another item is open.",
            "Kết thúc mục đang mở trước.",
            "Conclude the open item first.",
        ),
        #[cfg(feature = "desk")]
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
        #[cfg(feature = "desk")]
        Refusal::ObjectionRaised { person } => (
            (
                format!("{} đề nghị thảo luận mục này.", name(person)),
                format!("{} asks for debate on this item.", name(person)),
            ),
            ("Mở mục để thảo luận.", "Open the item for debate."),
        ),
        Refusal::AlreadyRecused => pair(
            "Đã đề nghị không tham gia mục này.",
            "Already recused from this item.",
            LOOK.0,
            LOOK.1,
        ),
        Refusal::Recused => pair(
            "Thành viên đã đề nghị không tham gia mục này không thực hiện được việc này.",
            "One who is recused from the item can't do this.",
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
            "Chờ người đó phát biểu xong.",
            "Wait until the speech ends.",
        ),
        Refusal::FloorFree => {
            pair("Không có ai đang phát biểu.", "Nobody has the floor.", LOOK.0, LOOK.1)
        }
        Refusal::AlreadyWaiting => pair(
            "Đã đăng ký, đang chờ đến lượt.",
            "Already waiting.",
            "Muốn đổi, rút đăng ký cũ trước.",
            "To change it, withdraw the first request.",
        ),
        #[cfg(feature = "desk")]
        Refusal::MotionNotOpenToVote => pair(
            "Nội dung này đã được quyết định hoặc đã rút.",
            "The motion was decided or withdrawn.",
            LOOK.0,
            LOOK.1,
        ),
        #[cfg(feature = "desk")]
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
            "Nhập nội dung để gửi.",
            "Write it, then send.",
        ),
        Refusal::OtherText => pair(
            "Nội dung trên thiết bị này khác nội dung đang biểu quyết.",
            "The text on this device is not the one being voted on.",
            "Thu gọn rồi mở lại màn hình biểu quyết, đọc lại rồi gửi.",
            "Close the voting sheet, open it again, read, then send.",
        ),
        Refusal::RecordingRunning => pair(
            "Đang ghi âm rồi.",
            "A recording is running.",
            "Dừng bản đang ghi trước.",
            "Stop the running one first.",
        ),
        Refusal::NotRecording => {
            pair("Không có bản nào đang ghi.", "Nothing is being recorded.", LOOK.0, LOOK.1)
        }
        Refusal::NotRecordedHere => pair(
            "Nội dung hạn chế thì không ghi âm.",
            "Nothing is recorded while a restricted item is dealt with.",
            "Ghi âm tiếp khi sang nội dung khác.",
            "Record again when the next item begins.",
        ),
        #[cfg(feature = "desk")]
        Refusal::MinutesNotBegun => pair(
            "Chưa có dự thảo biên bản.",
            "There is no draft yet.",
            "Lập dự thảo trước.",
            "Make a draft first.",
        ),
        #[cfg(feature = "desk")]
        Refusal::MinutesApproved => pair(
            "Biên bản đã hoàn tất, không sửa được.",
            "The minutes are finished and can't be edited.",
            "Thư ký mở lại biên bản trước.",
            "The secretary reopens them first.",
        ),
        #[cfg(feature = "desk")]
        Refusal::RecordSentence => pair(
            "Câu này lấy từ hồ sơ phiên họp, không sửa được.",
            "This sentence comes from the record and is not edited.",
            "Muốn bổ sung, thêm một câu khác.",
            "To add something, write another sentence.",
        ),
        #[cfg(feature = "desk")]
        Refusal::NotAdopted => {
            pair("Nội dung này chưa được thông qua.", "The motion was not adopted.", LOOK.0, LOOK.1)
        }
        #[cfg(feature = "desk")]
        Refusal::NotTypeset => pair(
            "Bản PDF chưa xong.",
            "The PDF is not ready.",
            "Chờ một lát rồi thử lại.",
            "Wait a moment, then try again.",
        ),
        #[cfg(feature = "desk")]
        Refusal::AlreadySigned => pair("Văn bản đã ký.", "The document is signed.", LOOK.0, LOOK.1),
        #[cfg(feature = "desk")]
        Refusal::NotSigned => pair(
            "Văn bản chưa ký.",
            "The document is not signed.",
            "Chờ chủ tọa ký.",
            "Wait for the chair to sign.",
        ),
        #[cfg(feature = "desk")]
        Refusal::AlreadyPublished => {
            pair("Văn bản đã công bố.", "The document is published.", LOOK.0, LOOK.1)
        }
        #[cfg(feature = "desk")]
        Refusal::ItemRestricted => pair(
            "Mục này thuộc diện hạn chế phổ biến.",
            "This item is restricted.",
            "Không ghi vào biên bản và không công bố.",
            "It is neither written into the minutes nor published.",
        ),
        #[cfg(not(feature = "desk"))]
        Refusal::NotAllowed { act: Act::Prepare | Act::Report }
        | Refusal::Changed { .. }
        | Refusal::NoSecretary
        | Refusal::TwoChairs
        | Refusal::AgendaEmpty
        | Refusal::NoQuorum { .. }
        | Refusal::ItemAlreadyOpen
        | Refusal::AnotherItemOpen
        | Refusal::ItemsStillOpen { .. }
        | Refusal::ObjectionRaised { .. }
        | Refusal::MotionNotOpenToVote
        | Refusal::SecretBallotUnavailable
        | Refusal::MinutesNotBegun
        | Refusal::MinutesApproved
        | Refusal::RecordSentence
        | Refusal::NotAdopted
        | Refusal::NotTypeset
        | Refusal::AlreadySigned
        | Refusal::NotSigned
        | Refusal::AlreadyPublished
        | Refusal::ItemRestricted => of_the_office(),
    }
}

/// What only the pages of chair and secretary ask for: their program says why, the small one doesn't
/// carry those sentences.
#[cfg(not(feature = "desk"))]
fn of_the_office() -> Pair {
    pair(
        "Yêu cầu chưa được thực hiện: việc này thuộc trang của chủ tọa và thư ký.",
        "This was not done: it belongs to the pages of chair and secretary.",
        "Thực hiện lại tại trang Điều hành; lý do hiển thị ở đó.",
        "Do it again on the page Preside, which says why.",
    )
}

fn unknown(thing: Thing) -> Pair {
    let (vi, en) = match thing {
        Thing::Meeting => ("Phiên họp", "The meeting"),
        Thing::Person => ("Người này", "This person"),
        Thing::Item => ("Mục này", "This item"),
        Thing::Paper => ("Tài liệu này", "This paper"),
        Thing::Motion => ("Nội dung biểu quyết này", "This motion"),
        Thing::Vote => ("Lần biểu quyết này", "This vote"),
        Thing::Request => ("Đăng ký này", "This request"),
        Thing::Recording => ("Bản ghi âm này", "This recording"),
        #[cfg(feature = "desk")]
        Thing::Segment => ("Đoạn này", "This passage"),
        #[cfg(feature = "desk")]
        Thing::Sentence => ("Câu này", "This sentence"),
        #[cfg(feature = "desk")]
        Thing::Decision => ("Quyết định này", "This decision"),
        #[cfg(feature = "desk")]
        Thing::Document => ("Văn bản này", "This document"),
        #[cfg(not(feature = "desk"))]
        Thing::Segment | Thing::Sentence | Thing::Decision | Thing::Document => {
            return of_the_office();
        }
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
        Bound::TooFew => pair("Danh sách không có ai.", "The list names nobody.", LOOK.0, LOOK.1),
        Bound::NotAnIdentifier => {
            pair("Mã không hợp lệ.", "The identifier is not valid.", TELL.0, TELL.1)
        }
        Bound::OutOfRange => {
            pair("Giá trị nằm ngoài giới hạn.", "The value is out of range.", LOOK.0, LOOK.1)
        }
        Bound::Character(code) => (
            (
                format!(
                    "Ký tự U+{code:04X} là ký tự riêng của một phông chữ, máy khác không hiện được."
                ),
                format!(
                    "The character U+{code:04X} belongs to one font alone; other devices can't show it."
                ),
            ),
            (
                "Xóa hoặc thay bằng ký tự khác rồi gửi lại.",
                "Take it out or write another in its place, then send it again.",
            ),
        ),
    }
}
