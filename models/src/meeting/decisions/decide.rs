//! Decisions and minutes as documents: preparing, setting, signing, publishing.

use super::{DecisionText, Instrument, Place, Rendition};
use crate::effects::Effect;
use crate::ids::{DecisionId, MotionId};
use crate::meeting::guards::{chair, desk, filled, next, participant, secretary, system};
use crate::meeting::{
    Context, Decided, DecisionsCommand, DecisionsEvent, Edition, Event, Meeting, Refusal, Thing,
};
use crate::minutes::Minutes;
use crate::motions::MotionState;
use crate::visibility::ViewerClass;
use crate::votes::Verdict;

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &DecisionsCommand,
) -> Result<Decided, Refusal> {
    match command {
        DecisionsCommand::PrepareDecision { motion, text } => prepare(m, cx, *motion, text),
        DecisionsCommand::ReviseDecision { decision, text, seen } => {
            secretary(m, cx)?;
            check(text)?;
            let found = m.decisions.get(decision);
            let found = found.ok_or(Refusal::Unknown { thing: Thing::Decision })?;
            if found.rendition.signed().is_some() {
                return Err(Refusal::AlreadySigned);
            }
            let now = Edition::Decision { text: found.text.clone() };
            let new = Edition::Decision { text: text.clone() };
            now.give_way(*seen, Some(&new))?;
            let instrument = Instrument::Decision(*decision);
            let event = Event::Decisions(DecisionsEvent::DecisionRevised {
                decision: *decision,
                text: text.clone(),
            });
            Ok(Decided::one(event).with(Effect::Typeset { instrument }))
        }
        DecisionsCommand::Sign { instrument, document, fingerprint, certificate, after } => {
            let who = participant(m, cx).ok();
            let countersigner = m.countersigner(*instrument).map(|p| &p.person);
            let (signer, place) = match who.filter(|p| Some(&p.person) == countersigner) {
                Some(secretary) => (secretary, Place::Secretary),
                None => (chair(m, cx)?, Place::Chair),
            };
            let signer = signer.person.clone();
            match rendition(m, *instrument)? {
                Rendition::Typeset { countersigned: Some(_), .. } if place == Place::Secretary => {
                    Err(Refusal::AlreadySigned)
                }
                // Prepared before the secretary signed.
                Rendition::Typeset { countersigned, .. }
                    if countersigned.as_ref().map(|signed| signed.document) != *after =>
                {
                    Err(Refusal::NotTypeset)
                }
                Rendition::Typeset { .. } => Ok(Decided::one(DecisionsEvent::Signed {
                    instrument: *instrument,
                    document: *document,
                    fingerprint: *fingerprint,
                    certificate: *certificate,
                    signer,
                    place,
                })),
                Rendition::Signed { .. } => Err(Refusal::AlreadySigned),
                Rendition::Waiting | Rendition::Failed { .. } => Err(Refusal::NotTypeset),
            }
        }
        DecisionsCommand::Publish { instrument } => publish(m, cx, *instrument),
        DecisionsCommand::InstrumentTypeset { instrument, source, document, pages } => {
            system(cx)?;
            if m.source_digest(*instrument) != Some(*source) {
                return Ok(Decided::default());
            }
            let (instrument, document, pages) = (*instrument, *document, *pages);
            Ok(match rendition(m, instrument)? {
                // The same report again; another document is of a program that sets it otherwise.
                Rendition::Typeset { document: known, .. } if *known == document => {
                    Decided::default()
                }
                Rendition::Waiting | Rendition::Failed { .. } | Rendition::Typeset { .. } => {
                    Decided::one(DecisionsEvent::InstrumentTypeset { instrument, document, pages })
                }
                Rendition::Signed { .. } => Decided::default(),
            })
        }
        DecisionsCommand::InstrumentFailed { instrument, source, detail } => {
            system(cx)?;
            if m.source_digest(*instrument) != Some(*source) {
                return Ok(Decided::default());
            }
            let (instrument, detail) = (*instrument, detail.clone());
            Ok(match rendition(m, instrument)? {
                Rendition::Waiting => {
                    Decided::one(DecisionsEvent::InstrumentFailed { instrument, detail })
                }
                Rendition::Typeset { .. } | Rendition::Failed { .. } | Rendition::Signed { .. } => {
                    Decided::default()
                }
            })
        }
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
        MotionState::Proposed
        | MotionState::Voting
        | MotionState::Rejected
        | MotionState::Undecided
        | MotionState::Withdrawn => return Err(Refusal::NotAdopted),
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
    let event = Event::Decisions(DecisionsEvent::DecisionPrepared {
        decision,
        motion: id,
        vote,
        text: text.clone(),
    });
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
        if m.level_of(motion.and_then(|motion| motion.item)) > ViewerClass::Reader.clearance() {
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
    Ok(Decided::one(DecisionsEvent::Published { instrument, by }))
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
    filled(&text.subject)
}
