//! Opening and closing: who presided, who was there, who came late or left, quorum (R1, R3, R17).
//! Never here: a count that isn't of members.

use super::words::{
    addressed, capital, date_vi, hour_vi, moment_vi, names, present_vi, reason_vi, roster,
    share_vi, titled,
};
use super::{FIRST, Form, Kind, LAST, Page, Section, first};
use crate::agenda::{Conclusion, ItemState};
use crate::attendance::Stay;
use crate::ids::{ItemId, PersonId, Time};
use crate::meeting::{HandOver, Meeting, Milestone};
use crate::motions::MotionState;
use crate::participants::{Office, Participant, Standing};

/// Most people who are told one by one where that isn't needed; above it the log has them.
const MOST_NAMED: usize = 60;

const OPENING: (Section, Time) = (Section::Opening, FIRST);

pub(super) fn opening(page: &mut Page) {
    let m = page.m;
    let Some(opened) = m.opened else { return };
    let place = m.particulars.place.vi.trim();
    let place = if place.is_empty() { String::new() } else { format!(" tại {place}") };
    let text =
        format!("Phiên họp khai mạc lúc {} {}{place}.", hour_vi(opened.at), date_vi(opened.at));
    page.record(OPENING, Kind::Attendance, text, vec![opened.position]);
    officers(page, opened);
    arrivals(page, opened);
    absences(page, opened);
    comings_and_goings(page, opened);
    guests(page, opened);
    quorum(page, opened);
    recesses(page, opened);
}

fn officers(page: &mut Page, opened: Milestone) {
    let m = page.m;
    let with = |office: Office| roster(m).into_iter().filter(move |p| p.office == Some(office));
    let mut parts: Vec<String> = Vec::new();
    // Who never came didn't preside, whatever he was appointed to.
    let presided = with(Office::Chair).filter(|p| attended(m, &p.person, opened));
    parts.extend(presided.map(|p| format!("Chủ tọa: {}", titled(p))));
    parts.extend(with(Office::Secretary).map(|p| format!("Thư ký phiên họp: {}", titled(p))));
    if !parts.is_empty() {
        let text = format!("{}.", parts.join("; "));
        page.record(OPENING, Kind::Attendance, text, vec![opened.position]);
    }
    for hand_over in &m.hand_overs {
        let HandOver { from, to, at, position } = hand_over;
        let Some(heir) = m.people.get(to) else { continue };
        let giver = from.as_ref().map_or_else(String::new, |from| addressed(m, from));
        let when = if *position < opened.position {
            "trước khi khai mạc".to_owned()
        } else if m.closed.is_some_and(|closed| *position > closed.position) {
            "sau khi bế mạc".to_owned()
        } else {
            format!("lúc {}", moment_vi(*at, opened.at))
        };
        let text = format!("{giver} giao quyền chủ tọa cho {} {when}.", titled(heir));
        let text = capital(text.trim_start());
        page.happened((*at, *position), Kind::Attendance, text, vec![*position]);
    }
}

/// The breaks, and who was there when the session went on (R25).
fn recesses(page: &mut Page, opened: Milestone) {
    let m = page.m;
    for recess in &m.recesses {
        let from = moment_vi(recess.since, opened.at);
        let (text, positions) = match recess.until {
            Some(Milestone { at, position, present, members }) => {
                let to = moment_vi(at, opened.at);
                let there = present_vi(page.form, present, members);
                let text = page.say(
                    first::recess(&from, &to, &there),
                    format!("Phiên họp tạm nghỉ từ {from} đến {to}; khi tiếp tục {there}."),
                );
                (text, vec![recess.position, position])
            }
            None => {
                let text = page.say(
                    first::recess_for_good(&from),
                    format!("Phiên họp tạm nghỉ từ {from} và không tiếp tục."),
                );
                (text, vec![recess.position])
            }
        };
        page.happened((recess.since, recess.position), Kind::Quorum, text, positions);
    }
}

/// The stay that covers the opening, if there is one.
fn at_opening(m: &Meeting, person: &PersonId, opened: Milestone) -> Option<Stay> {
    let covers = |stay: &&Stay| {
        stay.position < opened.position
            && stay.until.as_ref().is_none_or(|left| left.position > opened.position)
    };
    m.stays.get(person)?.iter().find(covers).cloned()
}

/// Whether the person was in the room at any time of the session.
fn attended(m: &Meeting, person: &PersonId, opened: Milestone) -> bool {
    let touches = |stay: &Stay| {
        stay.until.as_ref().is_none_or(|left| left.position > opened.position)
            && m.closed.is_none_or(|closed| stay.position < closed.position)
    };
    m.stays.get(person).is_some_and(|stays| stays.iter().any(touches))
}

fn arrivals(page: &mut Page, opened: Milestone) {
    let m = page.m;
    let there: Vec<(&Participant, Stay)> = roster(m)
        .into_iter()
        .filter(|p| p.is_member())
        .filter_map(|p| at_opening(m, &p.person, opened).map(|stay| (p, stay)))
        .collect();
    let list: Vec<&str> = there.iter().map(|(p, _)| p.name.as_str()).collect();
    let list =
        if list.is_empty() { "không có thành viên nào".to_owned() } else { list.join(", ") };
    let positions = there.iter().map(|(_, stay)| stay.position).collect();
    let text = format!("Có mặt khi khai mạc: {list}.");
    page.record(OPENING, Kind::Attendance, text, positions);
    if page.form == Form::Today || there.len() > MOST_NAMED {
        return;
    }
    for (participant, stay) in there {
        let who = capital(&participant.addressed_vi());
        let text = first::came(&who, &moment_vi(stay.from, opened.at));
        page.record(OPENING, Kind::Attendance, text, vec![stay.position]);
    }
}

fn substitutes<'m>(m: &'m Meeting, of: &PersonId, opened: Milestone) -> Vec<&'m Participant> {
    let stands_in = |p: &&Participant| match &p.standing {
        Standing::Substitute { principal } => principal == of && attended(m, &p.person, opened),
        Standing::Member { .. } | Standing::Guest => false,
    };
    m.people.values().filter(stands_in).collect()
}

fn absences(page: &mut Page, opened: Milestone) {
    let m = page.m;
    let missing = |p: &&Participant| p.is_member() && !attended(m, &p.person, opened);
    for participant in roster(m).into_iter().filter(missing) {
        let absence = m.absences.get(&participant.person);
        let reason = absence.map_or_else(String::new, |absence| reason_vi(&absence.reason));
        let mut positions: Vec<u64> = absence.map(|absence| absence.position).into_iter().collect();
        let mut text = format!("Vắng mặt cả phiên: {}{reason}", participant.addressed_vi());
        for substitute in substitutes(m, &participant.person, opened) {
            let vote = if substitute.is_member() { "" } else { ", không biểu quyết" };
            text.push_str(&format!("; cử {}, dự họp thay{vote}", titled(substitute)));
            positions.extend(first_stay(m, &substitute.person));
        }
        if positions.is_empty() {
            positions.push(m.closed.map_or(opened.position, |closed| closed.position));
        }
        page.record(OPENING, Kind::Attendance, format!("{text}."), positions);
    }
}

fn first_stay(m: &Meeting, person: &PersonId) -> Option<u64> {
    m.stays.get(person).and_then(|stays| stays.first()).map(|stay| stay.position)
}

/// Who came after the opening, who left, and who came back.
fn comings_and_goings(page: &mut Page, opened: Milestone) {
    let m = page.m;
    let end = m.closed.map_or(u64::MAX, |closed| closed.position);
    for participant in roster(m).into_iter().filter(|p| p.is_member()) {
        let who = participant.addressed_vi();
        let stays = m.stays.get(&participant.person).map_or(&[][..], Vec::as_slice);
        let mut in_session = stays.iter().filter(|stay| {
            stay.position < end && stay.until.as_ref().is_none_or(|l| l.position > opened.position)
        });
        let mut stay = in_session.next();
        if let Some(first) = stay
            && first.position > opened.position
        {
            let at = moment_vi(first.from, opened.at);
            let text =
                page.say(first::came_late(&who, &at), format!("{} có mặt từ {at}.", capital(&who)));
            let when = (first.from, first.position);
            page.happened(when, Kind::Attendance, text, vec![first.position]);
        }
        while let Some(left) = stay.and_then(|s| s.until.as_ref()).filter(|l| l.position < end) {
            let (at, why) = (moment_vi(left.at, opened.at), reason_vi(&left.reason));
            let when = (left.at, left.position);
            stay = in_session.next();
            match stay {
                Some(back) => {
                    let again = moment_vi(back.from, opened.at);
                    let text = format!("Rời phòng họp: {who}, lúc {at}{why}; trở lại lúc {again}.");
                    let positions = vec![left.position, back.position];
                    page.happened(when, Kind::Attendance, text, positions);
                }
                None => {
                    let text = format!("Rời phiên họp sớm: {who}, lúc {at}{why}.");
                    page.happened(when, Kind::Attendance, text, vec![left.position]);
                }
            }
        }
    }
}

fn guests(page: &mut Page, opened: Milestone) {
    let m = page.m;
    let came = |p: &&Participant| attended(m, &p.person, opened);
    let invited = |p: &&Participant| p.standing == Standing::Guest && p.office.is_none();
    let present: Vec<&Participant> = roster(m).into_iter().filter(invited).filter(came).collect();
    if !present.is_empty() {
        let list: Vec<String> = present.iter().map(|p| titled(p)).collect();
        let positions = present.iter().filter_map(|p| first_stay(m, &p.person)).collect();
        let text = match present.len() {
            count if count > MOST_NAMED => format!("Có {count} khách mời dự họp."),
            _ => format!("Khách mời: {}.", list.join("; ")),
        };
        page.record(OPENING, Kind::Attendance, text, positions);
    }
    // Whom an absent member sent stands with the absence; the others are told here.
    for substitute in roster(m).into_iter().filter(came) {
        if let Standing::Substitute { principal } = &substitute.standing {
            let named = m.people.get(principal).is_some_and(Participant::is_member)
                && !attended(m, principal, opened);
            if !named {
                let text = format!(
                    "Dự họp thay {}: {}, không biểu quyết.",
                    addressed(m, principal),
                    titled(substitute)
                );
                let positions = first_stay(m, &substitute.person).into_iter().collect();
                page.record(OPENING, Kind::Attendance, text, positions);
            }
        }
    }
}

fn quorum(page: &mut Page, opened: Milestone) {
    let m = page.m;
    let rule = m.profile.quorum;
    let Milestone { present, members, .. } = opened;
    let share = share_vi(page.form, rule, rule.reached(present, members));
    let text = page.say(
        first::at_opening(present, members, rule),
        format!(
            "Khi khai mạc có mặt {present}/{members} thành viên, {share} tổng số thành viên theo quy định."
        ),
    );
    page.record(OPENING, Kind::Quorum, text, vec![opened.position]);
    for (at, position, present, reached) in quorum_changes(m, opened) {
        let verdict = if reached {
            "trở lại đủ số lượng để họp"
        } else {
            "không còn đủ số lượng để họp"
        };
        let (from, share) = (moment_vi(at, opened.at), share_vi(page.form, rule, reached));
        let text = page.say(
            first::changed(&from, (present, members), &share, verdict),
            format!(
                "Từ {from} có mặt {present}/{members} thành viên, {share} tổng số thành viên theo quy định; {verdict}."
            ),
        );
        page.happened((at, position), Kind::Quorum, text, vec![position]);
    }
}

/// When the quorum went and came back between opening and closing, by the members' stays.
fn quorum_changes(m: &Meeting, opened: Milestone) -> Vec<(Time, u64, u64, bool)> {
    let end = m.closed.map_or(u64::MAX, |closed| closed.position);
    let mut steps: Vec<(u64, Time, i64)> = Vec::new();
    for (person, stays) in &m.stays {
        if !m.people.get(person).is_some_and(Participant::is_member) {
            continue;
        }
        for stay in stays {
            steps.push((stay.position, stay.from, 1));
            steps.extend(stay.until.iter().map(|left| (left.position, left.at, -1)));
        }
    }
    steps.retain(|(position, ..)| (opened.position..end).contains(position));
    steps.sort_unstable();
    let mut present = opened.present;
    let mut had = m.profile.quorum.reached(present, opened.members);
    let mut changes = Vec::new();
    for (position, at, by) in steps {
        present = present.saturating_add_signed(by);
        let has = m.profile.quorum.reached(present, opened.members);
        if has != had {
            changes.push((at, position, present, has));
            had = has;
        }
    }
    changes
}

pub(super) fn closing(page: &mut Page) {
    let m = page.m;
    let Some(closed) = m.closed else { return };
    let opened_at = m.opened.map_or(closed.at, |opened| opened.at);
    let all = m.agenda.iter().filter_map(|id| Some((id, m.items.get(id)?)));
    let waits = |id: ItemId| {
        let mut own = m.motions.values().filter(|motion| motion.item == Some(id));
        own.any(|motion| motion.state == MotionState::Proposed)
    };
    let finished = all.filter(|(id, item)| match &item.state {
        ItemState::AdoptedWithoutDebate { .. } => true,
        ItemState::Concluded { conclusion, .. } => match conclusion {
            Conclusion::Decided => true,
            // Discussed to the end only where nothing was left to vote on.
            Conclusion::Discussed => !waits(**id),
            Conclusion::Deferred { .. } | Conclusion::Withdrawn | Conclusion::CarriedOver => false,
        },
        ItemState::Waiting | ItemState::Open { .. } | ItemState::Removed => false,
    });
    let (finished, all) = (finished.count(), m.agenda.len());
    let count = if finished == all { all.to_string() } else { format!("{finished} trên {all}") };
    let at = moment_vi(closed.at, opened_at);
    let there = present_vi(page.form, closed.present, closed.members);
    let text =
        format!("Phiên họp hoàn thành {count} nội dung, bế mạc lúc {at}; khi bế mạc {there}.");
    page.record((Section::Closing, LAST), Kind::Closing, text, vec![closed.position]);
    let present = names(m, |person| {
        let member = m.people.get(person).is_some_and(Participant::is_member);
        member && at_opening(m, person, closed).is_some()
    });
    if !present.is_empty() {
        let text = format!("Có mặt khi bế mạc: {}.", present.join(", "));
        page.record((Section::Closing, LAST), Kind::Attendance, text, vec![closed.position]);
    }
}
