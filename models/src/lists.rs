//! A list of people before anybody is added from it: which tab was read, what its columns were taken
//! for, its rows as they will be, and what is wrong in it. What the server answers and the
//! secretary's screen shows.
//! Never here: reading files, judging rows (`people` in the server), words for the screen.

use crate::participants::Participant;
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    Code,
    Name,
    /// What stands before the given name, where a list has two columns for a name.
    FamilyName,
    Courtesy,
    Position,
    Unit,
    Role,
    Venue,
    Seat,
    Email,
    Since,
}

impl Meaning {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 11] = [
        Self::Code,
        Self::Name,
        Self::FamilyName,
        Self::Courtesy,
        Self::Position,
        Self::Unit,
        Self::Role,
        Self::Venue,
        Self::Seat,
        Self::Email,
        Self::Since,
    ];

    /// As it is written in addresses.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::FamilyName => "family_name",
            Self::Courtesy => "courtesy",
            Self::Position => "position",
            Self::Unit => "unit",
            Self::Role => "role",
            Self::Venue => "venue",
            Self::Seat => "seat",
            Self::Email => "email",
            Self::Since => "since",
        }
    }

    /// The meaning with this tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meaning| meaning.tag() == tag)
    }
}

/// A list as it was understood. Nothing is added by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// "xlsx", "xlsb", "xls", "ods", "text"; nothing if it is none of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// What a text is written in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What separates the cells of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<char>,
    pub tabs: Vec<Tab>,
    /// The name of the tab that was read.
    pub tab: Option<String>,
    /// The row of the headings; nothing if there is none.
    pub header: Option<u32>,
    pub columns: Vec<Column>,
    /// Everybody who can be added, or need not be, as he will be.
    pub rows: Vec<Row>,
    /// What is wrong, in the order of rows; what is about the whole list comes first.
    pub errors: Vec<Fault>,
    /// How many of the rows would be added.
    pub count: u32,
}

/// A tab of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tab {
    pub name: String,
    pub hidden: bool,
}

/// A column, and what it was taken for; nothing for one that is not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub heading: String,
    pub meaning: Option<Meaning>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Becomes {
    New,
    /// Is on the meeting's list already, and stays as he is there.
    Here,
    /// Looks after accounts; takes no part in meetings.
    Apart,
}

/// A row without errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the sheet, or its line in a text; from 1.
    pub row: u32,
    pub becomes: Becomes,
    /// Somebody of the organisation, who signs in with a password of his own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub account: bool,
    pub participant: Participant,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// dd/mm/yyyy
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub since: String,
}

/// What is wrong in a list: where, what stands there, and why it is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Nothing if it is about the list as a whole.
    pub row: Option<u32>,
    /// "B7"
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    pub code: FaultCode,
    /// What stands in the cell.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The name in the row or, without one, the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// An earlier row that says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_row: Option<u32>,
    /// The row is taken all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notice: bool,
}

/// What can be wrong. A closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    // The list as a whole.
    Empty,
    Unreadable,
    Protected,
    WebPage,
    TooManyRows,
    TooLarge,
    TookTooLong,
    NoSuchTab,
    /// The row says where the quotation mark is that is never closed.
    OpenQuote,
    /// No column is known to hold names: it can be chosen.
    NoNameColumn,
    /// Headings, and nothing under them.
    NoRows,
    // A row.
    /// As many cells as `value` says, and not as many as there are headings.
    WrongColumnCount,
    MissingName,
    BadCode,
    DuplicateCode,
    BadEmail,
    DuplicateEmail,
    UnknownUnit,
    UnknownRole,
    BadDate,
    /// A formula without a value.
    FormulaError,
    /// A number whose digits are not all shown, or of which isn't known how it is shown.
    NumberAsCode,
    /// A number, a day or a truth where a text belongs.
    NotAText,
    /// What the meeting takes of nobody: too long, or letters that no document holds.
    NotTaken,
    SecondChair,
    /// Members and offices stay as they are once the meeting is convened.
    Convened,
    // A row that is taken all the same, or has nobody in it.
    /// The first row in which something stands, and nothing of a person; `value` says how many.
    NobodyInRow,
    UnknownCourtesy,
    /// The same name stands in an earlier row, under another code or none.
    SameName,
    /// The account with this code has another name.
    OtherName,
}
