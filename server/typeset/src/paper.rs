//! Papers written in the product's Markdown dialect, set like any other document: front matter,
//! the national heading and the tail as tables, headings, numbered clauses, tables with `<br>`.
//! Never here: images, links, HTML. A paper that holds them is refused, not guessed at.

use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::layout::{Area, Foot, Layout, Line, NATIONAL_NAME, Piece, table, text_of};
use crate::sheet::{Align, Cell, Run, Style};
use crate::{Rendered, TypesetError, plain, world};

/// What a paper's front matter says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaperFront {
    /// The paper's short name in the demo ("P1").
    pub id: String,
    /// Its type ("to-trinh").
    pub kind: String,
    /// Number and symbol.
    pub number: String,
    /// Date as written, year first.
    pub date: String,
    /// Vietnamese title.
    pub title_vi: String,
    /// English title.
    pub title_en: String,
    /// Confidentiality level.
    pub level: String,
}

/// Reads a paper's front matter.
///
/// # Errors
/// [`TypesetError::Paper`] where there is none.
pub fn paper_front(markdown: &str) -> Result<PaperFront, TypesetError> {
    Ok(split_front(markdown)?.0)
}

/// Sets a paper of the product's Markdown dialect as PDF/A-2b.
///
/// `created_unix_seconds` becomes the file's creation date.
///
/// # Errors
/// [`TypesetError`]; [`TypesetError::Paper`] for Markdown outside of the dialect.
pub fn paper(markdown: &str, created_unix_seconds: i64) -> Result<Rendered, TypesetError> {
    let (front, text) = split_front(markdown)?;
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        reader.take(event)?;
    }
    let layout = Layout {
        title: front.title_vi,
        author: issuing_body(&reader.pieces),
        area: Area::STANDARD,
        first_form: false,
        blocks: reader.pieces,
    };
    world::render(&layout, created_unix_seconds)
}

fn split_front(markdown: &str) -> Result<(PaperFront, &str), TypesetError> {
    let (head, text) = markdown
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .ok_or(TypesetError::Paper("no front matter"))?;
    let mut front = PaperFront::default();
    for line in head.lines() {
        let Some((key, value)) = line.split_once(':') else {
            return Err(TypesetError::Paper("a front matter line without a colon"));
        };
        let value = value.trim().to_owned();
        match key.trim() {
            "id" => front.id = value,
            "kind" => front.kind = value,
            "number" => front.number = value,
            "date" => front.date = value,
            "title_vi" => front.title_vi = value,
            "title_en" => front.title_en = value,
            "level" => front.level = value,
            // "sample" and what later papers may add says nothing about how they look.
            _ => {}
        }
    }
    Ok((front, text))
}

fn issuing_body(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .find_map(|piece| match piece {
            Piece::Letterhead { body, .. } => {
                let lines: Vec<String> = body.iter().map(|line| text_of(line)).collect();
                Some(lines.join(" "))
            }
            _ => None,
        })
        .unwrap_or_default()
}

/// Gathers Markdown events into pieces of the page.
#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// The runs of the paragraph, heading or cell being read.
    runs: Line,
    bold: usize,
    italic: usize,
    /// The next number of the list being read.
    number: Option<u64>,
    heading: Option<u8>,
    columns: Vec<Align>,
    /// The table being read: its rows, the header first.
    rows: Vec<Vec<Cell>>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) -> Result<(), TypesetError> {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => {
                self.end(tag);
                Ok(())
            }
            Event::Text(text) => {
                self.push(&text);
                Ok(())
            }
            Event::SoftBreak => {
                self.push(" ");
                Ok(())
            }
            Event::HardBreak => {
                self.push("\n");
                Ok(())
            }
            Event::InlineHtml(html) if html.as_ref() == "<br>" => {
                self.push("\n");
                Ok(())
            }
            _ => Err(TypesetError::Paper("markup outside of the dialect")),
        }
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), TypesetError> {
        match tag {
            Tag::Paragraph | Tag::TableHead | Tag::TableCell => {}
            Tag::TableRow => self.rows.push(Vec::new()),
            Tag::Item => {
                if let Some(number) = &mut self.number {
                    let label = format!("{number}. ");
                    *number += 1;
                    self.push(&label);
                }
            }
            Tag::List(Some(first)) => self.number = Some(*first),
            Tag::Heading { level, .. } => {
                self.heading = Some(match level {
                    HeadingLevel::H1 => 1,
                    HeadingLevel::H2 => 2,
                    _ => 3,
                });
            }
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::Table(alignments) => {
                self.columns = alignments.iter().map(align).collect();
                self.rows = vec![Vec::new()];
            }
            _ => return Err(TypesetError::Paper("a construct outside of the dialect")),
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Item if !self.runs.is_empty() => {
                let runs = core::mem::take(&mut self.runs);
                self.pieces.push(paragraph(&self.pieces, runs));
            }
            TagEnd::List(_) => self.number = None,
            TagEnd::Heading(_) => {
                let runs = core::mem::take(&mut self.runs);
                self.pieces.push(match self.heading.take() {
                    Some(1) => Piece::Title { text: text_of(&runs) },
                    depth => Piece::Heading { depth: depth.unwrap_or(2) - 1, runs },
                });
            }
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::TableCell => {
                let cell = core::mem::take(&mut self.runs);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let columns = core::mem::take(&mut self.columns);
                let rows = core::mem::take(&mut self.rows);
                self.pieces.push(table_piece(columns, rows));
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        let style = match (self.bold > 0, self.italic > 0) {
            (false, false) => Style::Plain,
            (true, false) => Style::Bold,
            (false, true) => Style::Italic,
            (true, true) => Style::BoldItalic,
        };
        match self.runs.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.runs.push(Run::new(text, style)),
        }
    }
}

/// What a paragraph is, from where it stands and how it is set.
fn paragraph(before: &[Piece], runs: Line) -> Piece {
    let text = text_of(&runs);
    let bold = runs.iter().all(|run| run.style == Style::Bold);
    match before.last() {
        None if bold => return Piece::Notice { runs },
        Some(Piece::Title { .. }) if bold => return Piece::Subject { runs },
        Some(Piece::Tail { .. }) => return Piece::Remark { runs },
        _ => {}
    }
    let titles_a_table =
        text.starts_with("Bảng ") && runs.first().is_some_and(|run| run.style == Style::Bold);
    if titles_a_table {
        Piece::Caption { runs }
    } else if bold && text.to_uppercase() == text || text.starts_with("Kính gửi:") {
        Piece::Centered { runs }
    } else {
        Piece::Paragraph { runs }
    }
}

/// The national heading, the tail, or a table of figures.
fn table_piece(columns: Vec<Align>, mut rows: Vec<Vec<Cell>>) -> Piece {
    let header = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
    match header.as_slice() {
        [left, right] if text_of(right).contains(NATIONAL_NAME) => {
            let mut second = rows.into_iter().next().unwrap_or_default().into_iter();
            Piece::Letterhead {
                body: lines(left),
                nation: lines(right),
                number: lines(&second.next().unwrap_or_default()),
                date: lines(&second.next().unwrap_or_default()),
            }
        }
        [left, right] if text_of(left).starts_with("Nơi nhận:") => Piece::Tail {
            left: lines(left)
                .into_iter()
                .enumerate()
                .map(|(place, runs)| match place {
                    0 => Foot::Label { runs },
                    _ => Foot::Recipient { runs },
                })
                .collect(),
            right: lines(right)
                .into_iter()
                .map(|runs| match text_of(&runs).is_empty() {
                    true => Foot::Blank,
                    false => Foot::Line { runs },
                })
                .collect(),
            below: Vec::new(),
        },
        _ => table(columns, header, rows),
    }
}

/// A cell's lines, each with its styles.
fn lines(cell: &[Run]) -> Vec<Line> {
    let mut lines = vec![Line::new()];
    for run in cell {
        for (place, part) in run.text.split('\n').enumerate() {
            if place > 0 {
                lines.push(Line::new());
            }
            if let Some(line) = lines.last_mut()
                && !part.is_empty()
            {
                line.extend(plain(part).into_iter().map(|part| Run { style: run.style, ..part }));
            }
        }
    }
    lines
}

fn align(alignment: &Alignment) -> Align {
    match alignment {
        Alignment::None | Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: &str = "---\nid: P9\nkind: to-trinh\ntitle_vi: Tờ trình: thử\n---\n";

    fn pieces(markdown: &str) -> Result<Vec<Piece>, TypesetError> {
        let mut reader = Reader::default();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
            reader.take(event)?;
        }
        Ok(reader.pieces)
    }

    #[test]
    fn the_front_matter_is_read_and_required() {
        let front = paper_front(FRONT).expect("front matter");
        assert_eq!(front.id, "P9");
        assert_eq!(front.title_vi, "Tờ trình: thử");
        assert!(matches!(paper_front("# no"), Err(TypesetError::Paper(_))));
    }

    #[test]
    fn numbered_paragraphs_keep_their_numbers() {
        let pieces = pieces("3. ba\n\n4. bốn\n\n# T\n\n1. một").expect("read");
        let texts: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Paragraph { runs } => text_of(runs),
                Piece::Title { text } => text.clone(),
                other => panic!("unexpected {other:?}"),
            })
            .collect();
        assert_eq!(texts, ["3. ba", "4. bốn", "T", "1. một"]);
    }

    #[test]
    fn what_the_dialect_lacks_is_refused() {
        for markdown in [
            "![a](b.png)",
            "[a](http://b)",
            "<script>",
            "a <b>c</b>",
            "`code`",
            "- bullet",
            "> quote",
            "***\n",
        ] {
            assert!(pieces(markdown).is_err(), "{markdown}");
        }
    }

    #[test]
    fn a_cell_breaks_into_styled_lines() {
        let read = pieces("| ***Nơi nhận:***<br>- Lưu: VT. | **A**<br><br>*b* |\n|---|---|\n")
            .expect("read");
        let [Piece::Tail { left, right, .. }] = read.as_slice() else {
            panic!("a tail, not {read:?}");
        };
        assert!(matches!(left.as_slice(), [Foot::Label { .. }, Foot::Recipient { .. }]));
        assert!(matches!(right.as_slice(), [Foot::Line { .. }, Foot::Blank, Foot::Line { .. }]));
    }
}
