//! Two who edit one text: fields that others may change under one's hands, and both texts where they
//! did. Nobody's words are lost, and none go into the place of others unseen.

use icabinet_models::ids::PersonId;
use icabinet_models::meeting::{Command, Edition, Refusal};
use icabinet_models::wire::Answer;
use leptos::prelude::*;

use super::office::{name_of, reader, say, small};
use crate::sync::{Live, use_live};
use crate::texts::editing::{Part, differing};
use icabinet_presenter::editing::{Arrival, arrival};

/// A form over words that others may change too.
#[derive(Clone, Copy)]
pub struct Editing {
    live: Live,
    /// What stood in the meeting when these fields were filled or last sent.
    saw: StoredValue<Option<Edition>>,
    /// The same as the fields give it back: dates without seconds, texts without blanks at their ends.
    filled: StoredValue<Option<Edition>>,
    sent: StoredValue<Option<Edition>>,
    clash: RwSignal<Option<Edition>>,
    command: Callback<(), Option<Command>>,
    fill: Callback<Edition>,
}

impl Editing {
    /// Fills the fields with what is there, and again for as long as nobody touched them. `command` is
    /// what they would ask for.
    pub fn new(
        now: Memo<Option<Edition>>,
        command: Callback<(), Option<Command>>,
        fill: Callback<Edition>,
    ) -> Self {
        let editing = Self {
            live: use_live(),
            saw: StoredValue::new(None),
            filled: StoredValue::new(None),
            sent: StoredValue::new(None),
            clash: RwSignal::new(None),
            command,
            fill,
        };
        Effect::new(move || {
            if let Some(now) = now.get() {
                editing.arrives(now);
            }
        });
        editing
    }

    fn own(self) -> Option<Edition> {
        self.command.run(()).and_then(|command| command.edition())
    }

    fn take(self, now: Edition) {
        self.fill.run(now.clone());
        self.filled.set_value(self.own());
        self.saw.set_value(Some(now));
        self.clash.set(None);
    }

    fn arrives(self, now: Edition) {
        let Some(saw) = self.saw.get_value() else { return self.take(now) };
        let own = self.own().filter(|own| Some(own) != self.filled.get_value().as_ref());
        let own = own.unwrap_or_else(|| saw.clone());
        match arrival(&saw, &own, &now) {
            Arrival::Known => self.settle(now),
            Arrival::Follow => self.take(now),
            // One's own words of a moment ago, while one types on.
            Arrival::Clash if self.sent.get_value().as_ref() == Some(&now) => self.settle(now),
            Arrival::Clash => self.clash.set(Some(now)),
        }
    }

    fn settle(self, now: Edition) {
        self.saw.set_value(Some(now));
        self.clash.set(None);
    }

    /// Sends what the fields hold.
    pub fn submit(self) {
        let Some(command) = self.command.run(()) else { return };
        let command = command.having_seen(self.saw.get_value().as_ref());
        self.sent.set_value(command.edition());
        let asked = command.clone();
        let answered = Callback::new(move |answer: Answer| match answer {
            Answer::Accepted { .. } => {
                self.saw.try_update_value(|saw| *saw = asked.edition());
            }
            Answer::Refused { refusal: Refusal::Changed { now } } => {
                if self.clash.try_set(Some(*now.clone())).is_some() {
                    // The form is gone: the page says it.
                    self.live.refuse(&asked, Refusal::Changed { now });
                }
            }
            Answer::Refused { refusal } => self.live.refuse(&asked, refusal),
            Answer::Unavailable => {}
        });
        self.live.submit_then(command, answered);
    }

    /// Both texts, where there are two.
    pub fn view(self) -> AnyView {
        let keep = move |theirs: Edition| {
            self.saw.set_value(Some(theirs));
            self.clash.set(None);
            self.submit();
        };
        let shown = move || {
            let theirs = self.clash.get()?;
            let mine = self.own()?;
            let (kept, taken) = (theirs.clone(), theirs.clone());
            Some(both(theirs, mine, move || keep(kept.clone()), move || self.take(taken.clone())))
        };
        shown.into_any()
    }
}

/// Both texts side by side, and which of them is to stand.
pub fn both(
    theirs: Edition,
    mine: Edition,
    keep: impl Fn() + Send + Sync + 'static,
    take: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let live = use_live();
    let texts = reader();
    let parts = move || {
        let texts = texts.get();
        let name = |person: &PersonId| {
            let found = live.glance(|replica| name_of(replica.meeting(), person, texts));
            found.unwrap_or_default()
        };
        let row = |((label, theirs), mine): (Part, String)| {
            let label = (!label.is_empty()).then(|| view! { <p class="over">{label}</p> });
            view! {
                <li>{label}
                    <div class="pair">
                        <div><p class="over">{say(|t| t.editing.theirs)}</p><p class="words">{theirs}</p></div>
                        <div><p class="over">{say(|t| t.editing.mine)}</p><p class="words">{mine}</p></div>
                    </div></li>
            }
        };
        differing(&theirs, &mine, texts, &name).into_iter().map(row).collect::<Vec<_>>()
    };
    view! {
        <div class="clash" role="alert">
            <p><b>{say(|t| t.editing.clash)}</b>" "{say(|t| t.editing.clash_text)}</p>
            <ul>{parts}</ul>
            <div class="acts">{small(say(|t| t.editing.keep_mine), keep)}{small(say(|t| t.editing.take_theirs), take)}</div>
        </div>
    }
    .into_any()
}

/// Both texts of an edit that no open form has asked for: it waited on this device until others had
/// changed the same.
#[component]
pub fn ClashNotice() -> impl IntoView {
    let live = use_live();
    move || {
        let refused = live.refused().get()?;
        let Refusal::Changed { now } = refused.refusal else { return None };
        let command = refused.command.read()?;
        let mine = command.edition()?;
        let again = command.having_seen(Some(&*now));
        let keep = move || {
            live.dismiss_refused();
            live.submit(again.clone());
        };
        Some(both(*now, mine, keep, move || live.dismiss_refused()))
    }
}
