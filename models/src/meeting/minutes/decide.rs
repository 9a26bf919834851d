//! The minutes: draft from the log, editing, approval. Record sentences are never edited (R30).

use super::{Kind, Minutes, Section, Sentence, Source, draft};
use crate::decisions::Instrument;
use crate::effects::Effect;
use crate::ids::{ItemId, PersonId, SegmentId, SentenceId};
use crate::meeting::guards::{desk, filled, item, secretary};
use crate::meeting::{
    Bound, Context, Decided, Edition, Event, Meeting, MinutesCommand, MinutesEvent, Refusal, Stage,
    Thing,
};
use crate::visibility::ViewerClass;
use std::collections::{BTreeMap, BTreeSet};

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &MinutesCommand,
) -> Result<Decided, Refusal> {
    match command {
        MinutesCommand::DraftMinutes {} => {
            desk(m, cx)?;
            if !matches!(m.stage, Stage::Closed { .. }) {
                return Err(Refusal::WrongStage);
            }
            if matches!(m.minutes, Minutes::Approved { .. }) {
                return Err(Refusal::MinutesApproved);
            }
            Ok(Decided::one(drafted(m)))
        }
        MinutesCommand::WriteSentence { section, text } => {
            let by = desk(m, cx)?.person.clone();
            open_draft(m)?;
            filled(text)?;
            if let Section::Item(id) = section {
                item(m, *id)?;
                told_to_readers(m, Some(*id))?;
            }
            Ok(Decided::one(written(m, cx, *section, text, by)))
        }
        MinutesCommand::EditSentence { sentence, text, seen } => {
            let by = desk(m, cx)?.person.clone();
            filled(text)?;
            let found = editable(m, *sentence)?;
            let new = Edition::Sentence { text: text.clone() };
            now(found).give_way(*seen, Some(&new))?;
            let spoken = found.source.passage().is_some() || found.based_on.is_some();
            let (sentence, text) = (*sentence, text.clone());
            Ok(Decided::one(if spoken {
                Event::Minutes(MinutesEvent::SentenceRewritten { sentence, text, by })
            } else {
                Event::Minutes(MinutesEvent::SentenceEdited { sentence, text, by })
            }))
        }
        MinutesCommand::RemoveSentence { sentence, seen } => {
            desk(m, cx)?;
            now(editable(m, *sentence)?).give_way(*seen, None)?;
            Ok(Decided::one(MinutesEvent::SentenceRemoved { sentence: *sentence }))
        }
        MinutesCommand::ApproveMinutes {} => approve(m, cx),
        MinutesCommand::ReopenMinutes {} => {
            secretary(m, cx)?;
            match &m.minutes {
                Minutes::Approved { sentences, order, rendition, .. } => {
                    if rendition.signed().is_some() {
                        return Err(Refusal::AlreadySigned);
                    }
                    let (sentences, order) = (sentences.clone(), order.clone());
                    let numbered = m.minutes.numbered();
                    Ok(Decided::one(MinutesEvent::MinutesReopened { sentences, order, numbered }))
                }
                Minutes::NotBegun | Minutes::Draft { .. } => Err(Refusal::MinutesNotBegun),
            }
        }
    }
}

/// Of an item above what readers of the minutes may know nothing is written there.
fn told_to_readers(m: &Meeting, item: Option<ItemId>) -> Result<(), Refusal> {
    match m.level_of(item) <= ViewerClass::Reader.clearance() {
        true => Ok(()),
        false => Err(Refusal::ItemRestricted),
    }
}

fn approve(m: &Meeting, cx: &Context) -> Result<Decided, Refusal> {
    desk(m, cx)?;
    let (sentences, order) = open_draft(m)?;
    if order.is_empty() {
        return Err(Refusal::Invalid { bound: Bound::TextMissing });
    }
    let kept = |id: &SentenceId| sentences.get(id).map(|found| (*id, found.clone()));
    let event = Event::Minutes(MinutesEvent::MinutesApproved {
        sentences: order.iter().filter_map(kept).collect(),
        order: order.clone(),
        numbered: m.minutes.numbered(),
    });
    Ok(Decided::one(event).with(Effect::Typeset { instrument: Instrument::Minutes }))
}

/// A new draft. What people wrote into an earlier one is kept at the end of its section; where one
/// rewrote a passage, what was made of its segment stands in place of what would be quoted again.
fn drafted(m: &Meeting) -> Event {
    let earlier = m.minutes.in_order();
    let rewritten = |(_, sentence): &&(SentenceId, &Sentence)| sentence.rewritten().is_some();
    let rewritten: BTreeSet<SegmentId> =
        earlier.iter().filter(rewritten).filter_map(|(_, sentence)| sentence.segment()).collect();
    let of_rewritten = |sentence: &Sentence| sentence.segment().filter(|id| rewritten.contains(id));
    let stays = |sentence: &Sentence| {
        matches!(sentence.source, Source::Person { .. }) || of_rewritten(sentence).is_some()
    };
    let kept = earlier.into_iter().filter(|(_, sentence)| stays(sentence));
    let mut kept: Vec<(SentenceId, Sentence)> = kept.map(|(id, s)| (id, s.clone())).collect();
    let mut number = m.minutes.numbered();
    let mut all = Vec::new();
    for sentence in draft::draft(m) {
        if let Some(segment) = of_rewritten(&sentence) {
            let here = |(_, s): &(SentenceId, Sentence)| s.segment() == Some(segment);
            all.extend(kept.extract_if(.., |entry| here(entry)));
        } else {
            number += 1;
            all.push((SentenceId(number), sentence));
        }
    }
    all.extend(kept);
    all.sort_by_key(|(_, sentence)| sentence.section.rank(m));
    let order = all.iter().map(|(id, _)| *id).collect();
    let numbered = m.minutes.numbered();
    Event::Minutes(MinutesEvent::MinutesDrafted {
        sentences: all.into_iter().collect(),
        order,
        numbered,
    })
}

fn written(m: &Meeting, cx: &Context, section: Section, text: &str, by: PersonId) -> Event {
    let in_section = m.minutes.in_order().into_iter().rfind(|(_, s)| s.section == section);
    let last = m.minutes.in_order().into_iter().next_back();
    let content = Sentence {
        section,
        kind: Kind::Statement,
        text: text.to_owned(),
        source: Source::Person { person: by, at: cx.now },
        edited: None,
        based_on: None,
    };
    let after = in_section.or(last).map(|(id, _)| id);
    Event::Minutes(MinutesEvent::SentenceWritten { sentence: m.minutes.next_id(), content, after })
}

type Draft<'m> = (&'m BTreeMap<SentenceId, Sentence>, &'m Vec<SentenceId>);

fn open_draft(m: &Meeting) -> Result<Draft<'_>, Refusal> {
    match &m.minutes {
        Minutes::Draft { sentences, order, .. } => Ok((sentences, order)),
        Minutes::NotBegun => Err(Refusal::MinutesNotBegun),
        Minutes::Approved { .. } => Err(Refusal::MinutesApproved),
    }
}

fn now(sentence: &Sentence) -> Edition {
    Edition::Sentence { text: sentence.text.clone() }
}

fn editable(m: &Meeting, id: SentenceId) -> Result<&Sentence, Refusal> {
    let (sentences, order) = open_draft(m)?;
    let found = sentences.get(&id).filter(|_| order.contains(&id));
    match found {
        None => Err(Refusal::Unknown { thing: Thing::Sentence }),
        Some(sentence) if sentence.is_record() => Err(Refusal::RecordSentence),
        Some(sentence) => Ok(sentence),
    }
}
