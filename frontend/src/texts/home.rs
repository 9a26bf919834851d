//! Words of the first page: the next meeting and what waits.

use icabinet_models::decisions::Instrument;
use icabinet_models::waiting::Wait;

/// Words of the first page.
#[derive(Debug)]
pub struct Home {
    /// Weekday, date: "Hôm nay, thứ Năm, ngày 26 tháng 11 năm 2026"
    pub today: fn(&str, &str) -> String,
    pub upcoming: &'static str,
    pub new_meeting: &'static str,
    pub keys_title: &'static str,
    pub past: &'static str,
    /// Brings the meetings before these.
    pub older: &'static str,
    pub none_title: &'static str,
    pub none_text: &'static str,
    /// The same for an organiser, who can make one.
    pub none_organiser: &'static str,
    pub enter: &'static str,
    pub read_papers: &'static str,
    /// "Việc chờ tôi: 3"
    pub waiting_for_me: fn(usize) -> String,
    pub nothing_waits: &'static str,
    pub task_enter: &'static str,
    pub task_read: &'static str,
    pub task_prepare: &'static str,
    /// What waits in a meeting: the chair, a signature, a publication, keys.
    pub task_preside: &'static str,
    pub task_take_chair: &'static str,
    pub task_sign_minutes: &'static str,
    pub task_sign_decision: &'static str,
    pub task_publish_minutes: &'static str,
    pub task_publish_decision: &'static str,
    pub task_keys: fn(usize) -> String,
    pub continue_preparing: &'static str,
    pub preparing: &'static str,
    pub convened: &'static str,
    pub in_session: &'static str,
    pub recess: &'static str,
    pub closed: &'static str,
    pub public_pages: &'static str,
    pub loading: &'static str,
}

pub(super) const VI: Home = Home {
    today: |weekday, date| format!("Hôm nay, {weekday}, {date}"),
    upcoming: "Sắp tới",
    new_meeting: "Tạo phiên họp",
    keys_title: "Khóa ký số",
    past: "Đã họp",
    older: "Cũ hơn",
    none_title: "Chưa có phiên họp nào",
    none_text: "Các phiên họp đồng chí được mời sẽ hiển thị tại đây.",
    none_organiser: "Tạo phiên họp đầu tiên: nhập tên, thời gian và thành phần trước; chương trình và tài liệu ở bước sau.",
    enter: "Vào họp",
    read_papers: "Đọc tài liệu trước",
    waiting_for_me: |count| format!("Việc chờ tôi: {count}"),
    nothing_waits: "Không có việc nào đang chờ.",
    task_enter: "Vào phiên họp đang diễn ra",
    task_read: "Đọc tài liệu trước phiên họp",
    task_prepare: "Hoàn tất chuẩn bị để phát hành",
    task_preside: "Chủ trì phiên họp đang diễn ra",
    task_take_chair: "Nhận quyền chủ tọa: chủ tọa vắng mặt hoặc không tham gia nội dung này",
    task_sign_minutes: "Ký biên bản",
    task_sign_decision: "Ký quyết định",
    task_publish_minutes: "Công bố biên bản đã ký",
    task_publish_decision: "Công bố quyết định đã ký",
    task_keys: |count| format!("Xác nhận khóa ký số: {count}"),
    continue_preparing: "Tiếp tục chuẩn bị",
    preparing: "đang chuẩn bị",
    convened: "đã phát hành",
    in_session: "đang họp",
    recess: "đang tạm nghỉ",
    closed: "đã bế mạc",
    public_pages: "Trang công khai",
    loading: "Đang tải danh sách phiên họp…",
};

pub(super) const EN: Home = Home {
    today: |weekday, date| format!("Today, {weekday}, {date}"),
    upcoming: "Coming up",
    new_meeting: "New meeting",
    keys_title: "Signing keys",
    past: "Past",
    older: "Older",
    none_title: "There is no meeting for you yet",
    none_text: "Meetings to which you are invited appear here.",
    none_organiser: "Make the first meeting: its name, time and people first; agenda and papers come next.",
    enter: "Enter the meeting",
    read_papers: "Read the papers first",
    waiting_for_me: |count| format!("Waiting for me: {count}"),
    nothing_waits: "Nothing is waiting.",
    task_enter: "Enter the meeting under way",
    task_read: "Read the papers before the meeting",
    task_prepare: "Finish preparing and convene",
    task_preside: "Preside over the session under way",
    task_take_chair: "Take the chair: the chair is away, or takes no part in this item",
    task_sign_minutes: "Sign the minutes",
    task_sign_decision: "Sign a decision",
    task_publish_minutes: "Publish the signed minutes",
    task_publish_decision: "Publish a signed decision",
    task_keys: |count| format!("Confirm signing keys: {count}"),
    continue_preparing: "Go on preparing",
    preparing: "being prepared",
    convened: "convened",
    in_session: "in session",
    recess: "in recess",
    closed: "closed",
    public_pages: "Public pages",
    loading: "Loading the meetings…",
};

impl Home {
    /// What waits, in words.
    pub fn task_of(&self, wait: Wait) -> &'static str {
        match wait {
            Wait::Preside => self.task_preside,
            Wait::TakeChair => self.task_take_chair,
            Wait::Sign(Instrument::Minutes) => self.task_sign_minutes,
            Wait::Sign(Instrument::Decision(_)) => self.task_sign_decision,
            Wait::Publish(Instrument::Minutes) => self.task_publish_minutes,
            Wait::Publish(Instrument::Decision(_)) => self.task_publish_decision,
        }
    }
}
