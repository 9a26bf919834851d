//! Lists as offices keep them, in a workbook or in a text of separated cells: which tabs there are,
//! and the cells of one of them as a person sees them.
//!
//! Here: what travels between the server and the worker, and [`read`], which does it. `workbook` reads
//! spreadsheets through calamine, `blanks` sees to it that no blank of theirs gets lost; `text` finds
//! out in what a text is written, and reads it through `csv`. Bounded by [`MOST_ROWS`], [`MOST_COLUMNS`] and [`MOST_TEXT`]; what a packed file makes a
//! reader ask for is bounded by the worker's limits.
//!
//! Never here: what a heading or a cell means (`people` in the server).

mod blanks;
mod text;
mod workbook;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::worker::{Emitter, Reach, Trouble};

/// Rows with something in them that are read; more are no list of a meeting.
pub const MOST_ROWS: usize = 50_000;
/// Columns in which something may stand.
pub const MOST_COLUMNS: usize = 256;
/// Bytes of all cells together.
pub const MOST_TEXT: usize = 32 << 20;
/// Rows of one event.
const ROWS_AT_ONCE: usize = 500;

/// What the parent asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The file, of whatever kind: its bytes tell.
    pub input: PathBuf,
    /// The tab to read by name; the first that is not hidden if none is named.
    pub tab: Option<String>,
}

impl Request {
    /// What its worker may touch.
    pub(crate) fn reach(&self) -> Reach {
        Reach { reads: vec![self.input.clone()], ..Reach::default() }
    }
}

/// What the child says: `opened`, then the rows; or `refused`, which is the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Opened { source: Source },
    Rows { rows: Vec<Row> },
    Refused { code: Refusal, line: Option<u32>, tabs: Vec<Tab> },
}

/// What was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub format: Format,
    /// In the order of the workbook; none in a text.
    pub tabs: Vec<Tab>,
    /// Which of the tabs was read.
    pub tab: Option<usize>,
    /// What a text is written in, by the name of the WHATWG's list.
    pub encoding: Option<String>,
    /// What separates the cells of a text.
    pub separator: Option<char>,
    /// Days are counted from 1904 on; otherwise, as nearly everywhere, from 1900.
    #[serde(default)]
    pub from_1904: bool,
}

/// A tab of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tab {
    pub name: String,
    pub hidden: bool,
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    Text,
}

/// A row with something in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number as the spreadsheet counts, or its line in a text; from 1.
    pub number: u32,
    pub cells: Vec<Cell>,
}

/// A cell: the text that is seen in it, and what stands behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    #[serde(rename = "t")]
    pub text: String,
    #[serde(rename = "k", default, skip_serializing_if = "Kind::is_text")]
    pub kind: Kind,
}

/// What stands behind the text of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Text,
    /// A number, shown like this.
    Number,
    /// A number of which the file doesn't say, or not simply, how it is shown: 12 may be 00012.
    Unsure,
    /// A day, as dd/mm/yyyy.
    Day,
    /// True or false.
    Truth,
    /// A formula without a value: `#N/A`.
    Error,
    /// Part of a merged cell; the text is what stands in its first part.
    Merged,
}

impl Kind {
    fn is_text(&self) -> bool {
        *self == Self::Text
    }
}

/// Why nothing is read. A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// Neither a workbook nor a text, or damaged.
    Unreadable,
    /// It opens with a password only.
    Protected,
    /// A web page, whatever its name says.
    WebPage,
    TooManyRows,
    /// Too wide, or too much text, or too much for the worker.
    TooLarge,
    /// The worker's time ran out.
    TookTooLong,
    /// There is no tab of that name.
    NoSuchTab,
    /// A quotation mark is never closed; the line says where it is.
    OpenQuote,
}

/// Why nothing is read, with what is known all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub code: Refusal,
    pub line: Option<u32>,
    pub tabs: Vec<Tab>,
}

impl From<Refusal> for Refused {
    fn from(code: Refusal) -> Self {
        Self { code, line: None, tabs: Vec::new() }
    }
}

/// A list that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub source: Source,
    pub rows: Vec<Row>,
}

/// Reads a list.
///
/// # Errors
/// [`Refused`] if there is nothing to read in it. A reader that panics on a damaged file is a damaged
/// file too.
pub fn read(bytes: &[u8], tab: Option<&str>) -> Result<Table, Refused> {
    let read = || match bytes {
        [b'P', b'K', 3 | 5, ..] => workbook::read(&blanks::kept(bytes)?, tab),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => workbook::read(bytes, tab),
        _ => text::read(bytes),
    };
    let table =
        catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(Refusal::Unreadable.into()))?;
    if table.rows.is_empty() {
        return Err(Refused { code: Refusal::Empty, line: None, tabs: table.source.tabs });
    }
    Ok(table)
}

/// What the child does.
pub(crate) fn work(request: Request, emitter: &mut Emitter) -> Result<(), Trouble> {
    let bytes = std::fs::read(&request.input)?;
    match read(&bytes, request.tab.as_deref()) {
        Ok(Table { source, rows }) => {
            emitter.send(&Event::Opened { source })?;
            for rows in rows.chunks(ROWS_AT_ONCE) {
                emitter.send(&Event::Rows { rows: rows.to_vec() })?;
            }
        }
        Err(Refused { code, line, tabs }) => {
            emitter.send(&Event::Refused { code, line, tabs })?;
        }
    }
    Ok(())
}

/// Rows on their way in, within the bounds.
#[derive(Debug, Default)]
struct Gathered {
    rows: Vec<Row>,
    bytes: usize,
}

impl Gathered {
    /// Puts a cell into a row; rows come in their order. Blank cells only keep their place.
    fn put(&mut self, row: u32, column: usize, cell: Cell) -> Result<(), Refusal> {
        if cell.text.trim().is_empty() {
            return Ok(());
        }
        if column >= MOST_COLUMNS {
            return Err(Refusal::TooLarge);
        }
        self.bytes += cell.text.len();
        if self.bytes > MOST_TEXT {
            return Err(Refusal::TooLarge);
        }
        let at = match self.rows.binary_search_by_key(&row, |row| row.number) {
            Ok(at) => at,
            Err(_) if self.rows.len() >= MOST_ROWS => return Err(Refusal::TooManyRows),
            Err(at) => {
                self.rows.insert(at, Row { number: row, cells: Vec::new() });
                at
            }
        };
        let cells = &mut self.rows[at].cells;
        if cells.len() <= column {
            cells.resize(column + 1, Cell::default());
        }
        cells[column] = cell;
        Ok(())
    }
}
