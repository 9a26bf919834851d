//! The chair's desk: what the room is at, who waits, and the one thing to press next.

use icabinet_models::ids::{MeetingId, VoteId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;

use crate::features::chair::{
    AttendanceSheet, ConcludeSheet, DeskAgenda, DeskFloor, DeskRoom, GiveFloorSheet, HandOverSheet,
    Helm, MotionSheet, ScreenSheet, Sheets, VoidSheet,
};
use crate::features::office::{OfficePage, OfficeSheet, reader, say, small};
use crate::features::presence::CheckIn;
use crate::features::recording::panel::RecordingPanel;
use crate::features::voting::{ResultsSheet, VoteSheet};
use crate::sync::http;
use crate::sync::{use_live, use_session};
use crate::ui::{Button, ButtonSize};

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
    Effect::new(move |before: Option<Option<VoteId>>| {
        let now = open_vote.get();
        if now.is_some() {
            last_vote.set(now);
            sheets.results.set(false);
        } else if before.flatten().is_some() {
            sheets.my_ballot.set(false);
            sheets.results.set(true);
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
    let is_chair = live.view_or_default(|replica| {
        replica.person().is_some_and(|me| replica.meeting().is_chair(me))
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
        move || is_chair.get().then(|| open(say(|t| t.desk.hand_over), sheets.hand_over));
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

#[derive(Serialize)]
struct Switch {
    on: bool,
}

/// The demo's simulated members; on a real server there is nothing to switch.
#[component]
fn Simulation() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let texts = reader();
    if session.server().get_untracked().is_none() {
        session.ask_server();
    }
    let demo = move || session.server().get().is_some_and(|server| server.demo.is_some());
    let said = RwSignal::new(String::new());
    let switch = move |on: bool| {
        let path = format!("/api/meetings/{}/simulation", live.meeting());
        spawn_local(async move {
            let done = http::send("POST", &path, &Switch { on }).await;
            let texts = texts.get_untracked();
            said.try_set(match done {
                Ok(()) => texts.desk.simulation_text.to_owned(),
                Err(error) => crate::features::gate::saying(&error, texts.language).what,
            });
        });
    };
    view! {
        <Show when=demo>
            <section class="demo-switch"><h2>{say(|t| t.desk.demo)}</h2>
                <p class="soft" role="status">{move || if said.with(String::is_empty) { texts.get().desk.simulation_text.to_owned() } else { said.get() }}</p>
                <div class="acts">
                    {small(say(|t| t.desk.simulation_on), move || switch(true))}
                    {small(say(|t| t.desk.simulation_off), move || switch(false))}
                </div>
            </section>
        </Show>
    }
}
