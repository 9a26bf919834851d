//! Minutes as pages. Never here: where their sentences come from.

use crate::layout::{Area, Layout, Piece, body, bold, italic, letterhead, recipients, signature};
use crate::plain;
use crate::sheet::MinutesSheet;
use crate::{Rendered, TypesetError, world};

/// Sets minutes in the form of Decree 30/2020 (annex III, form 1.9), with the block that ties
/// them to the meeting's record above the signatures.
///
/// # Errors
/// As [`crate::decision`].
pub fn minutes(sheet: &MinutesSheet) -> Result<Rendered, TypesetError> {
    let mut blocks = Vec::new();
    if let Some(notice) = &sheet.notice {
        blocks.push(Piece::Notice { runs: bold(notice) });
    }
    blocks.push(letterhead(&sheet.letterhead)?);
    blocks.push(Piece::Title { text: sheet.kind.clone() });
    blocks.push(Piece::Subject { runs: bold(&sheet.subject) });
    for section in &sheet.sections {
        blocks.push(Piece::Heading { depth: 1, runs: plain(&section.heading) });
        blocks.extend(body(&section.blocks));
    }
    if !sheet.record.is_empty() {
        blocks.push(Piece::Facts {
            note: italic(&sheet.record_note),
            rows: sheet
                .record
                .iter()
                .map(|fact| [fact.label.clone(), fact.value.clone()])
                .collect(),
        });
    }
    blocks.push(Piece::Tail {
        left: signature(&sheet.secretary),
        right: signature(&sheet.chair),
        below: match sheet.recipients.as_slice() {
            [] => Vec::new(),
            names => recipients(names),
        },
    });
    let layout = Layout {
        title: format!("{} {}", sheet.kind, sheet.subject),
        author: sheet.letterhead.issuing_body.join(" "),
        area: Area::STANDARD,
        first_form: sheet.first_form,
        blocks,
    };
    world::render(&layout, sheet.created_unix_seconds)
}
