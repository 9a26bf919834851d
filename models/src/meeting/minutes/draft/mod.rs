//! The draft of the minutes: sentences projected from the log, and quotes from the transcript.
//!
//! Every sentence has its source. Never here: a summary, a rewording of what was said, or
//! anything that neither the log nor a segment holds. Deterministic: the same meeting gives the
//! same sentences on every machine.

mod attendance;
mod first;
mod items;
mod quotes;
mod votes;
mod words;

pub use quotes::{Assignment, assignment};

use super::{Kind, Section, Sentence, Source};
use crate::agenda::{ItemState, Level};
use crate::ids::{ItemId, Time};
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
    draft_as(m, Form::Today)
}

/// As [`draft`], in the words of a certain time.
pub fn draft_as(m: &Meeting, form: Form) -> Vec<Sentence> {
    let mut page = Page { m, form, lines: Vec::new() };
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

/// Which words and which form the minutes and documents of a record have: it is read as its program
/// wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// Of records before version 3.
    First,
    #[default]
    Today,
}

/// The draft as it is written.
struct Page<'m> {
    m: &'m Meeting,
    form: Form,
    lines: Vec<Line>,
}

/// One sentence with where it goes in its section.
struct Line {
    when: Time,
    sentence: Sentence,
}

impl Page<'_> {
    /// A text in the words of the page's form.
    fn say(&self, first: String, today: String) -> String {
        match self.form {
            Form::First => first,
            Form::Today => today,
        }
    }

    /// A projection of the log. Without a position of its own it cites the whole log's end.
    fn record(&mut self, at: (Section, Time), kind: Kind, text: String, mut positions: Vec<u64>) {
        positions.sort_unstable();
        positions.dedup();
        if positions.is_empty() {
            positions.push(self.m.position);
        }
        let (section, when) = at;
        let source = Source::Record { positions };
        let sentence = Sentence { section, kind, text, source, edited: None, based_on: None };
        self.lines.push(Line { when, sentence });
    }

    /// Something that happened in the session, at its hour in the section that was dealt with then.
    fn happened(&mut self, at: (Time, u64), kind: Kind, text: String, positions: Vec<u64>) {
        let (when, position) = at;
        let at = match self.form {
            // All of it stood together at the beginning.
            Form::First => (Section::Opening, FIRST),
            Form::Today => (self.section_of(when, position), when),
        };
        self.record(at, kind, text, positions);
    }

    /// What the room was at: the item, or the last one before; earlier the agenda, once something was
    /// voted on outside the items, or the opening. Never an item that not every reader may know of.
    fn section_of(&self, when: Time, position: u64) -> Section {
        let m = self.m;
        if m.opened.is_none_or(|opened| position < opened.position) {
            return Section::Opening;
        }
        if m.closed.is_some_and(|closed| position > closed.position) {
            return Section::Closing;
        }
        let begun = |id: &ItemId| {
            let since = match m.items.get(id)?.state {
                ItemState::Open { since, .. } | ItemState::Concluded { since: Some(since), .. } => {
                    since
                }
                ItemState::AdoptedWithoutDebate { at, .. } => at,
                ItemState::Concluded { since: None, .. }
                | ItemState::Waiting
                | ItemState::Removed => return None,
            };
            let told = m.level_of(Some(*id)) <= Level::Internal;
            (told && since <= when).then_some((since, *id))
        };
        if let Some((_, id)) = m.agenda.iter().filter_map(begun).max() {
            return Section::Item(id);
        }
        let voted = m.votes.values().any(|vote| vote.item.is_none() && vote.opened_at <= when);
        if voted { Section::Agenda } else { Section::Opening }
    }

    fn finish(mut self) -> Vec<Sentence> {
        let m = self.m;
        self.lines.sort_by_key(|line| (line.sentence.section.rank(m), line.when));
        self.lines.into_iter().map(|line| line.sentence).collect()
    }
}
