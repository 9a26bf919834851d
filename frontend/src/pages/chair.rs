//! The chair's desk: what the room is at, who waits, and the one thing to press next.

use std::time::Duration;

use icabinet_models::ids::{MeetingId, VoteId};
use icabinet_sync::Reach;
use leptos::prelude::*;

use crate::callbacks;
use crate::features::chair::{
    AttendanceSheet, ConcludeSheet, DeskAgenda, DeskFloor, DeskRoom, GiveFloorSheet, HandOverSheet,
    Helm, MotionSheet, ScreenSheet, Sheets, Simulation, VoidSheet,
};
use crate::features::office::{OfficePage, OfficeSheet, say};
use crate::features::presence::CheckIn;
use crate::features::recording::panel::RecordingPanel;
use crate::features::voting::{self, ResultsSheet, VoteSheet};
use crate::sync::use_live;
use crate::ui::{Button, ButtonSize};

/// How long the receipt of the own ballot stays over the desk.
const RECEIPT: Duration = Duration::from_millis(2_500);

/// The page.
#[component]
pub fn Chair(id: MeetingId) -> impl IntoView {
    view! { <OfficePage id><Desk/></OfficePage> }
}

#[component]
fn Desk() -> impl IntoView {
    let live = use_live();
    let sheets = Sheets::closed();
    let more = RwSignal::new(false);
    let open_vote = live.view_or_default(|replica| replica.meeting().open_vote().map(|(id, _)| id));
    let last_vote = RwSignal::new(None::<VoteId>);
    // The ballot's sheet goes with its vote; the result rises when a vote that was open is closed.
    let waits_for_me = live.view_or_default(|replica| voting::summary(replica).waits_for_me);
    let rose = StoredValue::new(false);
    Effect::new(move |before: Option<Option<VoteId>>| {
        let now = open_vote.get();
        if now.is_some() {
            last_vote.set(now);
            sheets.results.set(false);
            // The ballot of who presides rises like everybody's.
            if before.flatten() != now && waits_for_me.get_untracked() {
                sheets.my_ballot.set(true);
            }
        } else if before.flatten().is_some() {
            sheets.my_ballot.set(false);
            sheets.results.set(true);
            rose.set_value(true);
        }
        now
    });
    // It goes by itself when the next thing begins; what somebody opened himself stays.
    let room = live.view_or_default(|replica| voting::what_the_room_is_at(replica.meeting()));
    Effect::new(move |before: Option<voting::RoomAt>| {
        let now = room.get();
        if before.is_some_and(|before| before != now) && rose.get_value() {
            sheets.results.set(false);
        }
        now
    });
    Effect::new(move || {
        if !sheets.results.get() {
            rose.set_value(false);
        }
    });
    // The receipt is seen, and then the desk again.
    let goes = StoredValue::new_local(None::<callbacks::Later>);
    let is_in = live.view_or_default(|replica| replica.own_ballot() == Some(Reach::Recorded));
    Effect::new(move |was: Option<bool>| {
        let now = is_in.get();
        let away = move || _ = sheets.my_ballot.try_set(false);
        if was == Some(false) && now {
            goes.set_value(callbacks::later(RECEIPT, away));
        }
        now
    });
    view! {
        <CheckIn/>
        <main class="chairing">
            <DeskAgenda conclude=sheets.conclude/>
            <DeskFloor sheets/>
            <DeskRoom sheets><RecordingPanel/></DeskRoom>
        </main>
        <Helm sheets on_more=move |()| more.set(true)/>
        <AttendanceSheet open=sheets.attendance/>
        <GiveFloorSheet open=sheets.give_floor/>
        <HandOverSheet open=sheets.hand_over/>
        <VoidSheet open=sheets.void/>
        <MotionSheet open=sheets.motion/>
        <ScreenSheet open=sheets.screen/>
        <ConcludeSheet item=sheets.conclude/>
        <ResultsSheet open=sheets.results/>
        <VoteSheet open=sheets.my_ballot vote=last_vote on_ask_floor=Callback::new(move |()| sheets.my_ballot.set(false))/>
        <OfficeSheet open=more title=say(|t| t.desk.more) id="more"><Others sheets more/></OfficeSheet>
    }
}

/// What is not pressed in every item.
#[component]
fn Others(sheets: Sheets, more: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    // The chair, and the secretary where nobody else can.
    let gives_chair = live.view_or_default(|replica| {
        let m = replica.meeting();
        let away = m.chair.as_ref().is_none_or(|chair| {
            let item = m.current.and_then(|item| m.items.get(&item));
            !m.is_present(chair) || item.is_some_and(|item| item.recusals.contains_key(chair))
        });
        replica.person().is_some_and(|me| m.is_chair(me) || m.is_secretary(me) && away)
    });
    let open = move |label: Signal<String>, sheet: RwSignal<bool>| {
        let press = move |()| {
            more.set(false);
            sheet.set(true);
        };
        view! { <Button label=label size=ButtonSize::Wide on_press=Callback::new(press)/> }
            .into_any()
    };
    let hand_over =
        move || gives_chair.get().then(|| open(say(|t| t.desk.hand_over), sheets.hand_over));
    view! {
        <div class="choices">
            {open(say(|t| t.desk.attendance), sheets.attendance)}
            {open(say(|t| t.desk.give_floor), sheets.give_floor)}
            {open(say(|t| t.desk.add_motion), sheets.motion)}
            {open(say(|t| t.desk.results), sheets.results)}
            {open(say(|t| t.desk.room_screen), sheets.screen)}
            {hand_over}
        </div>
        <Simulation/>
    }
}
