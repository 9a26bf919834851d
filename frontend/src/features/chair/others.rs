//! What the chair does now and then: attendance, giving the floor, deferring an item, voiding a
//! vote, handing over the chair, a new motion.

use icabinet_models::Meeting;
use icabinet_models::agenda::{Conclusion, ItemKind};
use icabinet_models::ids::{ItemId, PersonId, Text};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, Command, FloorCommand, MotionsCommand, SessionCommand, Stage,
    VotesCommand,
};
use icabinet_models::motions::MotionDraft;
use icabinet_models::participants::Participant;
use icabinet_models::votes::BallotKind;
use leptos::prelude::*;

use crate::features::among::{choose_person, finder, with_venue};
use crate::features::office::{OfficeSheet, field, reader, say, small};
use crate::sync::use_live;
use crate::texts::people::said;
use crate::ui::{ButtonSize, Primary};
use icabinet_presenter::next_action;
use icabinet_presenter::people_search::found;

/// Presence of everybody, recorded for those who don't do it themselves.
#[component]
pub fn AttendanceSheet(open: RwSignal<bool>) -> impl IntoView {
    view! { <OfficeSheet open=open title=say(|t| t.desk.attendance) id="attendance"><Attendance/></OfficeSheet> }
}

#[component]
fn Attendance() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let reason = RwSignal::new(String::new());
    let wanted = RwSignal::new(String::new());
    let people = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let connected = replica.connected_people().unwrap_or_default();
        let language = texts.get().language;
        let one = |person: &Participant| {
            let online = connected.contains(&person.person);
            let absence = m.absences.get(&person.person).map(|absence| absence.reason.clone());
            (
                person.person.clone(),
                person.name.clone(),
                // Among thousands many have the same name.
                with_venue(said(&person.position, language), person),
                m.is_present(&person.person),
                online,
                absence,
            )
        };
        found(m, &wanted.get(), |_| true).into_iter().map(one).collect::<Vec<_>>()
    });
    let open = live.view_or_default(|replica| {
        !matches!(replica.meeting().stage, Stage::Preparing | Stage::Blank | Stage::Closed { .. })
    });
    // A reason is one person's: who uses it leaves the field blank for the next.
    let note = move || reason.try_update(next_action::taken).unwrap_or_default();
    let row = move |(person, name, position, present, online, absence): (
        PersonId,
        String,
        String,
        bool,
        bool,
        Option<String>,
    )| {
        let (come, go, stay_away) = (person.clone(), person.clone(), person);
        let state = move || {
            let words = &texts.get().desk;
            let state = match (&absence, present) {
                (_, true) => texts.get().state.present.to_owned(),
                (Some(reason), false) => format!("{} · {reason}", words.absent),
                (None, false) => words.not_here.to_owned(),
            };
            if online { format!("{state} · {}", words.online) } else { state }
        };
        let acts = move || {
            let (come, go, stay_away) = (come.clone(), go.clone(), stay_away.clone());
            open.get().then(|| {
                if present {
                    small(say(|t| t.desk.check_out), move || live.submit(Command::Attendance(AttendanceCommand::CheckOut { person: Some(go.clone()), reason: note() })))
                } else {
                    view! {
                        <span class="line">
                            {small(say(|t| t.desk.check_in), move || live.submit(Command::Attendance(AttendanceCommand::CheckIn { person: Some(come.clone()) })))}
                            {small(say(|t| t.desk.record_absence), move || live.submit(Command::Attendance(AttendanceCommand::RecordAbsence { person: stay_away.clone(), reason: note() })))}
                        </span>
                    }
                    .into_any()
                }
            })
        };
        view! { <li class="person-row"><span><b>{name}</b><span class="meta">{position}</span><span class="meta">{state}</span></span>{acts}</li> }
    };
    let rows = move || people.get().into_iter().map(row).collect::<Vec<_>>();
    view! {
        {finder(live, wanted)}
        {field(say(|t| t.desk.absence_reason), reason, 1)}
        <ul class="people">{rows}</ul>
    }
}

/// Gives the floor to somebody who did not ask.
#[component]
pub fn GiveFloorSheet(open: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let who = RwSignal::new(String::new());
    let give = move || {
        let person = PersonId::from(who.get_untracked());
        live.submit(Command::Floor(FloorCommand::GiveFloor { person, seconds: None }));
        open.set(false);
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.desk.give_floor) id="give-floor">
            {choose_person(say(|t| t.desk.to_whom), live, who, |m, person| m.is_present(&person.person))}
            <p class="acts">{one_press(say(|t| t.desk.give_floor), Signal::derive(move || !who.with(String::is_empty)), give)}</p>
        </OfficeSheet>
    }
}

/// Whom the chair can be handed to.
fn may_preside(meeting: &Meeting, person: &Participant) -> bool {
    person.is_member()
        && meeting.is_present(&person.person)
        && meeting.chair.as_ref() != Some(&person.person)
}

/// The chair goes to another member.
#[component]
pub fn HandOverSheet(open: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let who = RwSignal::new(String::new());
    let give = move || {
        live.submit(Command::Session(SessionCommand::HandOverChair {
            to: PersonId::from(who.get_untracked()),
        }));
        open.set(false);
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.desk.hand_over) id="hand-over">
            <p>{say(|t| t.desk.hand_over_text)}</p>
            {choose_person(say(|t| t.desk.new_chair), live, who, may_preside)}
            <p class="acts">{one_press(say(|t| t.desk.hand_over), Signal::derive(move || !who.with(String::is_empty)), give)}</p>
        </OfficeSheet>
    }
}

fn one_press(
    label: Signal<String>,
    enabled: Signal<bool>,
    press: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    view! { <Primary label=label enabled=enabled size=ButtonSize::Wide on_press=Callback::new(move |()| press())/> }.into_any()
}

/// Voids the open vote, with the reason that the record gives.
#[component]
pub fn VoidSheet(open: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let reason = RwSignal::new(String::new());
    let ready = Signal::derive(move || reason.with(|reason| !reason.trim().is_empty()));
    let label = Signal::derive({
        let (act, missing) = (say(|t| t.desk.void_vote), say(|t| t.desk.reason_missing));
        move || if ready.get() { act.get() } else { missing.get() }
    });
    let void = move || {
        let vote = live.glance(|replica| replica.meeting().open_vote().map(|(id, _)| id)).flatten();
        if let Some(vote) = vote {
            live.submit(Command::Votes(VotesCommand::VoidVote {
                vote,
                reason: reason.get_untracked().trim().to_owned(),
            }));
        }
        reason.set(String::new());
        open.set(false);
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.desk.void_vote) id="void-vote">
            <p>{say(|t| t.desk.void_text)}</p>
            {field(say(|t| t.desk.reason), reason, 2)}
            <p class="acts">{one_press(label, ready, void)}</p>
        </OfficeSheet>
    }
}

/// A motion made during the session.
#[component]
pub fn MotionSheet(open: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let text = RwSignal::new(String::new());
    let ready = Signal::derive(move || text.with(|text| !text.trim().is_empty()));
    let add = move || {
        let item = live.glance(|replica| replica.meeting().current).flatten();
        let draft = MotionDraft {
            item,
            text: Text::vi(text.get_untracked().trim()),
            ballot: BallotKind::Open,
            rule: None,
            amends: None,
        };
        live.submit(Command::Motions(MotionsCommand::AddMotion { draft }));
        text.set(String::new());
        open.set(false);
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.desk.add_motion) id="add-motion">
            {field(say(|t| t.desk.motion_text), text, 4)}
            <p class="acts">{one_press(say(|t| t.desk.add_motion), ready, add)}</p>
        </OfficeSheet>
    }
}

/// What becomes of an item that isn't decided, and its other ways.
#[component]
pub fn ConcludeSheet(item: RwSignal<Option<ItemId>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let open = RwSignal::new(false);
    Effect::new(move || open.set(item.get().is_some()));
    Effect::new(move || {
        if !open.get() && item.with_untracked(Option::is_some) {
            item.set(None);
        }
    });
    let until = RwSignal::new(String::new());
    let title = Signal::derive(move || {
        let title = item.get().and_then(|id| {
            live.glance(|replica| {
                replica
                    .meeting()
                    .items
                    .get(&id)
                    .map(|item| said(&item.title, texts.get().language).to_owned())
            })
            .flatten()
        });
        title.unwrap_or_default()
    });
    let conclude = move |conclusion: Conclusion| {
        if let Some(item) = item.get_untracked() {
            live.submit(Command::Agenda(AgendaCommand::ConcludeItem { item, conclusion }));
        }
        open.set(false);
    };
    let ready = Signal::derive(move || until.with(|until| !until.trim().is_empty()));
    let defer =
        move || conclude(Conclusion::Deferred { until: until.get_untracked().trim().to_owned() });
    let deferral = Signal::derive(move || {
        let words = &texts.get().desk;
        if ready.get() { words.defer } else { words.defer_date_missing }.to_owned()
    });
    let facts = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let found = item.get().and_then(|id| m.items.get(&id));
        let consent = found
            .is_some_and(|found| found.kind == ItemKind::Consent && found.objections.is_empty());
        let startable = m.current.is_none() && matches!(m.stage, Stage::InSession { .. });
        (consent, startable && found.is_some_and(|found| found.open_since().is_none()))
    });
    let others = move || {
        let (consent, startable) = facts.get();
        let give = move |command: fn(ItemId) -> Command| {
            if let Some(item) = item.get_untracked() {
                live.submit(command(item));
            }
            open.set(false);
        };
        let start = startable.then(|| {
            small(say(|t| t.desk.start_this), move || {
                give(|item| Command::Agenda(AgendaCommand::StartItem { item }))
            })
        });
        let adopt = consent.then(|| {
            small(say(|t| t.desk.adopt_this), move || {
                give(|item| Command::Agenda(AgendaCommand::AdoptWithoutDebate { item }))
            })
        });
        view! { {start}{adopt} }
    };
    view! {
        <OfficeSheet open=open title=title id="conclude">
            <div class="acts">{others}</div>
            {field(say(|t| t.desk.defer_until), until, 1)}
            <p class="acts">{one_press(deferral, ready, defer)}</p>
            <div class="acts">
                {small(say(|t| t.desk.withdraw_item), move || conclude(Conclusion::Withdrawn))}
                {small(say(|t| t.desk.carry_over), move || conclude(Conclusion::CarriedOver))}
            </div>
        </OfficeSheet>
    }
}
