//! The words of drafts before version 3 of records: what such a record tells is still held against
//! what its program would have said. Never here: words of today; nothing is added.

use super::words::{base_vi, share_in};
use crate::rule::Threshold;
use crate::votes::{Outcome, Reason, Terms};

pub(super) const ABSTAINED: &str = "Phiếu trắng";
pub(super) const ABSTENTIONS: &str = "phiếu trắng";
pub(super) const SILENT: &str = "Không biểu quyết";
pub(super) const SILENCE: &str = "có mặt nhưng không biểu quyết";
pub(super) const WITHDRAWN: &str = "Đề xuất được rút, không biểu quyết";

pub(super) fn present(present: u64, members: u64) -> String {
    format!("có {present} trên {members} thành viên có mặt")
}

pub(super) fn at_opening(present: u64, members: u64, rule: Threshold) -> String {
    let (left, right) = rule.sides(present, members);
    let compared = compared(present, rule, left, right);
    format!(
        "Khi khai mạc có {present} trên tổng số {members} thành viên có mặt ({compared}), đủ số lượng để họp."
    )
}

pub(super) fn changed(from: &str, count: (u64, u64), share: &str, verdict: &str) -> String {
    let (present, members) = count;
    format!(
        "Từ {from} có {present} trên tổng số {members} thành viên có mặt, {share} tổng số thành viên; {verdict}."
    )
}

pub(super) fn recess(from: &str, to: &str, there: &str) -> String {
    format!("Phiên họp tạm nghỉ từ {from} đến {to}; khi họp lại {there}.")
}

pub(super) fn recess_for_good(from: &str) -> String {
    format!("Phiên họp tạm nghỉ từ {from} và không họp lại.")
}

pub(super) fn came(who: &str, at: &str) -> String {
    format!("{who} đến lúc {at}.")
}

pub(super) fn came_late(who: &str, at: &str) -> String {
    format!("Đến muộn: {who}, có mặt từ {at}.")
}

pub(super) fn point_of_order(who: &str, at: &str) -> String {
    format!("{who} nêu ý kiến về thủ tục lúc {at}.")
}

/// Presence at the beginning and at the end of a vote; hours, heads and shares in this order.
pub(super) fn of_vote(hours: [&str; 2], heads: [u64; 2], all: u64, shares: [&str; 2]) -> String {
    let ([start, end], [open, close], [at_open, at_close]) = (hours, heads, shares);
    if open == close {
        return format!(
            "Khi bắt đầu biểu quyết công khai trên máy lúc {start} và khi kết thúc lúc {end} có {open} trên {all} thành viên có mặt, {at_open} tổng số thành viên."
        );
    }
    format!(
        "Khi bắt đầu biểu quyết công khai trên máy lúc {start} có {open} trên {all} thành viên có mặt, {at_open} tổng số thành viên; khi kết thúc lúc {end} có {close} trên {all}, {at_close}."
    )
}

pub(super) fn reason(terms: &Terms, outcome: &Outcome) -> String {
    let (tally, rule) = (outcome.tally, terms.rule);
    match outcome.reason {
        Reason::ThresholdReached | Reason::ThresholdMissed => {
            let (left, right) = (u128::from(outcome.left), u128::from(outcome.right));
            let reached = outcome.reason == Reason::ThresholdReached;
            format!(
                "{}, tức {} {}",
                compared(tally.yes, rule.threshold, left, right),
                share(rule.threshold, reached),
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
            let compared = compared(present, terms.quorum, left, right);
            format!(
                "khi kết thúc có {present} trên {all} thành viên có mặt ({compared}), không đủ số lượng"
            )
        }
    }
}

pub(super) fn share(threshold: Threshold, reached: bool) -> String {
    share_in(threshold, reached, "đủ")
}

/// "10 × 3 = 30, không nhỏ hơn 24": the two integers that were compared.
fn compared(part: u64, threshold: Threshold, left: u128, right: u128) -> String {
    let reached = if threshold.strict { left > right } else { left >= right };
    let word = match (threshold.strict, reached) {
        (true, true) => "lớn hơn",
        (true, false) => "không lớn hơn",
        (false, true) => "không nhỏ hơn",
        (false, false) => "nhỏ hơn",
    };
    format!("{part} × {} = {left}, {word} {right}", threshold.denominator)
}
