//! Words of recording on a device.

/// Words of recording on a device.
#[derive(Debug)]
pub struct Recording {
    pub title: &'static str,
    pub start: &'static str,
    pub stop: &'static str,
    pub resume: &'static str,
    pub left: &'static str,
    pub finish: &'static str,
    /// "Đang ghi âm từ 08:03"
    pub on: fn(&str) -> String,
    /// "Đang ghi trên thiết bị của ông Thạch"
    pub others: fn(&str) -> String,
    pub opening: &'static str,
    pub finishing: &'static str,
    pub flat: &'static str,
    /// Seconds that are not stored on the server.
    pub unsent: fn(usize) -> String,
    pub stored: &'static str,
    pub level: &'static str,
    pub not_secure: &'static str,
    pub refused: &'static str,
    pub unsupported: &'static str,
    /// For who holds the floor.
    pub start_mine: &'static str,
    /// On every screen of the room while it is being recorded.
    pub mark: &'static str,
    /// In its place while no sound arrives.
    pub silent: &'static str,
    /// From another page to the meeting that is recorded.
    pub back: &'static str,
}

pub(super) const VI: Recording = Recording {
    title: "Ghi âm",
    start: "Bắt đầu ghi âm",
    stop: "Dừng ghi âm",
    resume: "Ghi tiếp",
    left: "Bản ghi trước chưa kết thúc: thiết bị này đã đóng trang khi đang ghi.",
    finish: "Kết thúc bản ghi",
    on: |time| format!("Đang ghi âm từ {time}"),
    others: |names| format!("Đang ghi trên thiết bị của {names}"),
    opening: "Đang mở micrô…",
    finishing: "Đang gửi phần cuối…",
    flat: "Micrô không có tiếng. Kiểm tra dây, nút tắt tiếng và micrô đã chọn.",
    unsent: |seconds| format!("Còn {seconds} giây giữ trên thiết bị này, đang gửi"),
    stored: "Đã lưu trên máy chủ",
    level: "Mức âm",
    not_secure: "Trình duyệt chỉ cho ghi âm qua HTTPS. Hỏi người quản trị.",
    refused: "Trình duyệt chưa cho dùng micrô, hoặc máy không có micrô. Cho phép ở thanh địa chỉ rồi bấm lại.",
    unsupported: "Trình duyệt này không ghi âm được. Dùng Chrome, Edge, Firefox hoặc Safari mới.",
    start_mine: "Ghi âm lời tôi phát biểu",
    mark: "Đang ghi âm",
    silent: "Đang ghi âm: không có tiếng",
    back: "Về phiên họp",
};

pub(super) const EN: Recording = Recording {
    title: "Recording",
    start: "Start recording",
    stop: "Stop recording",
    resume: "Go on recording",
    left: "A recording was left running when this page was closed.",
    finish: "End the recording",
    on: |time| format!("Recording since {time}"),
    others: |names| format!("Recording on the device of {names}"),
    opening: "Asking for the microphone…",
    finishing: "Sending the last part…",
    flat: "Nothing comes from the microphone. Check the cable, its mute switch and which one is chosen.",
    unsent: |seconds| format!("{seconds} seconds are on this device, being sent"),
    stored: "Stored on the server",
    level: "Level",
    not_secure: "Browsers record over HTTPS only. Ask the administrator.",
    refused: "The microphone is not allowed, or there is none. Allow it beside the address, then press again.",
    unsupported: "This browser can't record. Use a recent Chrome, Edge, Firefox or Safari.",
    start_mine: "Record what I say",
    mark: "Being recorded",
    silent: "Being recorded: no sound",
    back: "Back to the meeting",
};
