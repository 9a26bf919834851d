//! Votes of a log, counted once more: who may vote, each ballot, the outcome. Never here: what was
//! decided by them.

use super::{Judge, place};
use icabinet_models::Actor;
use icabinet_models::ids::{ItemId, PersonId, VoteId};
use icabinet_models::record::Record;
use icabinet_models::votes::{self, Ballot, Outcome, Terms, text_digest};
use std::collections::BTreeMap;

impl Judge {
    /// Counts who may vote again from presence, membership and recusals (R9).
    pub(super) fn opened(
        &mut self,
        vote: VoteId,
        item: Option<ItemId>,
        terms: &Terms,
        record: &Record,
    ) {
        let m = &self.meeting;
        let recusals = item.and_then(|id| m.items.get(&id)).map(|item| &item.recusals);
        let mut entitled = BTreeMap::new();
        let (mut recused, mut absent) = (Vec::new(), Vec::new());
        let (mut all, mut present) = (0u64, 0u64);
        for participant in m.people.values() {
            let Some(weight) = participant.weight() else { continue };
            let person = &participant.person;
            let out = recusals.is_some_and(|recusals| recusals.contains_key(person));
            all += u64::from(weight);
            if !m.is_present(person) {
                absent.push(person.clone());
                continue;
            }
            if out {
                recused.push(person.clone());
            } else {
                entitled.insert(person.clone(), weight);
            }
            if !out || m.profile.recused_counts_as_present {
                present += u64::from(weight);
            }
        }
        let weight = |people: &[PersonId]| -> u64 {
            let weights = people.iter().filter_map(|person| m.people.get(person)?.weight());
            weights.map(u64::from).sum()
        };
        let holds = terms.entitled == entitled
            && (&terms.recused, &terms.absent) == (&recused, &absent)
            && (terms.recused_weight, terms.absent_weight) == (weight(&recused), weight(&absent))
            && (terms.members, terms.present_weight) == (all, present)
            && (terms.member_heads, terms.present) == (m.member_count(), m.members_present(item))
            && terms.text_digest == text_digest(&terms.text)
            && (&terms.profile, terms.profile_version) == (&m.profile.name, m.profile.version)
            && (terms.quorum, &terms.choices) == (m.profile.quorum, &m.profile.choices)
            && terms.may_change_ballot == m.profile.may_change_ballot
            && m.chair.as_ref() == Some(&terms.chair)
            && terms.quorum.reached(terms.present, terms.member_heads);
        let at = place(vote, record);
        self.votes.unless(
            holds,
            format!("{}: người được biểu quyết hoặc quy tắc không đúng với nhật ký", at.vi),
            format!("{}: who may vote, or the rule, isn't what the log gives", at.en),
        );
    }

    pub(super) fn cast(&mut self, id: VoteId, person: &PersonId, ballot: &Ballot, record: &Record) {
        self.ballots += 1;
        let allowed = self.meeting.votes.get(&id).is_some_and(|vote| {
            let Some(cast) = vote.known_ballots() else { return false };
            vote.terms.entitled.contains_key(person)
                && vote.terms.choices.contains(&ballot.choice)
                && vote.terms.closes_at.is_none_or(|closes| ballot.at <= closes)
                && (vote.terms.may_change_ballot || !cast.contains_key(person))
        });
        let own = record.actor == Actor::Person(person.clone());
        let at = place(id, record);
        self.votes.unless(
            allowed && own,
            format!("{}: phiếu của {person} không được phép", at.vi),
            format!("{}: the ballot of {person} was not allowed", at.en),
        );
    }

    pub(super) fn close(
        &mut self,
        id: VoteId,
        told: &BTreeMap<PersonId, Ballot>,
        outcome: &Outcome,
        record: &Record,
    ) {
        self.closed += 1;
        let at = place(id, record);
        self.votes.unless(
            !self.withheld.contains_key(&id),
            format!("{}: có phiếu không hiện trong lượt được tính", at.vi),
            format!("{}: ballots are withheld of a vote that counts", at.en),
        );
        let m = &self.meeting;
        let open = m.votes.get(&id).and_then(|vote| Some((vote, vote.known_ballots()?)));
        let Some((vote, cast)) = open else {
            self.votes.add(
                format!("{}: không có lượt biểu quyết nào đang mở", at.vi),
                format!("{}: no such vote was open", at.en),
            );
            return;
        };
        self.votes.unless(
            cast == told,
            format!("{}: phiếu trong kết quả khác phiếu đã bỏ", at.vi),
            format!("{}: the ballots of the result aren't the ones that were cast", at.en),
        );
        let tally = votes::tally(&vote.terms, cast);
        let chair = cast.get(&vote.terms.chair).map(|ballot| ballot.choice);
        let again = votes::outcome(&vote.terms, tally, chair, m.members_present(vote.item));
        self.votes.unless(
            again == *outcome,
            format!(
                "{}: kết quả ghi {:?}, {} tán thành; đếm lại được {:?}, {} tán thành",
                at.vi, outcome.verdict, outcome.tally.yes, again.verdict, again.tally.yes
            ),
            format!(
                "{}: the result says {:?}, {} yes; counting again gives {:?}, {} yes",
                at.en, outcome.verdict, outcome.tally.yes, again.verdict, again.tally.yes
            ),
        );
    }
}
