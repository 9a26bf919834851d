//! A decision as a page. Never here: whether it was adopted.

use crate::layout::{Area, Layout, Piece, body, bold, italic, letterhead, recipients, signature};
use crate::sheet::DecisionSheet;
use crate::{Rendered, TypesetError, world};

/// Sets a decision in the form of Decree 30/2020 (annex III, forms 1.2 and 1.3).
///
/// # Errors
/// [`TypesetError`] for dates that don't exist and sheets too large.
pub fn decision(sheet: &DecisionSheet) -> Result<Rendered, TypesetError> {
    let mut blocks = Vec::new();
    if let Some(notice) = &sheet.notice {
        blocks.push(Piece::Notice { runs: bold(notice) });
    }
    blocks.push(letterhead(&sheet.letterhead)?);
    blocks.push(Piece::Title { text: sheet.kind.clone() });
    blocks.push(Piece::Subject { runs: bold(&sheet.subject) });
    blocks.push(Piece::Centered { runs: bold(&sheet.deciding_body) });
    blocks.extend(sheet.bases.iter().map(|basis| Piece::Paragraph { runs: italic(basis) }));
    if let Some(words) = &sheet.enacting_words {
        blocks.push(Piece::Centered { runs: bold(words) });
    }
    blocks.extend(body(&sheet.body));
    blocks.push(Piece::Tail {
        left: recipients(&sheet.recipients),
        right: signature(&sheet.signatory),
        below: Vec::new(),
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
