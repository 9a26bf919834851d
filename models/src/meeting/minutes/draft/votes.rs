//! Votes in words: text, quorum, integers, names, opinions, outcome with its reason (R4-R8, R11).
//! Never here: a sum of its own; every number is the outcome's.

use super::words::{addressed, base_vi, counted_vi, hour_vi, names, percent_vi, share_vi, stop};
use super::{Form, Kind, Page, Section, first};
use crate::ids::{ItemId, PersonId, Time};
use crate::rule::Choice;
use crate::votes::{Ballot, Outcome, Reason, Terms, Verdict, Vote, VoteState};
use std::collections::BTreeMap;

/// The votes of an item, or those outside any, in the order they were opened.
pub(super) fn of_item(page: &mut Page, item: Option<ItemId>) {
    let section = item.map_or(Section::Agenda, Section::Item);
    let m = page.m;
    for vote in m.votes.values().filter(|vote| vote.item == item) {
        let at = (section, vote.opened_at);
        let text = format!("Nội dung biểu quyết: “{}”", vote.terms.text.vi.trim());
        page.record(at, Kind::Motion, text, vec![vote.position]);
        match &vote.state {
            VoteState::Open { .. } => {}
            VoteState::Void { at: ended, position, reason } => {
                let text = format!(
                    "Lần biểu quyết mở lúc {} bị hủy lúc {}, lý do: {} Nội dung các phiếu không được công bố.",
                    hour_vi(vote.opened_at),
                    hour_vi(*ended),
                    stop(reason.trim())
                );
                page.record(at, Kind::Outcome, text, vec![vote.position, *position]);
            }
            VoteState::Closed { at: ended, position, ballots, outcome } => {
                let closed = Closed { vote, ended: *ended, position: *position, ballots, outcome };
                result(page, at, &closed);
            }
        }
    }
}

struct Closed<'m> {
    vote: &'m Vote,
    ended: Time,
    position: u64,
    ballots: &'m BTreeMap<PersonId, Ballot>,
    outcome: &'m Outcome,
}

fn result(page: &mut Page, at: (Section, Time), closed: &Closed) {
    let Closed { vote, position, ballots, outcome, .. } = closed;
    page.record(at, Kind::Quorum, quorum(page.form, closed), vec![vote.position, *position]);
    page.record(at, Kind::Vote, sums(page.form, &vote.terms, outcome), vec![*position]);
    let m = page.m;
    let chose = |choice: Choice| {
        names(m, |person| ballots.get(person).is_some_and(|ballot| ballot.choice == choice))
    };
    let silent = |person: &PersonId| {
        vote.terms.entitled.contains_key(person) && !ballots.contains_key(person)
    };
    let (abstained, no_ballot) = match page.form {
        Form::First => (first::ABSTAINED, first::SILENT),
        Form::Today => ("Không biểu quyết", "Không bỏ phiếu"),
    };
    let groups = [
        ("Không tán thành", chose(Choice::No)),
        (abstained, chose(Choice::Abstain)),
        ("Ý kiến khác", chose(Choice::Other)),
        (no_ballot, names(m, silent)),
        ("Không tham gia", names(m, |person| vote.terms.recused.contains(person))),
    ];
    for (what, who) in groups.into_iter().filter(|(_, who)| !who.is_empty()) {
        let text = format!("{what}: {}.", who.join(", "));
        page.record(at, Kind::Names, text, vec![*position]);
    }
    for (person, ballot) in ballots.iter().filter(|(_, ballot)| ballot.choice == Choice::Other) {
        let who = addressed(m, person);
        let text = format!("Ý kiến khác của {who}: “{}”", ballot.opinion.trim());
        page.record(at, Kind::Vote, text, vec![ballot.position, *position]);
    }
    page.record(at, Kind::Outcome, verdict(page.form, &vote.terms, outcome), vec![*position]);
}

fn quorum(form: Form, closed: &Closed) -> String {
    let terms = &closed.vote.terms;
    let (open, close) = (terms.present, closed.outcome.present_at_close);
    let (start, end) = (hour_vi(closed.vote.opened_at), hour_vi(closed.ended));
    let all = terms.member_heads;
    let share = |present: u64| share_vi(form, terms.quorum, terms.quorum.reached(present, all));
    let (at_open, at_close) = (share(open), share(close));
    match form {
        Form::First => first::of_vote([&start, &end], [open, close], all, [&at_open, &at_close]),
        Form::Today if open == close => format!(
            "Khi bắt đầu biểu quyết công khai trên hệ thống lúc {start} và khi kết thúc lúc {end} \
             có mặt {open}/{all} thành viên, {at_open} tổng số thành viên."
        ),
        Form::Today => format!(
            "Khi bắt đầu biểu quyết công khai trên hệ thống lúc {start} có mặt {open}/{all} thành \
             viên, {at_open} tổng số thành viên; khi kết thúc lúc {end} có mặt {close}/{all}, \
             {at_close}."
        ),
    }
}

/// Every group of R11 apart; a group that the profile doesn't offer is left out.
fn sums(form: Form, terms: &Terms, outcome: &Outcome) -> String {
    let (abstentions, silence) = match form {
        Form::First => (first::ABSTENTIONS, first::SILENCE),
        Form::Today => ("không biểu quyết", "có mặt nhưng không bỏ phiếu"),
    };
    let tally = outcome.tally;
    let mut parts =
        vec![format!("tán thành {}", tally.yes), format!("không tán thành {}", tally.no)];
    if terms.choices.contains(&Choice::Abstain) {
        parts.push(format!("{abstentions} {}", tally.abstain));
    }
    if terms.choices.contains(&Choice::Other) {
        parts.push(format!("ý kiến khác {}", tally.other));
    }
    parts.push(format!("{silence} {}", tally.not_voted));
    if !terms.recused.is_empty() {
        parts.push(format!("không tham gia {}", tally.recused));
    }
    parts.push(format!("vắng mặt {}", tally.absent));
    let weighted = if in_heads(terms) { "" } else { " (tính theo trọng số phiếu)" };
    format!("Kết quả: {}{weighted}.", parts.join(", "))
}

/// Whether every member counts as one.
fn in_heads(terms: &Terms) -> bool {
    terms.members == terms.member_heads && terms.entitled.values().all(|weight| *weight == 1)
}

fn verdict(form: Form, terms: &Terms, outcome: &Outcome) -> String {
    let passed = match outcome.verdict {
        Verdict::Passed => "Nội dung được thông qua",
        Verdict::Failed => "Nội dung không được thông qua",
        Verdict::NoDecision => "Không có quyết định",
    };
    let reason = match form {
        Form::First => first::reason(terms, outcome),
        Form::Today => reason(terms, outcome),
    };
    format!("{passed}: {reason}.")
}

fn reason(terms: &Terms, outcome: &Outcome) -> String {
    let (tally, rule) = (outcome.tally, terms.rule);
    match outcome.reason {
        Reason::ThresholdReached | Reason::ThresholdMissed => {
            let reached = outcome.reason == Reason::ThresholdReached;
            let (yes, of) = (tally.yes, tally.base(rule.base));
            format!(
                "có {yes}/{of} {} tán thành{}, {} {}",
                counted_vi(rule.base, in_heads(terms)),
                percent_vi(yes, of),
                share_vi(Form::Today, rule.threshold, reached),
                base_vi(rule.base)
            )
        }
        Reason::TieByChair => format!(
            "số phiếu tán thành ({}) và không tán thành ({}) ngang nhau, quyết định theo phía có ý kiến của chủ tọa",
            tally.yes, tally.no
        ),
        Reason::NothingCast => "không có phiếu nào được bỏ".to_owned(),
        Reason::QuorumLost => {
            let (present, all) = (outcome.present_at_close, terms.member_heads);
            format!(
                "khi kết thúc có mặt {present}/{all} thành viên, {} tổng số thành viên theo quy định",
                share_vi(Form::Today, terms.quorum, false)
            )
        }
    }
}
