//! Texts of separated cells: what they are written in, what separates them, and their records.
//! Never here: workbooks.

use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::{Cell, Format, Gathered, Kind, Refusal, Refused, Source, Table};

/// What may separate cells; where two are as good, the first.
const SEPARATORS: [u8; 4] = [b'\t', b';', b',', b'|'];
/// Lines that are looked at to find out what separates.
const LINES_LOOKED_AT: usize = 50;

pub(super) fn read(bytes: &[u8]) -> Result<Table, Refused> {
    if bytes.is_empty() {
        return Err(Refusal::Empty.into());
    }
    let encoding = encoding(bytes).ok_or(Refusal::Unreadable)?;
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    if text.contains(|letter: char| {
        letter == '\u{fffd}' || (letter.is_control() && !"\t\r\n\u{b}\u{c}".contains(letter))
    }) {
        return Err(Refusal::Unreadable.into());
    }
    let start = text.trim_start();
    if start.is_empty() {
        return Err(Refusal::Empty.into());
    }
    if start.starts_with('<') {
        return Err(Refusal::WebPage.into());
    }
    // Old programs end lines with a carriage return alone.
    let text = if text.contains('\n') { text } else { text.replace('\r', "\n").into() };
    let (named, body) = named_separator(&text);
    let separator = named.unwrap_or_else(|| separator(body));
    if let Some(line) = open_quote(&text, body, separator) {
        return Err(Refused { code: Refusal::OpenQuote, line: Some(line), tabs: Vec::new() });
    }
    let source = Source {
        format: Format::Text,
        tabs: Vec::new(),
        tab: None,
        encoding: Some(encoding.name().to_owned()),
        separator: Some(char::from(separator)),
        from_1904: false,
    };
    Ok(Table { source, rows: rows(&text, body, separator)?.rows })
}

/// By its mark; else UTF-8 if it is; else UTF-16 if every other byte is nothing; else what a
/// detector takes for most likely in Việt Nam. `None` for what is no text.
fn encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    if !bytes.contains(&0) {
        if std::str::from_utf8(bytes).is_ok() {
            return Some(UTF_8);
        }
        let mut detector = EncodingDetector::new();
        detector.feed(bytes, true);
        return Some(detector.guess(Some(b"vn"), false));
    }
    let nothing = |first: usize| {
        let halves = bytes.iter().skip(first).step_by(2);
        (halves.clone().filter(|byte| **byte == 0).count() * 5, halves.count())
    };
    let ((even, all), (odd, _)) = (nothing(0), nothing(1));
    // A fifth of the letters at least are plain ones, and none of them on the other side.
    match (even, odd) {
        (0, odd) if odd >= all => Some(UTF_16LE),
        (even, 0) if even >= all => Some(UTF_16BE),
        _ => None,
    }
}

/// `sep=;` in the first line is what a spreadsheet is told the separator with.
fn named_separator(text: &str) -> (Option<u8>, &str) {
    let line = text.lines().next().unwrap_or_default();
    match line.trim_matches('"').strip_prefix("sep=").map(str::as_bytes) {
        Some([separator]) => (Some(*separator), &text[line.len()..]),
        _ => (None, text),
    }
}

/// What stands, outside of quotation marks, in most of the first lines; of several, most often.
fn separator(text: &str) -> u8 {
    let score = |separator: u8| {
        let (mut lines, mut all) = (0_usize, 0_usize);
        for line in text.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT) {
            let mut quoted = false;
            let count = line.bytes().filter(|byte| {
                quoted ^= *byte == b'"';
                !quoted && *byte == separator
            });
            let count = count.count();
            lines += usize::from(count > 0);
            all += count;
        }
        (lines, all)
    };
    // The first of the best.
    SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

/// The line in which a quoted cell begins that never ends. The same rules as the reader's: a mark
/// opens at the beginning of a cell only, and two of them are one.
fn open_quote(text: &str, body: &str, separator: u8) -> Option<u32> {
    let mut line = line_of(text, body);
    let (mut opened, mut at_start) = (None, true);
    let mut bytes = body.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += u32::from(byte == b'\n');
        match (byte, opened) {
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            (b'"', Some(_)) => opened = None,
            (b'"', None) if at_start => opened = Some(line),
            _ => {}
        }
        at_start = opened.is_none() && (byte == separator || byte == b'\n' || byte == b'\r');
    }
    opened
}

/// The line in which `rest`, the end of `text`, begins.
fn line_of(text: &str, rest: &str) -> u32 {
    let before = &text.as_bytes()[..text.len() - rest.len()];
    u32::try_from(before.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX) + 1
}

fn rows(text: &str, body: &str, separator: u8) -> Result<Gathered, Refusal> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut read = Gathered::default();
    let (mut line, mut counted) = (line_of(text, body), 0);
    let mut record = csv::StringRecord::new();
    loop {
        let from = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if !reader.read_record(&mut record).map_err(|_| Refusal::Unreadable)? {
            return Ok(read);
        }
        // The reader passes over blank lines before a record; the record begins behind them.
        let blank = body.as_bytes()[from..].iter().take_while(|byte| b"\r\n".contains(byte));
        let begins = from + blank.count();
        let passed = &body.as_bytes()[counted..begins];
        line += u32::try_from(passed.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(0);
        counted = begins;
        for (column, text) in record.iter().enumerate() {
            read.put(line, column, Cell { text: text.to_owned(), kind: Kind::Text })?;
        }
        // How many cells were written tells a row that was cut off from one that ends in blanks.
        if let Some(row) = read.rows.last_mut().filter(|row| row.number == line)
            && record.len() <= super::MOST_COLUMNS
        {
            row.cells.resize(record.len(), Cell::default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{encoding, read, separator};
    use crate::lists::{Refusal, Table};

    fn lines(table: &Table) -> Vec<(u32, Vec<&str>)> {
        let cells = |row: &'_ crate::lists::Row| row.number;
        let texts = table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()));
        table.rows.iter().map(cells).zip(texts.map(Iterator::collect)).collect()
    }

    #[test]
    fn a_row_keeps_its_line_behind_blank_lines_and_breaks_in_cells() {
        let table = read(b"ma;ho_ten\r\n\r\n\r\nA1;\"L\r\nA\"\r\n\r\nA2;B\r\n;\r\nA3;C").unwrap();
        let expected: Vec<(u32, Vec<&str>)> = vec![
            (1, vec!["ma", "ho_ten"]),
            (4, vec!["A1", "L\r\nA"]),
            (7, vec!["A2", "B"]),
            (9, vec!["A3", "C"]),
        ];
        assert_eq!(lines(&table), expected);
    }

    #[test]
    fn what_separates_is_what_most_lines_have() {
        for (text, expected) in [
            ("a,b\n1,2", b','),
            ("a;b\n1,5;2\n", b';'),
            ("a\tb\nx, y\tz; w\n", b'\t'),
            ("Họ và tên\nA\nB", b'\t'),
            ("DANH SÁCH\n\nma,\"x;y;z\"\n1,\"2;3\"", b','),
            ("a|b\n1|2", b'|'),
        ] {
            assert_eq!(separator(text), expected, "{text}");
        }
        let table = read("sep=|\na|b;c,d;e,f".as_bytes()).unwrap();
        assert_eq!(lines(&table), [(2, vec!["a", "b;c,d;e,f"])]);
    }

    #[test]
    fn what_a_text_is_written_in_is_found_out() {
        let text = "mã;họ tên\nA1;Đoàn Hữu Thạch\n";
        let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect();
        let marked = |mark: &[u8], text: Vec<u8>| [mark, &text].concat();
        let cases: [(&str, Vec<u8>); 6] = [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8", marked(b"\xef\xbb\xbf", text.as_bytes().to_vec())),
            ("UTF-16LE", utf16(u16::to_le_bytes)),
            ("UTF-16BE", utf16(u16::to_be_bytes)),
            ("UTF-16LE", marked(b"\xff\xfe", utf16(u16::to_le_bytes))),
            ("UTF-16BE", marked(b"\xfe\xff", utf16(u16::to_be_bytes))),
        ];
        for (name, bytes) in cases {
            let table = read(&bytes).unwrap();
            assert_eq!(table.source.encoding.as_deref(), Some(name));
            assert_eq!(lines(&table)[1], (2, vec!["A1", "Đoàn Hữu Thạch"]), "{name}");
        }
        // Tones follow their letters there: "Đoàn Hữu Thạch, Công an phường".
        let old = b"ho_ten,don_vi\n\xd0o\xe0n H\xfd\xdeu Tha\xf2ch,C\xf4ng an ph\xfd\xf5\xccng\nNguy\xea\xden V\xe3n H\xfdng,V\xe3n pho\xccng\n";
        assert_eq!(encoding(old).map(|found| found.name()), Some("windows-1258"));
    }

    #[test]
    fn what_is_no_list_says_what_it_is() {
        for (bytes, code, line) in [
            (&b""[..], Refusal::Empty, None),
            (b"\xef\xbb\xbf\r\n \n", Refusal::Empty, None),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Refusal::Unreadable, None),
            (b"%PDF-1.4\n\x01\x02", Refusal::Unreadable, None),
            (b" <html><table><tr><td>Nguyen</td>", Refusal::WebPage, None),
            (b"ma,ho_ten\nA1,A\nA2,\"B\nA3,C", Refusal::OpenQuote, Some(3)),
        ] {
            let refused = read(bytes).unwrap_err();
            assert_eq!((refused.code, refused.line), (code, line), "{bytes:?}");
        }
    }
}
