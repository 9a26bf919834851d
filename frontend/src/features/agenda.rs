//! The agenda as participants see it: where each item stands, its papers, asking for debate on a
//! consent item, declaring to take no part.

use icabinet_models::agenda::{Conclusion, ItemKind, ItemState, Level};
use icabinet_models::ids::{ItemId, PersonId};
use icabinet_models::meeting::{AgendaCommand, Command, Meeting, Stage};
use icabinet_models::papers::PaperState;
use leptos::prelude::*;

use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::outcome;
use crate::texts::people::{addressed, said};
use crate::ui::{
    Badge, BadgeTone, Button, ButtonLook, ButtonSize, IconName, Primary, Sheet, StateRule,
};
use icabinet_presenter::vietnamese::no_break;

/// One line of the agenda, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    /// `None` where this class may not know the item.
    title: Option<String>,
    detail: String,
    state: String,
    is_current: bool,
    is_done: bool,
    restricted: bool,
    consent: Option<Consent>,
    recusal: Recusal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Consent {
    objections: usize,
    may_object: bool,
    mine: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recusal {
    NotForMe,
    Possible,
    Declared,
}

fn line(meeting: &Meeting, id: ItemId, me: Option<&PersonId>, texts: &Texts) -> Line {
    let (words, language) = (&texts.room, texts.language);
    let Some(item) = meeting.items.get(&id) else {
        return Line {
            title: None,
            detail: String::new(),
            state: String::new(),
            is_current: false,
            is_done: false,
            restricted: true,
            consent: None,
            recusal: Recusal::NotForMe,
        };
    };
    let presenter = item.presenter.as_ref().and_then(|person| meeting.people.get(person));
    let papers = meeting
        .papers
        .values()
        .filter(|p| p.item == Some(id) && p.state != PaperState::Removed)
        .count();
    let mut detail: Vec<String> = Vec::new();
    detail.extend(presenter.map(|person| addressed(person, language)));
    detail.push((words.minutes)(item.minutes_planned));
    detail.push((words.papers_count)(papers));
    let state = match &item.state {
        ItemState::Waiting | ItemState::Removed => words.item_waiting.to_owned(),
        ItemState::Open { .. } => words.item_open.to_owned(),
        ItemState::AdoptedWithoutDebate { .. } => words.item_adopted.to_owned(),
        ItemState::Concluded { conclusion, .. } => match conclusion {
            Conclusion::Decided => outcome::ended(meeting, id, texts).to_owned(),
            Conclusion::Discussed => words.item_discussed.to_owned(),
            Conclusion::Deferred { until } => (words.item_deferred)(until),
            Conclusion::Withdrawn => words.item_withdrawn.to_owned(),
            Conclusion::CarriedOver => words.item_carried_over.to_owned(),
        },
    };
    let takes_part =
        !matches!(meeting.stage, Stage::Preparing | Stage::Blank | Stage::Closed { .. });
    let member = me.and_then(|me| meeting.people.get(me)).is_some_and(|person| person.is_member())
        && takes_part;
    let unsettled = !item.is_settled();
    let consent = matches!(item.kind, ItemKind::Consent).then(|| Consent {
        objections: item.objections.len(),
        may_object: member && unsettled,
        mine: me.is_some_and(|me| item.objections.contains(me)),
    });
    let recusal = match me {
        Some(me) if item.recusals.contains_key(me) => Recusal::Declared,
        Some(_) if member && unsettled => Recusal::Possible,
        _ => Recusal::NotForMe,
    };
    Line {
        title: Some(no_break(said(&item.title, language))),
        detail: detail.join(" · "),
        state,
        is_current: meeting.current == Some(id),
        is_done: item.is_settled(),
        restricted: item.level == Level::Restricted,
        consent,
        recusal,
    }
}

/// The whole agenda. A press on an item opens it for reading.
#[component]
pub fn Agenda(on_open: Callback<ItemId>, on_recuse: Callback<ItemId>) -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    let items = live.view_or_default(|replica| replica.meeting().agenda.clone());
    view! {
        <section class="program" aria-labelledby="program">
            <h1 id="program">{move || texts.get().room.agenda}</h1>
            <p class="soft">{move || if items.with(Vec::is_empty) { texts.get().room.no_items } else { texts.get().room.agenda_lead }}</p>
            <StateRule/>
            <ol class="list items">
                <For each=move || items.get() key=|id| *id children=move |id| view! { <AgendaItem id on_open on_recuse/> }/>
            </ol>
        </section>
    }
}

#[component]
fn AgendaItem(id: ItemId, on_open: Callback<ItemId>, on_recuse: Callback<ItemId>) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let line = live
        .view(move |replica| line(replica.meeting(), id, replica.person(), language.get().texts()));
    let number = live.view_or_default(move |replica| replica.meeting().number_of(id).unwrap_or(0));
    let part = move |read: fn(&Line) -> bool| {
        Signal::derive(move || line.with(|line| line.as_ref().is_some_and(read)))
    };
    let here = part(|line| line.is_current);
    let title = move || {
        match line.get().and_then(|line| line.title) {
        Some(title) => view! {
            <button type="button" class="open" on:click=move |_| on_open.run(id)><b class="record">{title}</b></button>
        }
        .into_any(),
        None => view! { <b class="soft">{texts.get().room.withheld_item}</b> }.into_any(),
    }
    };
    let detail = move || line.with(|line| line.as_ref().map(|line| line.detail.clone()));
    let state = move || line.with(|line| line.as_ref().map(|line| line.state.clone()));
    view! {
        <li class:here=here class:done=part(|line| line.is_done)>
            <span class="no">{number}</span>
            <div>
                {title}
                <p class="meta">{detail}</p>
                <p class="marks">
                    <Show when=move || part(|line| line.title.is_some()).get()>
                        <span class="over" class:act=here>{state}</span>
                    </Show>
                    <Show when=move || part(|line| line.restricted).get()>
                        <Badge text=Signal::derive(move || texts.get().room.restricted.to_owned()) icon=IconName::Lock tone=BadgeTone::Boxed/>
                    </Show>
                </p>
                <ConsentLine id consent=memo(move || line.with(|line| line.as_ref().and_then(|line| line.consent)))/>
                <RecusalLine id on_recuse recusal=memo(move || line.with(|line| line.as_ref().map(|line| line.recusal)))/>
            </div>
        </li>
    }
}

#[component]
fn ConsentLine(id: ItemId, consent: Memo<Option<Consent>>) -> impl IntoView {
    let texts = use_texts();
    let live = use_live();
    move || {
        let consent = consent.get()?;
        let words = &texts.get().room;
        let count = (consent.objections > 0)
            .then(|| view! { <b>{(words.objections)(consent.objections)}</b> });
        let act = (consent.may_object && !consent.mine).then(|| {
            view! {
                <Button label=words.object size=ButtonSize::Small on_press=move |()| live.submit(Command::Agenda(AgendaCommand::Object { item: id }))/>
            }
        });
        let mine = consent.mine.then(|| view! { <span class="badge">{words.objected}</span> });
        Some(
            view! { <div class="acts"><span class="meta">{words.consent}</span>{count}{mine}{act}</div> },
        )
    }
}

#[component]
fn RecusalLine(
    id: ItemId,
    on_recuse: Callback<ItemId>,
    recusal: Memo<Option<Recusal>>,
) -> impl IntoView {
    let texts = use_texts();
    move || {
        let words = &texts.get().room;
        match recusal.get() {
            None | Some(Recusal::NotForMe) => None,
            Some(Recusal::Declared) => Some(view! { <div class="acts"><span class="badge">{words.recused}</span></div> }.into_any()),
            Some(Recusal::Possible) => Some(
                view! {
                    <div class="acts"><Button label=words.recuse look=ButtonLook::Quiet size=ButtonSize::Small on_press=move |()| on_recuse.run(id)/></div>
                }
                .into_any(),
            ),
        }
    }
}

/// Declares that a person takes no part in an item, with the reason that the minutes give.
#[component]
pub fn RecuseSheet(item: RwSignal<Option<ItemId>>) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let reason = RwSignal::new(String::new());
    let words = move || &texts.get().room;
    let open = Signal::derive(move || item.get().is_some());
    let title = move || {
        let id = item.get()?;
        live.glance(|replica| {
            replica
                .meeting()
                .items
                .get(&id)
                .map(|item| said(&item.title, language.get()).to_owned())
        })
        .flatten()
    };
    let ready = Signal::derive(move || reason.with(|reason| !reason.trim().is_empty()));
    let label = Signal::derive(move || {
        if ready.get() { words().recuse_send } else { words().recuse_reason_missing }.to_owned()
    });
    let send = move |()| {
        if let Some(item) = item.get_untracked() {
            let reason = reason.get_untracked().trim().to_owned();
            live.submit(Command::Agenda(AgendaCommand::Recuse { item, person: None, reason }));
        }
        item.set(None);
        reason.set(String::new());
    };
    view! {
        <Sheet open=open on_close=move |()| item.set(None) labelled_by="recuse">
            <div class="head">
                <div><p class="over">{title}</p><h1 id="recuse">{move || words().recuse_title}</h1></div>
                <Button label=Signal::derive(move || texts.get().common.close.to_owned()) size=ButtonSize::Small
                    on_press=move |()| item.set(None)/>
            </div>
            <StateRule/>
            <div class="text">
                <p>{move || words().recuse_text}</p>
                <label class="field"><span>{move || words().recuse_reason}</span>
                    <textarea rows="3" maxlength="2000" bind:value=reason></textarea></label>
            </div>
            <div class="send"><Primary label=label enabled=ready size=crate::ui::ButtonSize::Wide on_press=send/></div>
        </Sheet>
    }
}
