//! Words of the first page: the next meeting and what waits.

/// Words of the first page.
#[derive(Debug)]
pub struct Home {
    /// Weekday, date: "Hôm nay, thứ Năm, ngày 26 tháng 11 năm 2026"
    pub today: fn(&str, &str) -> String,
    pub upcoming: &'static str,
    pub past: &'static str,
    pub none_title: &'static str,
    pub none_text: &'static str,
    pub enter: &'static str,
    pub read_papers: &'static str,
    pub open_meeting: &'static str,
    /// "Việc chờ tôi: 3"
    pub waiting_for_me: fn(usize) -> String,
    pub nothing_waits: &'static str,
    pub task_enter: &'static str,
    pub task_read: &'static str,
    pub task_prepare: &'static str,
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
    past: "Đã họp",
    none_title: "Chưa có phiên họp nào",
    none_text: "Khi thư ký triệu tập phiên họp có tên mình trong danh sách, phiên họp sẽ hiện ở đây.",
    enter: "Vào họp",
    read_papers: "Đọc tài liệu trước",
    open_meeting: "Xem lại phiên họp",
    waiting_for_me: |count| format!("Việc chờ tôi: {count}"),
    nothing_waits: "Không có việc nào đang chờ.",
    task_enter: "Vào phiên họp đang diễn ra",
    task_read: "Đọc tài liệu trước phiên họp",
    task_prepare: "Hoàn tất chuẩn bị để triệu tập",
    preparing: "đang chuẩn bị",
    convened: "đã triệu tập",
    in_session: "đang họp",
    recess: "đang giải lao",
    closed: "đã bế mạc",
    public_pages: "Trang công khai",
    loading: "Đang tải danh sách phiên họp…",
};

pub(super) const EN: Home = Home {
    today: |weekday, date| format!("Today, {weekday}, {date}"),
    upcoming: "Coming up",
    past: "Past",
    none_title: "There is no meeting for you yet",
    none_text: "When the secretary convenes a meeting that you take part in, it appears here.",
    enter: "Enter the meeting",
    read_papers: "Read the papers first",
    open_meeting: "Look at the meeting",
    waiting_for_me: |count| format!("Waiting for me: {count}"),
    nothing_waits: "Nothing is waiting.",
    task_enter: "Enter the meeting under way",
    task_read: "Read the papers before the meeting",
    task_prepare: "Finish preparing and convene",
    preparing: "being prepared",
    convened: "convened",
    in_session: "in session",
    recess: "in recess",
    closed: "closed",
    public_pages: "Public pages",
    loading: "Loading the meetings…",
};
