//! Decisions, and the documents that decisions and minutes become.

use super::{Countersigned, Decision, Instrument, Place, Publication, Rendition};
use crate::meeting::{DecisionsEvent, Entry, Meeting};
use crate::minutes::Minutes;

pub(in crate::meeting) fn apply(m: &mut Meeting, entry: Entry<&DecisionsEvent>) {
    let Entry { position, at, event } = entry;
    match event {
        DecisionsEvent::DecisionPrepared { decision, motion, vote, text } => {
            m.decisions.insert(
                *decision,
                Decision {
                    motion: *motion,
                    vote: *vote,
                    text: text.clone(),
                    prepared_at: at,
                    rendition: Rendition::Waiting,
                    published: None,
                },
            );
        }
        DecisionsEvent::DecisionRevised { decision, text } => {
            if let Some(found) = m.decisions.get_mut(decision) {
                found.text = text.clone();
                found.rendition = Rendition::Waiting;
            }
        }
        DecisionsEvent::InstrumentTypeset { instrument, document, pages } => {
            let (document, pages) = (*document, *pages);
            let state = Rendition::Typeset { document, pages, countersigned: None };
            set_rendition(m, *instrument, state);
        }
        DecisionsEvent::InstrumentFailed { instrument, detail } => {
            set_rendition(m, *instrument, Rendition::Failed { detail: detail.clone() });
        }
        DecisionsEvent::Signed {
            instrument,
            document,
            fingerprint,
            certificate,
            signer,
            place,
        } => {
            let signed = Countersigned {
                document: *document,
                fingerprint: *fingerprint,
                signer: signer.clone(),
                certificate: *certificate,
                at,
                position,
            };
            sign(m, *instrument, *place, signed);
        }
        DecisionsEvent::Published { instrument, by } => {
            let publication = Some(Publication { at, by: by.clone(), position });
            match instrument {
                Instrument::Decision(id) => {
                    if let Some(found) = m.decisions.get_mut(id) {
                        found.published = publication;
                    }
                }
                Instrument::Minutes => {
                    if let Minutes::Approved { published, .. } = &mut m.minutes {
                        *published = publication;
                    }
                }
            }
        }
    }
}

fn sign(m: &mut Meeting, instrument: Instrument, place: Place, signed: Countersigned) {
    let Some(before) = m.rendition(instrument) else { return };
    let state = match (place, before) {
        (Place::Secretary, Rendition::Typeset { document, pages, .. }) => Rendition::Typeset {
            document: *document,
            pages: *pages,
            countersigned: Some(Box::new(signed)),
        },
        (Place::Secretary, _) => return,
        (Place::Chair, before) => {
            let countersigned = before.countersigned().cloned().map(Box::new);
            let Countersigned { document, fingerprint, signer, certificate, at, position } = signed;
            Rendition::Signed {
                document,
                fingerprint,
                signer,
                certificate,
                at,
                position,
                countersigned,
            }
        }
    };
    set_rendition(m, instrument, state);
}

fn set_rendition(m: &mut Meeting, instrument: Instrument, state: Rendition) {
    match instrument {
        Instrument::Decision(id) => {
            if let Some(found) = m.decisions.get_mut(&id) {
                found.rendition = state;
            }
        }
        Instrument::Minutes => {
            if let Minutes::Approved { rendition, .. } = &mut m.minutes {
                *rendition = state;
            }
        }
    }
}
