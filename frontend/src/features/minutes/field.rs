//! The field of one sentence: kept on this device with every key, sent when it is left, and shown
//! beside the words of whoever changed the same sentence meanwhile.

use icabinet_models::ids::SentenceId;
use icabinet_models::meeting::{Command, Edition, MinutesCommand, Refusal};
use icabinet_models::minutes::{Minutes, Section};
use icabinet_models::wire::Answer;
use leptos::prelude::*;

use crate::features::clock_seconds;
use crate::features::editing::both;
use crate::features::office::{reader, say, small};
use crate::sync::{Link, Live, use_live};
use crate::texts::{Texts, refusals};
use crate::ui::SaveStage;
use icabinet_presenter::editing::{Arrival, Kept, arrival};

fn prefix(live: Live) -> String {
    format!("icabinet.draft.{}.", live.meeting())
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn read(key: &str) -> Option<Kept> {
    let stored = storage().and_then(|store| store.get_item(key).ok().flatten());
    stored.map(|stored| Kept::read(&stored))
}

fn forget(key: &str) {
    if let Some(store) = storage() {
        // What can't be forgotten is offered again.
        _ = store.remove_item(key);
    }
}

/// One sentence under somebody's hands.
#[derive(Clone, Copy)]
pub(super) struct Field {
    id: SentenceId,
    live: Live,
    texts: Signal<&'static Texts>,
    key: StoredValue<String>,
    there: Memo<String>,
    /// What stood there when this editor began.
    saw: StoredValue<String>,
    sent: StoredValue<Option<String>>,
    pub(super) text: RwSignal<String>,
    clash: RwSignal<Option<String>>,
    saved: RwSignal<Option<SaveStage>>,
}

impl Field {
    /// The field of a sentence that now says `there`.
    pub(super) fn of(
        id: SentenceId,
        there: Memo<String>,
        saved: RwSignal<Option<SaveStage>>,
    ) -> Self {
        let live = use_live();
        let key = format!("{}{id}", prefix(live));
        let now = there.get_untracked();
        let kept = read(&key).unwrap_or_else(|| Kept { saw: Some(now.clone()), own: now });
        let field = Self {
            id,
            live,
            texts: reader(),
            key: StoredValue::new(key),
            there,
            // What an older program kept may rest on anything: it counts as written on nothing.
            saw: StoredValue::new(kept.saw.unwrap_or_default()),
            sent: StoredValue::new(None),
            text: RwSignal::new(kept.own),
            clash: RwSignal::new(None),
            saved,
        };
        Effect::new(move || field.arrives(field.there.get()));
        field
    }

    fn arrives(self, now: String) {
        let own = self.text.get_untracked();
        let seen = self.saw.with_value(|saw| arrival(saw.as_str(), own.trim(), now.as_str()));
        match seen {
            Arrival::Known => self.settle(now),
            Arrival::Follow => self.take(now),
            // One's own words of a moment ago, while one types on.
            Arrival::Clash if self.sent.get_value().as_ref() == Some(&now) => self.settle(now),
            Arrival::Clash => self.clash.set(Some(now)),
        }
    }

    fn settle(self, now: String) {
        self.sent.update_value(|sent| _ = sent.take_if(|sent| *sent != now));
        self.saw.set_value(now);
        self.clash.set(None);
    }

    fn take(self, now: String) {
        self.key.with_value(|key| forget(key));
        self.text.set(now.clone());
        self.settle(now);
    }

    /// What this editor knows to stand there: his own words, once they are on their way.
    pub(super) fn seen(self) -> Edition {
        let text = self.sent.get_value().unwrap_or_else(|| self.there.get_untracked());
        Edition::Sentence { text }
    }

    /// Keeps on this device what is in the field now.
    pub(super) fn typed(self, now: String) {
        let kept = Kept { saw: Some(self.saw.get_value()), own: now.clone() };
        let stored = storage().is_some_and(|store| {
            self.key.with_value(|key| store.set_item(key, &kept.store()).is_ok())
        });
        self.text.set(now);
        self.saved.set(Some(if stored {
            SaveStage::OnDevice { time: clock_seconds(self.live.now().0) }
        } else {
            SaveStage::NotSaved { why: self.texts.get_untracked().minutes.no_room.to_owned() }
        }));
    }

    /// The field was left: sends what is in it, unless somebody else's words wait to be looked at.
    pub(super) fn left(self) {
        let (now, there) = (self.text.get_untracked(), self.there.get_untracked());
        if now.trim() == there || now.trim().is_empty() {
            self.take(there);
        } else if self.clash.with_untracked(Option::is_none) {
            self.send(now);
        }
    }

    fn send(self, now: String) {
        if matches!(self.live.link().get_untracked(), Link::Open) {
            self.saved.set(Some(SaveStage::Saving));
        }
        let trimmed = now.trim().to_owned();
        self.sent.set_value(Some(trimmed.clone()));
        let seen = Edition::Sentence { text: self.saw.get_value() };
        let command = Command::Minutes(MinutesCommand::EditSentence {
            sentence: self.id,
            text: trimmed.clone(),
            seen: None,
        });
        let answered = Callback::new(move |answer: Answer| match answer {
            Answer::Accepted { at, .. } => {
                // Typed on meanwhile: the newer text stays, and rests on this one.
                self.key.try_with_value(|key| {
                    if read(key).is_some_and(|kept| kept.own == now) {
                        forget(key);
                    }
                });
                self.saw.try_update_value(|saw| saw.clone_from(&trimmed));
                self.saved.try_set(Some(SaveStage::OnServer { time: clock_seconds(at.0) }));
            }
            Answer::Refused { refusal } => self.refused(&refusal),
            Answer::Unavailable => {}
        });
        self.live.submit_then(command.having_seen(Some(&seen)), answered);
    }

    fn refused(self, refusal: &Refusal) {
        self.sent.try_update_value(|sent| *sent = None);
        if let Refusal::Changed { now } = refusal
            && let Edition::Sentence { text } = &**now
        {
            self.clash.try_set(Some(text.clone()));
        }
        let language =
            self.texts.try_get_untracked().map_or(Default::default(), |texts| texts.language);
        let why = refusals::refusal(refusal, language, ToString::to_string).what;
        self.saved.try_set(Some(SaveStage::NotSaved { why }));
    }

    /// Both texts, where there are two.
    pub(super) fn clash(self) -> AnyView {
        let shown = move || {
            let theirs = self.clash.get()?;
            let edition = |text: String| Edition::Sentence { text };
            let mine = self.text.get_untracked().trim().to_owned();
            let (kept, taken) = (theirs.clone(), theirs.clone());
            let keep = move || {
                self.settle(kept.clone());
                self.send(self.text.get_untracked());
            };
            Some(both(edition(theirs), edition(mine), keep, move || self.take(taken.clone())))
        };
        shown.into_any()
    }
}

/// What this device still holds of sentences that are no longer in the draft: somebody took them out,
/// or had it drafted again.
#[component]
pub(super) fn LeftOver() -> impl IntoView {
    let live = use_live();
    let order = live.view_or_default(|replica| match &replica.meeting().minutes {
        Minutes::Draft { order, .. } => Some(order.clone()),
        Minutes::NotBegun | Minutes::Approved { .. } => None,
    });
    let dealt_with = RwSignal::new(0_u32);
    let held = move || {
        dealt_with.track();
        let (Some(order), Some(store)) = (order.get(), storage()) else { return Vec::new() };
        let prefix = prefix(live);
        let keys = (0..store.length().unwrap_or(0)).filter_map(|place| store.key(place).ok()?);
        let gone = keys.filter(|key| {
            let id = key.strip_prefix(&prefix).and_then(|id| id.parse().ok()).map(SentenceId);
            id.is_some_and(|id| !order.contains(&id))
        });
        gone.filter_map(|key| read(&key).map(|kept| (key, kept.own))).collect::<Vec<_>>()
    };
    let row = move |(key, own): (String, String)| {
        let (written, let_go) = (key.clone(), key);
        let text = own.clone();
        let write = move || {
            let text = text.trim().to_owned();
            live.submit(Command::Minutes(MinutesCommand::WriteSentence {
                section: Section::Closing,
                text,
            }));
            forget(&written);
            dealt_with.update(|count| *count += 1);
        };
        let drop = move || {
            forget(&let_go);
            dealt_with.update(|count| *count += 1);
        };
        view! {
            <div class="clash" role="alert">
                <p><b>{say(|t| t.editing.gone)}</b>" "{say(|t| t.editing.gone_text)}</p>
                <p class="words">{own}</p>
                <div class="acts">{small(say(|t| t.editing.write_again), write)}{small(say(|t| t.editing.let_go), drop)}</div>
            </div>
        }
    };
    move || held().into_iter().map(row).collect::<Vec<_>>()
}
