//! What errors of the HTTP interface mean, and why a paper can't be shown.

use icabinet_models::papers::{MissingPages, PaperFault};
use icabinet_models::wire::{ErrorCode, UsedOn};

use super::{LOOK, NOTHING_CHANGED, Saying, TELL, pair, pick};
use crate::texts::Language;
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};

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
        ErrorCode::InvitationUsed => pair(
            "Giấy mời này đã được dùng trên một thiết bị khác.",
            "This invitation was used on another device.",
            "Mở lại bằng thiết bị đã dùng, hoặc đề nghị Thư ký cấp giấy mời mới.",
            "Open it on that device, or ask the secretary for a new one.",
        ),
        #[cfg(feature = "desk")]
        ErrorCode::WeakPassword => pair(
            "Mật khẩu này dễ đoán.",
            "This password is easily guessed.",
            "Chọn vài từ không liên quan đến mình, hoặc dài hơn.",
            "Choose some words that have nothing to do with you, or a longer one.",
        ),
        ErrorCode::Busy => pair(
            "Đang có nhiều người đăng nhập cùng lúc.",
            "Many people are signing in at this moment.",
            "Chờ vài giây rồi thử lại.",
            "Wait a few seconds, then try again.",
        ),
        ErrorCode::TooManyAttempts => pair(
            "Đã thử sai nhiều lần, máy chủ tạm dừng nhận.",
            "Too many wrong attempts; the server takes no more for now.",
            "Chờ vài phút rồi thử lại.",
            "Wait a few minutes, then try again.",
        ),
        ErrorCode::TooFast => pair(
            "Máy này đang gửi quá nhanh, máy chủ chưa nhận.",
            "This device sends too fast; the server has not taken it.",
            again.0,
            again.1,
        ),
        ErrorCode::NotFound => pair(
            "Không có nội dung này.",
            "There is no such thing.",
            "Về trang chủ.",
            "Go to the home page.",
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
        ErrorCode::PageOutdated => pair(
            "Máy chủ đã có phiên bản mới, trang này chưa có.",
            "The server has a newer version than this page.",
            "Tải lại trang.",
            "Load the page again.",
        ),
        ErrorCode::Malformed => pair(
            "Máy chủ không hiểu yêu cầu của trang này.",
            "The server did not understand this page.",
            "Tải lại trang.",
            "Load the page again.",
        ),
        #[cfg(feature = "desk")]
        ErrorCode::TooLarge => pair(
            "Tệp quá lớn.",
            "The file is too large.",
            "Chọn tệp nhỏ hơn.",
            "Choose a smaller one.",
        ),
        #[cfg(feature = "desk")]
        ErrorCode::WrongMedia => pair(
            "Loại tệp không dùng được.",
            "This kind of file can't be used.",
            "Dùng tệp PDF.",
            "Use a PDF.",
        ),
        #[cfg(feature = "desk")]
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
        #[cfg(feature = "desk")]
        ErrorCode::RecordWithheld => pair(
            "Hồ sơ này do phiên bản cũ ghi; từ đó có thể tính ra phiếu của lượt biểu quyết đã hủy.",
            "An older version wrote this record; the ballots of a voided vote could be computed from it.",
            "Đề nghị người quản trị máy chủ xuất và giữ hồ sơ.",
            "Ask whoever keeps the server to export it and to keep it.",
        ),
        #[cfg(feature = "desk")]
        ErrorCode::KeyNotConfirmed => pair(
            "Khóa ký số của thiết bị này chưa được xác nhận.",
            "The signing key of this device is not confirmed.",
            "Đề nghị Thư ký xác nhận khóa ký số.",
            "Ask the secretary to confirm it.",
        ),
        #[cfg(feature = "desk")]
        ErrorCode::SignatureInvalid => {
            pair("Chữ ký không hợp lệ.", "The signature is not valid.", "Ký lại.", "Sign again.")
        }
        #[cfg(not(feature = "desk"))]
        ErrorCode::WeakPassword
        | ErrorCode::TooLarge
        | ErrorCode::WrongMedia
        | ErrorCode::StorageFull
        | ErrorCode::RecordWithheld
        | ErrorCode::KeyNotConfirmed
        | ErrorCode::SignatureInvalid => pair(
            "Máy chủ chưa thực hiện yêu cầu này.",
            "The server did not do this.",
            admin.0,
            admin.1,
        ),
        ErrorCode::Internal => pair("Máy chủ gặp lỗi.", "The server failed.", admin.0, admin.1),
    };
    pick(said, NOTHING_CHANGED, language)
}

/// An invitation that was used before: on which device, and when, so that one finds it or knows that
/// it was somebody else.
pub fn used(used: &UsedOn, language: Language) -> Saying {
    let at = LocalTime::at(used.at.0, VIETNAM_OFFSET_MINUTES);
    let (clock, day) = (at.clock(), at.official_date(language));
    let mut saying = error(ErrorCode::InvitationUsed, language);
    saying.what = match (language, used.device.as_str()) {
        (Language::Vietnamese, "") => {
            format!("Giấy mời này đã được dùng trên một máy khác lúc {clock} {day}.")
        }
        (Language::Vietnamese, device) => {
            format!("Giấy mời này đã được dùng trên máy khác ({device}) lúc {clock} {day}.")
        }
        (Language::English, "") => {
            format!("This invitation was used on another device at {clock} on {day}.")
        }
        (Language::English, device) => {
            format!("This invitation was used on another device ({device}) at {clock} on {day}.")
        }
    };
    saying
}

/// No answer came.
pub fn unreachable(language: Language) -> Saying {
    let said = pair(
        "Thiết bị này không liên lạc được với máy chủ.",
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
        PaperFault::XfaForm => (
            "biểu mẫu động (XFA) chỉ Adobe Reader mở được: hãy in ra PDF rồi tải lên lại",
            "a dynamic form (XFA) that only Adobe Reader shows: print it to a PDF and upload that",
        ),
    };
    // Pages are counted from 0 in the log and from 1 by people.
    match (language, page.map(|page| page.saturating_add(1))) {
        (Language::Vietnamese, Some(page)) => format!("{vi} (trang {page})"),
        (Language::Vietnamese, None) => vi.to_owned(),
        (Language::English, Some(page)) => format!("{en} (page {page})"),
        (Language::English, None) => en.to_owned(),
    }
}

/// Why one page (counted from 0) can't be shown while others can.
pub fn page(page: u32, fault: PaperFault, language: Language) -> String {
    let (vi, en) = match fault {
        PaperFault::PageTooLarge => ("khổ giấy quá lớn", "its size is too large"),
        PaperFault::TookTooLong => ("chuyển quá lâu nên dừng", "it took too long"),
        PaperFault::WorkerFailed | PaperFault::EngineMissing => {
            ("không chuyển được thành hình", "it could not be turned into a picture")
        }
        PaperFault::NotAPdf
        | PaperFault::Empty
        | PaperFault::Damaged
        | PaperFault::Encrypted
        | PaperFault::TooLarge
        | PaperFault::TooManyPages
        | PaperFault::XfaForm => ("trang bị hỏng", "it is damaged"),
    };
    let number = page.saturating_add(1);
    match language {
        Language::Vietnamese => format!("Trang {number} không hiển thị được: {vi}"),
        Language::English => format!("Page {number} can't be shown: {en}"),
    }
}

/// The pages that can't be shown, the first three by name; `None` where all can.
pub fn pages(missing: &MissingPages, language: Language) -> Option<String> {
    const NAMED: usize = 3;
    let named = missing.iter().take(NAMED).map(|(number, fault)| page(*number, *fault, language));
    let mut said: Vec<String> = named.collect();
    match (missing.len().saturating_sub(NAMED), language) {
        (0, _) => {}
        (more, Language::Vietnamese) => said.push(format!("và {more} trang khác")),
        (more, Language::English) => said.push(format!("and {more} more")),
    }
    (!said.is_empty()).then(|| said.join("; "))
}
