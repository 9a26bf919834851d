//! Words of the screen in the room. Short: the last row reads them.

/// Words of the screen in the room.
#[derive(Debug)]
pub struct Screen {
    pub connecting: &'static str,
    pub not_signed_in: &'static str,
    pub not_signed_in_text: &'static str,
    /// "lúc 14:05" after the mark of a lost connection.
    pub last_known: fn(&str) -> String,
    pub soon: &'static str,
    pub recess: &'static str,
    /// "từ 09:40"
    pub since: fn(&str) -> String,
    pub closed: &'static str,
    /// "lúc 11:32"
    pub at: fn(&str) -> String,
    pub next_item: &'static str,
    pub presenter: &'static str,
    pub voting: &'static str,
    /// "Đã bỏ phiếu 5 / 7"
    pub cast: fn(u32, u32) -> String,
    /// "Mục 3."
    pub item: fn(usize) -> String,
    pub minutes_signed: &'static str,
    pub decision_signed: &'static str,
    pub signed_note: &'static str,
    pub welcome: &'static str,
}

pub(super) const VI: Screen = Screen {
    connecting: "Đang kết nối phòng họp…",
    not_signed_in: "Màn hình này chưa được mở cho phiên họp",
    not_signed_in_text: "Thư ký mở trang Điều hành của phiên họp, chọn “Thao tác khác”, “Màn hình phòng họp”, rồi mở địa chỉ đó trên thiết bị này.",
    last_known: |time| format!("mất kết nối, hình lúc {time}"),
    soon: "Sắp khai mạc",
    recess: "PHIÊN HỌP TẠM NGHỈ",
    since: |time| format!("từ {time}"),
    closed: "BẾ MẠC",
    at: |time| format!("lúc {time}"),
    next_item: "Mục tiếp theo",
    presenter: "Trình bày",
    voting: "ĐANG BIỂU QUYẾT",
    cast: |cast, all| format!("Đã bỏ phiếu {cast} / {all}"),
    item: |number| format!("Mục {number}."),
    minutes_signed: "Biên bản đã được ký số",
    decision_signed: "Quyết định đã được ký số",
    signed_note: "Dấu vân tay của văn bản, ký",
    welcome: "Chào mừng các đại biểu",
};

pub(super) const EN: Screen = Screen {
    connecting: "Connecting to the meeting…",
    not_signed_in: "This screen was not opened for the meeting",
    not_signed_in_text: "The secretary opens the page Preside, chooses “More”, “Room screen” and opens that address on this machine.",
    last_known: |time| format!("connection lost, picture of {time}"),
    soon: "About to open",
    recess: "RECESS",
    since: |time| format!("since {time}"),
    closed: "CLOSED",
    at: |time| format!("at {time}"),
    next_item: "Next item",
    presenter: "Presented by",
    voting: "VOTE OPEN",
    cast: |cast, all| format!("{cast} of {all} have voted"),
    item: |number| format!("Item {number}."),
    minutes_signed: "The minutes were signed",
    decision_signed: "A decision was signed",
    signed_note: "The document's fingerprint, signed",
    welcome: "Welcome",
};
