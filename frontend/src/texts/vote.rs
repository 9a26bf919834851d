//! Words of the voting sheet. What is voted on comes from the record, never from here.

/// Words of the voting sheet.
#[derive(Debug)]
pub struct Vote {
    pub yes: &'static str,
    pub no: &'static str,
    pub abstain: &'static str,
    pub other: &'static str,
    pub my_opinion: &'static str,
    pub chosen: &'static str,
    pub locked: &'static str,
    pub my_ballot: &'static str,
    pub unsent: &'static str,
    pub not_counted: &'static str,
    pub send: &'static str,
    pub choose_first: &'static str,
    /// "Đã ghi nhận: TÁN THÀNH"
    pub recorded: fn(&str) -> String,
    pub receipt: &'static str,
    pub not_sent_title: &'static str,
    /// Choice, time first kept, attempts: "TÁN THÀNH · giữ trên máy này từ 14:03:21 · lần thử thứ 4"
    pub not_sent_detail: fn(&str, &str, u32) -> String,
    pub lost_title: &'static str,
    /// Closing time, arrival: "Biểu quyết đã đóng lúc 14:05:03; phiếu đến lúc 14:05:09."
    pub lost_detail: fn(&str, &str) -> String,
    /// "Đã bỏ phiếu 5 / 7"
    pub turnout: fn(u32, u32) -> String,
}

pub(super) const VI: Vote = Vote {
    yes: "TÁN THÀNH",
    no: "KHÔNG TÁN THÀNH",
    abstain: "KHÔNG BIỂU QUYẾT",
    other: "Ý KIẾN KHÁC",
    my_opinion: "Ý kiến của tôi",
    chosen: "Đang chọn",
    locked: "đã khóa",
    my_ballot: "Phiếu của tôi",
    unsent: "Chưa gửi",
    not_counted: "không được tính",
    send: "Gửi phiếu",
    choose_first: "Chọn một ý kiến rồi gửi",
    recorded: |choice| format!("Đã ghi nhận: {choice}"),
    receipt: "Biên nhận",
    not_sent_title: "CHƯA gửi – đang thử lại",
    not_sent_detail: |choice, since, attempt| {
        format!("{choice} · giữ trên máy này từ {since} · lần thử thứ {attempt}")
    },
    lost_title: "KHÔNG được ghi nhận",
    lost_detail: |closed, arrived| format!("Biểu quyết đã đóng lúc {closed}; phiếu đến lúc {arrived}."),
    turnout: |cast, all| format!("Đã bỏ phiếu {cast} / {all}"),
};

pub(super) const EN: Vote = Vote {
    yes: "IN FAVOUR",
    no: "AGAINST",
    abstain: "ABSTAIN",
    other: "ANOTHER OPINION",
    my_opinion: "My opinion",
    chosen: "Selected",
    locked: "locked",
    my_ballot: "My ballot",
    unsent: "Not sent yet",
    not_counted: "not counted",
    send: "Send ballot",
    choose_first: "Choose an opinion, then send",
    recorded: |choice| format!("Recorded: {choice}"),
    receipt: "Receipt",
    not_sent_title: "NOT sent yet – trying again",
    not_sent_detail: |choice, since, attempt| format!("{choice} · kept on this device since {since} · attempt {attempt}"),
    lost_title: "NOT recorded",
    lost_detail: |closed, arrived| format!("The vote closed at {closed}; the ballot arrived at {arrived}."),
    turnout: |cast, all| format!("{cast} of {all} have voted"),
};
