//! Folding the minutes. What edits a draft changes nothing once they are approved.

use super::{Edit, Minutes, Sentence, Source};
use crate::decisions::Rendition;
use crate::ids::{PersonId, SentenceId, Time};
use crate::meeting::{Entry, Meeting, MinutesEvent};
use std::collections::BTreeMap;

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&MinutesEvent>) {
    let Entry { at, event, .. } = entry;
    match event {
        // How it reads for a class that never saw the draft.
        MinutesEvent::MinutesReopened { sentences, .. } if sentences.is_empty() => {
            m.minutes = Minutes::NotBegun;
        }
        MinutesEvent::MinutesDrafted { sentences, order, numbered }
        | MinutesEvent::MinutesReopened { sentences, order, numbered } => {
            let (sentences, order) = (sentences.clone(), order.clone());
            m.minutes = Minutes::Draft { sentences, order, numbered: *numbered };
        }
        MinutesEvent::MinutesApproved { sentences, order, numbered } => {
            m.minutes = Minutes::Approved {
                sentences: sentences.clone(),
                order: order.clone(),
                numbered: *numbered,
                at,
                rendition: Rendition::Waiting,
                published: None,
            };
        }
        MinutesEvent::SentenceWritten { sentence, content, after } => {
            let Some((sentences, order)) = draft(m) else { return };
            sentences.insert(*sentence, content.clone());
            let index = after
                .and_then(|after| order.iter().position(|id| *id == after))
                .map_or(0, |index| index + 1);
            order.insert(index, *sentence);
        }
        MinutesEvent::SentenceEdited { sentence, text, by } => edit(m, *sentence, text, by, at),
        MinutesEvent::SentenceRewritten { sentence, text, by } => {
            rewrite(m, *sentence, text, by, at);
        }
        // The text stays in the log; the map keeps it, so that its number is not given again.
        MinutesEvent::SentenceRemoved { sentence } => {
            if let Some((_, order)) = draft(m) {
                order.retain(|id| id != sentence);
            }
        }
    }
}

type Draft<'m> = (&'m mut BTreeMap<SentenceId, Sentence>, &'m mut Vec<SentenceId>);

fn draft(m: &mut Meeting) -> Option<Draft<'_>> {
    match &mut m.minutes {
        Minutes::Draft { sentences, order, .. } => Some((sentences, order)),
        Minutes::NotBegun | Minutes::Approved { .. } => None,
    }
}

fn edit(m: &mut Meeting, id: SentenceId, text: &str, by: &PersonId, at: Time) {
    let Some(found) = draft(m).and_then(|(sentences, _)| sentences.get_mut(&id)) else { return };
    text.clone_into(&mut found.text);
    let by = by.clone();
    match found.source {
        // The passage it came from stays named, so that it can still be heard.
        Source::Speech { .. } => found.edited = Some(Edit { by, at }),
        Source::Person { .. } | Source::Record { .. } => {
            found.source = Source::Person { person: by, at };
        }
    }
}

fn rewrite(m: &mut Meeting, id: SentenceId, text: &str, by: &PersonId, at: Time) {
    let Some(found) = draft(m).and_then(|(sentences, _)| sentences.get_mut(&id)) else { return };
    text.clone_into(&mut found.text);
    let source = Source::Person { person: by.clone(), at };
    // It can still be heard, but the words are no longer those that were said.
    if let Some(passage) = std::mem::replace(&mut found.source, source).passage() {
        found.based_on = Some(passage);
    }
    found.edited = None;
}
