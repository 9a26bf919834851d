//! Decisions and minutes as documents: preparing, setting, signing, publishing.

use super::{chair, desk, line, next, secretary, system};
use crate::decisions::{DecisionText, Instrument, Rendition};
use crate::effects::Effect;
use crate::ids::{DecisionId, MotionId};
use crate::meeting::{Command, Context, Decided, Event, Meeting, Refusal, Thing};
use crate::minutes::Minutes;
use crate::seen::Class;
use crate::votes::{MotionState, Verdict};

pub(super) fn decide(m: &Meeting, cx: &Context, command: &Command) -> Result<Decided, Refusal> {
    match command {
        Command::PrepareDecision { motion, text } => prepare(m, cx, *motion, text),
        Command::ReviseDecision { decision, text } => {
            secretary(m, cx)?;
            check(text)?;
            let found = m.decisions.get(decision);
            let found = found.ok_or(Refusal::Unknown { thing: Thing::Decision })?;
            if found.rendition.signed().is_some() {
                return Err(Refusal::AlreadySigned);
            }
            let instrument = Instrument::Decision(*decision);
            let event = Event::DecisionRevised { decision: *decision, text: text.clone() };
            Ok(Decided::one(event).with(Effect::Typeset { instrument }))
        }
        Command::Sign { instrument, document, fingerprint, certificate } => {
            let signer = chair(m, cx)?.person.clone();
            match rendition(m, *instrument)? {
                Rendition::Typeset { .. } => Ok(Decided::one(Event::Signed {
                    instrument: *instrument,
                    document: *document,
                    fingerprint: *fingerprint,
                    certificate: *certificate,
                    signer,
                })),
                Rendition::Signed { .. } => Err(Refusal::AlreadySigned),
                Rendition::Waiting | Rendition::Failed { .. } => Err(Refusal::NotTypeset),
            }
        }
        Command::Publish { instrument } => publish(m, cx, *instrument),
        Command::InstrumentTypeset { instrument, source, document, pages } => {
            system(cx)?;
            if m.source_digest(*instrument) != Some(*source) {
                return Ok(Decided::default());
            }
            let (instrument, document, pages) = (*instrument, *document, *pages);
            Ok(match rendition(m, instrument)? {
                Rendition::Waiting | Rendition::Failed { .. } => {
                    Decided::one(Event::InstrumentTypeset { instrument, document, pages })
                }
                Rendition::Typeset { .. } | Rendition::Signed { .. } => Decided::default(),
            })
        }
        Command::InstrumentFailed { instrument, source, detail } => {
            system(cx)?;
            if m.source_digest(*instrument) != Some(*source) {
                return Ok(Decided::default());
            }
            let (instrument, detail) = (*instrument, detail.clone());
            Ok(match rendition(m, instrument)? {
                Rendition::Waiting => Decided::one(Event::InstrumentFailed { instrument, detail }),
                _ => Decided::default(),
            })
        }
        _ => Ok(Decided::default()),
    }
}

fn prepare(
    m: &Meeting,
    cx: &Context,
    id: MotionId,
    text: &DecisionText,
) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    check(text)?;
    let motion = m.motions.get(&id).ok_or(Refusal::Unknown { thing: Thing::Motion })?;
    match motion.state {
        MotionState::Adopted | MotionState::AdoptedWithoutDebate => {}
        _ => return Err(Refusal::NotAdopted),
    }
    if m.decisions.values().any(|decision| decision.motion == id) {
        return Err(Refusal::AlreadyExists);
    }
    let passed = |vote: &crate::votes::Vote| {
        vote.motion == id && vote.outcome().is_some_and(|o| o.verdict == Verdict::Passed)
    };
    let vote = m.votes.iter().find(|(_, vote)| passed(vote)).map(|(id, _)| *id);
    let decision = DecisionId(next(&m.decisions, |id| id.0));
    let instrument = Instrument::Decision(decision);
    let event = Event::DecisionPrepared { decision, motion: id, vote, text: text.clone() };
    Ok(Decided::one(event).with(Effect::Typeset { instrument }))
}

fn publish(m: &Meeting, cx: &Context, instrument: Instrument) -> Result<Decided, Refusal> {
    let by = desk(m, cx)?.person.clone();
    if rendition(m, instrument)?.signed().is_none() {
        return Err(Refusal::NotSigned);
    }
    if let Instrument::Decision(id) = instrument {
        let motion = m.decisions.get(&id).and_then(|decision| m.motions.get(&decision.motion));
        // Whoever reads it would know of the item (R32).
        if m.level_of(motion.and_then(|motion| motion.item)) > Class::Reader.clearance() {
            return Err(Refusal::ItemRestricted);
        }
    }
    let published = match instrument {
        Instrument::Decision(id) => m.decisions.get(&id).and_then(|d| d.published.as_ref()),
        Instrument::Minutes => match &m.minutes {
            Minutes::Approved { published, .. } => published.as_ref(),
            Minutes::NotBegun | Minutes::Draft { .. } => None,
        },
    };
    if published.is_some() {
        return Err(Refusal::AlreadyPublished);
    }
    Ok(Decided::one(Event::Published { instrument, by }))
}

fn rendition(m: &Meeting, instrument: Instrument) -> Result<&Rendition, Refusal> {
    m.rendition(instrument).ok_or(Refusal::Unknown {
        thing: match instrument {
            Instrument::Decision(_) => Thing::Decision,
            Instrument::Minutes => Thing::Document,
        },
    })
}

fn check(text: &DecisionText) -> Result<(), Refusal> {
    line(&text.subject, true)?;
    for short in [&text.number, &text.symbol, &text.place] {
        super::within(short.len(), super::LONGEST_TITLE)?;
    }
    let paragraphs = text.articles.iter().flat_map(|article| &article.paragraphs);
    let headings = text.articles.iter().map(|article| &article.heading);
    for text in text.bases.iter().chain(&text.recipients).chain(headings).chain(paragraphs) {
        line(text, false)?;
    }
    super::room_for_more(text.articles.len())?;
    super::room_for_more(text.recipients.len().max(text.bases.len()))
}
