//! Agenda and items: times, urgency, recusals, consent, points of order, endings (R19, R22-R24).
//! Never here: a judgement on what an item came to beyond its recorded conclusion.

use super::words::{addressed, capital, hour_vi, moment_vi, reason_vi, stop};
use super::{FIRST, Form, Kind, LAST, Page, Section, first, votes};
use crate::agenda::{Conclusion, Item, ItemKind, ItemState};
use crate::floor::RequestKind;
use crate::ids::{ItemId, Time};
use crate::motions::MotionState;
use crate::papers::PaperState;

/// What was planned, and what was voted outside any item.
pub(super) fn agenda(page: &mut Page) {
    let m = page.m;
    let position: Vec<u64> = m.opened.map(|opened| opened.position).into_iter().collect();
    let urgent = |item: &Item| matches!(item.kind, ItemKind::Urgent { .. });
    let late = m.agenda.iter().filter(|id| m.items.get(id).is_some_and(urgent)).count();
    if !m.agenda.is_empty() {
        let planned = m.agenda.len() - late;
        let added = match late {
            0 => String::new(),
            count => format!(", bổ sung {count} nội dung khẩn"),
        };
        let text = format!("Chương trình dự kiến có {planned} nội dung{added}.");
        page.record((Section::Agenda, FIRST), Kind::Item, text, position);
    }
    votes::of_item(page, None);
    let closed: Vec<u64> = m.closed.map(|closed| closed.position).into_iter().collect();
    unvoted(page, None, &closed);
    points_of_order(page, None);
}

/// Everything the log tells of one item.
pub(super) fn item(page: &mut Page, id: ItemId) {
    let m = page.m;
    let Some(item) = m.items.get(&id) else { return };
    let number = m.number_of(id).unwrap_or(0);
    let here = (Section::Item(id), FIRST);
    let position: Vec<u64> = match item.state {
        ItemState::Open { position, .. }
        | ItemState::AdoptedWithoutDebate { position, .. }
        | ItemState::Concluded { position, .. } => vec![position],
        ItemState::Waiting | ItemState::Removed => return,
    };
    page.record(here, Kind::Item, times(page, item, number), position.clone());
    urgency(page, id, item, &position);
    for person in &item.objections {
        let who = capital(&addressed(m, person));
        let text = format!("{who} đề nghị đưa nội dung này ra thảo luận.");
        page.record(here, Kind::Statement, text, position.clone());
    }
    recusals(page, id, item);
    if matches!(item.state, ItemState::AdoptedWithoutDebate { .. }) {
        consent(page, id, item, &position);
    }
    votes::of_item(page, Some(id));
    points_of_order(page, Some(id));
    unvoted(page, Some(id), &position);
    ending(page, id, item, number, &position);
}

/// What the minutes tell of an item that not every reader of them may know.
pub(super) fn withheld(page: &mut Page, id: ItemId) {
    let m = page.m;
    let Some(item) = m.items.get(&id) else { return };
    let position = match item.state {
        ItemState::Open { position, .. }
        | ItemState::AdoptedWithoutDebate { position, .. }
        | ItemState::Concluded { position, .. } => position,
        ItemState::Waiting | ItemState::Removed => return,
    };
    let number = m.number_of(id).unwrap_or(0);
    let text = format!(
        "Nội dung {number} thuộc diện hạn chế; diễn biến và kết quả lưu trong hồ sơ phiên họp, không ghi trong biên bản này."
    );
    page.record((Section::Item(id), FIRST), Kind::Item, text, vec![position]);
}

fn times(page: &Page, item: &Item, number: usize) -> String {
    let day = page.m.opened.map_or(Time(0), |opened| opened.at);
    let at = |time: Time| moment_vi(time, day);
    match &item.state {
        ItemState::AdoptedWithoutDebate { at: end, .. } => {
            format!("Nội dung {number} được thông qua không thảo luận lúc {}.", at(*end))
        }
        ItemState::Concluded { since: Some(since), at: end, .. } => {
            format!("Nội dung {number} bắt đầu lúc {}, kết thúc lúc {}.", at(*since), at(*end))
        }
        ItemState::Open { since, .. } => format!("Nội dung {number} bắt đầu lúc {}.", at(*since)),
        ItemState::Concluded { since: None, .. } | ItemState::Waiting | ItemState::Removed => {
            format!("Nội dung {number} không được xem xét tại phiên họp này.")
        }
    }
}

fn urgency(page: &mut Page, id: ItemId, item: &Item, position: &[u64]) {
    let m = page.m;
    let ItemKind::Urgent { proposer, reason } = &item.kind else { return };
    let here = (Section::Item(id), FIRST);
    let who = capital(&addressed(m, proposer));
    let reason = reason.vi.trim();
    let text = format!("{who} đề nghị bổ sung nội dung khẩn này, lý do: {}", stop(reason));
    page.record(here, Kind::Item, text, position.to_vec());
    let start = match item.state {
        ItemState::Open { since, .. } | ItemState::Concluded { since: Some(since), .. } => since,
        ItemState::Concluded { at, .. } | ItemState::AdoptedWithoutDebate { at, .. } => at,
        ItemState::Waiting | ItemState::Removed => return,
    };
    let in_time = m.papers.values().any(|paper| {
        paper.item == Some(id) && paper.state != PaperState::Removed && paper.added_at < start
    });
    if !in_time {
        let text = "Nội dung khẩn không có tài liệu gửi trước.".to_owned();
        page.record(here, Kind::Item, text, position.to_vec());
    }
}

fn recusals(page: &mut Page, id: ItemId, item: &Item) {
    let m = page.m;
    for (person, recusal) in &item.recusals {
        let member = m.people.get(person).is_some_and(crate::participants::Participant::is_member);
        let from = hour_vi(recusal.since);
        let reason = reason_vi(&recusal.reason).replacen("lý do", "lý do:", 1);
        let who = capital(&addressed(m, person));
        let acts = if member { "thảo luận và biểu quyết" } else { "thảo luận" };
        let counted = match (member, m.profile.recused_counts_as_present) {
            (false, _) => "",
            (true, true) => "; vẫn được tính là có mặt",
            (true, false) => "; không được tính vào số có mặt khi xem xét nội dung này",
        };
        let text = format!("{who} không tham gia {acts} nội dung này từ {from}{reason}{counted}.");
        let at = (Section::Item(id), recusal.since);
        page.record(at, Kind::Recusal, text, vec![recusal.position]);
    }
}

fn consent(page: &mut Page, id: ItemId, item: &Item, position: &[u64]) {
    let at = (Section::Item(id), FIRST);
    let adopted = |state: MotionState| state == MotionState::AdoptedWithoutDebate;
    let motions = page.m.motions.values().filter(|motion| motion.item == Some(id));
    for motion in motions.filter(|motion| adopted(motion.state)) {
        let text = format!("Nội dung thông qua không thảo luận: “{}”", motion.text.vi.trim());
        page.record(at, Kind::Motion, text, position.to_vec());
    }
    let text = format!(
        "Không có thành viên nào phản đối hoặc yêu cầu thảo luận; {} được thông qua không thảo luận.",
        item.title.vi.trim()
    );
    page.record(at, Kind::Outcome, text, position.to_vec());
}

/// Motions that were withdrawn or never came to a vote.
fn unvoted(page: &mut Page, item: Option<ItemId>, position: &[u64]) {
    let m = page.m;
    let section = item.map_or(Section::Agenda, Section::Item);
    for (id, motion) in m.motions.iter().filter(|(_, motion)| motion.item == item) {
        if m.votes.values().any(|vote| vote.motion == *id) {
            continue;
        }
        let said = match motion.state {
            MotionState::Proposed => "Nội dung chưa được biểu quyết",
            MotionState::Withdrawn => match page.form {
                Form::First => first::WITHDRAWN,
                Form::Today => "Nội dung được rút, không đưa ra biểu quyết",
            },
            MotionState::Voting
            | MotionState::Adopted
            | MotionState::Rejected
            | MotionState::Undecided
            | MotionState::AdoptedWithoutDebate => continue,
        };
        let text = format!("{said}: “{}”", motion.text.vi.trim());
        page.record((section, LAST), Kind::Motion, text, position.to_vec());
    }
}

fn points_of_order(page: &mut Page, item: Option<ItemId>) {
    let m = page.m;
    let section = item.map_or(Section::Agenda, Section::Item);
    let raised = |turn: &&crate::floor::PastTurn| {
        turn.kind == RequestKind::PointOfOrder && turn.item == item
    };
    for turn in m.floor.past.iter().filter(raised) {
        let who = capital(&addressed(m, &turn.person));
        let at = hour_vi(turn.started);
        let text = page.say(
            first::point_of_order(&who, &at),
            format!("{who} nêu ý kiến về trình tự, thủ tục lúc {at}."),
        );
        page.record((section, turn.started), Kind::Statement, text, vec![turn.position]);
    }
}

fn ending(page: &mut Page, id: ItemId, item: &Item, number: usize, position: &[u64]) {
    let ItemState::Concluded { conclusion, .. } = &item.state else { return };
    let text = match conclusion {
        Conclusion::Decided | Conclusion::Discussed => return,
        Conclusion::Deferred { until } => {
            format!("Nội dung {number} được hoãn đến {}", stop(until.trim()))
        }
        Conclusion::Withdrawn => format!("Nội dung {number} được rút khỏi chương trình."),
        Conclusion::CarriedOver => format!("Nội dung {number} được chuyển sang phiên họp sau."),
    };
    page.record((Section::Item(id), LAST), Kind::Outcome, text, position.to_vec());
}
