//! What is missing before the meeting can be convened, and the button that convenes it.

use icabinet_models::meeting::{Command, Meeting, PreparationCommand, Stage};
use leptos::prelude::*;

use super::Panel;
use crate::features::office::{OfficeSheet, reader, say, small};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};
use crate::texts::people::said;
use crate::ui::{Badge, BadgeTone, Button, ButtonSize, Icon, IconName, Primary, twice};
use icabinet_presenter::next_action::{self, Todo};

fn todo_words(todo: &Todo, texts: &Texts) -> String {
    let words = &texts.prepare;
    match todo {
        Todo::NoItems => words.todo_items.to_owned(),
        Todo::NoChair => words.todo_chair.to_owned(),
        Todo::NoMembers => words.todo_members.to_owned(),
        Todo::NoPlace => words.todo_place.to_owned(),
        Todo::FaultyPapers(count) => (words.todo_faulty)(*count),
        Todo::UnfinishedPapers(count) => (words.todo_unfinished)(*count),
        Todo::NothingToAdopt(items) => {
            (words.todo_motion)(&items.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))
        }
        Todo::TooLong { items, meeting } => (words.todo_too_long)(*items, *meeting),
    }
}

fn panel_of(todo: &Todo, m: &Meeting) -> Panel {
    match todo {
        Todo::NoItems => Panel::NewItem,
        Todo::NoChair | Todo::NoMembers => Panel::People,
        Todo::NoPlace | Todo::TooLong { .. } => Panel::Particulars,
        Todo::FaultyPapers(_) | Todo::UnfinishedPapers(_) => {
            let item = m
                .papers
                .values()
                .find(|paper| paper.page_count().is_none())
                .and_then(|paper| paper.item);
            item.map_or(Panel::Particulars, Panel::Item)
        }
        Todo::NothingToAdopt(items) => {
            let item = items.first().and_then(|number| m.agenda.get(number.saturating_sub(1)));
            item.map_or(Panel::Particulars, |item| Panel::Item(*item))
        }
    }
}

/// What is there: agenda, people, quorum, place. What is missing stands among what is to be done, and
/// has no tick here.
fn facts(m: &Meeting, texts: &Texts) -> Vec<(&'static str, String, Panel)> {
    let words = &texts.prepare;
    let members = m.member_count();
    let guests = u64::try_from(m.people.len()).unwrap_or(0).saturating_sub(members);
    let place = said(&m.particulars.place, texts.language);
    let mut facts = Vec::new();
    if !m.agenda.is_empty() {
        let size = (words.agenda_size)(m.agenda.len(), next_action::items_minutes(m));
        facts.push((words.fact_agenda, size, Panel::NewItem));
    }
    if !m.people.is_empty() {
        facts.push((words.fact_people, (words.people_size)(members, guests), Panel::People));
    }
    if members > 0 {
        let needed = m.profile.quorum.needed(members);
        facts.push((words.fact_quorum, (words.quorum_size)(needed, members), Panel::People));
    }
    if !place.is_empty() {
        facts.push((words.fact_place, format!("{place} · {}", when(m, texts)), Panel::Particulars));
    }
    facts
}

/// Weekday, date and time of the meeting.
fn when(m: &Meeting, texts: &Texts) -> String {
    let time = LocalTime::at(m.particulars.scheduled.0, VIETNAM_OFFSET_MINUTES);
    format!(
        "{}, {}, {}",
        time.weekday_name(texts.language),
        time.official_date(texts.language),
        time.clock()
    )
}

/// The list on the left; a press opens what it is about.
#[component]
pub fn Checklist(panel: RwSignal<Panel>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let todos = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let one = |todo: &Todo| {
            (todo_words(todo, texts.get()), todo.is_blocking(), Some(panel_of(todo, m)))
        };
        next_action::todos(m).iter().map(one).collect::<Vec<_>>()
    });
    let facts = live.view_or_default(move |replica| {
        facts(replica.meeting(), texts.get())
            .into_iter()
            .map(|(name, detail, at)| (name, detail, Some(at)))
            .collect::<Vec<_>>()
    });
    let preparing = live.view_or_default(|replica| replica.meeting().stage == Stage::Preparing);
    let title = move || match todos.with(Vec::len) {
        _ if !preparing.get() => texts.get().prepare.convened.to_owned(),
        0 => texts.get().prepare.nothing_missing.to_owned(),
        left => (texts.get().prepare.left)(left),
    };
    let row = move |class: &'static str,
                    icon: IconName,
                    name: String,
                    detail: String,
                    at: Option<Panel>| {
        let open = at.map(|at| small(say(|t| t.prepare.open), move || panel.set(at)));
        view! { <li class=class><Icon name=icon/><span><b>{name}</b><span class="meta">{detail}</span></span>{open}</li> }.into_any()
    };
    let missing = move || {
        let one = |(words, blocking, at): (String, bool, Option<Panel>)| {
            let detail =
                if blocking { texts.get().prepare.blocking } else { texts.get().prepare.advised };
            row("todo", IconName::Warning, words, detail.to_owned(), at)
        };
        todos.get().into_iter().map(one).collect::<Vec<_>>()
    };
    let there = move || {
        facts
            .get()
            .into_iter()
            .map(|(name, detail, at)| row("ok-row", IconName::Done, name.to_owned(), detail, at))
            .collect::<Vec<_>>()
    };
    view! {
        <section tabindex="0" aria-label=say(|t| t.prepare.checklist)>
            <h2>{title}</h2>
            <ul class="check">{missing}{there}</ul>
        </section>
    }
}

/// Title, when and where, and convening.
#[component]
pub fn TitleBar(panel: RwSignal<Panel>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let sure = RwSignal::new(false);
    let title = live.view_or_default(move |replica| {
        said(&replica.meeting().particulars.title, texts.get().language).to_owned()
    });
    let over = live.view_or_default(move |replica| {
        format!("{} · {}", texts.get().prepare.title, when(replica.meeting(), texts.get()))
    });
    let todos = live.view_or_default(|replica| {
        let todos = next_action::todos(replica.meeting());
        (todos.len(), todos.iter().any(Todo::is_blocking))
    });
    let preparing = live.view_or_default(|replica| replica.meeting().stage == Stage::Preparing);
    let label = Signal::derive(move || match todos.get().0 {
        0 => texts.get().prepare.convene.to_owned(),
        left => (texts.get().prepare.convene_left)(left),
    });
    let enabled = Signal::derive(move || !todos.get().1);
    let press = move |()| {
        if todos.get_untracked().0 == 0 {
            live.submit(Command::Preparation(PreparationCommand::Convene {}));
        } else {
            sure.set(true);
        }
    };
    let act = move || {
        if preparing.get() {
            // With something left the sheet asks.
            let ask = Signal::derive(move || todos.get().0 == 0);
            let (label, press) = twice(label, ask, Callback::new(press));
            view! { <Primary label=label enabled=enabled on_press=press/> }.into_any()
        } else {
            view! { <Badge text=say(|t| t.prepare.convened) icon=IconName::Done tone=BadgeTone::Good/> }.into_any()
        }
    };
    let remaining = live.view_or_default(move |replica| {
        next_action::todos(replica.meeting())
            .iter()
            .map(|todo| todo_words(todo, texts.get()))
            .collect::<Vec<_>>()
    });
    let list = move || {
        remaining
            .get()
            .into_iter()
            .map(|words| view! { <li><b>{words}</b></li> })
            .collect::<Vec<_>>()
    };
    let convene = move |()| {
        live.submit(Command::Preparation(PreparationCommand::Convene {}));
        sure.set(false);
    };
    view! {
        <div class="titlebar">
            <div><p class="over">{over}</p><h1>{title}</h1></div>
            <span class="grow"></span>
            <Button label=say(|t| t.prepare.particulars) icon=IconName::Edit on_press=Callback::new(move |()| panel.set(Panel::Particulars))/>
            {act}
        </div>
        <OfficeSheet open=sure title=say(|t| t.prepare.convene_anyway) id="convene">
            <p>{say(|t| t.prepare.convene_text)}</p>
            <ul>{list}</ul>
            <p class="acts"><Primary label=say(|t| t.prepare.convene_anyway) size=ButtonSize::Wide on_press=Callback::new(convene)/></p>
        </OfficeSheet>
    }
}
