//! Lists of people that are brought in: what was read, what its columns mean, what is wrong in it.

use icabinet_models::lists::{Fault, FaultCode, Meaning};

use super::Language;

/// The sheet that shows a list.
#[derive(Debug)]
pub struct Lists {
    pub text: &'static str,
    pub file: &'static str,
    pub paste: &'static str,
    pub look_at_pasted: &'static str,
    pub missing: &'static str,
    pub nothing: &'static str,
    pub reading: &'static str,
    pub tab: &'static str,
    pub hidden: &'static str,
    pub columns: &'static str,
    pub columns_text: &'static str,
    /// "Cột C"
    pub column: fn(&str) -> String,
    pub not_read: &'static str,
    pub headings: &'static str,
    /// "Dòng 3"
    pub headings_in: fn(u32) -> String,
    pub no_headings: &'static str,
    pub usual_role: &'static str,
    /// "Thêm 40 người"
    pub add: fn(usize) -> String,
    /// "Đang thêm 12 / 40"
    pub adding: fn(usize, usize) -> String,
    /// "Đã thêm 40 người."
    pub added: fn(usize) -> String,
    /// To be added, on the list already, without a part, faulty.
    pub summary: fn(usize, usize, usize, usize) -> String,
    /// "dòng 18"
    pub line: fn(u32) -> String,
    /// "ô B7"
    pub cell: fn(&str) -> String,
    pub more: fn(usize) -> String,
    pub no_account: &'static str,
    pub here: &'static str,
    pub no_part: &'static str,
    /// What a text is written in.
    pub written_in: fn(&str) -> String,
    pub nobody_added: &'static str,
    pub too_large: &'static str,
}

pub(super) const VI: Lists = Lists {
    text: "Chọn tệp bảng tính (Excel, LibreOffice) hoặc CSV, hoặc chép các ô rồi dán vào đây. Chỉ cần một cột họ và tên; cột khác có thì đọc. Chưa ai được thêm cho đến khi bấm nút.",
    file: "Chọn tệp danh sách",
    paste: "Hoặc dán danh sách",
    look_at_pasted: "Xem danh sách đã dán",
    missing: "Chọn tệp hoặc dán danh sách",
    nothing: "Không có ai để thêm",
    reading: "Đang đọc danh sách",
    tab: "Trang tính",
    hidden: "đang ẩn",
    columns: "Các cột",
    columns_text: "Cột nào hiểu sai thì chọn lại.",
    column: |letter| format!("Cột {letter}"),
    not_read: "Không đọc",
    headings: "Tên cột",
    headings_in: |row| format!("Ở dòng {row}"),
    no_headings: "Không có dòng tên cột",
    usual_role: "Vai trò khi danh sách không ghi",
    add: |count| format!("Thêm {count} người"),
    adding: |done, all| format!("Đang thêm {done} / {all}"),
    added: |count| format!("Đã thêm {count} người."),
    summary: |new, here, apart, faulty| {
        let mut parts = vec![format!("Thêm được {new} người")];
        if here > 0 {
            parts.push(format!("{here} đã có"));
        }
        if apart > 0 {
            parts.push(format!("{apart} không dự họp"));
        }
        if faulty > 0 {
            parts.push(format!("{faulty} dòng lỗi, không thêm"));
        }
        parts.join(" · ")
    },
    line: |line| format!("dòng {line}"),
    cell: |cell| format!("ô {cell}"),
    more: |more| format!("và {more} dòng nữa"),
    no_account: "chưa có tài khoản, vào bằng giấy mời",
    here: "đã có trong danh sách, giữ nguyên",
    no_part: "vai trò quản trị, không dự họp",
    written_in: |encoding| {
        format!("Tệp không lưu theo UTF-8; đã đọc theo {encoding}. Xem kỹ chữ có dấu.")
    },
    nobody_added: "Chưa có gì thay đổi.",
    too_large: "Tệp lớn quá 8 MB. Chưa có gì thay đổi. Chỉ để lại trang tính có danh sách rồi lưu lại.",
};

pub(super) const EN: Lists = Lists {
    text: "Choose a spreadsheet (Excel, LibreOffice) or CSV file, or copy cells and paste them here. One column with names is enough; other columns are read where they are there. Nobody is added until you press the button.",
    file: "Choose a file",
    paste: "Or paste the list",
    look_at_pasted: "Look at what was pasted",
    missing: "Choose a file or paste a list",
    nothing: "There is nobody to add",
    reading: "Reading the list",
    tab: "Sheet",
    hidden: "hidden",
    columns: "Columns",
    columns_text: "Choose again where a column was misunderstood.",
    column: |letter| format!("Column {letter}"),
    not_read: "Not read",
    headings: "Headings",
    headings_in: |row| format!("In row {row}"),
    no_headings: "There is no row of headings",
    usual_role: "Part of whom the list gives none",
    add: |count| {
        if count == 1 { "Add 1 person".to_owned() } else { format!("Add {count} people") }
    },
    adding: |done, all| format!("Adding {done} of {all}"),
    added: |count| format!("Added: {count}."),
    summary: |new, here, apart, faulty| {
        let mut parts = vec![format!("{new} can be added")];
        if here > 0 {
            parts.push(format!("{here} on the list already"));
        }
        if apart > 0 {
            parts.push(format!("{apart} take no part"));
        }
        if faulty > 0 {
            parts.push(format!("{faulty} faulty, not added"));
        }
        parts.join(" · ")
    },
    line: |line| format!("row {line}"),
    cell: |cell| format!("cell {cell}"),
    more: |more| format!("and {more} more rows"),
    no_account: "no account, comes by invitation",
    here: "on the list already, left as is",
    no_part: "administrator of accounts, takes no part",
    written_in: |encoding| {
        format!(
            "The file isn't saved as UTF-8; it was read as {encoding}. Look at letters with marks."
        )
    },
    nobody_added: "Nothing was changed.",
    too_large: "The file is larger than 8 MB. Nothing was changed. Keep the sheet with the list alone and save it again.",
};

/// What a column holds, in words.
pub fn meaning(meaning: Meaning, language: Language) -> &'static str {
    let (vi, en) = match meaning {
        Meaning::Code => ("Mã", "Code"),
        Meaning::Name => ("Họ và tên", "Name"),
        Meaning::FamilyName => ("Họ, tên đệm", "Family name"),
        Meaning::Courtesy => ("Ông, bà", "Mr, Ms"),
        Meaning::Position => ("Chức vụ", "Position"),
        Meaning::Unit => ("Đơn vị", "Unit"),
        Meaning::Role => ("Vai trò", "Part"),
        Meaning::Venue => ("Điểm cầu", "Venue"),
        Meaning::Seat => ("Ghế", "Seat"),
        Meaning::Email => ("Thư điện tử", "E-mail"),
        Meaning::Since => ("Ngày bắt đầu", "Start date"),
    };
    language_of(language, vi, en)
}

fn language_of<T>(language: Language, vi: T, en: T) -> T {
    match language {
        Language::Vietnamese => vi,
        Language::English => en,
    }
}

/// What is wrong, and what to do where it isn't plain.
pub fn fault(fault: &Fault, language: Language) -> String {
    let line = fault.first_row.unwrap_or_default();
    let row = fault.row.unwrap_or_default();
    let value = &fault.value;
    let (vi, en) = match fault.code {
        FaultCode::Empty => {
            same("Trang này không có ô nào có chữ.", "There is nothing on this sheet.")
        }
        FaultCode::Unreadable => same(
            "Không đọc được tệp này: không phải bảng tính hay văn bản, hoặc tệp hỏng. Mở lại trong bảng tính, lưu thành .xlsx rồi chọn lại, hoặc chép các ô rồi dán vào đây.",
            "This file can't be read: it is neither a spreadsheet nor a text, or it is damaged. Open it in the spreadsheet, save it as .xlsx and choose it again, or copy the cells and paste them here.",
        ),
        FaultCode::Protected => same(
            "Tệp có mật khẩu. Lưu một bản không có mật khẩu rồi chọn lại.",
            "The file has a password. Save it without one and choose it again.",
        ),
        FaultCode::WebPage => same(
            "Tệp này là trang web đặt tên bảng tính. Mở bằng bảng tính, lưu thành .xlsx rồi chọn lại.",
            "This file is a web page by the name of a spreadsheet. Open it in the spreadsheet, save it as .xlsx and choose it again.",
        ),
        FaultCode::TooManyRows => same(
            "Danh sách dài quá 50.000 dòng. Chia thành nhiều tệp.",
            "The list has more than 50,000 rows. Split it into several files.",
        ),
        FaultCode::TooLarge => same(
            "Bảng tính rộng hoặc nặng quá. Chép riêng danh sách sang tệp mới rồi chọn lại.",
            "The sheet is too wide or too heavy. Copy the list alone into a new file and choose that.",
        ),
        FaultCode::TookTooLong => same(
            "Đọc tệp này lâu quá nên đã dừng. Chép riêng danh sách sang tệp mới rồi chọn lại.",
            "Reading this file took too long and was stopped. Copy the list alone into a new file and choose that.",
        ),
        FaultCode::NoSuchTab => same("Không còn trang tính ấy.", "That sheet isn't there."),
        FaultCode::OpenQuote => (
            format!("Dấu ngoặc kép mở ở dòng {row} không có dấu đóng. Sửa dòng ấy rồi chọn lại."),
            format!(
                "The quotation mark in row {row} is never closed. Mend that row and choose the file again."
            ),
        ),
        FaultCode::NoNameColumn => same(
            "Chưa biết cột nào là họ và tên. Chọn cột ấy ở dưới.",
            "It isn't known which column holds the names. Choose it below.",
        ),
        FaultCode::NoRows => {
            same("Dưới dòng tên cột không có ai.", "There is nobody under the headings.")
        }
        FaultCode::WrongColumnCount => (
            format!("Dòng có {value} cột, không khớp số tên cột."),
            format!("The row has {value} columns, and not as many as there are headings."),
        ),
        FaultCode::MissingName => same("Thiếu họ tên.", "The name is missing."),
        FaultCode::BadCode => same(
            "Mã không hợp lệ: chỉ chữ không dấu, số, dấu chấm và gạch.",
            "The code is not valid: plain letters, digits, dots and dashes only.",
        ),
        FaultCode::DuplicateCode => {
            (format!("Trùng mã với dòng {line}."), format!("Same code as row {line}."))
        }
        FaultCode::BadEmail => {
            same("Thư điện tử không hợp lệ.", "The e-mail address is not valid.")
        }
        FaultCode::DuplicateEmail => (
            format!("Trùng thư điện tử với dòng {line} (không phân biệt chữ hoa, chữ thường)."),
            format!("Same e-mail as row {line} (case does not count)."),
        ),
        FaultCode::UnknownUnit => {
            same("Đơn vị không có trong danh mục.", "The unit is not in the list.")
        }
        FaultCode::UnknownRole => same("Vai trò chưa biết.", "This part is not known."),
        FaultCode::BadDate => same("Không có ngày này.", "This is not a date."),
        FaultCode::FormulaError => same(
            "Công thức trong ô báo lỗi. Sửa công thức hoặc gõ chữ vào ô.",
            "The formula in this cell has failed. Mend it or type the text.",
        ),
        FaultCode::NumberAsCode => same(
            "Mã là số và tệp không cho biết đủ các chữ số. Đặt cột mã thành kiểu văn bản (Text) rồi gõ lại, hoặc không đọc cột này.",
            "The code is a number, and the file doesn't tell all its digits. Format the column as text and type it again, or don't read this column.",
        ),
        FaultCode::NotAText => same("Ô này phải là chữ.", "This cell has to be a text."),
        FaultCode::NotTaken => same(
            "Không ghi được: quá dài, hoặc có chữ mà văn bản không in được.",
            "It can't be taken: too long, or with letters that no document holds.",
        ),
        FaultCode::SecondChair => match fault.first_row {
            Some(line) => (
                format!("Dòng {line} đã là chủ tọa; chỉ có một chủ tọa."),
                format!("Row {line} is the chair already; there is one chair."),
            ),
            None => same("Phiên họp đã có chủ tọa.", "The meeting has a chair already."),
        },
        FaultCode::Convened => same(
            "Đã phát hành: chỉ thêm được khách mời.",
            "The meeting is convened: only guests can be added.",
        ),
        FaultCode::NobodyInRow => (
            format!("Từ đây có {value} dòng không ghi ai, đã bỏ qua."),
            format!("From here on {value} rows name nobody; they are passed over."),
        ),
        FaultCode::UnknownCourtesy => same(
            "Không rõ là ông hay bà; vẫn thêm, không ghi cách xưng.",
            "Neither Mr nor Ms; added without.",
        ),
        FaultCode::SameName => (
            format!("Trùng họ tên với dòng {line}. Xem có phải một người."),
            format!("Same name as row {line}. See whether it is one person."),
        ),
        FaultCode::OtherName => (
            format!("Mã này là tài khoản của {value}; ghi theo tài khoản."),
            format!("This code is the account of {value}; it is taken as the account has it."),
        ),
    };
    language_of(language, vi, en)
}

fn same(vi: &str, en: &str) -> (String, String) {
    (vi.to_owned(), en.to_owned())
}
