//! Name, body, place and time of a meeting.

use icabinet_models::ids::{Text, Time};
use icabinet_models::meeting::{Command, Edition, Particulars, PreparationCommand};
use leptos::prelude::*;

use crate::features::editing::Editing;
use crate::features::office::{field, reader, say};
use crate::sync::use_live;
use crate::texts::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};
use crate::ui::{Button, ButtonSize, StateRule};

/// A moment as the browser's date field holds it, by the clock of Viet Nam.
pub fn show_time(time: Time) -> String {
    let at = LocalTime::at(time.0, VIETNAM_OFFSET_MINUTES);
    format!("{:04}-{:02}-{:02}T{}", at.year, at.month, at.day, at.clock())
}

/// The moment in a date field; `None` while it is not filled in.
pub fn take_time(text: &str) -> Option<Time> {
    let ms = js_sys::Date::parse(&format!("{text}:00+07:00"));
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    let whole = ms as i64;
    ms.is_finite().then_some(Time(whole))
}

/// The fields, for a new meeting and for one that is there.
#[derive(Clone, Copy)]
pub struct ParticularsFields {
    pub title: RwSignal<String>,
    pub body: RwSignal<String>,
    parent_body: RwSignal<String>,
    pub place: RwSignal<String>,
    locality: RwSignal<String>,
    pub scheduled: RwSignal<String>,
    minutes: RwSignal<String>,
    /// What is kept as it is: the English side, which these fields don't show.
    before: StoredValue<Particulars>,
}

impl ParticularsFields {
    /// Filled with what is there.
    pub fn of(particulars: Particulars) -> Self {
        Self {
            title: RwSignal::new(particulars.title.vi.clone()),
            body: RwSignal::new(particulars.body.vi.clone()),
            parent_body: RwSignal::new(particulars.parent_body.vi.clone()),
            place: RwSignal::new(particulars.place.vi.clone()),
            locality: RwSignal::new(particulars.locality.clone()),
            scheduled: RwSignal::new(show_time(particulars.scheduled)),
            minutes: RwSignal::new(particulars.minutes_planned.to_string()),
            before: StoredValue::new(particulars),
        }
    }

    /// Puts other words into them.
    fn fill(self, particulars: Particulars) {
        self.title.set(particulars.title.vi.clone());
        self.body.set(particulars.body.vi.clone());
        self.parent_body.set(particulars.parent_body.vi.clone());
        self.place.set(particulars.place.vi.clone());
        self.locality.set(particulars.locality.clone());
        self.scheduled.set(show_time(particulars.scheduled));
        self.minutes.set(particulars.minutes_planned.to_string());
        self.before.set_value(particulars);
    }

    /// What they hold; `None` while the time is missing.
    pub fn take(self) -> Option<Particulars> {
        let before = self.before.get_value();
        // An English text belongs to the Vietnamese one it was written for.
        let text = |field: RwSignal<String>, before: &Text| {
            let vi = field.get_untracked().trim().to_owned();
            let en = if vi == before.vi { before.en.clone() } else { String::new() };
            Text { vi, en }
        };
        Some(Particulars {
            title: text(self.title, &before.title),
            body: text(self.body, &before.body),
            parent_body: text(self.parent_body, &before.parent_body),
            place: text(self.place, &before.place),
            locality: self.locality.get_untracked().trim().to_owned(),
            scheduled: self.scheduled.with_untracked(|text| take_time(text))?,
            minutes_planned: self
                .minutes
                .get_untracked()
                .trim()
                .parse()
                .unwrap_or(before.minutes_planned),
        })
    }

    /// The form's fields.
    pub fn view(self) -> AnyView {
        let scheduled = self.scheduled;
        view! {
            {field(say(|t| t.prepare.meeting_title), self.title, 2)}
            {field(say(|t| t.prepare.body), self.body, 1)}
            {field(say(|t| t.prepare.parent_body), self.parent_body, 1)}
            <label class="field"><span>{say(|t| t.prepare.when)}</span><input type="datetime-local" bind:value=scheduled/></label>
            {field(say(|t| t.prepare.minutes), self.minutes, 1)}
            {field(say(|t| t.prepare.place), self.place, 1)}
            {field(say(|t| t.prepare.locality), self.locality, 1)}
        }
        .into_any()
    }

    /// Whether the meeting can be named and found.
    pub fn are_ready(self) -> bool {
        let filled = |field: RwSignal<String>| field.with(|text| !text.trim().is_empty());
        filled(self.title)
            && filled(self.body)
            && self.scheduled.with(|text| take_time(text)).is_some()
    }
}

/// Changing them.
#[component]
pub fn ParticularsForm() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let fields = ParticularsFields::of(Particulars::default());
    let now = live.view(|replica| replica.meeting().edition());
    let command = Callback::new(move |()| {
        let particulars = fields.take()?;
        Some(Command::Preparation(PreparationCommand::ChangeParticulars {
            particulars,
            seen: None,
        }))
    });
    let fill = Callback::new(move |now| {
        if let Edition::Particulars { particulars } = now {
            fields.fill(particulars);
        }
    });
    let editing = Editing::new(now, command, fill);
    let ready = Signal::derive(move || fields.are_ready());
    let label = Signal::derive(move || {
        let words = &texts.get().prepare;
        if ready.get() { words.save } else { words.particulars_missing }.to_owned()
    });
    let save = move |()| editing.submit();
    view! {
        <section class="panel-form" tabindex="0" aria-label=say(|t| t.prepare.particulars)>
            <h2>{say(|t| t.prepare.particulars)}</h2><StateRule/>
            {fields.view()}
            {editing.view()}
            <Button label=label size=ButtonSize::Wide enabled=ready on_press=Callback::new(save)/>
        </section>
    }
}
