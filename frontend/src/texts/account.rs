//! Words of one's own account: the devices that are signed in, and the password.

use icabinet_models::ids::Time;
use icabinet_models::wire::{ErrorCode, SHORTEST_PASSWORD};

use super::Language;
use super::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};
use super::refusals::{self, Saying};
use icabinet_presenter::account::{Lack, SignedInDevice};

/// Words of one's own account.
#[derive(Debug)]
pub struct Account {
    pub title: &'static str,
    pub devices: &'static str,
    pub devices_text: &'static str,
    pub this_device: &'static str,
    pub unknown_device: &'static str,
    pub by_invitation: &'static str,
    /// Clock, date: "Đăng nhập lúc 14:05 ngày 26 tháng 11 năm 2026"
    since: fn(&str, &str) -> String,
    /// "Đăng xuất Chrome, Android"
    pub end: fn(&str) -> String,
    /// "Đã đăng xuất Chrome, Android."
    pub ended: fn(&str) -> String,
    pub no_account: &'static str,
    pub password: &'static str,
    pub password_text: &'static str,
    pub current: &'static str,
    pub new: fn(usize) -> String,
    pub again: &'static str,
    pub change: &'static str,
    pub changing: &'static str,
    pub changed: &'static str,
    current_missing: &'static str,
    too_short: fn(usize) -> String,
    unchanged: &'static str,
    not_repeated: &'static str,
}

pub(super) const VI: Account = Account {
    title: "Tài khoản",
    devices: "Các thiết bị đã đăng nhập",
    devices_text: "Nếu có thiết bị không phải của đồng chí, đề nghị đăng xuất thiết bị đó rồi đổi mật khẩu.",
    this_device: "Thiết bị này",
    unknown_device: "thiết bị chưa rõ tên",
    by_invitation: "vào bằng giấy mời",
    since: |clock, date| format!("Đăng nhập lúc {clock} {date}"),
    end: |device| format!("Đăng xuất {device}"),
    ended: |device| format!("Đã đăng xuất {device}."),
    no_account: "Người vào bằng giấy mời không có tài khoản và mật khẩu.",
    password: "Đổi mật khẩu",
    password_text: "Sau khi đổi, tất cả các thiết bị khác bị đăng xuất, kể cả màn hình phòng họp do đồng chí mở. Thiết bị này vẫn giữ đăng nhập.",
    current: "Mật khẩu hiện tại",
    new: |shortest| format!("Mật khẩu mới (ít nhất {shortest} ký tự)"),
    again: "Nhập lại mật khẩu mới",
    change: "Đổi mật khẩu",
    changing: "Đang đổi mật khẩu…",
    changed: "Đã đổi mật khẩu. Các thiết bị khác đã bị đăng xuất.",
    current_missing: "Nhập mật khẩu hiện tại",
    too_short: |shortest| format!("Nhập mật khẩu mới, ít nhất {shortest} ký tự"),
    unchanged: "Mật khẩu mới phải khác mật khẩu hiện tại",
    not_repeated: "Nhập lại đúng mật khẩu mới",
};

pub(super) const EN: Account = Account {
    title: "Account",
    devices: "Signed-in devices",
    devices_text: "If one of them is not yours, sign it out and change the password.",
    this_device: "This device",
    unknown_device: "a device without a name",
    by_invitation: "came with an invitation",
    since: |clock, date| format!("Signed in at {clock} on {date}"),
    end: |device| format!("Sign out {device}"),
    ended: |device| format!("Signed out: {device}."),
    no_account: "Whoever came with an invitation has no account and no password.",
    password: "Change the password",
    password_text: "Afterwards all other devices are signed out, and so are the room screens that you opened. This device stays signed in.",
    current: "Current password",
    new: |shortest| format!("New password (at least {shortest} characters)"),
    again: "New password again",
    change: "Change the password",
    changing: "Changing the password…",
    changed: "The password is changed. Other devices are signed out.",
    current_missing: "Write the current password",
    too_short: |shortest| format!("Write a new password of at least {shortest} characters"),
    unchanged: "The new password must differ from the current one",
    not_repeated: "Write the new password again as it is",
};

impl Account {
    /// The device's name, as one calls it in a sentence.
    pub fn name_of<'a>(&'a self, device: &'a SignedInDevice) -> &'a str {
        let name = device.device.trim();
        if name.is_empty() { self.unknown_device } else { name }
    }

    /// When, and how, a device was signed in.
    pub fn since_when(&self, device: &SignedInDevice, language: Language) -> String {
        let Time(ms) = device.created;
        let at = LocalTime::at(ms, VIETNAM_OFFSET_MINUTES);
        let since = (self.since)(&at.clock(), &at.official_date(language));
        if device.meeting.is_some() { format!("{since} · {}", self.by_invitation) } else { since }
    }

    /// What the form for a new password still lacks.
    pub fn lack(&self, lack: Lack) -> String {
        match lack {
            Lack::Current => self.current_missing.to_owned(),
            Lack::TooShort => (self.too_short)(SHORTEST_PASSWORD),
            Lack::Unchanged => self.unchanged.to_owned(),
            Lack::NotRepeated => self.not_repeated.to_owned(),
        }
    }
}

/// Why the password was not changed.
pub fn not_changed(code: ErrorCode, language: Language) -> Saying {
    let own = match code {
        ErrorCode::WrongPassword => Some((
            ("Mật khẩu hiện tại không đúng.", "The current password is not right."),
            (
                "Kiểm tra bộ gõ tiếng Việt và phím viết hoa rồi nhập lại.",
                "Check the keyboard's language and capitals, then write it again.",
            ),
        )),
        // What is too short is not sent: it is too long.
        ErrorCode::Malformed | ErrorCode::TooLarge => Some((
            ("Mật khẩu mới quá dài.", "The new password is too long."),
            ("Chọn mật khẩu ngắn hơn.", "Choose a shorter one."),
        )),
        ErrorCode::Busy => Some((
            (
                "Máy chủ đang kiểm tra mật khẩu của nhiều người cùng lúc.",
                "The server is comparing the passwords of many people at this moment.",
            ),
            ("Chờ vài giây rồi thử lại.", "Wait a few seconds, then try again."),
        )),
        ErrorCode::NotSignedIn
        | ErrorCode::WeakPassword
        | ErrorCode::InvitationUsed
        | ErrorCode::TooManyAttempts
        | ErrorCode::TooFast
        | ErrorCode::NotFound
        | ErrorCode::NotAllowed
        | ErrorCode::ForeignOrigin
        | ErrorCode::PageOutdated
        | ErrorCode::WrongMedia
        | ErrorCode::StorageFull
        | ErrorCode::Unavailable
        | ErrorCode::Conflict
        | ErrorCode::RecordWithheld
        | ErrorCode::KeyNotConfirmed
        | ErrorCode::SignatureInvalid
        | ErrorCode::Internal => None,
    };
    let is_safe = pick(("Mật khẩu chưa thay đổi.", "The password was not changed."), language);
    match own {
        Some((what, to_do)) => {
            Saying { what: pick(what, language).to_owned(), is_safe, to_do: pick(to_do, language) }
        }
        None => Saying { is_safe, ..refusals::error(code, language) },
    }
}

/// No answer came: the password may be the new one by now.
pub fn not_known(language: Language) -> Saying {
    let what = (
        "Máy chủ chưa trả lời, chưa biết mật khẩu đã đổi hay chưa.",
        "The server did not answer: whether the password is changed is not known.",
    );
    let is_safe = (
        "Mật khẩu là mật khẩu cũ hoặc mật khẩu mới vừa nhập.",
        "It is the old one or the new one that was written.",
    );
    let to_do = (
        "Đăng nhập bằng mật khẩu mới; nếu không được thì dùng mật khẩu cũ.",
        "Sign in with the new one; if that fails, with the old one.",
    );
    Saying {
        what: pick(what, language).to_owned(),
        is_safe: pick(is_safe, language),
        to_do: pick(to_do, language),
    }
}

fn pick(pair: (&'static str, &'static str), language: Language) -> &'static str {
    match language {
        Language::Vietnamese => pair.0,
        Language::English => pair.1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, not_changed, not_known};
    use icabinet_models::ids::Time;
    use icabinet_models::wire::ErrorCode;
    use icabinet_presenter::account::{Lack, SignedInDevice};
    use std::collections::BTreeSet;

    #[test]
    fn every_way_to_fail_has_its_sentence_and_says_which_password_holds() {
        let codes = [
            ErrorCode::WrongPassword,
            ErrorCode::WeakPassword,
            ErrorCode::Malformed,
            ErrorCode::TooManyAttempts,
            ErrorCode::Busy,
            ErrorCode::Unavailable,
        ];
        for language in [Language::Vietnamese, Language::English] {
            let mut said: BTreeSet<String> =
                codes.iter().map(|code| not_changed(*code, language).what).collect();
            said.insert(not_known(language).what);
            assert_eq!(said.len(), codes.len() + 1);
        }
        let wrong = not_changed(ErrorCode::WrongPassword, Language::Vietnamese);
        assert_eq!(wrong.what, "Mật khẩu hiện tại không đúng.");
        for code in codes {
            let saying = not_changed(code, Language::Vietnamese);
            assert_eq!(saying.is_safe, "Mật khẩu chưa thay đổi.", "{code:?}");
        }
    }

    #[test]
    fn a_device_says_what_it_is_and_since_when() {
        let mut device = SignedInDevice {
            id: "a".to_owned(),
            device: "Chrome, Android".to_owned(),
            meeting: None,
            created: Time(1_795_676_703_000),
            own: false,
        };
        let (vi, en) = (&Language::Vietnamese.texts().account, &Language::English.texts().account);
        assert_eq!(vi.name_of(&device), "Chrome, Android");
        assert_eq!(
            vi.since_when(&device, Language::Vietnamese),
            "Đăng nhập lúc 14:05 ngày\u{a0}26 tháng\u{a0}11 năm\u{a0}2026"
        );
        device.device = " ".to_owned();
        device.meeting = Some("m-1".into());
        assert_eq!(en.name_of(&device), "a device without a name");
        assert_eq!(
            en.since_when(&device, Language::English),
            "Signed in at 14:05 on 26\u{a0}November\u{a0}2026 · came with an invitation"
        );
    }

    #[test]
    fn what_is_lacking_names_the_least_length() {
        let vi = &Language::Vietnamese.texts().account;
        assert_eq!(vi.lack(Lack::TooShort), "Nhập mật khẩu mới, ít nhất 10 ký tự");
    }
}
