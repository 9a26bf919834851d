//! An XLSX workbook as far as a list of people needs it: what its ZIP holds, and its first sheet's
//! cells as the text that [`super::roster`] reads. Pure; inflating and reading XML are the browser's.
//!
//! Formats: APPNOTE.TXT 6.3 (4.3.12, 4.3.16) for the ZIP, ECMA-376 part 1 (18.3.1) for the cells.

use super::roster::COLUMNS;

/// The column of `COLUMNS` that holds days, which a spreadsheet keeps as numbers.
const DAY: &str = COLUMNS[6];
/// More of one file of a workbook is not unpacked, in bytes.
pub const LARGEST_PART: u32 = 16 << 20;
/// More rows or columns than these are no list of people.
const MOST_ROWS: usize = 100_000;
const MOST_COLUMNS: usize = 64;

/// A file in the workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// Whether it is deflated; otherwise it is stored as it is.
    pub deflated: bool,
    /// Where its bytes stand in the workbook.
    pub from: usize,
    pub to: usize,
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let found = bytes.get(at..at.checked_add(length)?)?;
    Some(found.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

/// The files of a ZIP; `None` if it is none that a spreadsheet writes (encrypted, in parts, zip64).
pub fn parts(zip: &[u8]) -> Option<Vec<Part>> {
    // The end of the central directory is within the last 64 KB, behind it only a comment.
    let end = (zip.len().saturating_sub(66_000)..zip.len().checked_sub(21)?)
        .rev()
        .find(|at| zip[*at..].starts_with(b"PK\x05\x06"))?;
    let count = number(zip, end + 10, 2)?;
    let mut at = number(zip, end + 16, 4)?;
    let mut found = Vec::new();
    for _ in 0..count {
        if !zip.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let (flags, method) = (number(zip, at + 8, 2)?, number(zip, at + 10, 2)?);
        let (packed, size) = (number(zip, at + 20, 4)?, number(zip, at + 24, 4)?);
        let lengths =
            [number(zip, at + 28, 2)?, number(zip, at + 30, 2)?, number(zip, at + 32, 2)?];
        let local = number(zip, at + 42, 4)?;
        let name = zip.get(at + 46..at + 46 + lengths[0])?;
        at += 46 + lengths.iter().sum::<usize>();
        if flags & 1 != 0 || !matches!(method, 0 | 8) || size > LARGEST_PART as usize {
            return None;
        }
        // The local header has lengths of its own.
        let from = local + 30 + number(zip, local + 26, 2)? + number(zip, local + 28, 2)?;
        zip.get(from..from.checked_add(packed)?)?;
        found.push(Part {
            name: String::from_utf8_lossy(name).into_owned(),
            deflated: method == 8,
            from,
            to: from + packed,
        });
    }
    Some(found)
}

/// The first sheet: spreadsheets number them from 1.
pub fn first_sheet(parts: &[Part]) -> Option<&Part> {
    let number = |part: &Part| -> Option<u32> {
        let name = part.name.strip_prefix("xl/worksheets/sheet")?.strip_suffix(".xml")?;
        name.parse().ok()
    };
    parts.iter().filter(|part| number(part).is_some()).min_by_key(|part| number(part))
}

/// The cells of a sheet as they are read: `B7` and what stands in it.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// Puts a cell where its reference says; what is out of bounds or no reference is passed over.
    pub fn put(&mut self, reference: &str, text: &str) {
        let letters = reference.bytes().take_while(u8::is_ascii_uppercase).count();
        let column = reference.bytes().take(letters).fold(0_usize, |sum, letter| {
            sum.saturating_mul(26).saturating_add(usize::from(letter - b'A') + 1)
        });
        let row = reference[letters..].parse::<usize>().unwrap_or(0);
        if !(1..=MOST_COLUMNS).contains(&column) || !(1..=MOST_ROWS).contains(&row) {
            return;
        }
        if self.rows.len() < row {
            self.rows.resize(row, Vec::new());
        }
        let cells = &mut self.rows[row - 1];
        if cells.len() < column {
            cells.resize(column, String::new());
        }
        text.clone_into(&mut cells[column - 1]);
    }

    /// The sheet as pasted cells: a line a row, so that a row keeps its number; tabs between cells,
    /// and every row as wide as the first. Days become dates.
    pub fn text(&self) -> String {
        let header = self.rows.first().cloned().unwrap_or_default();
        let is_day = |column: usize| {
            header.get(column).is_some_and(|name| name.trim().eq_ignore_ascii_case(DAY))
        };
        let mut text = String::new();
        for cells in &self.rows {
            let blank = cells.iter().all(|cell| cell.trim().is_empty());
            let width = if blank { 0 } else { cells.len().max(header.len()) };
            for column in 0..width {
                if column > 0 {
                    text.push('\t');
                }
                let cell = cells.get(column).map_or("", String::as_str);
                let day = is_day(column).then(|| date(cell)).flatten();
                // A line break or a tab in a cell is white space like any other.
                let words = day.unwrap_or_else(|| cell.replace(['\t', '\n', '\r'], " "));
                text.push_str(&words.replace('"', "”"));
            }
            text.push('\n');
        }
        text
    }
}

/// A spreadsheet's day number as `dd/mm/yyyy`: days since 1899-12-30 (18.17.4.1).
fn date(cell: &str) -> Option<String> {
    let days: i64 = cell.trim().parse().ok().filter(|days| (1..100_000).contains(days))?;
    // Civil from days (Howard Hinnant), counted from 0000-03-01.
    let days = days - 25_569 + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    Some(format!("{day:02}/{month:02}/{:04}", year + era * 400 + next))
}

#[cfg(test)]
mod tests {
    use super::{Sheet, date, first_sheet, parts};

    /// What a common spreadsheet library wrote.
    const LIST: &[u8] = include_bytes!("../../tests/list.xlsx");

    #[test]
    fn the_files_of_a_workbook_are_found_and_lie_inside_it() {
        let found = parts(LIST).unwrap();
        assert!(found.iter().any(|part| part.name == "xl/workbook.xml"));
        assert_eq!(first_sheet(&found).unwrap().name, "xl/worksheets/sheet1.xml");
        assert!(found.iter().all(|part| part.from <= part.to && part.to <= LIST.len()));
    }

    #[test]
    fn what_is_no_workbook_is_none_and_never_panics() {
        assert_eq!(parts(b""), None);
        assert_eq!(parts(&[b'P'; 64]), None);
        for cut in 0..LIST.len() {
            assert_eq!(parts(&LIST[..cut]), None, "cut at {cut}");
        }
        for at in 0..LIST.len() {
            let mut broken = LIST.to_vec();
            broken[at] ^= 0xff;
            for part in parts(&broken).unwrap_or_default() {
                assert!(part.to <= broken.len());
            }
        }
    }

    #[test]
    fn cells_stand_where_they_say_and_rows_keep_their_numbers() {
        let mut sheet = Sheet::default();
        for (at, text) in [
            ("A1", "ma"),
            ("B1", "ho_ten"),
            ("C1", "Ngay_Bat_Dau"),
            ("A3", "m01"),
            ("B3", "Nguyễn\tVăn\n\"An\""),
            ("C3", "46350"),
            ("A4", "m02"),
        ] {
            sheet.put(at, text);
        }
        for nowhere in ["", "3", "A", "A0", "ZZZZZZZZZZZZ9", "A99999999999999999999", "é1"] {
            sheet.put(nowhere, "x");
        }
        let text = sheet.text();
        let expected = "ma\tho_ten\tNgay_Bat_Dau\n\nm01\tNguyễn Văn ”An”\t24/11/2026\nm02\t\t\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn day_numbers_become_dates() {
        let table = [("1", "31/12/1899"), ("60", "28/02/1900"), ("36526", "01/01/2000")];
        for (number, day) in table {
            assert_eq!(date(number).as_deref(), Some(day));
        }
        assert_eq!(date("24/11/2026"), None);
        assert_eq!(date("-5"), None);
    }
}
