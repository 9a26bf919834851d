//! One item: its title, who presents it, how long, and what is put to the vote in it.

use icabinet_models::agenda::{ItemDraft, ItemKind, Level};
use icabinet_models::ids::{ItemId, MotionId, PersonId, Text};
use icabinet_models::meeting::{AgendaCommand, Command, Edition, MotionsCommand, Stage};
use icabinet_models::motions::{MotionDraft, MotionState};
use icabinet_models::votes::BallotKind;
use leptos::prelude::*;

use super::Panel;
use crate::features::among::choose_person;
use crate::features::editing::Editing;
use crate::features::office::{choose, field, reader, say, small};
use crate::sync::use_live;
use crate::ui::{Button, ButtonSize, StateRule};

/// Minutes that an item is given when nobody says otherwise.
const USUAL_MINUTES: u32 = 15;

#[derive(Clone, Copy)]
struct Fields {
    title: RwSignal<String>,
    english: RwSignal<String>,
    presenter: RwSignal<String>,
    unit: RwSignal<String>,
    minutes: RwSignal<String>,
}

impl Fields {
    fn empty() -> Self {
        let blank = || RwSignal::new(String::new());
        Self {
            title: blank(),
            english: blank(),
            presenter: blank(),
            unit: blank(),
            minutes: RwSignal::new(USUAL_MINUTES.to_string()),
        }
    }

    fn presenter(self) -> Option<PersonId> {
        let person = self.presenter.get_untracked();
        (!person.is_empty()).then_some(PersonId::from(person))
    }

    fn text(self) -> Text {
        Text::both(self.title.get_untracked().trim(), self.english.get_untracked().trim())
    }

    fn minutes(self) -> u32 {
        self.minutes.get_untracked().trim().parse().unwrap_or(USUAL_MINUTES)
    }

    fn view(self) -> AnyView {
        view! {
            {field(say(|t| t.prepare.item_title), self.title, 2)}
            {field(say(|t| t.prepare.item_title_en), self.english, 1)}
            {choose_person(say(|t| t.prepare.presenter), use_live(), self.presenter, |_, _| true)}
            {field(say(|t| t.prepare.unit), self.unit, 1)}
            {field(say(|t| t.prepare.minutes), self.minutes, 1)}
        }
        .into_any()
    }
}

/// A new item. After convening it is a late one: it says who proposes it and why.
#[component]
pub fn NewItem(panel: RwSignal<Panel>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let fields = Fields::empty();
    let preparing = live.view_or_default(|replica| replica.meeting().stage == Stage::Preparing);
    let kind =
        RwSignal::new(if preparing.get_untracked() { "regular" } else { "urgent" }.to_owned());
    let level = RwSignal::new("internal".to_owned());
    let (proposer, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let kinds = Signal::derive(move || {
        let words = &texts.get().prepare;
        let urgent = ("urgent".to_owned(), words.kind_urgent.to_owned());
        if preparing.get() {
            vec![
                ("regular".to_owned(), words.kind_regular.to_owned()),
                ("consent".to_owned(), words.kind_consent.to_owned()),
                urgent,
            ]
        } else {
            vec![urgent]
        }
    });
    let levels = Signal::derive(move || {
        let words = &texts.get().prepare;
        [
            ("public", words.level_public),
            ("internal", words.level_internal),
            ("restricted", words.level_restricted),
        ]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec()
    });
    let is_urgent = Memo::new(move |_| kind.with(|kind| kind == "urgent"));
    let ready = Signal::derive(move || {
        let named = fields.title.with(|title| !title.trim().is_empty());
        named
            && (!is_urgent.get()
                || (!proposer.with(String::is_empty)
                    && reason.with(|reason| !reason.trim().is_empty())))
    });
    let add = move |()| {
        let kind = match kind.get_untracked().as_str() {
            "consent" => ItemKind::Consent,
            "urgent" => ItemKind::Urgent {
                proposer: PersonId::from(proposer.get_untracked()),
                reason: Text::vi(reason.get_untracked().trim()),
            },
            _ => ItemKind::Regular,
        };
        let level = match level.get_untracked().as_str() {
            "public" => Level::Public,
            "restricted" => Level::Restricted,
            _ => Level::Internal,
        };
        let draft = ItemDraft {
            title: fields.text(),
            kind,
            presenter: fields.presenter(),
            unit: Text::vi(fields.unit.get_untracked().trim()),
            minutes_planned: fields.minutes(),
            level,
        };
        live.submit(Command::Agenda(AgendaCommand::AddItem { draft }));
        fields.title.set(String::new());
        fields.english.set(String::new());
        panel.set(Panel::NewItem);
    };
    let urgent = move || {
        is_urgent.get().then(|| {
            view! { {choose_person(say(|t| t.prepare.proposer), live, proposer, |_, _| true)}{field(say(|t| t.prepare.urgent_reason), reason, 2)} }
        })
    };
    view! {
        <section class="panel-form" tabindex="0" aria-label=say(|t| t.prepare.add_item)>
            <h2>{say(|t| t.prepare.add_item)}</h2><StateRule/>
            {fields.view()}
            {choose(say(|t| t.prepare.kind), kind, kinds)}
            {urgent}
            {choose(say(|t| t.prepare.level), level, levels)}
            <Button label=say(|t| t.prepare.add_item) size=ButtonSize::Wide enabled=ready on_press=Callback::new(add)/>
        </section>
    }
}

/// An item that is there.
#[component]
pub fn ItemForm(id: ItemId, panel: RwSignal<Panel>) -> impl IntoView {
    let live = use_live();
    let fields = Fields::empty();
    let now = live.view(move |replica| replica.meeting().edition_of_item(id));
    let now = Memo::new(move |_| now.get().flatten());
    let command = Callback::new(move |()| {
        Some(Command::Agenda(AgendaCommand::ChangeItem {
            item: id,
            title: fields.text(),
            presenter: fields.presenter(),
            unit: Text::vi(fields.unit.get_untracked().trim()),
            minutes_planned: fields.minutes(),
            seen: None,
        }))
    });
    let fill = Callback::new(move |now| {
        if let Edition::Item(words) = now {
            let presenter = words.presenter.as_ref().map(ToString::to_string);
            fields.title.set(words.title.vi);
            fields.english.set(words.title.en);
            fields.presenter.set(presenter.unwrap_or_default());
            fields.unit.set(words.unit.vi);
            fields.minutes.set(words.minutes_planned.to_string());
        }
    });
    let editing = Editing::new(now, command, fill);
    let number = live.view_or_default(move |replica| replica.meeting().number_of(id).unwrap_or(0));
    let preparing = live.view_or_default(|replica| replica.meeting().stage == Stage::Preparing);
    let texts = reader();
    let remove = move || {
        preparing.get().then(|| {
            small(say(|t| t.prepare.remove_item), move || {
                let seen = now.get_untracked();
                let remove = Command::Agenda(AgendaCommand::RemoveItem { item: id, seen: None });
                live.submit(remove.having_seen(seen.as_ref()));
                panel.set(Panel::NewItem);
            })
        })
    };
    view! {
        <section class="panel-form" tabindex="0" aria-label=say(|t| t.prepare.item)>
            <h2>{move || format!("{} {}", texts.get().common.item, number.get())}</h2><StateRule/>
            {fields.view()}
            {editing.view()}
            <div class="acts">{small(say(|t| t.prepare.save), move || editing.submit())}{remove}</div>
            <Motions id/>
        </section>
    }
}

/// A motion that was not voted on yet.
#[component]
fn MotionRow(motion: MotionId) -> impl IntoView {
    let live = use_live();
    let (words, english) = (RwSignal::new(String::new()), StoredValue::new(String::new()));
    let now = live.view(move |replica| replica.meeting().edition_of_motion(motion));
    let now = Memo::new(move |_| now.get().flatten());
    let command = Callback::new(move |()| {
        let text = Text::both(words.get_untracked().trim(), english.get_value());
        Some(Command::Motions(MotionsCommand::ChangeMotion { motion, text, seen: None }))
    });
    let fill = Callback::new(move |now| {
        if let Edition::Motion { text } = now {
            words.set(text.vi);
            english.set_value(text.en);
        }
    });
    let editing = Editing::new(now, command, fill);
    let withdraw = move || {
        let seen = now.get_untracked();
        live.submit(
            Command::Motions(MotionsCommand::WithdrawMotion { motion, seen: None })
                .having_seen(seen.as_ref()),
        );
    };
    view! {
        <li>{field(say(|t| t.desk.motion_text), words, 4)}
            {editing.view()}
            <div class="acts">{small(say(|t| t.prepare.save), move || editing.submit())}
                {small(say(|t| t.desk.withdraw_motion), withdraw)}</div></li>
    }
}

/// The motions of an item.
#[component]
fn Motions(id: ItemId) -> impl IntoView {
    let live = use_live();
    let new = RwSignal::new(String::new());
    let motions = live.view_or_default(move |replica| {
        let of_item =
            replica.meeting().motions.iter().filter(|(_, motion)| {
                motion.item == Some(id) && motion.state == MotionState::Proposed
            });
        of_item.map(|(id, _)| *id).collect::<Vec<_>>()
    });
    let ready = Signal::derive(move || new.with(|new| !new.trim().is_empty()));
    let add = move |()| {
        let text = Text::vi(new.get_untracked().trim());
        live.submit(Command::Motions(MotionsCommand::AddMotion {
            draft: MotionDraft {
                item: Some(id),
                text,
                ballot: BallotKind::Open,
                rule: None,
                amends: None,
            },
        }));
        new.set(String::new());
    };
    view! {
        <h2>{say(|t| t.desk.motions)}</h2>
        <ul class="motions"><For each=move || motions.get() key=|id| *id children=|motion| view! { <MotionRow motion/> }/></ul>
        {field(say(|t| t.prepare.new_motion), new, 3)}
        <Button label=say(|t| t.desk.add_motion) size=ButtonSize::Small enabled=ready on_press=Callback::new(add)/>
    }
}
