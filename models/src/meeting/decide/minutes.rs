//! The minutes: draft from the log, editing, approval. Record sentences are never edited (R30).

use super::{desk, line, secretary};
use crate::decisions::Instrument;
use crate::effects::Effect;
use crate::ids::{PersonId, SentenceId};
use crate::meeting::{Bound, Command, Context, Decided, Event, Meeting, Refusal, Stage, Thing};
use crate::minutes::{Kind, Minutes, Section, Sentence, Source, draft};
use std::collections::BTreeMap;

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    match command {
        Command::DraftMinutes {} => {
            desk(m, cx)?;
            if !matches!(m.stage, Stage::Closed { .. }) {
                return Err(Refusal::WrongStage);
            }
            if matches!(m.minutes, Minutes::Approved { .. }) {
                return Err(Refusal::MinutesApproved);
            }
            Ok(Decided::one(drafted(m)))
        }
        Command::WriteSentence { section, text } => {
            let by = desk(m, cx)?.person.clone();
            open_draft(m)?;
            line(text, true)?;
            if let Section::Item(id) = section {
                super::item(m, *id)?;
            }
            Ok(Decided::one(written(m, cx, *section, text, by)))
        }
        Command::EditSentence { sentence, text } => {
            let by = desk(m, cx)?.person.clone();
            line(text, true)?;
            editable(m, *sentence)?;
            let (sentence, text) = (*sentence, text.clone());
            Ok(Decided::one(Event::SentenceEdited { sentence, text, by }))
        }
        Command::RemoveSentence { sentence } => {
            desk(m, cx)?;
            editable(m, *sentence)?;
            Ok(Decided::one(Event::SentenceRemoved { sentence: *sentence }))
        }
        Command::ApproveMinutes {} => {
            desk(m, cx)?;
            let (sentences, order) = open_draft(m)?;
            if order.is_empty() {
                return Err(Refusal::Invalid { bound: Bound::TextMissing });
            }
            let kept = |id: &SentenceId| sentences.get(id).map(|found| (*id, found.clone()));
            let event = Event::MinutesApproved {
                sentences: order.iter().filter_map(kept).collect(),
                order: order.clone(),
            };
            let effect = Effect::Typeset { instrument: Instrument::Minutes };
            Ok(Decided::one(event).with(effect))
        }
        _ => {
            secretary(m, cx)?;
            match &m.minutes {
                Minutes::Approved { sentences, order, rendition, .. } => {
                    if rendition.signed().is_some() {
                        return Err(Refusal::AlreadySigned);
                    }
                    let (sentences, order) = (sentences.clone(), order.clone());
                    Ok(Decided::one(Event::MinutesReopened { sentences, order }))
                }
                Minutes::NotBegun | Minutes::Draft { .. } => Err(Refusal::MinutesNotBegun),
            }
        }
    }
}

/// A new draft; what people wrote into an earlier one is kept at the end of its section.
fn drafted(m: &Meeting) -> Event {
    let numbers = (m.minutes.next_id().0..).map(SentenceId);
    let mut all: Vec<(SentenceId, Sentence)> = numbers.zip(draft::draft(m)).collect();
    let written = |s: &Sentence| matches!(s.source, Source::Person { .. });
    let kept = m.minutes.in_order().into_iter().filter(|(_, sentence)| written(sentence));
    all.extend(kept.map(|(id, sentence)| (id, sentence.clone())));
    let rank = |section: Section| match section {
        Section::Opening => (0, 0),
        Section::Agenda => (1, 0),
        Section::Item(id) => (2, m.number_of(id).unwrap_or(usize::MAX)),
        Section::Closing => (3, 0),
    };
    all.sort_by_key(|(_, sentence)| rank(sentence.section));
    let order = all.iter().map(|(id, _)| *id).collect();
    Event::MinutesDrafted { sentences: all.into_iter().collect(), order }
}

fn written(m: &Meeting, cx: &Context, section: Section, text: &str, by: PersonId) -> Event {
    let in_section = m.minutes.in_order().into_iter().rfind(|(_, s)| s.section == section);
    let last = m.minutes.in_order().into_iter().next_back();
    let content = Sentence {
        section,
        kind: Kind::Statement,
        text: text.to_owned(),
        source: Source::Person { person: by, at: cx.now },
    };
    let after = in_section.or(last).map(|(id, _)| id);
    Event::SentenceWritten { sentence: m.minutes.next_id(), content, after }
}

type Draft<'m> = (&'m BTreeMap<SentenceId, Sentence>, &'m Vec<SentenceId>);

fn open_draft(m: &Meeting) -> Result<Draft<'_>, Refusal> {
    match &m.minutes {
        Minutes::Draft { sentences, order } => Ok((sentences, order)),
        Minutes::NotBegun => Err(Refusal::MinutesNotBegun),
        Minutes::Approved { .. } => Err(Refusal::MinutesApproved),
    }
}

fn editable(m: &Meeting, id: SentenceId) -> Result<(), Refusal> {
    let (sentences, order) = open_draft(m)?;
    let found = sentences.get(&id).filter(|_| order.contains(&id));
    match found {
        None => Err(Refusal::Unknown { thing: Thing::Sentence }),
        Some(sentence) if sentence.is_record() => Err(Refusal::RecordSentence),
        Some(_) => Ok(()),
    }
}
