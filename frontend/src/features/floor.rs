//! The floor as participants see it: who speaks and how long, asking to speak, one's place in the
//! queue.

use icabinet_models::floor::{RequestKind, Turn};
use icabinet_models::ids::{PersonId, RequestId};
use icabinet_models::meeting::{Command, FloorCommand, Meeting, Stage};
use icabinet_models::participants::Participant;
use icabinet_sync::Replica;
use leptos::prelude::*;

use super::say;
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::use_live;
use crate::texts::dates::amount;
use crate::texts::people::{addressed_first, said};
use crate::texts::{Language, Texts};
use crate::ui::{
    Banner, Button, ButtonSize, Countdown, IconName, Primary, Sheet, StateRule, use_clock,
};
use icabinet_presenter::people_search::by_rank;

fn name(meeting: &Meeting, person: &PersonId, language: Language) -> String {
    meeting
        .people
        .get(person)
        .map_or_else(|| person.to_string(), |found| addressed_first(found, language))
}

/// The word for what somebody wants the floor for.
pub fn kind_word(kind: &RequestKind, texts: &Texts) -> &'static str {
    match kind {
        RequestKind::Speak => texts.room.kind_speak,
        RequestKind::Reply => texts.room.kind_reply,
        RequestKind::PointOfOrder => texts.room.kind_order,
        RequestKind::Question { .. } => texts.room.kind_question,
    }
}

/// When a speech's time is up and, while it is paused, the moment it stands still at.
pub fn timing(turn: &Turn) -> (i64, Option<i64>) {
    match turn.running_since {
        Some(since) => {
            (since.0.saturating_add(turn.allotted_ms).saturating_sub(turn.used_ms), None)
        }
        None => (turn.allotted_ms.saturating_sub(turn.used_ms), Some(0)),
    }
}

/// Who speaks, with the time that is left. Without a connection only what was known last, and when.
#[component]
pub fn Speaking(
    /// Since when the connection is lost, once that is worth a word.
    #[prop(into)]
    lost: Signal<Option<i64>>,
) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let turn = live.view_or_default(|replica| replica.meeting().floor.speaking.clone());
    let who = live.view_or_default(move |replica| {
        let speaking = replica.meeting().floor.speaking.as_ref();
        speaking.map(|turn| name(replica.meeting(), &turn.person, language.get()))
    });
    let times = memo(move || {
        turn.get().map(|turn| (timing(&turn), turn.allotted_ms, turn.running_since.is_none()))
    });
    let recess = live.view_or_default(|replica| match replica.meeting().stage {
        Stage::Recess { since, .. } => Some(since.0),
        _ => None,
    });
    let heading = move || {
        let words = &texts.get().room;
        if let (None, Some(since)) = (lost.get(), recess.get()) {
            return (words.recess_since)(&super::clock(since));
        }
        match (lost.get(), times.get()) {
            (Some(since), _) => (words.last_known)(&super::clock(since)),
            (None, None) => words.nobody_speaks.to_owned(),
            (None, Some((.., true))) => format!("{} · {}", words.speaking, words.paused),
            (None, Some((_, allotted, false))) => {
                let seconds = allotted.unsigned_abs() / 1000;
                format!(
                    "{} ({})",
                    words.speaking,
                    (words.of_time)(&amount(seconds, language.get()))
                )
            }
        }
    };
    let clock = move || {
        let ((deadline, paused), allotted, _) = times.get()?;
        lost.get().is_none().then(
            || view! { <Countdown deadline_ms=deadline total_ms=allotted paused_at_ms=paused/> },
        )
    };
    view! {
        <div class="speaking">
            <p class="over">{heading}</p>
            {move || who.get().map(|who| view! { <p class="who">{who}</p> })}
            {move || (lost.get().is_some() && who.get().is_some()).then(|| view! { <p>{move || texts.get().room.speaking}</p> })}
            {clock}
        </div>
    }
}

/// Why nobody speaks in a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pause {
    #[default]
    NotOpened,
    Recess,
    Closed,
}

impl Pause {
    fn of(stage: &Stage) -> Self {
        match stage {
            Stage::Recess { .. } => Self::Recess,
            Stage::Closed { .. } => Self::Closed,
            Stage::Blank | Stage::Preparing | Stage::Convened | Stage::InSession { .. } => {
                Self::NotOpened
            }
        }
    }

    fn words(self, texts: &Texts) -> &'static str {
        match self {
            Self::NotOpened => texts.room.not_in_session,
            Self::Recess => texts.room.in_recess,
            Self::Closed => texts.room.is_closed,
        }
    }
}

/// Tells who has the floor so, on every page of the meeting, with the way to give it back.
#[component]
pub fn MyTurn() -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let mine = live.view_or_default(|replica| standing(replica) == Standing::Speaking);
    move || {
        mine.get().then(|| {
            view! {
                <Banner icon=IconName::Microphone matter=say(|t| t.room.invited_to_speak) meaning="">
                    <Button label=Signal::derive(move || texts.get().room.end_speech.to_owned()) size=ButtonSize::Small
                        on_press=move |()| live.submit(Command::Floor(FloorCommand::EndFloor {}))/>
                </Banner>
            }
        })
    }
}

/// Where a person stands with the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not in this stage.
    NotNow(Pause),
    NotPresent,
    Free,
    /// Asked, no answer yet.
    Asking,
    /// Place in the queue from 1, and the request.
    Waiting(usize, RequestId),
    Speaking,
}

impl Default for Standing {
    fn default() -> Self {
        Self::NotNow(Pause::default())
    }
}

/// Where this person stands with the floor.
pub fn standing(replica: &Replica) -> Standing {
    let (meeting, Some(me)) = (replica.meeting(), replica.person()) else {
        return Standing::default();
    };
    if meeting.floor.speaking.as_ref().is_some_and(|turn| turn.person == *me) {
        return Standing::Speaking;
    }
    let place =
        meeting.floor.requests.iter().enumerate().find(|(_, (_, request))| request.person == *me);
    if let Some((place, (id, _))) = place {
        return Standing::Waiting(place + 1, *id);
    }
    if replica.outbox().pending().iter().any(|pending| pending.command.asks_to_speak()) {
        Standing::Asking
    } else if !matches!(meeting.stage, Stage::InSession { .. }) {
        Standing::NotNow(Pause::of(&meeting.stage))
    } else if meeting.is_present(me) {
        Standing::Free
    } else {
        Standing::NotPresent
    }
}

/// The second line of the action in the bar below.
pub fn state_words(standing: &Standing, waiting: usize, texts: &Texts) -> String {
    let words = &texts.room;
    match standing {
        Standing::NotNow(Pause::NotOpened) => words.after_opening.to_owned(),
        Standing::NotNow(pause) => pause.words(texts).to_owned(),
        Standing::NotPresent | Standing::Free => (words.queue_count)(waiting),
        Standing::Asking => words.sending.to_owned(),
        Standing::Waiting(place, _) => (words.my_place)(*place),
        Standing::Speaking => words.i_speak.to_owned(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Speak,
    Reply,
    Order,
    Question,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Speak, Self::Reply, Self::Order, Self::Question];

    fn words(self, texts: &Texts) -> (&'static str, &'static str) {
        let words = &texts.room;
        match self {
            Self::Speak => (words.kind_speak, words.kind_speak_text),
            Self::Reply => (words.kind_reply, words.kind_reply_text),
            Self::Order => (words.kind_order, words.kind_order_text),
            Self::Question => (words.kind_question, words.kind_question_text),
        }
    }

    fn request(self, to: &str) -> RequestKind {
        match self {
            Self::Speak => RequestKind::Speak,
            Self::Reply => RequestKind::Reply,
            Self::Order => RequestKind::PointOfOrder,
            Self::Question => RequestKind::Question { to: PersonId::from(to) },
        }
    }
}

/// Asking to speak, one's place, and who waits.
#[component]
pub fn FloorSheet(open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let standing = live.view_or_default(standing);
    let words = move || &texts.get().room;
    let body = move || {
        match standing.get() {
        Standing::Free => view! { <AskForm/> }.into_any(),
        Standing::Asking => {
            view! { <p class="lead" role="status">{words().sending}</p> }.into_any()
        }
        Standing::NotNow(pause) => {
            view! { <p class="lead">{pause.words(texts.get())}</p> }.into_any()
        }
        Standing::NotPresent => view! { <p class="lead">{words().check_in_first}</p> }.into_any(),
        Standing::Waiting(place, request) => view! {
            <p class="lead" role="status"><b>{(words().my_place)(place)}</b></p>
            <Button label=Signal::derive(move || words().ask_withdraw.to_owned())
                on_press=move |()| live.submit(Command::Floor(FloorCommand::WithdrawRequest { request }))/>
        }
        .into_any(),
        Standing::Speaking => view! {
            <p class="lead" role="status"><b>{words().i_speak}</b></p>
            <Primary label=Signal::derive(move || words().end_speech.to_owned())
                on_press=move |()| live.submit(Command::Floor(FloorCommand::EndFloor {}))/>
        }
        .into_any(),
    }
    };
    view! {
        <Sheet open=open on_close=move |()| open.set(false) labelled_by="ask" kind="asking">
            <div class="head">
                <h1 id="ask">{move || words().ask_title}</h1>
                <Button label=Signal::derive(move || texts.get().common.close.to_owned()) size=ButtonSize::Small
                    on_press=move |()| open.set(false)/>
            </div>
            <StateRule/>
            <div class="text two"><div class="ask">{body}</div><Queue/></div>
        </Sheet>
    }
}

#[component]
fn AskForm() -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let kind = RwSignal::new(Kind::Speak);
    let to = RwSignal::new(String::new());
    let people = live.view_or_default(|replica| {
        let others = replica
            .meeting()
            .people
            .values()
            .filter(|person| Some(&person.person) != replica.person());
        let mut others: Vec<_> = others.collect();
        others.sort_by(|a, b| by_rank(a, b));
        let option = |person: &Participant| (person.person.to_string(), person.name.clone());
        others.into_iter().map(option).collect::<Vec<_>>()
    });
    let ready = Signal::derive(move || kind.get() != Kind::Question || !to.with(String::is_empty));
    let send = move |()| {
        let kind = kind.get_untracked().request(&to.get_untracked());
        live.submit(Command::Floor(FloorCommand::AskToSpeak { kind }));
    };
    let choices = Kind::ALL
        .into_iter()
        .map(|one| {
            view! {
                <label class="choice-row">
                    <input type="radio" name="kind" prop:checked=move || kind.get() == one on:change=move |_| kind.set(one)/>
                    <span><b>{move || one.words(texts.get()).0}</b><span class="meta">{move || one.words(texts.get()).1}</span></span>
                </label>
            }
        })
        .collect_view();
    let whom = move || {
        (kind.get() == Kind::Question).then(|| {
            let options = people.get().into_iter().map(|(id, name)| view! { <option value=id>{name}</option> }).collect_view();
            view! {
                <label class="field"><span>{move || texts.get().room.question_to}</span>
                    <select on:change=move |event| to.set(event_target_value(&event))><option value="">"–"</option>{options}</select></label>
            }
        })
    };
    view! {
        <fieldset><legend class="sr">{move || texts.get().room.ask_title}</legend>{choices}</fieldset>
        {whom}
        <Primary label=Signal::derive(move || texts.get().room.ask_send.to_owned()) enabled=ready size=ButtonSize::Wide on_press=send/>
    }
}

#[component]
fn Queue() -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let now = use_clock().now_ms();
    let minute = memo(move || now.get() / 60_000);
    let rows = live.view_or_default(move |replica| {
        let texts = language.get().texts();
        let row = |request: &icabinet_models::floor::Request| {
            let said_to = match &request.kind {
                RequestKind::Question { to } => {
                    format!(" → {}", name(replica.meeting(), to, texts.language))
                }
                RequestKind::Speak | RequestKind::Reply | RequestKind::PointOfOrder => {
                    String::new()
                }
            };
            let who = name(replica.meeting(), &request.person, texts.language);
            let position = replica
                .meeting()
                .people
                .get(&request.person)
                .map(|person| said(&person.position, texts.language).to_owned());
            (
                who,
                format!("{}{said_to}", kind_word(&request.kind, texts)),
                position.unwrap_or_default(),
                request.asked_at.0,
            )
        };
        replica.meeting().floor.requests.values().map(row).collect::<Vec<_>>()
    });
    let list = move || {
        let row = |(place, (who, kind, position, asked)): (
            usize,
            (String, String, String, i64),
        )| {
            let waited = move || {
                let minutes =
                    (minute.get() * 60_000).saturating_sub(asked).max(0).unsigned_abs() / 60_000;
                (texts.get().room.waited)(minutes)
            };
            view! {
                <li class="queue-row"><span class="no">{place + 1}</span>
                    <span><b>{who}</b><span class="meta">{position}</span><span class="meta">{kind}" · "{waited}</span></span></li>
            }
        };
        rows.get().into_iter().enumerate().map(row).collect_view()
    };
    view! {
        <div>
            <p class="over">{move || texts.get().room.queue_title}</p>
            <Show when=move || rows.with(Vec::is_empty)><p class="soft">{move || texts.get().room.queue_empty}</p></Show>
            <ol>{list}</ol>
        </div>
    }
}
