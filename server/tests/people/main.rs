//! Lists of people, from their bytes to what a secretary is shown: every kind of file in which one
//! person's list differed from another's, and nothing without a word.

mod books;
mod files;
mod found;
mod old;
mod rows;

use icabinet::people::{Around, Asked, preview};
use icabinet_models::lists::{Becomes, FaultCode, Meaning, Preview};

/// What comes of a list beside a meeting that knows nobody.
fn shown(bytes: &[u8], asked: &Asked) -> Preview {
    beside(bytes, asked, &Around::default())
}

fn beside(bytes: &[u8], asked: &Asked, around: &Around) -> Preview {
    let preview =
        preview(icabinet_engines::lists::read(bytes, asked.tab.as_deref()), asked, around);
    assert!(!preview.rows.is_empty() || !preview.errors.is_empty(), "never silent");
    let new = preview.rows.iter().filter(|row| row.becomes == Becomes::New).count();
    assert_eq!(usize::try_from(preview.count).unwrap(), new);
    preview
}

/// Row, code and name of everybody in it.
fn people(preview: &Preview) -> Vec<(u32, &str, &str)> {
    let one = |row: &'_ icabinet_models::lists::Row| row.row;
    let names = preview
        .rows
        .iter()
        .map(|row| (row.participant.person.as_str(), row.participant.name.as_str()));
    preview.rows.iter().map(one).zip(names).map(|(row, (code, name))| (row, code, name)).collect()
}

/// Row, cell, code and value of everything that is wrong.
fn errors(preview: &Preview) -> Vec<(Option<u32>, Option<&str>, FaultCode, &str)> {
    let one = |fault: &'_ icabinet_models::lists::Fault| (fault.row, fault.code);
    let texts = preview.errors.iter().map(|fault| (fault.cell.as_deref(), fault.value.as_str()));
    preview
        .errors
        .iter()
        .map(one)
        .zip(texts)
        .map(|((row, code), (cell, value))| (row, cell, code, value))
        .collect()
}

fn meanings(preview: &Preview) -> Vec<Option<Meaning>> {
    preview.columns.iter().map(|column| column.meaning).collect()
}
