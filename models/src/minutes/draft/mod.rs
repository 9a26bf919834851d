//! The draft of the minutes: sentences projected from the log, and quotes from the transcript.
//!
//! Every sentence has its source. Never here: a summary, a rewording of what was said, or
//! anything that neither the log nor a segment holds. Deterministic: the same meeting gives the
//! same sentences on every machine.

mod attendance;
mod items;
mod quotes;
mod votes;
mod words;

pub use quotes::{Assignment, assignment};

use super::{Kind, Section, Sentence, Source};
use crate::agenda::Level;
use crate::ids::Time;
use crate::meeting::Meeting;

/// Before everything else of its section.
const FIRST: Time = Time(i64::MIN);
/// After everything else of its section.
const LAST: Time = Time(i64::MAX);

/// The sentences of a new draft, in reading order: opening, agenda, the items in the order of the
/// agenda, closing. Within a section the record and the quotes stand in order of time.
///
/// Of an item above *internal* it tells that it was dealt with and nothing else: minutes are read by
/// guests, and by everybody once they are published (R32, R34).
///
/// Meant for a closed session; of one that goes on it tells what there is.
pub fn draft(m: &Meeting) -> Vec<Sentence> {
    let mut page = Page { m, lines: Vec::new() };
    attendance::opening(&mut page);
    items::agenda(&mut page);
    for id in &m.agenda {
        if m.level_of(Some(*id)) > Level::Internal {
            items::withheld(&mut page, *id);
        } else {
            items::item(&mut page, *id);
        }
    }
    quotes::quotes(&mut page);
    attendance::closing(&mut page);
    page.finish()
}

/// The draft as it is written.
struct Page<'m> {
    m: &'m Meeting,
    lines: Vec<Line>,
}

/// One sentence with where it goes in its section.
struct Line {
    when: Time,
    sentence: Sentence,
}

impl Page<'_> {
    /// A projection of the log. Without a position of its own it cites the whole log's end.
    fn record(&mut self, at: (Section, Time), kind: Kind, text: String, mut positions: Vec<u64>) {
        positions.sort_unstable();
        positions.dedup();
        if positions.is_empty() {
            positions.push(self.m.position);
        }
        let (section, when) = at;
        let source = Source::Record { positions };
        self.lines
            .push(Line { when, sentence: Sentence { section, kind, text, source, edited: None } });
    }

    fn finish(mut self) -> Vec<Sentence> {
        let m = self.m;
        self.lines.sort_by_key(|line| (line.sentence.section.rank(m), line.when));
        self.lines.into_iter().map(|line| line.sentence).collect()
    }
}
