//! The screens of the room: making the address for one, which are good, who made them and until when,
//! and ending them. Never here: what they show.

use icabinet_models::meeting::Meeting;
use icabinet_models::wire::ErrorCode;
use leptos::prelude::*;
use serde::Serialize;

use crate::callbacks;
use crate::features::gate::saying;
use crate::features::office::{OfficeSheet, name_of, reader, say};
use crate::sync::http::{self, HttpError};
use crate::sync::{transfer, use_live};
use crate::texts::Texts;
use crate::texts::screens::Screen;
use crate::ui::{Button, ButtonSize, StateRule, twice};

#[derive(Serialize)]
struct Which {
    /// `None` for all of them.
    screens: Option<Vec<String>>,
}

/// The screens of a meeting as the server knows them. Copies are the same.
#[derive(Clone, Copy)]
struct Screens {
    /// Where they are asked for.
    path: StoredValue<String>,
    found: RwSignal<Option<Vec<Screen>>>,
    /// The address that was made last; the server shows it once.
    address: RwSignal<Option<String>>,
    failed: RwSignal<Option<HttpError>>,
}

impl Screens {
    fn take<T>(self, answer: Result<T, HttpError>) -> Option<T> {
        match answer {
            Ok(given) => {
                self.failed.try_set(None);
                Some(given)
            }
            Err(error) => {
                self.failed.try_set(Some(error));
                None
            }
        }
    }

    async fn ask(self, path: &str) {
        if let Some(found) = self.take(http::get(path).await) {
            self.found.try_set(Some(found));
        }
    }

    fn look(self) {
        let path = self.path.get_value();
        callbacks::errand(async move { self.ask(&path).await });
    }

    fn make(self) {
        let path = self.path.get_value();
        callbacks::errand(async move {
            let made = transfer::post_nothing::<transfer::Screen>(&path).await;
            if let Some(made) = self.take(made) {
                self.address.try_set(Some(made.address));
                self.ask(&path).await;
            }
        });
    }

    fn end(self, screens: Option<Vec<String>>) {
        let path = self.path.get_value();
        callbacks::errand(async move {
            let left = http::exchange("DELETE", &path, &Which { screens }).await;
            if let Some(left) = self.take(left) {
                // Whose address it is isn't told: it may be one of those that ended.
                self.address.try_set(None);
                self.found.try_set(Some(left));
            }
        });
    }
}

fn why(error: &HttpError, texts: &Texts) -> String {
    match error {
        HttpError::Refused { code: ErrorCode::Conflict, .. } => texts.screens.too_many.to_owned(),
        other => {
            let said = saying(other, texts.language);
            format!("{} {}", said.what, said.to_do)
        }
    }
}

fn made_by(screen: &Screen, m: &Meeting, texts: &Texts) -> String {
    screen.made_by.as_ref().map(|person| name_of(m, person, texts)).unwrap_or_default()
}

/// The screens of the room.
#[component]
pub fn ScreenSheet(open: RwSignal<bool>) -> impl IntoView {
    let screens = Screens {
        path: StoredValue::new(format!("/api/meetings/{}/screens", use_live().meeting())),
        found: RwSignal::new(None),
        address: RwSignal::new(None),
        failed: RwSignal::new(None),
    };
    Effect::new(move || {
        if open.get() {
            screens.look();
        }
    });
    view! {
        <OfficeSheet open=open title=say(|t| t.desk.room_screen) id="room-screen">
            <Making screens/><Made screens/>
        </OfficeSheet>
    }
}

/// A new address, shown once.
#[component]
fn Making(screens: Screens) -> impl IntoView {
    let texts = reader();
    let shown = move || {
        screens.address.get().map(|path| {
            let whole = format!("{}{path}", window().location().origin().unwrap_or_default());
            view! {
                <p class="soft">{say(|t| t.screens.once)}</p>
                <p class="code address">{whole}</p>
                <p class="acts"><a class="btn" href=path target="_blank" rel="noopener">{say(|t| t.desk.screen_open)}</a></p>
            }
        })
    };
    let failed = move || {
        let why = screens.failed.get().map(|error| why(&error, texts.get()));
        why.map(|why| view! { <p class="complaint" role="alert"><b>{why}</b></p> })
    };
    view! {
        <p>{say(|t| t.desk.screen_text)}</p>
        {failed}{shown}
        <p class="acts"><Button label=say(|t| t.screens.make) on_press=Callback::new(move |()| screens.make())/></p>
    }
}

/// Those that are good.
#[component]
fn Made(screens: Screens) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let row = move |(number, screen): (usize, Screen)| {
        let shown = StoredValue::new(screen.clone());
        let facts = move || {
            let texts = texts.get();
            let said = |screen: &Screen| {
                let by = live.glance(|replica| made_by(screen, replica.meeting(), texts));
                texts.screens.facts(screen, &by.unwrap_or_default(), texts.language)
            };
            shown.with_value(said)
        };
        let label = Signal::derive(move || (texts.get().screens.end)(number));
        let end = Callback::new(move |()| screens.end(Some(vec![screen.id.clone()])));
        let (label, press) = twice(label, true.into(), end);
        view! {
            <li class="person-row"><span><b>{move || (texts.get().screens.number)(number)}</b><span class="meta">{facts}</span></span>
                <Button label=label size=ButtonSize::Small on_press=press/></li>
        }
    };
    let all = move || {
        let end = Callback::new(move |()| screens.end(None));
        let (label, press) = twice(say(|t| t.screens.end_all), true.into(), end);
        view! { <p class="acts"><Button label=label on_press=press/></p> }
    };
    let list = move || match screens.found.get() {
        None => ().into_any(),
        Some(found) if found.is_empty() => {
            view! { <p class="soft">{say(|t| t.screens.none)}</p> }.into_any()
        }
        Some(found) => {
            let several = (found.len() > 1).then(all);
            let rows = (1..).zip(found).map(row).collect::<Vec<_>>();
            view! { <ul class="people">{rows}</ul>{several} }.into_any()
        }
    };
    view! { <h2>{say(|t| t.screens.title)}</h2><StateRule/>{list} }
}
