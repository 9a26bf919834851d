//! A list of people as an office keeps it in a spreadsheet: read row by row, with what is wrong in
//! each row said before anything is taken over. Pure.
//!
//! The columns are `ma, ho_ten, email, don_vi, chuc_vu, vai_tro, ngay_bat_dau`, in any order, named in
//! the first line; `ma` and `ho_ten` have to be there. Commas, semicolons or tabs (as pasted from a
//! spreadsheet) separate them. A byte order mark and CRLF are no faults.

use icabinet_models::ids::PersonId;
use std::collections::BTreeMap;

/// The columns that are understood, in the order in which they are offered.
pub const COLUMNS: [&str; 7] =
    ["ma", "ho_ten", "email", "don_vi", "chuc_vu", "vai_tro", "ngay_bat_dau"];

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Empty,
    /// The bytes are no UTF-8: saved by a spreadsheet in another encoding.
    NotUtf8,
    /// The first line doesn't name `ma` and `ho_ten`.
    NoHeader,
    /// A quoted field isn't closed before the end; it begins in this line.
    OpenQuote {
        line: usize,
    },
}

/// What is wrong in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    WrongColumnCount {
        expected: usize,
        found: usize,
    },
    MissingName,
    BadCode(String),
    /// The same code stands in an earlier line.
    DuplicateCode {
        first_line: usize,
    },
    BadEmail,
    /// The same address, case aside, stands in an earlier line.
    DuplicateEmail {
        first_line: usize,
    },
    UnknownUnit(String),
    UnknownRole(String),
    BadDate(String),
}

/// A person's part in the meeting, as the list names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Chair,
    ViceChair,
    Member,
    Secretary,
    Guest,
    /// Looks after accounts; takes no part in meetings.
    None,
}

/// A row without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub code: String,
    pub name: String,
    pub unit: String,
    pub position: String,
    pub part: Part,
}

/// A row: its line in the file (the header is line 1), who it is about, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: usize,
    /// The name or, without one, the code.
    pub about: String,
    pub read: Result<Entry, Fault>,
}

/// Reads a list. `units` are the units that may be named; empty takes any.
///
/// # Errors
/// [`Unreadable`] if not even rows can be told apart.
pub fn read(text: &str, units: &[String]) -> Result<Vec<Row>, Unreadable> {
    if text.contains('\u{fffd}') {
        return Err(Unreadable::NotUtf8);
    }
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = ['\t', ';', ','].into_iter().find(|one| first.contains(*one)).unwrap_or(',');
    let mut records = records(text, separator)?.into_iter();
    let Some((_, header)) = records.next() else { return Err(Unreadable::Empty) };
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let columns = COLUMNS.map(|name| header.iter().position(|own| own == name));
    if columns[0].is_none() || columns[1].is_none() {
        return Err(Unreadable::NoHeader);
    }
    let mut seen = Seen { units, codes: BTreeMap::new(), emails: BTreeMap::new() };
    let rows = records.map(|(line, fields)| {
        let of = |column: usize| {
            let field = columns.get(column).copied().flatten().and_then(|at| fields.get(at));
            field.map(|field| field.trim().to_owned()).unwrap_or_default()
        };
        let cells: [String; COLUMNS.len()] = std::array::from_fn(of);
        let about = if cells[1].is_empty() { cells[0].clone() } else { cells[1].clone() };
        let read = if fields.len() == header.len() {
            seen.check(line, cells)
        } else {
            Err(Fault::WrongColumnCount { expected: header.len(), found: fields.len() })
        };
        Row { line, about, read }
    });
    Ok(rows.collect())
}

/// Splits into records with the line each begins in; empty lines are passed over.
fn records(text: &str, separator: char) -> Result<Vec<(usize, Vec<String>)>, Unreadable> {
    let (mut all, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun) = (1, 1);
    let mut quoted_from = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\n' {
            line += 1;
        }
        match (letter, quoted_from) {
            ('"', Some(_)) if letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            ('"', Some(_)) => quoted_from = None,
            ('"', None) if field.trim().is_empty() => {
                field.clear();
                quoted_from = Some(line);
            }
            (_, Some(_)) => field.push(letter),
            ('\r', None) => {}
            ('\n', None) => {
                fields.push(std::mem::take(&mut field));
                all.push((begun, std::mem::take(&mut fields)));
                begun = line;
            }
            (other, None) if other == separator => fields.push(std::mem::take(&mut field)),
            (other, None) => field.push(other),
        }
    }
    if let Some(line) = quoted_from {
        return Err(Unreadable::OpenQuote { line });
    }
    fields.push(field);
    all.push((begun, fields));
    all.retain(|(_, fields)| fields.iter().any(|field| !field.trim().is_empty()));
    Ok(all)
}

/// What earlier rows said.
struct Seen<'u> {
    units: &'u [String],
    codes: BTreeMap<String, usize>,
    emails: BTreeMap<String, usize>,
}

impl Seen<'_> {
    fn check(&mut self, line: usize, cells: [String; COLUMNS.len()]) -> Result<Entry, Fault> {
        let [code, name, email, unit, position, role, since] = cells;
        let email = email.to_lowercase();
        if let Some(first_line) = remember(&mut self.codes, &code, line) {
            return Err(Fault::DuplicateCode { first_line });
        }
        if let Some(first_line) = remember(&mut self.emails, &email, line) {
            return Err(Fault::DuplicateEmail { first_line });
        }
        if name.is_empty() {
            return Err(Fault::MissingName);
        }
        if !PersonId::from(code.clone()).is_well_formed() {
            return Err(Fault::BadCode(code));
        }
        if !email.is_empty() && !is_email(&email) {
            return Err(Fault::BadEmail);
        }
        if !unit.is_empty() && !self.units.is_empty() && !self.units.contains(&unit) {
            return Err(Fault::UnknownUnit(unit));
        }
        let Some(part) = part(&role) else { return Err(Fault::UnknownRole(role)) };
        if !since.is_empty() && !is_date(&since) {
            return Err(Fault::BadDate(since));
        }
        Ok(Entry { code, name, unit, position, part })
    }
}

/// The line where `value` stood before; otherwise it is remembered for this one.
fn remember(known: &mut BTreeMap<String, usize>, value: &str, line: usize) -> Option<usize> {
    if value.is_empty() {
        return None;
    }
    let before = known.get(value).copied();
    if before.is_none() {
        known.insert(value.to_owned(), line);
    }
    before
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    !name.is_empty()
        && !text.contains(char::is_whitespace)
        && !domain.contains('@')
        && domain.split('.').all(|label| !label.is_empty())
        && domain.contains('.')
}

/// A part as the list writes it; nothing written is a guest.
fn part(role: &str) -> Option<Part> {
    Some(match role.to_lowercase().as_str() {
        "chủ tọa" | "chủ toạ" | "chủ trì" | "chair" => Part::Chair,
        "phó chủ tọa" | "phó chủ toạ" | "vice chair" => Part::ViceChair,
        "thành viên" | "member" => Part::Member,
        "thư ký" | "secretary" => Part::Secretary,
        "khách mời" | "guest" | "" => Part::Guest,
        "quản trị hệ thống" | "quản trị đơn vị" | "administrator" => Part::None,
        _ => return None,
    })
}

/// Whether `dd/mm/yyyy` is a day of the calendar.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let [day, month, year] = parts.as_slice() else { return false };
    let number = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
    };
    let (Some(day), Some(month), Some(year)) = (number(day), number(month), number(year)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day) && (1900..=2200).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Part, Unreadable, is_date, read};

    const PEOPLE: &str = include_str!("../../../server/demo/people.csv");

    fn units() -> Vec<String> {
        [
            "Ủy ban nhân dân phường Hồ Sen",
            "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường",
            "Phòng Kinh tế, Hạ tầng và Đô thị",
            "Phòng Văn hóa - Xã hội",
            "Công an phường",
            "Ban Chỉ huy Quân sự phường",
            "Trung tâm Phục vụ hành chính công phường",
            "Ban Quản lý dự án phường",
            "Bộ phận Tài chính - Ngân sách",
            "Bộ phận Tư pháp - Hộ tịch",
            "Ủy ban Mặt trận Tổ quốc Việt Nam phường Hồ Sen",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn the_demo_list_has_sixty_rows_and_six_faults() {
        let rows = read(PEOPLE, &units()).unwrap();
        assert_eq!(rows.len(), 60);
        let faults: Vec<(usize, Fault)> = rows
            .iter()
            .filter_map(|row| Some((row.line, row.read.as_ref().err()?.clone())))
            .collect();
        let expected = vec![
            (18, Fault::DuplicateEmail { first_line: 5 }),
            (26, Fault::MissingName),
            (34, Fault::UnknownUnit("Phòng Thủy lợi".to_owned())),
            (42, Fault::BadDate("31/02/2026".to_owned())),
            (50, Fault::WrongColumnCount { expected: 7, found: 5 }),
            (58, Fault::BadEmail),
        ];
        assert_eq!(faults, expected);
    }

    #[test]
    fn valid_rows_keep_commas_quotes_and_long_names() {
        let rows = read(PEOPLE, &units()).unwrap();
        let entry =
            |line: usize| rows.iter().find(|row| row.line == line).unwrap().read.clone().unwrap();
        assert_eq!(entry(2).part, Part::Chair);
        assert_eq!(entry(2).code, "HS001");
        assert_eq!(entry(16).part, Part::None);
        assert_eq!(entry(24).unit, "Phòng Kinh tế, Hạ tầng và Đô thị");
        assert_eq!(entry(28).name, "Cao Thị Bảo Yên Thư");
        assert_eq!(entry(56).position, "Lễ tân, \"tiếp dân\"");
        assert_eq!(entry(17).part, Part::Secretary);
    }

    #[test]
    fn what_is_pasted_from_a_spreadsheet_is_read_in_any_order_of_columns() {
        let rows = read("Ho_ten\tma\tvai_tro\nLê Văn A\tA1\tThành viên\n\nLê Thị B\tB1\t\n", &[]);
        let rows = rows.unwrap();
        let parts: Vec<_> = rows
            .iter()
            .map(|row| (row.line, row.read.as_ref().map(|entry| (entry.code.as_str(), entry.part))))
            .collect();
        assert_eq!(parts, vec![(2, Ok(("A1", Part::Member))), (4, Ok(("B1", Part::Guest)))]);
        let rows = read("ma;ho_ten\nA1;\"Lê\nVăn A\"\nA1;B\nx y;C\n", &[]).unwrap();
        assert_eq!(rows[0].read.as_ref().unwrap().name, "Lê\nVăn A");
        assert_eq!(rows[1].line, 4);
        assert_eq!(rows[1].read, Err(Fault::DuplicateCode { first_line: 2 }));
        assert_eq!(rows[2].read, Err(Fault::BadCode("x y".to_owned())));
    }

    #[test]
    fn what_is_no_list_is_said_to_be_none() {
        assert_eq!(read("", &[]), Err(Unreadable::Empty));
        assert_eq!(read("\u{feff}\r\n", &[]), Err(Unreadable::Empty));
        assert_eq!(read("Lê Văn A, Lê Thị B", &[]), Err(Unreadable::NoHeader));
        assert_eq!(read("ma,ho_ten\nA1,H\u{fffd}a", &[]), Err(Unreadable::NotUtf8));
        assert_eq!(read("ma,ho_ten\nA1,A\nA2,\"B\n", &[]), Err(Unreadable::OpenQuote { line: 3 }));
    }

    #[test]
    fn days_of_the_calendar() {
        for good in ["29/02/2024", "01/07/2025", "31/12/2026", "29/02/2000"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "31/02/2026",
            "29/02/1900",
            "00/01/2026",
            "1/13/2026",
            "2026-01-01",
            "01/01",
            "a/1/2026",
            "31/04/2026",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
