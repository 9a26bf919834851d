//! What frames every screen: the line on top and the actions below.

use leptos::prelude::*;

use super::clock::use_clock;
use super::status::{Badge, BadgeTone};
use super::{Icon, IconName, IconSize};
use crate::preferences::use_texts;
use crate::reactive::memo;
use crate::texts::dates::LocalTime;

/// The sign of i-Cabinet: a table and its seats.
#[component]
pub fn Mark() -> impl IntoView {
    view! { <span class="mark"><Icon name=IconName::Mark size=IconSize::Big/></span> }
}

/// The line on top: mark, meeting, body; to the right the facts, as children, each of them set off by
/// a hairline. The red line over it belongs to the screen (class `live`), while the session is open.
#[component]
pub fn TopLine(
    #[prop(into)] meeting: Signal<String>,
    #[prop(into)] body: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="topline">
            <Mark/>
            <p class="where"><b>{move || meeting.get()}</b><span>{move || body.get()}</span></p>
            <div class="facts">{children.map(|facts| facts())}</div>
        </header>
    }
}

/// Whether the room can be reached. The caller waits 3 to 5 seconds before it says that it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    Connected,
    Disconnected,
}

/// The connection in a word and an icon.
#[component]
pub fn ConnectionBadge(#[prop(into)] state: Signal<Connection>) -> impl IntoView {
    let texts = use_texts();
    move || {
        let words = &texts.get().state;
        match state.get() {
            Connection::Connected => {
                view! { <Badge text=words.connected icon=IconName::Connected tone=BadgeTone::Good/> }
            }
            Connection::Disconnected => {
                view! { <Badge text=words.disconnected icon=IconName::Disconnected tone=BadgeTone::Plain/> }
            }
        }
    }
}

/// How many of the meeting's papers are on this device.
#[component]
pub fn PackBadge(#[prop(into)] here: Signal<u32>, #[prop(into)] all: Signal<u32>) -> impl IntoView {
    let texts = use_texts();
    let text = Signal::derive(move || {
        let words = &texts.get().state;
        let (here, all) = (here.get(), all.get());
        if here >= all { (words.pack_complete)(here, all) } else { (words.pack_loading)(here, all) }
    });
    view! { <Badge text=text icon=IconName::Pack/> }
}

/// The time of day by the server's clock, `14:02`. Given a moment, it stands still there: offline the
/// line shows when it last knew the time.
#[component]
pub fn WallClock(
    /// Minutes east of UTC of the place of the meeting.
    offset_minutes: i32,
    #[prop(optional, into)] stopped_at_ms: MaybeProp<i64>,
) -> impl IntoView {
    let now = use_clock().now_ms();
    let shown = memo(move || {
        LocalTime::at(stopped_at_ms.get().unwrap_or_else(|| now.get()), offset_minutes).clock()
    });
    view! { <time>{move || shown.get()}</time> }
}

/// Where an action of the bottom bar stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DockMark {
    #[default]
    None,
    /// The screen shows it now.
    Current,
    /// It waits for the person: red. At most one at a time.
    Now,
}

/// One action of the bottom bar. The words say what it is and how it stands.
#[component]
pub fn DockAction(
    icon: IconName,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] state: Signal<String>,
    #[prop(optional, into)] mark: Signal<DockMark>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class:now=move || mark.get() == DockMark::Now
            aria-current=move || (mark.get() == DockMark::Current).then_some("page")
            on:click=move |_| on_press.run(())>
            <Icon name=icon size=IconSize::Big/>
            <span><b>{move || label.get()}</b><small>{move || state.get()}</small></span>
        </button>
    }
}

/// The bottom bar; its children are three [`DockAction`]s.
#[component]
pub fn Dock(children: Children) -> impl IntoView {
    let texts = use_texts();
    view! { <nav class="dock" aria-label=move || texts.get().common.my_actions>{children()}</nav> }
}
