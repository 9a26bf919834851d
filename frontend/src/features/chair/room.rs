//! The room beside the desk: who is at the table, and whether they are enough.

use icabinet_models::meeting::Meeting;
use icabinet_models::participants::Participant;
use icabinet_models::wire::VenueCount;
use leptos::prelude::*;

use super::Sheets;
use crate::features::office::{name_of, reader, say, small};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::people::addressed;
use crate::ui::{Badge, BadgeTone, IconName, Presence, Seat, TableFigure};
use icabinet_presenter::people_search::{MOST_SHOWN, by_rank};
use icabinet_presenter::vietnamese::given_name;

/// More members than this are not drawn around a table.
const MOST_SEATS: usize = 40;
/// Venues that are named: those where most are missing.
const MOST_VENUES: usize = 12;

fn seats(m: &Meeting) -> Vec<Seat> {
    let speaker = m.floor.speaking.as_ref().map(|turn| &turn.person);
    let mut members: Vec<_> = m.people.values().filter(|person| person.is_member()).collect();
    if members.len() > MOST_SEATS {
        return Vec::new();
    }
    // The chair sits at the head of the table, the deputies beside him.
    members.sort_by(|a, b| by_rank(a, b));
    let seat = |person: &&Participant| Seat {
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
    let present = (texts.room.members_present)(m.members_present(None), m.member_count());
    if m.member_count() > MOST_SEATS as u64 {
        return present;
    }
    let is_absent = |person: &&Participant| person.is_member() && !m.is_present(&person.person);
    let mut absent: Vec<_> = m.people.values().filter(is_absent).collect();
    absent.sort_by(|a, b| by_rank(a, b));
    let absent: Vec<String> =
        absent.into_iter().map(|person| addressed(person, texts.language)).collect();
    if absent.is_empty() {
        present
    } else {
        format!("{present}, {} {}", texts.desk.absent, absent.join(", "))
    }
}

/// How many venues are complete, and those where most are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Venues {
    whole: usize,
    all: usize,
    short: Vec<VenueCount>,
}

fn venues(counts: &[VenueCount]) -> Venues {
    let missing = |one: &VenueCount| one.members.saturating_sub(one.present);
    let named = counts.iter().filter(|one| !one.venue.is_empty());
    let mut short: Vec<VenueCount> =
        named.clone().filter(|one| missing(one) > 0).cloned().collect();
    let all = named.count();
    let whole = all - short.len();
    short.sort_by_key(|one| std::cmp::Reverse(missing(one)));
    short.truncate(MOST_VENUES);
    Venues { whole, all, short }
}

fn venue_rows(venues: &Venues, texts: &Texts) -> Option<AnyView> {
    if venues.all == 0 {
        return None;
    }
    let whole = (texts.desk.venues_whole)(venues.whole, venues.all);
    let rows = venues.short.iter().map(|one| {
        let count = format!("{} / {}", one.present, one.members);
        view! { <li><b>{one.venue.clone()}</b><span class="meta">{count}</span></li> }
    });
    let rows = rows.collect::<Vec<_>>();
    let list = (!rows.is_empty())
        .then(|| view! { <h2>{texts.desk.venues}</h2><ul class="absences">{rows}</ul> });
    Some(view! { <hr class="rule"/><p class="lead">{whole}</p>{list} }.into_any())
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
        let mut absent: Vec<_> = absent.collect();
        // To put thousands in order takes a tablet seconds.
        if absent.len() <= MOST_SHOWN {
            absent.sort_by(|(a, _), (b, _)| match (m.people.get(*a), m.people.get(*b)) {
                (Some(a), Some(b)) => by_rank(a, b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            });
        }
        absent
            .into_iter()
            .map(|(person, absence)| (name_of(m, person, texts.get()), absence.reason.clone()))
            .collect::<Vec<_>>()
    });
    let venues = live.view_or_default(|replica| venues(replica.venues()));
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
            {move || venue_rows(&venues.get(), texts.get())}
            <Show when=move || absences.with(|absences| !absences.is_empty())>
                <hr class="rule"/><h2>{say(|t| t.desk.absences)}</h2><ul class="absences">{list}</ul>
            </Show>
            {children()}
        </section>
    }
}
