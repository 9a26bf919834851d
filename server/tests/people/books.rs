//! Workbooks written by hand, so that each fault of theirs is in plain sight.

use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// A tab.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) name: &'static str,
    /// Attributes of its own: `state="hidden"`.
    pub(crate) attributes: &'static str,
    /// Where the workbook says that it is.
    pub(crate) target: &'static str,
    /// Where it is.
    pub(crate) path: &'static str,
    /// The rows, as XML.
    pub(crate) data: String,
    /// What follows the rows, as XML.
    pub(crate) tail: &'static str,
}

impl Sheet {
    /// The usual place of the only tab.
    pub(crate) fn of(data: String) -> Self {
        Self {
            name: "Danh sách",
            attributes: "",
            target: "worksheets/sheet1.xml",
            path: "xl/worksheets/sheet1.xml",
            data,
            tail: "",
        }
    }

    pub(crate) fn named(self, name: &'static str, attributes: &'static str) -> Self {
        Self { name, attributes, ..self }
    }

    pub(crate) fn at(self, target: &'static str, path: &'static str) -> Self {
        Self { target, path, ..self }
    }

    pub(crate) fn with_tail(self, tail: &'static str) -> Self {
        Self { tail, ..self }
    }
}

/// What else is in a workbook.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parts<'p> {
    pub(crate) properties: &'static str,
    /// The style sheet's number formats and cell formats, as XML.
    pub(crate) styles: &'static str,
    pub(crate) shared: Option<(&'static str, &'p str)>,
    /// Names of parts with backslashes, as some programs write them.
    pub(crate) backslashes: bool,
}

/// Cells of text where they say, row by row.
pub(crate) fn inline(rows: &[&[&str]]) -> String {
    let mut data = String::new();
    for (row, cells) in (1..).zip(rows) {
        data.push_str(&format!("<row r=\"{row}\">"));
        for (column, text) in ('A'..).zip(*cells) {
            data.push_str(&text_cell(&format!("{column}{row}"), text));
        }
        data.push_str("</row>");
    }
    data
}

/// A cell of text.
pub(crate) fn text_cell(reference: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<c r=\"{reference}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
    )
}

/// A workbook.
pub(crate) fn xlsx(sheets: &[Sheet], parts: Parts<'_>) -> Vec<u8> {
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    let mut names = String::new();
    let mut relations = String::new();
    let mut files = Vec::new();
    for (number, sheet) in (1..).zip(sheets) {
        names.push_str(&format!(
            "<sheet name=\"{}\" sheetId=\"{number}\" {} r:id=\"r{number}\"/>",
            sheet.name, sheet.attributes
        ));
        relations.push_str(&format!(
            "<Relationship Id=\"r{number}\" Type=\"{RELATIONS}/worksheet\" Target=\"{}\"/>",
            sheet.target
        ));
        let text = format!(
            "{head}<worksheet xmlns=\"{MAIN}\"><sheetData>{}</sheetData>{}</worksheet>",
            sheet.data, sheet.tail
        );
        files.push((sheet.path.to_owned(), text));
    }
    if let Some((path, items)) = parts.shared {
        let text = format!("{head}<sst xmlns=\"{MAIN}\">{items}</sst>");
        files.push((path.to_owned(), text));
    }
    if !parts.styles.is_empty() {
        let text = format!("{head}<styleSheet xmlns=\"{MAIN}\">{}</styleSheet>", parts.styles);
        files.push(("xl/styles.xml".to_owned(), text));
    }
    files.push((
        "_rels/.rels".to_owned(),
        format!("{head}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"r1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
    ));
    files.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(
            "{head}<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}</Relationships>"
        ),
    ));
    files.push((
        "xl/workbook.xml".to_owned(),
        format!("{head}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><workbookPr {}/><sheets>{names}</sheets></workbook>", parts.properties),
    ));
    files.push((
        "[Content_Types].xml".to_owned(),
        format!("{head}<Types xmlns=\"{PACKAGE}/content-types\"/>"),
    ));
    for (name, _) in &mut files {
        if parts.backslashes {
            *name = name.replace('/', "\\");
        }
    }
    packed(files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())))
}

/// A workbook with one tab of texts.
pub(crate) fn plain(rows: &[&[&str]]) -> Vec<u8> {
    xlsx(&[Sheet::of(inline(rows))], Parts::default())
}

/// An open workbook: its rows as XML, a tab each.
pub(crate) fn ods(tabs: &[(&str, &str)]) -> Vec<u8> {
    let tables: String = tabs
        .iter()
        .map(|(name, rows)| format!("<table:table table:name=\"{name}\">{rows}</table:table>"))
        .collect();
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    let mimetype = b"application/vnd.oasis.opendocument.spreadsheet";
    packed(
        [
            ("mimetype", &mimetype[..]),
            ("META-INF/manifest.xml", b"<?xml version=\"1.0\"?><m:manifest xmlns:m=\"m\"/>"),
            ("content.xml", content.as_bytes()),
        ]
        .into_iter(),
    )
}

/// A row of an open workbook.
pub(crate) fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

/// A ZIP.
pub(crate) fn packed<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same ZIP with its files not packed.
pub(crate) fn stored(zip: &[u8]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut file = from.by_index(index).unwrap();
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        to.start_file(file.name().to_owned(), options).unwrap();
        std::io::copy(&mut file, &mut to).unwrap();
    }
    to.finish().unwrap().into_inner()
}
