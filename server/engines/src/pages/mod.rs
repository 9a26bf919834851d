//! Papers: a PDF becomes page pictures, thumbnails and words with their places.
//!
//! Here: what travels between the server and the worker ([`Request`], [`Event`], [`Refusal`]). `job` does the
//! work in the child; `pdfium` is PDFium; `picture` chooses and writes the encoding; `words` makes the text.
//! Nothing here knows what a meeting is or where blobs are kept.

mod job;
mod library;
mod pdfium;
mod picture;
mod words;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::worker::{Limits, PlainName, Produced, Reach, Worker};

pub(crate) use job::{load, work};
use library::VARIABLE as LIBRARY;
pub use library::find as find_library;
pub use words::Word;

/// The widest page picture: an iPad's width at twice its points.
pub const WIDTH: u32 = 1654;
/// The width of a thumbnail.
pub const THUMB: u32 = 200;

impl Worker {
    /// The worker for papers: `exe worker pages`.
    pub fn pages(exe: impl Into<PathBuf>) -> Self {
        let mut worker = Self::of_kind(exe, "pages", Limits::pages());
        // A name that leads nowhere is handed on: the child tells of it.
        let named = std::env::var_os(LIBRARY);
        if let Some(library) = named.or_else(|| Some(find_library()?.into())) {
            worker.env.push((LIBRARY.into(), library));
        }
        worker
    }
}

/// What the parent asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The paper.
    pub pdf: PathBuf,
    /// Where files are written. It must exist; names in events are relative to it.
    pub out: PathBuf,
    /// Width of page pictures in pixels.
    pub width: u32,
    /// Width of thumbnails in pixels.
    pub thumb: u32,
    /// What a paper may be.
    pub limits: PaperLimits,
    /// The page to begin with, counted from 0: where a worker before this one ended.
    #[serde(default)]
    pub from: u32,
}

impl Request {
    /// What its worker may touch.
    pub(crate) fn reach(&self) -> Reach {
        Reach { reads: vec![self.pdf.clone()], writes: vec![self.out.clone()], runs: None }
    }

    /// A request with the usual widths and limits.
    pub fn new(pdf: impl Into<PathBuf>, out: impl Into<PathBuf>) -> Self {
        Request {
            pdf: pdf.into(),
            out: out.into(),
            width: WIDTH,
            thumb: THUMB,
            limits: PaperLimits::default(),
            from: 0,
        }
    }
}

/// What a paper may be at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperLimits {
    /// Size of the file.
    pub max_bytes: u64,
    /// Number of pages.
    pub max_pages: u32,
    /// Longest side of a page, in points (1/72 inch).
    pub max_page_points: f32,
    /// Pixels of one page picture.
    pub max_pixels: u64,
}

impl Default for PaperLimits {
    /// 200 MB, 2,000 pages, 14,400 points a side (5 m: the largest page that PDF 1.7 promises), 40 megapixels.
    fn default() -> Self {
        PaperLimits {
            max_bytes: 200 << 20,
            max_pages: 2000,
            max_page_points: 14_400.0,
            max_pixels: 40_000_000,
        }
    }
}

/// What the child says, in this order: `opened`, then each `page` (the first one first, as soon as it is
/// painted) or `page_failed` in its place, then `done`; or `refused` at any point, which is the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The paper can be read so far.
    Opened {
        pages: u32,
        /// How many scripts the paper carries. They are never run; the screen may say that it has some.
        scripts: u32,
    },
    /// One page is ready.
    Page(Box<Page>),
    /// One page can't be shown, and why; the others can.
    PageFailed { index: u32, code: Refusal },
    /// The paper is not taken, and why.
    Refused {
        code: Refusal,
        /// The page at fault, counted from 0.
        page: Option<u32>,
    },
    /// All pages were given.
    Done,
}

/// One page, ready to be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Counted from 0.
    pub index: u32,
    /// Pixels of the picture.
    pub width: u32,
    /// Pixels of the picture.
    pub height: u32,
    /// The page at full width.
    pub picture: Artefact,
    /// The page, small.
    pub thumb: Artefact,
    /// A JSON array of [`Word`].
    pub words: Artefact,
    /// How many words that is.
    pub word_count: u32,
    /// The page's text for the search index: NFC, words apart by spaces, lines by newlines.
    pub text: String,
}

/// A file that the child wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artefact {
    /// Its name in [`Request::out`].
    pub file: PlainName,
    /// Its media type.
    pub media: String,
    /// Lower-case hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl Artefact {
    /// Reads it from [`Request::out`].
    ///
    /// # Errors
    /// What the disk says, or that there is something else.
    pub fn read(&self, folder: &Path) -> io::Result<Vec<u8>> {
        Produced { folder, name: &self.file, bytes: self.bytes }.read()
    }
}

/// Why a paper is not taken. A closed list: the screen has a sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The file is something else (a picture with another name, say).
    NotAPdf,
    /// No bytes, or no pages.
    Empty,
    /// A PDF that cannot be opened.
    Damaged,
    /// A PDF that wants a password to be read.
    Encrypted,
    /// More bytes than allowed.
    TooLarge,
    /// More pages than allowed.
    TooManyPages,
    /// A page longer, or with more pixels, than allowed.
    PageTooLarge,
    /// A page that cannot be read.
    PageDamaged,
    /// A form that only Adobe's programs show (XFA); its one page asks to wait.
    XfaForm,
}
