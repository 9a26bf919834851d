//! Sets decisions, minutes and papers as PDF/A-2b, in the form that Decree 30/2020/NĐ-CP gives
//! Vietnamese administrative documents.
//!
//! Lives here: the sheets' data, the one Typst template, the closed world it is compiled in
//! (embedded fonts, no files, no network, no packages, no clock). Never here: what a meeting is,
//! who may see or sign what, signatures. The same sheet gives the same bytes, always.
//!
//! Texts of users reach Typst as JSON values and are set as they stand; they are never part of
//! the source that Typst evaluates. No character keeps a document from being set: what the embedded
//! fonts don't have stands as its code ("[U+D55C]").

mod check;
mod decision;
mod fonts;
mod layout;
mod minutes;
mod paper;
mod sheet;
mod world;

pub use decision::decision;
pub use minutes::minutes;
pub use paper::{PaperFront, paper, paper_front};
pub use sheet::{
    Align, Block, Cell, DecisionSheet, Fact, Letterhead, MinutesSheet, Run, Section, SheetDate,
    Signatory, Style, plain,
};

/// A finished PDF.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The file: PDF/A-2b, cross-reference stream, not signed.
    pub pdf: Vec<u8>,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// Where the visible signatures go, in the order of the sheet's signatories.
    pub signature_areas: Vec<SignatureArea>,
}

/// A free rectangle between a signatory's title and name.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureArea {
    /// The signatory's `key`.
    pub key: String,
    /// The page, counted from 0.
    pub page: u32,
    /// Left, bottom, right, top in PDF points from the page's lower left corner.
    pub rect: [f32; 4],
}

/// Why a sheet could not be set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TypesetError {
    /// The sheet is larger than any document this product makes.
    #[error("the sheet has {size} bytes of text, more than {limit}")]
    TooLarge {
        /// Bytes of text in the sheet.
        size: usize,
        /// The most that is accepted.
        limit: usize,
    },
    /// A date that no calendar has.
    #[error("{day}/{month}/{year} is not a date")]
    Date {
        /// Day of the month.
        day: u8,
        /// Month, 1 to 12.
        month: u8,
        /// Year.
        year: u16,
    },
    /// The paper's Markdown is not in the dialect of this product.
    #[error("the paper can't be read: {0}")]
    Paper(&'static str),
    /// Typst refused our own template: a defect of this crate.
    #[error("Typst could not set the sheet: {0}")]
    Typst(String),
}

impl TypesetError {
    /// The code for screens and logs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "typeset_too_large",
            Self::Date { .. } => "typeset_date",
            Self::Paper(_) => "typeset_paper",
            Self::Typst(_) => "typeset_typst",
        }
    }
}
