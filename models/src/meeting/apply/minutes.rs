//! The minutes.

use crate::decisions::Rendition;
use crate::ids::SentenceId;
use crate::meeting::{Entry, Event, Meeting};
use crate::minutes::{Edit, Minutes, Sentence, Source};
use std::collections::BTreeMap;

pub(super) fn apply(m: &mut Meeting, entry: &Entry) {
    match &entry.event {
        // How it reads for a class that never saw the draft.
        Event::MinutesReopened { sentences, .. } if sentences.is_empty() => {
            m.minutes = Minutes::NotBegun;
        }
        Event::MinutesDrafted { sentences, order, numbered }
        | Event::MinutesReopened { sentences, order, numbered } => {
            let (sentences, order) = (sentences.clone(), order.clone());
            m.minutes = Minutes::Draft { sentences, order, numbered: *numbered };
        }
        Event::MinutesApproved { sentences, order, numbered } => {
            m.minutes = Minutes::Approved {
                sentences: sentences.clone(),
                order: order.clone(),
                numbered: *numbered,
                at: entry.at,
                rendition: Rendition::Waiting,
                published: None,
            };
        }
        event => {
            if let Minutes::Draft { sentences, order, .. } = &mut m.minutes {
                edit_sentence(sentences, order, event, entry.at);
            }
        }
    }
}

fn edit_sentence(
    sentences: &mut BTreeMap<SentenceId, Sentence>,
    order: &mut Vec<SentenceId>,
    event: &Event,
    at: crate::ids::Time,
) {
    match event {
        Event::SentenceWritten { sentence, content, after } => {
            sentences.insert(*sentence, content.clone());
            let index = after
                .and_then(|after| order.iter().position(|id| *id == after))
                .map_or(0, |index| index + 1);
            order.insert(index, *sentence);
        }
        Event::SentenceEdited { sentence, text, by } => {
            if let Some(found) = sentences.get_mut(sentence) {
                found.text = text.clone();
                let by = by.clone();
                match found.source {
                    // The passage it came from stays named, so that it can still be heard.
                    Source::Speech { .. } => found.edited = Some(Edit { by, at }),
                    Source::Person { .. } | Source::Record { .. } => {
                        found.source = Source::Person { person: by, at };
                    }
                }
            }
        }
        Event::SentenceRewritten { sentence, text, by } => {
            if let Some(found) = sentences.get_mut(sentence) {
                found.text = text.clone();
                let source = Source::Person { person: by.clone(), at };
                // It can still be heard, but the words are no longer those that were said.
                if let Some(passage) = std::mem::replace(&mut found.source, source).passage() {
                    found.based_on = Some(passage);
                }
                found.edited = None;
            }
        }
        // The text stays in the log; the map keeps it, so that its number is not given again.
        Event::SentenceRemoved { sentence } => order.retain(|id| id != sentence),
        _ => {}
    }
}
