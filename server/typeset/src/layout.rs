//! What the template is given: the one shape that decisions, minutes and papers are brought into.
//! Never here: Typst, or the meaning of a document.

use serde::Serialize;

use crate::sheet::{Align, Block, Cell, Letterhead, Run, SheetDate, Signatory, Style};
use crate::{TypesetError, plain};

/// The width of a signature area in millimetres; `sheet.typ` reads it from here.
pub(crate) const SIGNATURE_WIDTH_MM: f64 = 64.0;
/// The height of a signature area in millimetres.
pub(crate) const SIGNATURE_HEIGHT_MM: f64 = 24.0;

pub(crate) const NATIONAL_NAME: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";

/// A line of text: several runs that stay on one line if they fit.
pub(crate) type Line = Vec<Run>;

/// A document as the template sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Layout {
    /// The PDF's title.
    pub(crate) title: String,
    /// The PDF's author: the issuing body.
    pub(crate) author: String,
    pub(crate) area: Area,
    /// Set as documents were before version 3 of records: theirs are set again to be compared.
    pub(crate) first_form: bool,
    pub(crate) blocks: Vec<Piece>,
}

/// The size of signature areas.
#[derive(Debug, Serialize)]
pub(crate) struct Area {
    width_mm: f64,
    height_mm: f64,
}

impl Area {
    pub(crate) const STANDARD: Self =
        Self { width_mm: SIGNATURE_WIDTH_MM, height_mm: SIGNATURE_HEIGHT_MM };
}

/// One piece of a page, from top to bottom.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Piece {
    /// A centred bold line above everything.
    Notice { runs: Line },
    /// The two columns of the national heading.
    Letterhead { body: Vec<Line>, nation: Vec<Line>, number: Vec<Line>, date: Vec<Line> },
    /// The document's type.
    Title { text: String },
    /// What the document is about, with the short rule below.
    Subject { runs: Line },
    /// A centred line.
    Centered { runs: Line },
    /// A heading with its depth, from 1.
    Heading { depth: u8, runs: Line },
    /// A justified paragraph.
    Paragraph { runs: Line },
    /// A paragraph that stays with what follows it: the title of a table.
    Caption { runs: Line },
    /// A ruled table.
    Table { columns: Vec<Align>, weights: Vec<usize>, header: Vec<Cell>, rows: Vec<Vec<Cell>> },
    /// Label and value, unruled.
    Facts { note: Line, rows: Vec<[String; 2]> },
    /// Recipients or a first signature on the left, the signature on the right; `below` what has no
    /// room beside them.
    Tail { left: Vec<Foot>, right: Vec<Foot>, below: Vec<Foot> },
    /// A small line at the very end.
    Remark { runs: Line },
}

/// A line in a tail's column.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Foot {
    /// "Nơi nhận:", small and to the left.
    Label { runs: Line },
    /// A recipient, smaller and to the left.
    Recipient { runs: Line },
    /// A centred line: a title, a name.
    Line { runs: Line },
    /// The free area for the visible signature.
    Area { key: String },
    /// An empty line.
    Blank,
}

/// The national heading of a sheet.
pub(crate) fn letterhead(head: &Letterhead) -> Result<Piece, TypesetError> {
    let mut body = Vec::new();
    if let Some(parent) = &head.parent_body {
        body.push(plain(parent));
    }
    body.extend(head.issuing_body.iter().map(|line| bold(line)));
    let number = head.number.as_deref().unwrap_or("........");
    Ok(Piece::Letterhead {
        body,
        nation: vec![bold(NATIONAL_NAME), bold(MOTTO)],
        number: vec![plain(format!("Số: {number}"))],
        date: vec![vec![Run::new(
            format!("{}, {}", head.place, date_in_words(head.date)?),
            Style::Italic,
        )]],
    })
}

/// "ngày 05 tháng 02 năm 2026": days below 10 and the months 1 and 2 with a zero (Decree
/// 30/2020, annex I, II.1.4.b).
fn date_in_words(date: SheetDate) -> Result<String, TypesetError> {
    let SheetDate { day, month, year } = date;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    if day == 0 || day > last {
        return Err(TypesetError::Date { day, month, year });
    }
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    Ok(format!("ngày {day:02} tháng {month} năm {year}"))
}

/// Body blocks as pieces of the page.
pub(crate) fn body(blocks: &[Block]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block {
            Block::Heading { text } => pieces.push(Piece::Heading { depth: 1, runs: plain(text) }),
            Block::Paragraph { runs } => pieces.push(Piece::Paragraph { runs: runs.clone() }),
            Block::Article { label, runs } => pieces.push(labelled(label, Style::Bold, runs)),
            Block::Clause { label, runs } => pieces.push(labelled(label, Style::Plain, runs)),
            Block::Item { runs } => pieces.push(labelled("-", Style::Plain, runs)),
            Block::Table { caption, columns, header, rows } => {
                if let Some(runs) = caption {
                    pieces.push(Piece::Caption { runs: runs.clone() });
                }
                pieces.push(table(columns.clone(), header.clone(), rows.clone()));
            }
        }
    }
    pieces
}

fn labelled(label: &str, style: Style, runs: &[Run]) -> Piece {
    let mut line = vec![Run::new(format!("{label} "), style)];
    line.extend_from_slice(runs);
    Piece::Paragraph { runs: line }
}

/// A table whose rows all have one cell per column and whose columns are as wide as their texts
/// ask for.
pub(crate) fn table(columns: Vec<Align>, mut header: Vec<Cell>, mut rows: Vec<Vec<Cell>>) -> Piece {
    let count = columns.len();
    header.resize(count, Cell::new());
    for row in &mut rows {
        row.resize(count, Cell::new());
    }
    let weights = (0..count)
        .map(|column| {
            let longest_word = text_of(&header[column])
                .split_whitespace()
                .map(|word| word.chars().count())
                .max()
                .unwrap_or(0);
            let longest_cell =
                rows.iter().map(|row| text_of(&row[column]).chars().count()).max().unwrap_or(0);
            longest_word.max(longest_cell).clamp(4, 30) + 2
        })
        .collect();
    Piece::Table { columns, weights, header, rows }
}

/// The lines of a signatory's column.
pub(crate) fn signature(signatory: &Signatory) -> Vec<Foot> {
    let mut feet: Vec<Foot> =
        signatory.title.iter().map(|line| Foot::Line { runs: bold(line) }).collect();
    feet.push(Foot::Area { key: signatory.key.clone() });
    feet.push(Foot::Line { runs: bold(&signatory.name) });
    feet
}

/// The lines of the recipients' column.
pub(crate) fn recipients(names: &[String]) -> Vec<Foot> {
    let mut feet = vec![Foot::Label { runs: vec![Run::new("Nơi nhận:", Style::BoldItalic)] }];
    feet.extend(names.iter().map(|name| Foot::Recipient { runs: plain(format!("- {name}")) }));
    feet
}

pub(crate) fn bold(text: &str) -> Line {
    vec![Run::new(text, Style::Bold)]
}

pub(crate) fn italic(text: &str) -> Line {
    vec![Run::new(text, Style::Italic)]
}

/// The text of a line without its styles.
pub(crate) fn text_of(line: &[Run]) -> String {
    line.iter().map(|run| run.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_decree_says_and_must_exist() {
        let table = [
            (5, 2, 2026, Some("ngày 05 tháng 02 năm 2026")),
            (26, 11, 2026, Some("ngày 26 tháng 11 năm 2026")),
            (1, 3, 2026, Some("ngày 01 tháng 3 năm 2026")),
            (29, 2, 2028, Some("ngày 29 tháng 02 năm 2028")),
            (29, 2, 2026, None),
            (29, 2, 2100, None),
            (31, 4, 2026, None),
            (0, 1, 2026, None),
            (1, 13, 2026, None),
        ];
        for (day, month, year, expected) in table {
            let date = SheetDate { day, month, year };
            assert_eq!(date_in_words(date).ok().as_deref(), expected, "{day}/{month}/{year}");
        }
    }

    #[test]
    fn every_row_of_a_table_gets_one_cell_a_column() {
        let piece = table(
            vec![Align::Left, Align::Right],
            vec![plain("Nội dung")],
            vec![vec![plain("a"), plain("b"), plain("c")], vec![]],
        );
        let Piece::Table { header, rows, weights, .. } = piece else {
            panic!("a table stays a table");
        };
        assert_eq!(header.len(), 2);
        assert!(rows.iter().all(|row| row.len() == 2));
        assert_eq!(weights, vec![6, 6]);
    }
}
