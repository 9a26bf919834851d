//! Lists of people that a secretary brings in: read by a worker, understood here, added by nobody.
//! What is not understood is said, by row and cell; a list that gives nobody always says why.
//!
//! `headings` knows what columns are called, `cells` what stands in them, `judge` makes people of
//! rows, `who` finds out who each is, `codes` names who has no code of his own. Never here: routes, files' formats (the engines'
//! `lists`), adding anybody.

mod cells;
mod codes;
mod headings;
mod judge;
mod who;

pub use who::Around;

use crate::app::App;
use crate::jobs::{Desk, JobError, own_binary};
use icabinet_engines::lists::{self, Event, Format, Refusal, Refused, Row, Table};
use icabinet_engines::worker::{EngineFailure, Worker};
use icabinet_models::lists::{Column, Fault, FaultCode, Meaning, Preview, Tab};
use icabinet_models::participants::Part;
use tokio::sync::Semaphore;

/// The largest list that is taken, in bytes.
pub const LARGEST: usize = 8 << 20;

/// Lists that are read at a time: each may ask for a worker's whole memory.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What the secretary chose; nothing for what the list itself says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub tab: Option<String>,
    /// The row with the headings; 0 for a list without.
    pub header: Option<u32>,
    /// What the columns hold, from the first on.
    pub columns: Option<Vec<Option<Meaning>>>,
    /// The part of who has none in the list.
    pub part: Option<Part>,
}

/// Reads a list's cells in a worker.
///
/// # Errors
/// [`JobError`] if there is no room for the file or no worker. What can't be read is no error of
/// this kind.
pub async fn read(
    app: &App,
    bytes: &[u8],
    tab: Option<String>,
) -> Result<Result<Table, Refused>, JobError> {
    // The semaphore is never closed.
    let _turn = AT_ONCE.acquire().await;
    let desk = Desk::new(app).await?;
    let input = desk.path("list");
    tokio::fs::write(&input, bytes).await?;
    let worker = Worker::lists(own_binary()?);
    let (mut opened, mut refused, mut rows) = (None, None, Vec::new());
    let request = lists::Request { input, tab };
    let run = worker.run(&request, |event: Event| match event {
        Event::Opened { source } => opened = Some(source),
        Event::Rows { rows: more } => rows.extend(more),
        Event::Refused { code, line, tabs } => refused = Some(Refused { code, line, tabs }),
    });
    if let Err(failure) = run.await {
        tracing::warn!(%failure, "a list's worker failed");
        let code = match failure {
            EngineFailure::OutOfMemory { .. } | EngineFailure::BadReply { .. } => Refusal::TooLarge,
            EngineFailure::TimedOut { .. } => Refusal::TookTooLong,
            EngineFailure::Crashed { .. } => Refusal::Unreadable,
            EngineFailure::NotInstalled { .. } | EngineFailure::Io { .. } => {
                return Err(JobError::Engine(failure));
            }
        };
        return Ok(Err(code.into()));
    }
    Ok(match (refused, opened) {
        (Some(refused), _) => Err(refused),
        (None, Some(source)) => Ok(Table { source, rows }),
        (None, None) => Err(Refusal::Unreadable.into()),
    })
}

/// What would come of a list.
pub fn preview(read: Result<Table, Refused>, asked: &Asked, around: &Around) -> Preview {
    let Table { source, rows } = match read {
        Ok(table) => table,
        Err(refused) => return nothing(refused),
    };
    let mut preview = Preview {
        format: Some(format(source.format).to_owned()),
        encoding: source.encoding.clone(),
        separator: source.separator,
        tab: source.tab.and_then(|tab| source.tabs.get(tab)).map(|tab| tab.name.clone()),
        tabs: tabs(&source.tabs),
        ..Preview::default()
    };
    let (header, rows) = headed(&rows, asked);
    preview.header = header.map(|row| row.number);
    let width = match (header, source.format) {
        // What stands beyond the headings of a text is one separator too many.
        (Some(header), Format::Text) => header.cells.len(),
        _ => rows.iter().chain(header).map(|row| row.cells.len()).max().unwrap_or_default(),
    };
    let heading = |column: usize| {
        let cell = header.and_then(|row| row.cells.get(column));
        cell.map(|cell| cells::clean(&cell.text)).unwrap_or_default()
    };
    let headings: Vec<String> = (0..width).map(heading).collect();
    let mut meanings = match &asked.columns {
        Some(chosen) => once(chosen),
        None => headings::meanings(headings.iter().map(String::as_str)),
    };
    meanings.resize(width, None);
    let column =
        |(heading, meaning): (String, &Option<Meaning>)| Column { heading, meaning: *meaning };
    preview.columns = headings.into_iter().zip(&meanings).map(column).collect();
    if !meanings.contains(&Some(Meaning::Name)) {
        preview.errors.push(whole(FaultCode::NoNameColumn));
        return preview;
    }
    if rows.is_empty() {
        preview.errors.push(whole(FaultCode::NoRows));
        return preview;
    }
    let kind = match (source.format, header) {
        (Format::Text, Some(_)) => judge::Of::Text,
        _ => judge::Of::Sheet { from_1904: source.from_1904 },
    };
    let part = asked.part.unwrap_or(Part::Guest);
    judge::rows(rows, &meanings, kind, part, around, &mut preview);
    preview
}

/// The headings, and the rows under them.
fn headed<'r>(rows: &'r [Row], asked: &Asked) -> (Option<&'r Row>, &'r [Row]) {
    let at = match asked.header {
        Some(0) => return (None, rows),
        Some(number) => rows.iter().position(|row| row.number == number),
        None => headings::header(rows),
    };
    // Headings of an unknown kind are headings: what they mean can be chosen.
    let at = at.unwrap_or(0);
    (rows.get(at), rows.get(at + 1..).unwrap_or_default())
}

/// Of two columns that are to mean the same, the first does.
fn once(chosen: &[Option<Meaning>]) -> Vec<Option<Meaning>> {
    let mut kept: Vec<Option<Meaning>> = Vec::with_capacity(chosen.len());
    for meaning in chosen {
        kept.push(meaning.filter(|meaning| !kept.contains(&Some(*meaning))));
    }
    kept
}

fn nothing(Refused { code, line, tabs: found }: Refused) -> Preview {
    let code = match code {
        Refusal::Empty => FaultCode::Empty,
        Refusal::Unreadable => FaultCode::Unreadable,
        Refusal::Protected => FaultCode::Protected,
        Refusal::WebPage => FaultCode::WebPage,
        Refusal::TooManyRows => FaultCode::TooManyRows,
        Refusal::TooLarge => FaultCode::TooLarge,
        Refusal::TookTooLong => FaultCode::TookTooLong,
        Refusal::NoSuchTab => FaultCode::NoSuchTab,
        Refusal::OpenQuote => FaultCode::OpenQuote,
    };
    let errors = vec![Fault { row: line, ..whole(code) }];
    Preview { tabs: tabs(&found), errors, ..Preview::default() }
}

/// What is wrong with the list as a whole.
fn whole(code: FaultCode) -> Fault {
    Fault {
        row: None,
        cell: None,
        code,
        value: String::new(),
        about: String::new(),
        first_row: None,
        notice: false,
    }
}

fn tabs(found: &[lists::Tab]) -> Vec<Tab> {
    found.iter().map(|tab| Tab { name: tab.name.clone(), hidden: tab.hidden }).collect()
}

fn format(format: Format) -> &'static str {
    match format {
        Format::Xlsx => "xlsx",
        Format::Xlsb => "xlsb",
        Format::Xls => "xls",
        Format::Ods => "ods",
        Format::Text => "text",
    }
}
