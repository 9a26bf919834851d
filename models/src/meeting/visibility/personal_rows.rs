//! What a person knows of himself where people are counted: his own row of every list.
//! Never here: what a class knows.

use super::class_of;
use super::headcount::is_counted;
use crate::agenda::Recusal;
use crate::attendance::{Absence, Counted, Stay};
use crate::floor::Request;
use crate::ids::{ItemId, PersonId, RequestId, VoteId};
use crate::meeting::Meeting;
use crate::participants::Participant;
use crate::votes::Vote;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One's own rows. They are laid over the view of one's class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalRows {
    pub participant: Participant,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<Stay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<(RequestId, Request)>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub recusals: BTreeMap<ItemId, Recusal>,
    /// The open vote, if he may vote in it, with his weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitled: Option<(VoteId, u32)>,
}

/// A person's own rows; `None` where his view holds them anyway: where everyone knows everyone, and
/// for the office; and for who doesn't take part.
pub fn personal_rows(m: &Meeting, person: &PersonId) -> Option<PersonalRows> {
    class_of(m, person).filter(|class| is_counted(m, *class))?;
    let participant = m.people.get(person)?.clone();
    let request = m.floor.requests.iter().find(|(_, request)| request.person == *person);
    let recusals = m
        .items
        .iter()
        .filter_map(|(id, item)| item.recusals.get(person).map(|recusal| (*id, recusal.clone())));
    let entitled = m
        .open_vote()
        .and_then(|(id, vote)| vote.terms.entitled.get(person).map(|weight| (id, *weight)));
    Some(PersonalRows {
        participant,
        stays: m.stays.get(person).cloned().unwrap_or_default(),
        absence: m.absences.get(person).cloned(),
        request: request.map(|(id, request)| (*id, request.clone())),
        recusals: recusals.collect(),
        entitled,
    })
}

impl PersonalRows {
    /// Lays these rows over a view, in the place of what lay there of the same person.
    pub fn lay_over(&self, view: &mut Meeting) {
        let person = &self.participant.person;
        view.people.insert(person.clone(), self.participant.clone());
        match self.stays.is_empty() {
            true => view.stays.remove(person),
            false => view.stays.insert(person.clone(), self.stays.clone()),
        };
        view.counted = Counted::default();
        match &self.absence {
            None => view.absences.remove(person),
            Some(absence) => view.absences.insert(person.clone(), absence.clone()),
        };
        view.floor.requests.retain(|_, request| request.person != *person);
        view.floor.requests.extend(self.request.clone());
        for (id, item) in &mut view.items {
            match self.recusals.get(id) {
                None => item.recusals.remove(person),
                Some(recusal) => item.recusals.insert(person.clone(), recusal.clone()),
            };
        }
        if let Some((id, weight)) = self.entitled
            && let Some(vote) = view.votes.get_mut(&id)
        {
            vote.terms.entitled.insert(person.clone(), weight);
        }
    }

    /// Lays them over a view in which a vote was just opened: who was there then and not recused may
    /// vote. These rows may be newer than the vote, or older: in the end the server's word comes with
    /// the next [`PersonalRows`].
    pub fn enter(&self, vote: &mut Vote) {
        let here = self.stays.iter().any(|stay| {
            let left = stay.until.as_ref();
            stay.position < vote.position && left.is_none_or(|left| left.position > vote.position)
        });
        let recused = vote.item.is_some_and(|item| self.recusals.contains_key(&item));
        if let (Some(weight), true, false) = (self.participant.weight(), here, recused) {
            vote.terms.entitled.insert(self.participant.person.clone(), weight);
        }
    }
}
