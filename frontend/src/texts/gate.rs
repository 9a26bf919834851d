//! Words of signing in.

/// Words of signing in.
#[derive(Debug)]
pub struct Gate {
    pub title: &'static str,
    pub room: &'static str,
    pub login: &'static str,
    pub password: &'static str,
    pub sign_in: &'static str,
    pub signing_in: &'static str,
    pub sign_out: &'static str,
    pub demo_title: &'static str,
    pub demo_note: &'static str,
    pub with_password: &'static str,
    pub expired_title: &'static str,
    pub expired_text: &'static str,
    pub asking: &'static str,
    pub unreachable_kind: &'static str,
    pub unreachable_title: &'static str,
}

pub(super) const VI: Gate = Gate {
    title: "Đăng nhập",
    room: "Phòng họp không giấy",
    login: "Tên đăng nhập",
    password: "Mật khẩu",
    sign_in: "Đăng nhập",
    signing_in: "Đang đăng nhập…",
    sign_out: "Đăng xuất",
    demo_title: "Bản dùng thử: chọn người để vào",
    demo_note: "Đơn vị, nhân vật và số liệu đều là hư cấu, không có giá trị pháp lý.",
    with_password: "Dùng tên và mật khẩu",
    expired_title: "Cần đăng nhập lại",
    expired_text: "Phiên làm việc đã hết hạn. Trang này giữ nguyên, việc đang làm không mất.",
    asking: "Đang hỏi máy chủ…",
    unreachable_kind: "Chưa vào được phòng họp",
    unreachable_title: "Không liên lạc được với máy chủ",
};

pub(super) const EN: Gate = Gate {
    title: "Sign in",
    room: "The paperless meeting room",
    login: "Sign-in name",
    password: "Password",
    sign_in: "Sign in",
    signing_in: "Signing in…",
    sign_out: "Sign out",
    demo_title: "Demo: choose who you are",
    demo_note: "Bodies, people and figures are fictional and have no legal force.",
    with_password: "Use a name and a password",
    expired_title: "Please sign in again",
    expired_text: "Your session has ended. This page stays as it is; nothing you were doing is lost.",
    asking: "Asking the server…",
    unreachable_kind: "The meeting room is not open yet",
    unreachable_title: "The server can't be reached",
};
