//! What the public may know of a meeting, taken from what readers may know of it: published
//! instruments and what they say. Kept in the read model (`store/projections`) and shown by
//! `http/public`. Never here: anything that was not published, HTML.

use crate::instruments::{self, Sheet};
use icabinet_models::Meeting;
use icabinet_models::canonical::cades::fingerprint_short;
use icabinet_models::decisions::{DecisionText, Instrument, Publication, Rendition};
use icabinet_models::ids::{DecisionId, Digest, MeetingId, PersonId, Text, Time, VoteId};
use icabinet_models::minutes::{Minutes, Section, Sentence, Source};
use icabinet_models::rule::Choice;
use icabinet_models::visibility::{self, ViewerClass};
use icabinet_models::votes::{Outcome, Terms, VoteState};
use icabinet_typeset::{Letterhead, Signatory};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A meeting with at least one published instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) id: MeetingId,
    pub(crate) title: Text,
    pub(crate) body: Text,
    pub(crate) place: Text,
    pub(crate) scheduled: Time,
    pub(crate) minutes_planned: u32,
    /// Position of the entry that changed the particulars last.
    pub(crate) particulars_since: u64,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) minutes: Option<PublicMinutes>,
}

/// What stands under a published document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    pub(crate) document: Digest,
    /// "K7QF 2M9D XR4T 8HPA"
    pub(crate) fingerprint: String,
    pub(crate) signer: String,
    pub(crate) office: Text,
    pub(crate) signed: Time,
    pub(crate) published: Time,
}

/// A published decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Decision {
    pub(crate) id: DecisionId,
    pub(crate) letterhead: Letterhead,
    pub(crate) signatory: Signatory,
    pub(crate) text: DecisionText,
    pub(crate) seal: Seal,
    /// Only where the minutes, which tell of the vote, are published too.
    pub(crate) outcome: Option<(Terms, Outcome)>,
}

/// Published minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublicMinutes {
    pub(crate) letterhead: Letterhead,
    pub(crate) secretary: Signatory,
    pub(crate) chair: Signatory,
    pub(crate) sections: Vec<PublicSection>,
    pub(crate) seal: Seal,
}

/// One section of the minutes with the votes its sentences tell of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublicSection {
    pub(crate) heading: String,
    /// Text and whether it was made from the log.
    pub(crate) sentences: Vec<(String, bool)>,
    pub(crate) votes: Vec<VoteTable>,
}

/// A closed vote with its names (R12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VoteTable {
    pub(crate) text: Text,
    pub(crate) terms: Terms,
    pub(crate) outcome: Outcome,
    /// Who did what, in the order for, against, abstained, other, not voted, recused, absent.
    pub(crate) rows: Vec<(Row, Vec<String>)>,
}

/// A line of a vote's table; each group of R11 apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Row {
    Cast(Choice),
    NotVoted,
    Recused,
    Absent,
}

/// A line of the list of what was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) id: MeetingId,
    pub(crate) title: Text,
    pub(crate) body: Text,
    pub(crate) scheduled: Time,
    /// How many decisions of it are public.
    pub(crate) decisions: usize,
    /// Whether its minutes are.
    pub(crate) minutes: bool,
}

impl Published {
    /// Its line in the list.
    pub(crate) fn line(&self) -> Line {
        Line {
            id: self.id.clone(),
            title: self.title.clone(),
            body: self.body.clone(),
            scheduled: self.scheduled,
            decisions: self.decisions.len(),
            minutes: self.minutes.is_some(),
        }
    }
}

/// Whether anything of a meeting was published: quicker than [`published`].
pub(crate) fn is_anything(m: &Meeting) -> bool {
    let minutes = match &m.minutes {
        Minutes::Approved { published, .. } => published.is_some(),
        Minutes::NotBegun | Minutes::Draft { .. } => false,
    };
    minutes || m.decisions.values().any(|decision| decision.published.is_some())
}

/// What is public of a meeting; `None` if nothing is.
pub(crate) fn published(m: &Meeting) -> Option<Published> {
    let m = &visibility::redact_state(m, ViewerClass::Reader);
    let minutes = minutes(m);
    let decisions: Vec<Decision> =
        m.decisions.keys().filter_map(|id| decision(m, *id, minutes.is_some())).collect();
    if decisions.is_empty() && minutes.is_none() {
        return None;
    }
    Some(Published {
        id: m.id.clone(),
        title: m.particulars.title.clone(),
        body: m.particulars.body.clone(),
        place: m.particulars.place.clone(),
        scheduled: m.particulars.scheduled,
        minutes_planned: m.particulars.minutes_planned,
        particulars_since: m.particulars_since,
        decisions,
        minutes,
    })
}

fn decision(m: &Meeting, id: DecisionId, with_vote: bool) -> Option<Decision> {
    let found = m.decisions.get(&id)?;
    let (seal, signer) = seal(m, &found.rendition, found.published.as_ref())?;
    let m = presided_by(m, &signer);
    let Sheet::Decision(sheet) = instruments::sheet(&m, Instrument::Decision(id)).ok()? else {
        return None;
    };
    let vote = found.vote.filter(|_| with_vote).and_then(|vote| m.votes.get(&vote));
    Some(Decision {
        id,
        letterhead: sheet.letterhead,
        signatory: sheet.signatory,
        text: found.text.clone(),
        seal,
        outcome: vote.and_then(|vote| Some((vote.terms.clone(), vote.outcome()?.clone()))),
    })
}

fn minutes(m: &Meeting) -> Option<PublicMinutes> {
    let Minutes::Approved { rendition, published, .. } = &m.minutes else { return None };
    let (seal, signer) = seal(m, rendition, published.as_ref())?;
    let m = presided_by(m, &signer);
    let Sheet::Minutes(sheet) = instruments::sheet(&m, Instrument::Minutes).ok()? else {
        return None;
    };
    let mut sections: Vec<(Section, PublicSection)> = Vec::new();
    for (_, sentence) in m.minutes.in_order() {
        if sections.last().is_none_or(|(section, _)| *section != sentence.section) {
            let heading = instruments::heading(&m, sentence.section);
            let fresh = PublicSection { heading, sentences: Vec::new(), votes: Vec::new() };
            sections.push((sentence.section, fresh));
        }
        if let Some((_, section)) = sections.last_mut() {
            section.sentences.push((sentence.text.clone(), sentence.is_record()));
        }
    }
    let sentences = m.minutes.in_order();
    for (id, vote) in &m.votes {
        let told = sentences.iter().find(|(_, sentence)| tells_of(sentence, vote));
        let Some(section) = told.map(|(_, sentence)| sentence.section) else { continue };
        let place = sections.iter_mut().find(|(known, _)| *known == section);
        if let (Some((_, place)), Some(table)) = (place, table(&m, *id)) {
            place.votes.push(table);
        }
    }
    Some(PublicMinutes {
        letterhead: sheet.letterhead,
        secretary: sheet.secretary,
        chair: sheet.chair,
        sections: sections.into_iter().map(|(_, section)| section).collect(),
        seal,
    })
}

/// Whether a sentence of the record cites the close of this vote.
fn tells_of(sentence: &Sentence, vote: &icabinet_models::votes::Vote) -> bool {
    let VoteState::Closed { position, .. } = &vote.state else { return false };
    matches!(&sentence.source, Source::Record { positions } if positions.contains(position))
}

fn table(m: &Meeting, id: VoteId) -> Option<VoteTable> {
    let vote = m.votes.get(&id)?;
    let VoteState::Closed { ballots, outcome, .. } = &vote.state else { return None };
    let terms = &vote.terms;
    let name = |person: &PersonId| {
        m.people.get(person).map_or_else(|| person.to_string(), |found| found.name.clone())
    };
    let mut rows: Vec<(Row, Vec<String>)> = Vec::new();
    for choice in [Choice::Yes, Choice::No, Choice::Abstain, Choice::Other] {
        if terms.choices.contains(&choice) {
            let cast = ballots.iter().filter(|(_, ballot)| ballot.choice == choice);
            rows.push((Row::Cast(choice), cast.map(|(person, _)| name(person)).collect()));
        }
    }
    let silent = terms.entitled.keys().filter(|person| !ballots.contains_key(*person));
    rows.push((Row::NotVoted, silent.map(name).collect()));
    rows.push((Row::Recused, terms.recused.iter().map(name).collect()));
    rows.push((Row::Absent, terms.absent.iter().map(name).collect()));
    rows.retain(|(row, names)| {
        !names.is_empty() || matches!(row, Row::Cast(Choice::Yes | Choice::No))
    });
    Some(VoteTable {
        text: terms.text.clone(),
        terms: terms.clone(),
        outcome: outcome.clone(),
        rows,
    })
}

/// The seal of an instrument that is signed and published.
fn seal(
    m: &Meeting,
    rendition: &Rendition,
    published: Option<&Publication>,
) -> Option<(Seal, PersonId)> {
    let published = published?.at;
    let Rendition::Signed { document, fingerprint, signer, at, .. } = rendition else {
        return None;
    };
    // The log keeps the first half of the SHA-512; the short form shows ten bytes of it.
    let mut digest = [0; 64];
    digest[..32].copy_from_slice(&fingerprint.0);
    let person = m.people.get(signer);
    let seal = Seal {
        document: *document,
        fingerprint: fingerprint_short(&digest),
        signer: person.map(|p| p.name.clone()).unwrap_or_default(),
        office: person.map(|p| p.position.clone()).unwrap_or_default(),
        signed: *at,
        published,
    };
    Some((seal, signer.clone()))
}

/// The meeting with the signer in the chair, as it was when he signed.
fn presided_by<'m>(m: &'m Meeting, signer: &PersonId) -> Cow<'m, Meeting> {
    if m.is_chair(signer) {
        return Cow::Borrowed(m);
    }
    let mut m = m.clone();
    m.chair = Some(signer.clone());
    Cow::Owned(m)
}
