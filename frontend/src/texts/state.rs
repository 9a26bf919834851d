//! How things stand: connection, saving, time, presence, errors.

/// Words for how things stand.
#[derive(Debug)]
pub struct State {
    pub connected: &'static str,
    pub disconnected: &'static str,
    /// "Mất kết nối từ 14:05."
    pub disconnected_since: fn(&str) -> String,
    pub reading_works: &'static str,
    pub kept_here: &'static str,
    /// "Đã tải đủ 12/12"
    pub pack_complete: fn(u32, u32) -> String,
    /// "Đang tải 7/12"
    pub pack_loading: fn(u32, u32) -> String,
    pub saving: &'static str,
    /// "Trên thiết bị 14:02:08"
    pub saved_here: fn(&str) -> String,
    /// "Trên máy chủ 14:02:09"
    pub saved_there: fn(&str) -> String,
    /// "Chưa lưu: thiết bị hết dung lượng"
    pub not_saved: fn(&str) -> String,
    pub time_left: &'static str,
    pub time_soon: &'static str,
    pub time_over: &'static str,
    pub time_closed: &'static str,
    pub present: &'static str,
    pub in_session: &'static str,
    pub what_happened: &'static str,
    pub is_work_safe: &'static str,
    pub what_to_do: &'static str,
    pub code: &'static str,
}

pub(super) const VI: State = State {
    connected: "Đã kết nối",
    disconnected: "Mất kết nối",
    disconnected_since: |time| format!("Mất kết nối từ {time}."),
    reading_works: "Vẫn đọc được những trang đã mở; màn hình giữ những gì biết lần cuối.",
    kept_here: "Nội dung chưa gửi được giữ trên thiết bị này và tự gửi khi có mạng trở lại.",
    pack_complete: |got, all| format!("Đã tải đủ {got}/{all}"),
    pack_loading: |got, all| format!("Đang tải {got}/{all}"),
    saving: "Đang ghi…",
    saved_here: |time| format!("Trên thiết bị {time}"),
    saved_there: |time| format!("Trên máy chủ {time}"),
    not_saved: |why| format!("Chưa lưu: {why}"),
    time_left: "còn lại",
    time_soon: "sắp hết",
    time_over: "quá giờ",
    time_closed: "đã đóng",
    present: "có mặt",
    in_session: "Đang họp",
    what_happened: "Chuyện gì",
    is_work_safe: "Việc đã làm",
    what_to_do: "Cần làm",
    code: "Mã",
};

pub(super) const EN: State = State {
    connected: "Connected",
    disconnected: "Disconnected",
    disconnected_since: |time| format!("Disconnected since {time}."),
    reading_works: "Pages you opened can still be read; the screen shows what was known last.",
    kept_here: "What is not sent is kept on this device and goes out by itself.",
    pack_complete: |got, all| format!("All here {got}/{all}"),
    pack_loading: |got, all| format!("Loading {got}/{all}"),
    saving: "Writing…",
    saved_here: |time| format!("On this device {time}"),
    saved_there: |time| format!("On the server {time}"),
    not_saved: |why| format!("Not saved: {why}"),
    time_left: "left",
    time_soon: "nearly over",
    time_over: "over time",
    time_closed: "closed",
    present: "present",
    in_session: "In session",
    what_happened: "What happened",
    is_work_safe: "Your work",
    what_to_do: "What to do",
    code: "Code",
};
