//! The room beside the desk: who is at the table, and whether they are enough.

use icabinet_models::meeting::Meeting;
use icabinet_models::people::Office;
use leptos::prelude::*;

use super::Sheets;
use crate::features::office::{name_of, reader, say, small};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::people::addressed;
use crate::texts::vietnamese::given_name;
use crate::ui::{Badge, BadgeTone, IconName, Presence, Seat, TableFigure};

/// More members than this are not drawn around a table.
const MOST_SEATS: usize = 40;

fn seats(m: &Meeting) -> Vec<Seat> {
    let speaker = m.floor.speaking.as_ref().map(|turn| &turn.person);
    let mut members: Vec<_> = m.people.values().filter(|person| person.is_member()).collect();
    if members.len() > MOST_SEATS {
        return Vec::new();
    }
    // The chair sits at the head of the table, the deputies beside him.
    members.sort_by_key(|person| match person.office {
        Some(Office::Chair) => 0,
        Some(Office::ViceChair) => 1,
        Some(Office::Secretary) | None => 2,
    });
    let seat = |person: &&icabinet_models::people::Participant| Seat {
        name: given_name(&person.name).to_owned(),
        presence: match m.is_present(&person.person) {
            false => Presence::Absent,
            true if speaker == Some(&person.person) => Presence::Speaking,
            true => Presence::Present,
        },
    };
    members.iter().map(seat).collect()
}

fn description(m: &Meeting, texts: &Texts) -> String {
    let absent =
        m.people.values().filter(|person| person.is_member() && !m.is_present(&person.person));
    let absent: Vec<String> =
        absent.take(MOST_SEATS).map(|person| addressed(person, texts.language)).collect();
    let present = (texts.room.members_present)(m.members_present(None), m.member_count());
    if absent.is_empty() {
        present
    } else {
        format!("{present}, {} {}", texts.desk.absent, absent.join(", "))
    }
}

/// The column of the room.
#[component]
pub fn DeskRoom(sheets: Sheets, children: Children) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let seats = live.view_or_default(|replica| seats(replica.meeting()));
    let described =
        live.view_or_default(move |replica| description(replica.meeting(), texts.get()));
    let quorum = live.view_or_default(|replica| {
        let m = replica.meeting();
        (m.has_quorum(), m.profile.quorum.needed(m.member_count()))
    });
    let connected = live.view_or_default(|replica| replica.connected());
    let chair = live.view_or_default(move |replica| {
        let m = replica.meeting();
        m.chair.as_ref().map(|chair| name_of(m, chair, texts.get()))
    });
    let absences = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let absent = m.absences.iter().filter(|(person, _)| !m.is_present(person));
        absent
            .map(|(person, absence)| (name_of(m, person, texts.get()), absence.reason.clone()))
            .collect::<Vec<_>>()
    });
    let words = Signal::derive(move || {
        let (reached, needed) = quorum.get();
        let words = &texts.get().desk;
        if reached { (words.quorum_reached)(needed) } else { (words.quorum_missed)(needed) }
    });
    let icon = MaybeProp::derive(move || {
        Some(if quorum.get().0 { IconName::Done } else { IconName::Warning })
    });
    let tone =
        Signal::derive(move || if quorum.get().0 { BadgeTone::Good } else { BadgeTone::Boxed });
    let table = move || {
        if seats.with(Vec::is_empty) {
            view! { <p class="lead">{described}</p> }.into_any()
        } else {
            view! { <TableFigure seats=seats description=described/> }.into_any()
        }
    };
    let list = move || {
        let row = |(name, reason): (String, String)| view! { <li><b>{name}</b><span class="meta">{reason}</span></li> };
        absences.get().into_iter().map(row).collect::<Vec<_>>()
    };
    view! {
        <section class="room" aria-label=say(|t| t.desk.room) tabindex="0">
            <p class="over">{say(|t| t.desk.room)}</p>
            {table}
            <p class="quorum"><Badge text=words icon=icon tone=tone/></p>
            <p class="meta">{move || chair.get().map(|chair| (texts.get().desk.presides)(&chair))}</p>
            <p class="meta">{move || (texts.get().desk.connected)(connected.get())}</p>
            <div class="acts">{small(say(|t| t.desk.attendance), move || sheets.attendance.set(true))}</div>
            <Show when=move || absences.with(|absences| !absences.is_empty())>
                <hr class="rule"/><h2>{say(|t| t.desk.absences)}</h2><ul class="absences">{list}</ul>
            </Show>
            {children()}
        </section>
    }
}
