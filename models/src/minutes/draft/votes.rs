//! Votes in words: text, quorum, integers, names, opinions, outcome with its reason (R4-R8, R11).
//! Never here: a sum of its own; every number is the outcome's.

use super::words::{addressed, base_vi, compared_vi, hour_vi, names, share_vi, stop};
use super::{Kind, Page, Section};
use crate::ids::{ItemId, PersonId, Time};
use crate::votes::{Ballot, Choice, Outcome, Reason, Terms, Verdict, Vote, VoteState};
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
    page.record(at, Kind::Quorum, quorum(closed), vec![vote.position, *position]);
    page.record(at, Kind::Vote, sums(&vote.terms, outcome), vec![*position]);
    let m = page.m;
    let chose = |choice: Choice| {
        names(m, |person| ballots.get(person).is_some_and(|ballot| ballot.choice == choice))
    };
    let silent = |person: &PersonId| {
        vote.terms.entitled.contains_key(person) && !ballots.contains_key(person)
    };
    let groups = [
        ("Không tán thành", chose(Choice::No)),
        ("Phiếu trắng", chose(Choice::Abstain)),
        ("Ý kiến khác", chose(Choice::Other)),
        ("Không biểu quyết", names(m, silent)),
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
    page.record(at, Kind::Outcome, verdict(&vote.terms, outcome), vec![*position]);
}

fn quorum(closed: &Closed) -> String {
    let terms = &closed.vote.terms;
    let (open, close) = (terms.present, closed.outcome.present_at_close);
    let (start, end) = (hour_vi(closed.vote.opened_at), hour_vi(closed.ended));
    let all = terms.member_heads;
    let share = |present: u64| share_vi(terms.quorum, terms.quorum.reached(present, all));
    if open == close {
        return format!(
            "Khi bắt đầu biểu quyết công khai trên máy lúc {start} và khi kết thúc lúc {end} có \
             {open} trên {all} thành viên có mặt, {} tổng số thành viên.",
            share(open)
        );
    }
    format!(
        "Khi bắt đầu biểu quyết công khai trên máy lúc {start} có {open} trên {all} thành viên có \
         mặt, {} tổng số thành viên; khi kết thúc lúc {end} có {close} trên {all}, {}.",
        share(open),
        share(close)
    )
}

/// Every group of R11 apart; a group that the profile doesn't offer is left out.
fn sums(terms: &Terms, outcome: &Outcome) -> String {
    let tally = outcome.tally;
    let mut parts =
        vec![format!("tán thành {}", tally.yes), format!("không tán thành {}", tally.no)];
    if terms.choices.contains(&Choice::Abstain) {
        parts.push(format!("phiếu trắng {}", tally.abstain));
    }
    if terms.choices.contains(&Choice::Other) {
        parts.push(format!("ý kiến khác {}", tally.other));
    }
    parts.push(format!("có mặt nhưng không biểu quyết {}", tally.not_voted));
    if !terms.recused.is_empty() {
        parts.push(format!("không tham gia {}", tally.recused));
    }
    parts.push(format!("vắng mặt {}", tally.absent));
    let heads = terms.members == terms.member_heads && terms.entitled.values().all(|w| *w == 1);
    let weighted = if heads { "" } else { " (tính theo trọng số phiếu)" };
    format!("Kết quả: {}{weighted}.", parts.join(", "))
}

fn verdict(terms: &Terms, outcome: &Outcome) -> String {
    let passed = match outcome.verdict {
        Verdict::Passed => "Nội dung được thông qua",
        Verdict::Failed => "Nội dung không được thông qua",
        Verdict::NoDecision => "Không có quyết định",
    };
    let (tally, rule) = (outcome.tally, terms.rule);
    let reason = match outcome.reason {
        Reason::ThresholdReached | Reason::ThresholdMissed => {
            let (left, right) = (u128::from(outcome.left), u128::from(outcome.right));
            let reached = outcome.reason == Reason::ThresholdReached;
            format!(
                "{}, tức {} {}",
                compared_vi(tally.yes, rule.threshold, left, right),
                share_vi(rule.threshold, reached),
                base_vi(rule.base)
            )
        }
        Reason::TieByChair => format!(
            "tán thành {} bằng không tán thành {}, theo bên Chủ tọa đã biểu quyết",
            tally.yes, tally.no
        ),
        Reason::NothingCast => "không có phiếu nào được bỏ".to_owned(),
        Reason::QuorumLost => {
            let (present, all) = (outcome.present_at_close, terms.member_heads);
            let (left, right) = terms.quorum.sides(present, all);
            let compared = compared_vi(present, terms.quorum, left, right);
            format!(
                "khi kết thúc có {present} trên {all} thành viên có mặt ({compared}), không đủ số lượng"
            )
        }
    };
    format!("{passed}: {reason}.")
}
