//! Workbooks: XLSX cell by cell with the formats that say how a number is shown, the older and the
//! open formats as calamine reads them. Never here: texts of separated cells.

use std::io::Cursor;

use calamine::{
    Data, DataRef, ExcelDateTime, Ods, OdsError, Reader, Sheet, SheetType, SheetVisible, Sheets,
    Xls, XlsError, Xlsb, Xlsx, XlsxError,
};

use super::{
    Cell, Format, Gathered, Kind, MOST_COLUMNS, MOST_TEXT, Refusal, Refused, Source, Tab, Table,
};

type File<'b> = Cursor<&'b [u8]>;

/// Digits that a spreadsheet shows of a number without a format; longer ones are shown by powers of
/// ten, as wide as the column is.
const SHOWN_DIGITS: usize = 11;
/// From here on a spreadsheet doesn't keep every digit.
const EXACT: f64 = 1e15;

pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Table, Refused> {
    let mut book = open(bytes)?;
    let format = match &book {
        Sheets::Xls(_) => Format::Xls,
        Sheets::Xlsx(_) => Format::Xlsx,
        Sheets::Xlsb(_) => Format::Xlsb,
        Sheets::Ods(_) => Format::Ods,
    };
    let sheets: Vec<Sheet> = match &mut book {
        Sheets::Xls(book) => book.sheets_metadata().to_vec(),
        Sheets::Xlsx(book) => book.sheets_metadata().to_vec(),
        Sheets::Xlsb(book) => book.sheets_metadata().to_vec(),
        Sheets::Ods(book) => book.sheets_metadata().to_vec(),
    };
    // A chart or a macro has no cells.
    let sheets = sheets.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let tabs: Vec<Tab> = sheets
        .map(|sheet| Tab { hidden: sheet.visible != SheetVisible::Visible, name: sheet.name })
        .collect();
    let chosen = match wanted {
        Some(name) => tabs.iter().position(|tab| tab.name == name),
        None => tabs.iter().position(|tab| !tab.hidden).or((!tabs.is_empty()).then_some(0)),
    };
    let refuse = |code| Refused { code, line: None, tabs: tabs.clone() };
    let Some(chosen) = chosen else {
        let code = if wanted.is_some() { Refusal::NoSuchTab } else { Refusal::Empty };
        return Err(refuse(code));
    };
    let name = &tabs[chosen].name;
    let gathered = match &mut book {
        Sheets::Xlsx(book) => cells(book, name),
        Sheets::Xls(book) => range(book.worksheet_range(name).ok()),
        Sheets::Xlsb(book) => range(book.worksheet_range(name).ok()),
        Sheets::Ods(book) => range(book.worksheet_range(name).ok()),
    };
    let rows = gathered.map_err(&refuse)?.rows;
    let from_1904 = match &book {
        Sheets::Xls(book) => book.has_1904_epoch(),
        Sheets::Xlsx(book) => book.has_1904_epoch(),
        Sheets::Xlsb(_) | Sheets::Ods(_) => false,
    };
    let tab = Some(chosen);
    let source = Source { format, tab, encoding: None, separator: None, from_1904, tabs };
    Ok(Table { source, rows })
}

/// Each kind by itself, so that a password is told from a damaged file.
fn open(bytes: &[u8]) -> Result<Sheets<File<'_>>, Refusal> {
    let file = || Cursor::new(bytes);
    match Xlsx::new(file()) {
        Ok(book) => return Ok(Sheets::Xlsx(book)),
        Err(XlsxError::Password) => return Err(Refusal::Protected),
        Err(_) => {}
    }
    match Xls::new(file()) {
        Ok(book) => return Ok(Sheets::Xls(book)),
        Err(XlsError::Password) => return Err(Refusal::Protected),
        Err(_) => {}
    }
    if let Ok(book) = Xlsb::new(file()) {
        return Ok(Sheets::Xlsb(book));
    }
    match Ods::new(file()) {
        Ok(book) => Ok(Sheets::Ods(book)),
        Err(OdsError::Password) => Err(Refusal::Protected),
        Err(_) => Err(Refusal::Unreadable),
    }
}

/// The cells of a sheet as they come; a sheet that names its last cell takes no room for it.
fn cells(book: &mut Xlsx<File<'_>>, name: &str) -> Result<Gathered, Refusal> {
    let mut read = Gathered::default();
    {
        let mut cells = book.worksheet_cells_reader(name).map_err(|_| Refusal::Unreadable)?;
        let shown: Vec<String> = cells
            .styles()
            .iter()
            .map(|style| {
                let format = style.number_format.as_ref();
                format.map_or_else(String::new, |format| format.format_code.clone())
            })
            .collect();
        loop {
            let next = cells.next_cell_with_style_id().map_err(|_| Refusal::Unreadable)?;
            let Some((cell, style)) = next else { break };
            let (row, column) = cell.get_position();
            let format = shown.get(style).map_or("", String::as_str);
            let value = match cell.get_value() {
                DataRef::Int(value) => number(*value as f64, format),
                DataRef::Float(value) => number(*value, format),
                DataRef::String(text) => plain(text),
                DataRef::SharedString(text) => plain(text),
                DataRef::Bool(value) => truth(*value),
                DataRef::DateTime(value) => day(value),
                DataRef::DateTimeIso(text) => iso_day(text),
                DataRef::DurationIso(text) => Cell { text: text.clone(), kind: Kind::Unsure },
                DataRef::Error(error) => Cell { text: error.to_string(), kind: Kind::Error },
                DataRef::Empty => continue,
            };
            read.put(row.saturating_add(1), column as usize, value)?;
        }
    }
    // A list without its merged cells is a list all the same.
    for merged in book.merge_cells_by_sheet_name(name).unwrap_or_default() {
        spread(&mut read, (merged.start.0, merged.end.0), merged.start.1 as usize)?;
    }
    Ok(read)
}

/// What stands in the first part of a merged cell stands for the rows under it too, where there are
/// rows.
fn spread(read: &mut Gathered, rows: (u32, u32), column: usize) -> Result<(), Refusal> {
    let first = rows.0.saturating_add(1);
    let last = rows.1.saturating_add(1);
    let Ok(from) = read.rows.binary_search_by_key(&first, |row| row.number) else { return Ok(()) };
    let Some(text) = read.rows[from].cells.get(column).map(|cell| cell.text.clone()) else {
        return Ok(());
    };
    let under = read.rows[from + 1..].iter().map(|row| row.number);
    let under: Vec<u32> = under.take_while(|row| *row <= last).collect();
    if text.is_empty() || column >= MOST_COLUMNS {
        return Ok(());
    }
    for row in under {
        read.put(row, column, Cell { text: text.clone(), kind: Kind::Merged })?;
    }
    Ok(())
}

fn range(range: Option<calamine::Range<Data>>) -> Result<Gathered, Refusal> {
    let range = range.ok_or(Refusal::Unreadable)?;
    let mut read = Gathered::default();
    let Some((top, left)) = range.start() else { return Ok(read) };
    for (row, column, value) in range.used_cells() {
        let value = match value {
            Data::Int(value) => unsure(*value as f64),
            Data::Float(value) => unsure(*value),
            Data::String(text) => plain(text),
            Data::Bool(value) => truth(*value),
            Data::DateTime(value) => day(value),
            Data::DateTimeIso(text) => iso_day(text),
            Data::DurationIso(text) => Cell { text: text.clone(), kind: Kind::Unsure },
            Data::Error(error) => Cell { text: error.to_string(), kind: Kind::Error },
            Data::Empty => continue,
        };
        let row = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(top).saturating_add(1);
        read.put(row, left as usize + column, value)?;
    }
    Ok(read)
}

fn plain(text: &str) -> Cell {
    let mut text = text.to_owned();
    text.truncate(text.floor_char_boundary(MOST_TEXT));
    Cell { text, kind: Kind::Text }
}

fn truth(value: bool) -> Cell {
    Cell { text: if value { "TRUE" } else { "FALSE" }.to_owned(), kind: Kind::Truth }
}

/// A number of which only its value is known.
fn unsure(value: f64) -> Cell {
    let text = if value.fract() == 0.0 && value.abs() < EXACT {
        format!("{value:.0}")
    } else {
        value.to_string()
    };
    Cell { text, kind: Kind::Unsure }
}

/// A number as its format shows it, where the format says so simply: digits, or digits with zeros in
/// front of them.
fn number(value: f64, format: &str) -> Cell {
    let whole = value.fract() == 0.0 && value.abs() < EXACT;
    let seen = |text: String| Cell { text, kind: Kind::Number };
    let plain = unsure(value);
    match format {
        "" | "General" | "@" if plain.text.trim_start_matches('-').len() <= SHOWN_DIGITS => {
            seen(plain.text)
        }
        zeros if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') && whole => {
            let width = zeros.len().min(64);
            let sign = if value < 0.0 { "-" } else { "" };
            seen(format!("{sign}{:0>width$}", format!("{:.0}", value.abs())))
        }
        _ => plain,
    }
}

/// A day; an hour without a day is none.
fn day(value: &ExcelDateTime) -> Cell {
    if !value.is_datetime() || value.as_f64() < 1.0 {
        return unsure(value.as_f64());
    }
    let (year, month, day, ..) = value.to_ymd_hms_milli();
    Cell { text: format!("{day:02}/{month:02}/{year:04}"), kind: Kind::Day }
}

/// `2026-11-24` or `2026-11-24T00:00:00`.
fn iso_day(text: &str) -> Cell {
    let day = text.get(..10).filter(|_| text.len() == 10 || text.as_bytes().get(10) == Some(&b'T'));
    let parts: Vec<&str> = day.map(|day| day.split('-').collect()).unwrap_or_default();
    match parts.as_slice() {
        [year, month, day] => Cell { text: format!("{day}/{month}/{year}"), kind: Kind::Day },
        _ => plain(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, iso_day, number};

    #[test]
    fn a_number_is_what_is_seen_of_it_or_not_sure() {
        for (value, format, text, kind) in [
            (12.0, "00000", "00012", Kind::Number),
            (-12.0, "00000", "-00012", Kind::Number),
            (123_456.0, "000", "123456", Kind::Number),
            (12.0, "General", "12", Kind::Number),
            (12.0, "", "12", Kind::Number),
            (12.0, "0", "12", Kind::Number),
            (12.5, "", "12.5", Kind::Number),
            (7.912_345_678_9e10, "", "79123456789", Kind::Number),
            (7.912_345_678_91e11, "", "791234567891", Kind::Unsure),
            (7.912_345_678_91e11, "0", "791234567891", Kind::Number),
            (1.5e16, "0", "15000000000000000", Kind::Unsure),
            (12.0, "#,##0", "12", Kind::Unsure),
            (12.5, "00000", "12.5", Kind::Unsure),
            (12.0, "\"HS\"000", "12", Kind::Unsure),
        ] {
            let cell = number(value, format);
            assert_eq!((cell.text.as_str(), cell.kind), (text, kind), "{value} as {format:?}");
        }
    }

    #[test]
    fn a_day_in_words_of_the_standard() {
        for (text, seen, kind) in [
            ("2026-11-24", "24/11/2026", Kind::Day),
            ("2026-11-24T00:00:00", "24/11/2026", Kind::Day),
            ("2026-11-24 today", "2026-11-24 today", Kind::Text),
            ("T10:00", "T10:00", Kind::Text),
            ("ngày 24/11", "ngày 24/11", Kind::Text),
        ] {
            let cell = iso_day(text);
            assert_eq!((cell.text.as_str(), cell.kind), (seen, kind));
        }
    }
}
