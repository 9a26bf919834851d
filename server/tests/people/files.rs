//! Files: which tab, which cells, what a cell shows, what a text is written in.

use super::books::{self, Parts, Sheet, inline, ods, ods_row, packed, text_cell, xlsx};
use super::old::{Old, protected, xls};
use super::{errors, people, shown};
use icabinet::people::Asked;
use icabinet_models::lists::FaultCode;
use proptest::prelude::*;

const HEAD: &[&str] = &["Mã", "Họ và tên", "Ngày bắt đầu"];

/// Two people, in all kinds of files.
const TWO: [(u32, &str, &str); 2] = [(2, "X01", "Lê Thị Một"), (3, "X02", "Trần Văn Hai")];

fn two() -> String {
    inline(&[HEAD, &["X01", "Lê Thị Một"], &["X02", "Trần Văn Hai"]])
}

fn other() -> Sheet {
    Sheet::of(inline(&[HEAD, &["OLD1", "Danh Sách Cũ"]]))
}

/// A list of two in a second part, after another tab.
fn second(data: String) -> Sheet {
    Sheet::of(data).at("worksheets/sheet2.xml", "xl/worksheets/sheet2.xml")
}

#[test]
fn the_same_two_people_come_of_every_kind_of_workbook() {
    let plain = Parts::default();
    let no_references = "<row><c t=\"inlineStr\"><is><t>Mã</t></is></c><c t=\"inlineStr\"><is><t>Họ và tên</t></is></c></row><row><c t=\"str\"><v>X01</v></c><c t=\"str\"><v>Lê Thị Một</v></c></row><row><c t=\"str\"><v>X02</v></c><c t=\"str\"><v>Trần Văn Hai</v></c></row>";
    let shared = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Mã</v></c><c r=\"B1\" t=\"str\"><v>Họ tên</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\" t=\"str\"><v>X02</v></c><c r=\"B3\" t=\"s\"><v>2</v></c></row>";
    let strings = "<si><t>X01</t></si><si><r><rPr><b/></rPr><t xml:space=\"preserve\">Lê Thị </t></r><r><t>Một</t></r><rPh sb=\"0\" eb=\"1\"><t>KANA</t></rPh></si><si><t>Trần Văn Hai</t></si><si/>";
    let ods_two =
        ods_row(HEAD) + &ods_row(&["X01", "Lê Thị Một"]) + &ods_row(&["X02", "Trần Văn Hai"]);
    let old = |rows: [[&'static str; 2]; 3]| rows.map(|row| row.map(Old::Text));
    let old_two = old([["Mã", "Họ và tên"], ["X01", "Lê Thị Một"], ["X02", "Trần Văn Hai"]]);
    let old_two: Vec<&[Old]> = old_two.iter().map(<[Old; 2]>::as_slice).collect();
    let old_other: &[&[Old]] = &[&[Old::Text("Họ và tên")], &[Old::Text("Danh Sách Cũ")]];
    let cases: [(&str, Vec<u8>); 17] = [
        ("an older workbook", xls(&[("Danh sách", false, &old_two)])),
        (
            "an older workbook with a hidden tab first",
            xls(&[("Cũ", true, old_other), ("Danh sách", false, &old_two)]),
        ),
        ("plain", xlsx(&[Sheet::of(two())], plain)),
        ("without references", xlsx(&[Sheet::of(no_references.to_owned())], plain)),
        (
            "an absolute target",
            xlsx(
                &[Sheet::of(two()).at("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml")],
                plain,
            ),
        ),
        (
            "a part without a number",
            xlsx(&[Sheet::of(two()).at("worksheets/sheet.xml", "xl/worksheets/sheet.xml")], plain),
        ),
        (
            "a part of another number",
            xlsx(
                &[Sheet::of(two()).at("worksheets/sheet17.xml", "xl/worksheets/sheet17.xml")],
                plain,
            ),
        ),
        ("parts with backslashes", xlsx(&[Sheet::of(two())], Parts { backslashes: true, ..plain })),
        (
            "tabs in another order than their parts",
            xlsx(&[second(two()), other().named("Cũ", "")], plain),
        ),
        (
            "a hidden tab first",
            xlsx(&[other().named("Ghi chú", "state=\"hidden\""), second(two())], plain),
        ),
        (
            "a very hidden tab first",
            xlsx(&[other().named("Ghi chú", "state=\"veryHidden\""), second(two())], plain),
        ),
        (
            "shared strings in runs",
            xlsx(
                &[Sheet::of(shared.to_owned())],
                Parts { shared: Some(("xl/sharedStrings.xml", strings)), ..plain },
            ),
        ),
        (
            "shared strings in another case",
            xlsx(
                &[Sheet::of(shared.to_owned())],
                Parts { shared: Some(("xl/SharedStrings.xml", strings)), ..plain },
            ),
        ),
        (
            "a row that says it is farther down",
            xlsx(
                &[Sheet::of(
                    two().replace("<row r=\"2\">", "<row r=\"2\" spans=\"1:3\" ht=\"20\">"),
                )],
                plain,
            ),
        ),
        (
            "a cell at the end of the sheet that is blank",
            xlsx(&[Sheet::of(two() + "<row r=\"1048576\"><c r=\"XFD1048576\"/></row>")], plain),
        ),
        ("an open workbook", ods(&[("Danh sách", &ods_two)])),
        ("an open workbook of two tabs", ods(&[("Danh sách", &ods_two), ("Cũ", &ods_row(HEAD))])),
    ];
    for (what, bytes) in cases {
        let preview = shown(&bytes, &Asked::default());
        assert_eq!(people(&preview), TWO, "{what}: {:?}", preview.errors);
        assert_eq!(errors(&preview), [], "{what}");
        assert!(preview.tab.as_deref().is_some_and(|tab| tab.starts_with("Danh sách")), "{what}");
    }
}

/// No mark says that these blanks count, and they do.
#[test]
fn a_name_in_runs_keeps_its_blanks_and_says_nothing_of_how_it_is_spoken() {
    let cell = |name: &str| format!("<c r=\"B2\" t=\"inlineStr\"><is>{name}</is></c>");
    let runs = "<r><t>Lê </t></r><r><rPr><b/></rPr><t>Thị</t></r><r><t> Một</t></r>";
    let spoken = "<rPh sb=\"0\" eb=\"2\"><t> KANA </t></rPh><phoneticPr fontId=\"1\"/>";
    for (what, name) in [
        ("runs in the cell", runs.to_owned()),
        ("a blank before the name", "<t> Lê Thị Một</t>".to_owned()),
        ("a blank in other words", "<r><t>Lê&#32;</t></r><r><t>Thị&#x20;Một</t></r>".to_owned()),
        ("how it is spoken", format!("{runs}{spoken}")),
        ("how it is spoken, first", format!("{spoken}<t>Lê Thị Một </t>")),
    ] {
        let rows = one(&text_cell("A2", "X01"), &cell(&name), "", "");
        let shared = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Mã</v></c><c r=\"B1\" t=\"str\"><v>Họ và tên</v></c></row><row r=\"2\"><c r=\"A2\" t=\"str\"><v>X01</v></c><c r=\"B2\" t=\"s\"><v>0</v></c></row>";
        let strings = format!("<si>{name}</si>");
        let parts = Parts { shared: Some(("xl/sharedStrings.xml", &strings)), ..Parts::default() };
        let shared = xlsx(&[Sheet::of(shared.to_owned())], parts);
        for bytes in [rows, shared] {
            let preview = shown(&bytes, &Asked::default());
            assert_eq!(people(&preview), [(2, "X01", "Lê Thị Một")], "{what}");
            assert_eq!(errors(&preview), [], "{what}");
        }
    }
}

#[test]
fn the_tab_is_said_and_can_be_another() {
    let bytes = xlsx(
        &[other().named("Ẩn", "state=\"hidden\""), second(two()).named("Mới", "")],
        Parts::default(),
    );
    let preview = shown(&bytes, &Asked::default());
    assert_eq!(preview.tab.as_deref(), Some("Mới"));
    let tabs: Vec<(&str, bool)> =
        preview.tabs.iter().map(|tab| (tab.name.as_str(), tab.hidden)).collect();
    assert_eq!(tabs, [("Ẩn", true), ("Mới", false)]);
    let of = |tab: &str| shown(&bytes, &Asked { tab: Some(tab.to_owned()), ..Asked::default() });
    assert_eq!(people(&of("Ẩn")), [(2, "OLD1", "Danh Sách Cũ")]);
    let none = of("Không có");
    assert_eq!(errors(&none), [(None, None, FaultCode::NoSuchTab, "")]);
    assert_eq!(none.tabs.len(), 2, "and which there are");
}

/// Formats 1 to 6: zeros, long, a day, a day and hour, hundreds, a custom text.
const STYLES: &str = "<numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"00000\"/><numFmt numFmtId=\"165\" formatCode=\"dd/mm/yyyy\"/><numFmt numFmtId=\"166\" formatCode=\"&quot;HS&quot;000\"/></numFmts><cellXfs count=\"7\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"1\"/><xf numFmtId=\"165\"/><xf numFmtId=\"22\"/><xf numFmtId=\"3\"/><xf numFmtId=\"166\"/></cellXfs>";

/// One person whose code, name and day are these cells.
fn one(code: &str, name: &str, day: &str, properties: &'static str) -> Vec<u8> {
    let data = inline(&[HEAD]) + &format!("<row r=\"2\">{code}{name}{day}</row>");
    xlsx(&[Sheet::of(data)], Parts { styles: STYLES, properties, ..Parts::default() })
}

#[test]
fn codes_are_what_is_seen_of_them_or_refused() {
    let cell = |style: u32, value: &str| format!("<c r=\"A2\" s=\"{style}\"><v>{value}</v></c>");
    for (cell, expected) in [
        (cell(1, "12"), Ok("00012")),
        (cell(0, "12"), Ok("12")),
        (cell(2, "791234567891"), Ok("791234567891")),
        (cell(0, "7.9123456789E10"), Ok("79123456789")),
        (cell(0, "7.91234567891E11"), Err(FaultCode::NumberAsCode)),
        (cell(0, "1E300"), Err(FaultCode::NumberAsCode)),
        (cell(5, "1200"), Err(FaultCode::NumberAsCode)),
        (cell(6, "12"), Err(FaultCode::NumberAsCode)),
        (cell(3, "46350"), Err(FaultCode::NotAText)),
        ("<c r=\"A2\" t=\"b\"><v>1</v></c>".to_owned(), Err(FaultCode::NotAText)),
        ("<c r=\"A2\" t=\"e\"><v>#REF!</v></c>".to_owned(), Err(FaultCode::FormulaError)),
        (text_cell("A2", "00012"), Ok("00012")),
        (text_cell("A2", "mã 1"), Err(FaultCode::BadCode)),
        ("<c r=\"A2\" t=\"str\"><f>\"X\"&amp;1</f><v>X1</v></c>".to_owned(), Ok("X1")),
    ] {
        let preview = shown(&one(&cell, &text_cell("B2", "Lê Thị Một"), "", ""), &Asked::default());
        match expected {
            Ok(code) => assert_eq!(people(&preview), [(2, code, "Lê Thị Một")], "{cell}"),
            Err(code) => {
                let found = &errors(&preview)[..];
                assert!(
                    matches!(found, [(Some(2), Some("A2"), one, _)] if *one == code),
                    "{cell}: {found:?}"
                );
                assert_eq!(preview.rows, []);
            }
        }
    }
    // Where the file doesn't say how a number is shown, it isn't guessed.
    let number = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"12\"><text:p>00012</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>Lê Thị Một</text:p></table:table-cell></table:table-row>";
    let preview = shown(&ods(&[("A", &(ods_row(HEAD) + number))]), &Asked::default());
    assert_eq!(errors(&preview), [(Some(2), Some("A2"), FaultCode::NumberAsCode, "12")]);
    let old: &[&[Old]] = &[
        &[Old::Text("Mã"), Old::Text("Họ và tên")],
        &[Old::Number(12.0), Old::Text("Lê Thị Một")],
    ];
    let preview = shown(&xls(&[("A", false, old)]), &Asked::default());
    assert_eq!(errors(&preview), [(Some(2), Some("A2"), FaultCode::NumberAsCode, "12")]);
    // The column need not be read.
    let asked = Asked {
        columns: Some(vec![None, Some(icabinet_models::lists::Meaning::Name)]),
        ..Asked::default()
    };
    let preview = shown(&ods(&[("A", &(ods_row(HEAD) + number))]), &asked);
    assert_eq!(people(&preview), [(2, "le.thi.mot", "Lê Thị Một")]);
}

#[test]
fn names_are_texts() {
    for (cell, code) in [
        ("<c r=\"B2\" t=\"e\"><f>A1</f><v>#N/A</v></c>", FaultCode::FormulaError),
        ("<c r=\"B2\" t=\"e\"><v>#DIV/0!</v></c>", FaultCode::FormulaError),
        ("<c r=\"B2\"><v>42</v></c>", FaultCode::NotAText),
        ("<c r=\"B2\" s=\"3\"><v>46350</v></c>", FaultCode::NotAText),
        ("<c r=\"B2\" t=\"b\"><v>0</v></c>", FaultCode::NotAText),
    ] {
        let preview = shown(&one(&text_cell("A2", "X01"), cell, "", ""), &Asked::default());
        let found = errors(&preview);
        assert!(
            matches!(found[..], [(Some(2), Some("B2"), one, _)] if one == code),
            "{cell}: {found:?}"
        );
        assert_eq!(preview.rows, []);
    }
    // A break in a cell is white space, however it is written.
    for name in [
        "Lê Thị_x000D_\nMột",
        "Lê Thị\nMột",
        "  Lê\u{a0}Thị  Một ",
        "Le\u{302} Thi\u{323} Mo\u{323}\u{302}t",
    ] {
        let preview =
            shown(&one(&text_cell("A2", "X01"), &text_cell("B2", name), "", ""), &Asked::default());
        assert_eq!(people(&preview), [(2, "X01", "Lê Thị Một")], "{name:?}");
    }
}

#[test]
fn days_are_the_days_that_are_seen() {
    let cell = |style: u32, value: &str| format!("<c r=\"C2\" s=\"{style}\"><v>{value}</v></c>");
    for (cell, properties, expected) in [
        (cell(3, "46350"), "", Ok("24/11/2026")),
        (cell(4, "46350.5"), "", Ok("24/11/2026")),
        (cell(3, "44888"), "date1904=\"1\"", Ok("24/11/2026")),
        (cell(3, "44888"), "date1904=\"true\"", Ok("24/11/2026")),
        ("<c r=\"C2\" t=\"d\"><v>2026-11-24</v></c>".to_owned(), "", Ok("24/11/2026")),
        ("<c r=\"C2\" t=\"d\"><v>2026-11-24T00:00:00</v></c>".to_owned(), "", Ok("24/11/2026")),
        (text_cell("C2", "24/11/2026"), "", Ok("24/11/2026")),
        (text_cell("C2", "1/7/2025"), "", Ok("01/07/2025")),
        (text_cell("C2", ""), "", Ok("")),
        (text_cell("C2", "31/02/2026"), "", Err("31/02/2026")),
        (cell(0, "46350"), "", Ok("24/11/2026")),
        (cell(0, "44888"), "date1904=\"1\"", Ok("24/11/2026")),
        (cell(0, "20261124"), "", Err("20261124")),
        (cell(3, "60"), "", Err("29/02/1900")),
        (cell(3, "0.5"), "", Err("0.5")),
        (cell(3, "1E12"), "", Err("31/12/9999")),
        ("<c r=\"C2\" t=\"d\"><v>2026-13-40</v></c>".to_owned(), "", Err("40/13/2026")),
    ] {
        let bytes = one(&text_cell("A2", "X01"), &text_cell("B2", "Lê Thị Một"), &cell, properties);
        let preview = shown(&bytes, &Asked::default());
        match expected {
            Ok(day) => {
                assert_eq!(errors(&preview), [], "{cell}");
                assert_eq!(preview.rows[0].since, day, "{cell}");
            }
            Err(value) => {
                assert_eq!(
                    errors(&preview),
                    [(Some(2), Some("C2"), FaultCode::BadDate, value)],
                    "{cell}"
                );
            }
        }
    }
}

#[test]
fn a_merged_cell_stands_for_its_rows_and_for_one_person() {
    let rows: &[&[&str]] = &[
        &["Đơn vị", "Họ và tên", "Mã"],
        &["Công an phường", "Lê Thị Một", "X01"],
        &["", "Trần Văn Hai", ""],
        &["", "", ""],
        &["Văn phòng", "Ngô Ba", ""],
    ];
    let tail =
        "<mergeCells count=\"2\"><mergeCell ref=\"A2:A4\"/><mergeCell ref=\"C2:C3\"/></mergeCells>";
    let bytes = xlsx(&[Sheet::of(inline(rows)).with_tail(tail)], Parts::default());
    let preview = shown(&bytes, &Asked::default());
    assert_eq!(errors(&preview), []);
    let units: Vec<(&str, &str)> = preview
        .rows
        .iter()
        .map(|row| (row.participant.person.as_str(), row.participant.unit.vi.as_str()))
        .collect();
    assert_eq!(
        units,
        [("X01", "Công an phường"), ("tran.van.hai", "Công an phường"), ("ngo.ba", "Văn phòng")]
    );
}

fn windows_1258(text: &str) -> Vec<u8> {
    // Letters with their shape are one byte, tones another behind them.
    let letters =
        [('ê', 0xea), ('ă', 0xe3), ('ô', 0xf4), ('đ', 0xf0), ('\u{323}', 0xf2), ('\u{300}', 0xcc)];
    text.chars()
        .map(|letter| match letters.iter().find(|(one, _)| *one == letter) {
            Some((_, byte)) => *byte,
            None => u8::try_from(letter).unwrap(),
        })
        .collect()
}

#[test]
fn the_same_two_people_come_of_every_kind_of_text() {
    let rows = [["Ma", "Ho ten"], ["X01", "Lê Thị Một"], ["X02", "Trần Văn Hai"]];
    let text = |separator: &str, end: &str| -> String {
        rows.iter().map(|row| row.join(separator) + end).collect()
    };
    let utf16 = |mark: bool, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("{}{}", if mark { "\u{feff}" } else { "" }, text("\t", "\r\n"));
        text.encode_utf16().flat_map(order).collect()
    };
    let old = "Ma,Ho ten\r\nX01,Lê Thi\u{323} Mô\u{323}t\r\nX02,Trâ\u{300}n Văn Hai\r\n".to_owned();
    let cases: [(&str, Vec<u8>); 14] = [
        ("commas", text(",", "\n").into()),
        ("CRLF", text(",", "\r\n").into()),
        ("carriage returns alone", text(",", "\r").into()),
        ("semicolons", text(";", "\r\n").into()),
        ("tabs", text("\t", "\n").into()),
        ("bars", text("|", "\n").into()),
        ("a named separator", format!("sep=;\r\n{}", text(";", "\r\n")).into()),
        ("a mark", format!("\u{feff}{}", text(",", "\r\n")).into()),
        (
            "quotes",
            text("\",\"", "\"\n")
                .replace("\n", "\n\"")
                .replacen("Ma", "\"Ma", 1)
                .trim_end_matches('"')
                .into(),
        ),
        ("UTF-16 with its mark", utf16(true, u16::to_le_bytes)),
        ("UTF-16, the other way", utf16(true, u16::to_be_bytes)),
        ("UTF-16 without a mark", utf16(false, u16::to_le_bytes)),
        ("windows-1258", windows_1258(&old)),
        ("one separator more in every row", text(",", ",\n").into()),
    ];
    for (what, bytes) in cases {
        let preview = shown(&bytes, &Asked::default());
        let names: Vec<(&str, &str)> =
            people(&preview).into_iter().map(|(_, code, name)| (code, name)).collect();
        assert_eq!(names, [("X01", "Lê Thị Một"), ("X02", "Trần Văn Hai")], "{what}: {preview:?}");
        assert_eq!(errors(&preview), [], "{what}");
    }
}

#[test]
fn what_is_no_list_says_why() {
    let web = "<html><table><tr><td>Họ và tên</td></tr></table></html>";
    let open = "ma,ho_ten\nA1,A\nA2,\"B\nA3,C";
    let empty = xlsx(&[Sheet::of(String::new())], Parts::default());
    let no_sheet = xlsx(
        &[Sheet::of(two()).at("worksheets/gone.xml", "xl/worksheets/sheet1.xml")],
        Parts::default(),
    );
    let cases: [(&str, Vec<u8>, Option<u32>, FaultCode); 15] = [
        ("a password", protected(), None, FaultCode::Protected),
        ("nothing", Vec::new(), None, FaultCode::Empty),
        ("blank", b" \r\n\t\n".to_vec(), None, FaultCode::Empty),
        (
            "a picture",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR not a workbook".to_vec(),
            None,
            FaultCode::Unreadable,
        ),
        ("a workbook without cells", empty, None, FaultCode::Empty),
        ("a ZIP", packed([("a.txt", &b"a"[..])].into_iter()), None, FaultCode::Unreadable),
        ("a workbook whose tab is gone", no_sheet, None, FaultCode::Unreadable),
        ("half a workbook", books::plain(&[HEAD])[..300].to_vec(), None, FaultCode::Unreadable),
        (
            "an old workbook's first bytes",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
            None,
            FaultCode::Unreadable,
        ),
        ("a web page", web.as_bytes().to_vec(), None, FaultCode::WebPage),
        ("an open quotation mark", open.as_bytes().to_vec(), Some(3), FaultCode::OpenQuote),
        ("no column of names", b"ma,email\nA1,a@b.c\n".to_vec(), None, FaultCode::NoNameColumn),
        ("headings alone", b"ma,ho_ten\n".to_vec(), None, FaultCode::NoRows),
        ("too many rows", "ho_ten\n".repeat(50_001).into_bytes(), None, FaultCode::TooManyRows),
        ("too wide", (",".repeat(300) + "x").into_bytes(), None, FaultCode::TooLarge),
    ];
    for (what, bytes, row, code) in cases {
        let preview = shown(&bytes, &Asked::default());
        assert_eq!(errors(&preview), [(row, None, code, "")], "{what}");
        assert_eq!((preview.count, preview.rows.len()), (0, 0), "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// `shown` holds that nothing is silent.
    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), head in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"ho_ten\n", b"\xff\xfe", b"\xef\xbb\xbf"])) {
        shown(&[head, &bytes].concat(), &Asked::default());
    }

    /// Not of the open kind: one whose table has no end is read for ever, and the worker's limits end it.
    #[test]
    fn a_damaged_workbook_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<Option<prop::sample::Index>>(), kind in 0..3) {
        let old: &[&[Old]] = &[&[Old::Text("Họ và tên")], &[Old::Text("Lê Thị Một")]];
        let mut bytes = match kind {
            0 => books::plain(&[HEAD, &["X01", "Lê Thị Một"]]),
            1 => books::stored(&books::plain(&[HEAD, &["X01", "Lê Thị Một"]])),
            _ => xls(&[("A", false, old)]),
        };
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()) + 1);
        }
        shown(&bytes, &Asked::default());
    }

    #[test]
    fn a_text_of_any_letters_is_read_or_refused(text in "[\\PC\t\r\n\",;]{0,200}", columns in prop::option::of(prop::collection::vec(prop::option::of(prop::sample::select(icabinet_models::lists::Meaning::ALL.to_vec())), 0..5)), header in prop::option::of(0_u32..4)) {
        shown(format!("Họ và tên;Mã;Vai trò\n{text}").as_bytes(), &Asked { columns, header, ..Asked::default() });
    }
}
