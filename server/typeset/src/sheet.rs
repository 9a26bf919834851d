//! What the server hands over to be set: plain data, no layout. Never here: how it looks.

use serde::{Deserialize, Serialize};

/// How a run of text is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// Upright.
    #[default]
    Plain,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Bold and italic.
    BoldItalic,
}

/// A stretch of text in one style. A line feed breaks the line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The text, set exactly as it stands.
    pub text: String,
    /// Its style.
    #[serde(default)]
    pub style: Style,
}

impl Run {
    /// A run of `text` in `style`.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

/// One upright run: the common case of a text without emphasis.
pub fn plain(text: impl Into<String>) -> Vec<Run> {
    vec![Run::new(text, Style::Plain)]
}

/// How a table's column is aligned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// To the left: texts.
    #[default]
    Left,
    /// Centred: numbering, units.
    Center,
    /// To the right: figures.
    Right,
}

/// A cell of a table.
pub type Cell = Vec<Run>;

/// A piece of a document's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A bold heading on a line of its own ("I. SỰ CẦN THIẾT").
    Heading {
        /// The heading.
        text: String,
    },
    /// A justified paragraph, its first line indented.
    Paragraph {
        /// The text.
        runs: Vec<Run>,
    },
    /// An article: a bold label run into the text ("Điều 1.").
    Article {
        /// The label with its full stop.
        label: String,
        /// The text after it.
        runs: Vec<Run>,
    },
    /// A numbered clause or point: an upright label run into the text ("1.", "a)").
    Clause {
        /// The label with its mark.
        label: String,
        /// The text after it.
        runs: Vec<Run>,
    },
    /// A sentence that begins with a dash, as in minutes.
    Item {
        /// The text.
        runs: Vec<Run>,
    },
    /// A table with ruled lines, its header repeated on each page.
    Table {
        /// The title above the table.
        caption: Option<Vec<Run>>,
        /// One alignment per column; it gives the number of columns.
        columns: Vec<Align>,
        /// The header row.
        header: Vec<Cell>,
        /// The rows; missing cells stay empty, surplus cells are left out.
        rows: Vec<Vec<Cell>>,
    },
}

/// The date under the national heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetDate {
    /// Day of the month, from 1.
    pub day: u8,
    /// Month, 1 to 12.
    pub month: u8,
    /// Year.
    pub year: u16,
}

/// What stands above every document (Decree 30/2020, annex I, parts 1 to 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// The body above the issuing one ("THÀNH PHỐ MINH GIANG"), where there is one.
    pub parent_body: Option<String>,
    /// The issuing body, one entry a line ("ỦY BAN NHÂN DÂN", "PHƯỜNG HỒ SEN").
    pub issuing_body: Vec<String>,
    /// Number and symbol ("15/QĐ-UBND"); none while it has not been given out.
    pub number: Option<String>,
    /// The place of issue ("Hồ Sen").
    pub place: String,
    /// The date of issue.
    pub date: SheetDate,
}

/// Someone who signs: the block at the foot of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatory {
    /// Names the signature area in [`crate::Rendered::signature_areas`].
    pub key: String,
    /// Authority and title, one entry a line ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH").
    pub title: Vec<String>,
    /// Full name.
    pub name: String,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionSheet {
    /// What stands above it.
    pub letterhead: Letterhead,
    /// Its type in capitals ("QUYẾT ĐỊNH").
    pub kind: String,
    /// What it is about ("Về việc phê duyệt chủ trương …").
    pub subject: String,
    /// Who decides, in capitals ("ỦY BAN NHÂN DÂN PHƯỜNG HỒ SEN").
    pub deciding_body: String,
    /// The legal bases, one each, with the marks at their ends.
    pub bases: Vec<String>,
    /// The words that open the body ("QUYẾT ĐỊNH:"); none for documents without them.
    pub enacting_words: Option<String>,
    /// The body.
    pub body: Vec<Block>,
    /// Who receives it ("Như Điều 4;").
    pub recipients: Vec<String>,
    /// Who signs.
    pub signatory: Signatory,
    /// A line above everything ("DỰ THẢO"), where the document must carry one.
    pub notice: Option<String>,
    /// When the file is made, in seconds since 1970 (UTC).
    pub created_unix_seconds: i64,
    /// Whether it is set as documents were before version 3 of records.
    #[serde(default)]
    pub first_form: bool,
}

/// A part of the minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its heading ("1. Thành phần và khai mạc").
    pub heading: String,
    /// Its sentences, tables and so on.
    pub blocks: Vec<Block>,
}

/// A line of the record block: what the minutes were drawn from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is ("Số sự kiện trong nhật ký").
    pub label: String,
    /// Its value.
    pub value: String,
}

/// Minutes of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesSheet {
    /// What stands above them.
    pub letterhead: Letterhead,
    /// The type in capitals ("BIÊN BẢN").
    pub kind: String,
    /// Which meeting.
    pub subject: String,
    /// The parts, in order.
    pub sections: Vec<Section>,
    /// What ties the minutes to the record (log size, root, fingerprint).
    pub record: Vec<Fact>,
    /// The sentence above the record block.
    pub record_note: String,
    /// Who receives them ("Lưu: VT.").
    pub recipients: Vec<String>,
    /// Who signs: the secretary on the left, the chair on the right.
    pub secretary: Signatory,
    /// The chair.
    pub chair: Signatory,
    /// A line above everything, where the document must carry one.
    pub notice: Option<String>,
    /// When the file is made, in seconds since 1970 (UTC).
    pub created_unix_seconds: i64,
    /// Whether it is set as documents were before version 3 of records.
    #[serde(default)]
    pub first_form: bool,
}
