//! What the pages of chair and secretary share: the frame around them, the way from one to the other,
//! fields of forms, sheets. Plain functions wherever possible: each generic view costs kilobytes.

use icabinet_models::ids::{MeetingId, PersonId};
use icabinet_models::visibility::ViewerClass;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::editing::ClashNotice;
use super::gate::SignedInOnly;
use super::link::{LinkBanner, RefusalNotice, RoomTopLine, Waiting, is_in_session};
pub use super::say;
use crate::navigation::here;
use crate::preferences::use_preferences;
use crate::sync::{Live, Viewpoint, use_live};
use crate::texts::Texts;
use crate::texts::people::addressed_first;
use crate::ui::{Badge, BadgeTone, Button, ButtonSize, EmptyState, Sheet, StateRule, TopLine};

/// One line or several of text with a label.
pub fn field(label: Signal<String>, value: RwSignal<String>, rows: u32) -> AnyView {
    if rows <= 1 {
        view! { <label class="field"><span>{label}</span><input type="text" bind:value=value/></label> }.into_any()
    } else {
        view! { <label class="field"><span>{label}</span><textarea rows=rows bind:value=value></textarea></label> }.into_any()
    }
}

/// A file of this device; the button speaks the reader's language, not the browser's. `name` is the
/// file that is chosen.
pub fn pick_file(
    label: Signal<String>,
    accept: &'static str,
    name: Signal<String>,
    on_choose: Callback<web_sys::File>,
) -> AnyView {
    let chosen = move |event: web_sys::Event| {
        let input =
            event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            on_choose.run(file);
        }
        // The same file chosen again is a new choice.
        input.set_value("");
    };
    view! {
        <p class="line"><label class="pick"><span class="btn small">{label}</span>
            <input type="file" accept=accept aria-label=label on:change=chosen/></label><b>{name}</b></p>
    }
    .into_any()
}

/// A choice among `(value, words)`.
pub fn choose(
    label: Signal<String>,
    value: RwSignal<String>,
    options: Signal<Vec<(String, String)>>,
) -> AnyView {
    let list = move || {
        let option = |(id, words): (String, String)| {
            let own = id.clone();
            view! { <option value=id selected=move || value.with(|value| *value == own)>{words}</option> }
        };
        options.get().into_iter().map(option).collect::<Vec<_>>()
    };
    view! {
        <label class="field"><span>{label}</span>
            <select on:change=move |event| value.set(event_target_value(&event))>{list}</select></label>
    }
    .into_any()
}

/// A plain button of 48 px.
pub fn small(label: Signal<String>, on_press: impl Fn() + Send + Sync + 'static) -> AnyView {
    view! { <Button label=label size=ButtonSize::Small on_press=Callback::new(move |()| on_press())/> }.into_any()
}

/// A person's name with courtesy, at the beginning of a line.
pub fn name_of(meeting: &icabinet_models::Meeting, person: &PersonId, texts: &Texts) -> String {
    meeting
        .people
        .get(person)
        .map_or_else(|| person.to_string(), |found| addressed_first(found, texts.language))
}

/// A sheet with a heading, a button to close it and room for what was refused.
#[component]
pub fn OfficeSheet(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    id: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <Sheet open=open on_close=move |()| open.set(false) labelled_by=id kind="office-sheet">
            <div class="head">
                <h1 id=id>{title}</h1>
                {small(say(|t| t.common.close), move || open.set(false))}
            </div>
            <StateRule/>
            <div class="text"><RefusalNotice/><ClashNotice/>{children()}</div>
        </Sheet>
    }
}

/// Enters a meeting, for chair, vice chairs and secretaries.
#[component]
pub fn OfficePage(id: MeetingId, children: ChildrenFn) -> impl IntoView {
    let children = StoredValue::new(children);
    view! { <SignedInOnly><Entered id=id.clone() children/></SignedInOnly> }
}

#[component]
fn Entered(id: MeetingId, children: StoredValue<ChildrenFn>) -> impl IntoView {
    let live = Live::enter(id.clone(), Viewpoint::Person);
    // Who took over the chair sits at the desk, whatever his class was before.
    let class = live.view(|replica| {
        let chair = replica.person().is_some_and(|me| replica.meeting().is_chair(me));
        if chair { ViewerClass::Staff } else { replica.class() }
    });
    let body = move || {
        match (class.get(), live.trouble().get()) {
        (Some(ViewerClass::Staff), _) => view! { <Framed children/> }.into_any(),
        (Some(ViewerClass::Member | ViewerClass::Guest | ViewerClass::Projector | ViewerClass::Reader), _) => {
            let href = format!("/meetings/{id}");
            view! {
                <div class="screen"><TopLine meeting="i-Cabinet" body=""/>
                    <EmptyState title=say(|t| t.desk.not_staff_title) text=say(|t| t.desk.not_staff_text)>
                        <a class="btn primary" href=href.clone()>{say(|t| t.desk.to_room)}</a>
                    </EmptyState>
                </div>
            }
            .into_any()
        }
        (None, Some(_)) => view! {
            <div class="screen"><TopLine meeting="i-Cabinet" body=""/>
                <EmptyState title=say(|t| t.room.not_found_title) text=say(|t| t.room.not_found_text)>
                    <a class="btn primary" href="/">{say(|t| t.room.home)}</a>
                </EmptyState>
            </div>
        }
        .into_any(),
        (None, None) => view! {
            <div class="screen"><TopLine meeting="i-Cabinet" body=""/>
                <main class="calm"><p role="status">{say(|t| t.room.loading)}</p></main></div>
        }
        .into_any(),
    }
    };
    body
}

#[component]
fn Framed(children: StoredValue<ChildrenFn>) -> impl IntoView {
    let in_session = is_in_session();
    let badge = move || {
        in_session.get().then(|| {
            view! { <Badge text=say(|t| t.state.in_session) tone=BadgeTone::Acting/> }
        })
    };
    view! {
        <div class="screen office" class:live=in_session>
            <RoomTopLine>{badge}</RoomTopLine>
            <OfficeNav/>
            <LinkBanner/>
            <Waiting/>
            <RefusalNotice/>
            <ClashNotice/>
            {children.with_value(|children| children())}
        </div>
    }
}

/// From one page of the office to the other.
#[component]
fn OfficeNav() -> impl IntoView {
    let id = use_live().meeting();
    let path = here();
    let link = move |page: &'static str, words: Signal<String>| {
        let href = if page.is_empty() {
            format!("/meetings/{id}")
        } else {
            format!("/meetings/{id}/{page}")
        };
        let current = (path == href).then_some("page");
        view! { <a href=href aria-current=current>{words}</a> }
    };
    view! {
        <nav class="office-nav" aria-label=say(|t| t.desk.pages)>
            {link("prepare", say(|t| t.desk.page_prepare))}
            {link("chair", say(|t| t.desk.page_chair))}
            {link("minutes", say(|t| t.desk.page_minutes))}
            {link("decisions", say(|t| t.desk.page_decisions))}
            {link("", say(|t| t.desk.page_room))}
        </nav>
    }
}

/// The language of the reader, for closures that are run later.
pub fn reader() -> Signal<&'static Texts> {
    let language = use_preferences().language;
    Signal::derive(move || language.get().texts())
}
