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
    pub my_ballot: &'static str,
    pub unsent: &'static str,
    pub not_counted: &'static str,
    pub send: &'static str,
    pub choose_first: &'static str,
    /// "Đã ghi nhận: TÁN THÀNH"
    pub recorded: fn(&str) -> String,
    pub receipt: &'static str,
    pub not_sent_title: &'static str,
    /// Choice, time first kept, attempts: "TÁN THÀNH · giữ trên thiết bị này từ 14:03:21 · lần thử thứ 4"
    pub not_sent_detail: fn(&str, &str, u32) -> String,
    pub lost_title: &'static str,
    /// Closing time, arrival: "Biểu quyết đã đóng lúc 14:05:03; phiếu đến lúc 14:05:09."
    pub lost_detail: fn(&str, &str) -> String,
    /// "Đã bỏ phiếu 5 / 7"
    pub turnout: fn(u32, u32) -> String,
    pub sending: &'static str,
    /// "Đang gửi: TÁN THÀNH"
    pub sending_title: fn(&str) -> String,
    pub sending_detail: &'static str,
    /// "Mục 3 · Biểu quyết công khai"
    pub of_item: fn(usize) -> String,
    pub of_meeting: &'static str,
    /// Over the text of a motion that belongs to no item.
    pub heading: &'static str,
    pub text_code: &'static str,
    /// Puts the sheet away; "Đóng biểu quyết" is another thing.
    pub put_away: &'static str,
    pub how_to: &'static str,
    pub opinion_label: &'static str,
    pub opinion_missing: &'static str,
    pub with_text: &'static str,
    pub unsent_help: &'static str,
    pub lost_help: &'static str,
    pub may_change: &'static str,
    pub fixed: &'static str,
    pub change: &'static str,
    pub changing: &'static str,
    /// The voting closed; refusal in words, arrival.
    pub refused_detail: fn(&str, &str) -> String,
    pub read_on: &'static str,
    /// When another device of the same person sent the ballot.
    pub voted_elsewhere: fn(&str) -> String,
    /// The choice that this device sent after that.
    pub other_not_counted: fn(&str) -> String,
}

pub(super) const VI: Vote = Vote {
    yes: "TÁN THÀNH",
    no: "KHÔNG TÁN THÀNH",
    abstain: "KHÔNG BIỂU QUYẾT",
    other: "Ý KIẾN KHÁC",
    my_opinion: "Ý kiến của tôi",
    chosen: "Đang chọn",
    my_ballot: "Phiếu của tôi",
    unsent: "Chưa gửi",
    not_counted: "không được tính",
    send: "Gửi phiếu",
    choose_first: "Chọn một ý kiến rồi gửi",
    recorded: |choice| format!("Đã ghi nhận: {}", choice.replace(' ', "\u{a0}")),
    receipt: "Biên nhận",
    not_sent_title: "CHƯA gửi – đang thử lại",
    not_sent_detail: |choice, since, attempt| {
        format!("{choice} · giữ trên thiết bị này từ {since} · lần thử thứ {attempt}")
    },
    lost_title: "KHÔNG được ghi nhận",
    lost_detail: |closed, arrived| {
        format!("Biểu quyết đã đóng lúc {closed}; phiếu đến lúc {arrived}.")
    },
    turnout: |cast, all| format!("Đã bỏ phiếu {cast} / {all}"),
    sending: "Đang gửi",
    sending_title: |choice| format!("Đang gửi: {}", choice.replace(' ', "\u{a0}")),
    sending_detail: "Chưa có biên nhận thì phiếu chưa được ghi nhận.",
    of_item: |item| format!("Mục {item} · Biểu quyết công khai"),
    of_meeting: "Biểu quyết công khai",
    heading: "Nội dung ngoài chương trình",
    text_code: "Mã nội dung biểu quyết:",
    put_away: "Để sau",
    how_to: "Chạm để chọn, chạm Gửi phiếu để gửi. Phiếu chỉ được ghi nhận sau khi gửi.",
    opinion_label: "Nội dung ý kiến khác, ghi vào biên bản",
    opinion_missing: "Nhập nội dung ý kiến để gửi",
    with_text: "kèm nội dung",
    unsent_help: "Phiếu chỉ được tính khi đến máy chủ trước lúc đóng biểu quyết. Không cần gửi lại.",
    lost_help: "Biên bản ghi: không bỏ phiếu. Muốn nêu ý kiến, hãy đăng ký phát biểu.",
    may_change: "Được đổi phiếu đến khi chủ tọa đóng biểu quyết.",
    fixed: "Phiếu đã gửi thì không đổi được nữa.",
    change: "Đổi phiếu",
    changing: "Phiếu trước vẫn được tính đến khi phiếu mới được ghi nhận.",
    refused_detail: |why, arrived| format!("{why} Phiếu đến lúc {arrived}."),
    read_on: "Đọc tiếp",
    voted_elsewhere: |time| format!("Đồng chí đã bỏ phiếu lúc {time} trên thiết bị khác."),
    other_not_counted: |choice| {
        format!("Lựa chọn {choice} gửi sau từ thiết bị này không được tính.")
    },
};

pub(super) const EN: Vote = Vote {
    yes: "IN FAVOUR",
    no: "AGAINST",
    abstain: "ABSTAIN",
    other: "ANOTHER OPINION",
    my_opinion: "My opinion",
    chosen: "Selected",
    my_ballot: "My ballot",
    unsent: "Not sent yet",
    not_counted: "not counted",
    send: "Send ballot",
    choose_first: "Choose an opinion, then send",
    recorded: |choice| format!("Recorded: {choice}"),
    receipt: "Receipt",
    not_sent_title: "NOT sent yet – trying again",
    not_sent_detail: |choice, since, attempt| {
        format!("{choice} · kept on this device since {since} · attempt {attempt}")
    },
    lost_title: "NOT recorded",
    lost_detail: |closed, arrived| {
        format!("The vote closed at {closed}; the ballot arrived at {arrived}.")
    },
    turnout: |cast, all| format!("{cast} of {all} have voted"),
    sending: "Sending",
    sending_title: |choice| format!("Sending: {choice}"),
    sending_detail: "Without a receipt the ballot is not recorded.",
    of_item: |item| format!("Item {item} · Open ballot"),
    of_meeting: "Open ballot",
    heading: "Outside the agenda",
    text_code: "Motion code:",
    put_away: "Later",
    how_to: "Tap to choose, tap Send ballot to send. Nothing counts until it is sent.",
    opinion_label: "Text of the other opinion, for the minutes",
    opinion_missing: "Write the opinion, then send",
    with_text: "with a text",
    unsent_help: "The ballot counts only if it reaches the server before the vote closes. There is no need to send again.",
    lost_help: "The minutes say: no ballot. To be heard, ask to speak.",
    may_change: "The ballot can be changed until the chair closes the vote.",
    fixed: "A ballot that was sent can't be changed.",
    change: "Change ballot",
    changing: "The first ballot counts until the new one is recorded.",
    refused_detail: |why, arrived| format!("{why} The ballot arrived at {arrived}."),
    read_on: "Read on",
    voted_elsewhere: |time| format!("You voted at {time} on another device."),
    other_not_counted: |choice| format!("{choice}, sent from this device since, does not count."),
};
