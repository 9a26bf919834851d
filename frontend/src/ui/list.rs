//! Rows: of a list, and of the queue for the floor.

use leptos::prelude::*;

use super::{Button, ButtonSize, Icon, IconName};

/// The day and month that start a row.
#[component]
pub fn DateBlock(
    /// Two digits: `08`.
    #[prop(into)]
    day: Signal<String>,
    /// `tháng 12`
    #[prop(into)]
    month: Signal<String>,
) -> impl IntoView {
    view! { <span class="date"><b>{move || day.get()}</b><span class="meta">{move || month.get()}</span></span> }
}

/// Whether a row is the one that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RowMark {
    #[default]
    None,
    Here,
}

/// A row that opens something: what starts it as children (an icon, a [`DateBlock`]), a name, and a
/// line under it.
#[component]
pub fn Row(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] name: Signal<String>,
    #[prop(into)] detail: Signal<String>,
    #[prop(optional, into)] mark: Signal<RowMark>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let class = if children.is_some() { "row" } else { "row plain" };
    view! {
        <a class=class class:here=move || mark.get() == RowMark::Here href=move || href.get()
            aria-current=move || (mark.get() == RowMark::Here).then_some("true")>
            {children.map(|start| start())}
            <span><b>{move || name.get()}</b><span class="meta">{move || detail.get()}</span></span>
            <Icon name=IconName::Forward/>
        </a>
    }
}

/// Why somebody asks for the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    Speak,
    Reply,
    Order,
    Question,
}

/// One who asks to speak: order, name, kind and wait in words, and what the chair can press.
#[component]
pub fn QueueRow(
    /// Place in the queue, from 1.
    #[prop(into)]
    place: Signal<u32>,
    /// Title and full name.
    #[prop(into)]
    name: Signal<String>,
    kind: QueueKind,
    /// "Phát biểu · chờ 6 phút"
    #[prop(into)]
    detail: Signal<String>,
    /// The word on the button; without it there is none (only the chair invites).
    #[prop(optional, into)]
    action: MaybeProp<String>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let icon = match kind {
        QueueKind::Speak => None,
        QueueKind::Reply => Some(IconName::Reply),
        QueueKind::Order => Some(IconName::Order),
        QueueKind::Question => Some(IconName::Question),
    };
    let detail = match icon {
        Some(name) => {
            view! { <span class="badge"><Icon name=name/>{move || detail.get()}</span> }.into_any()
        }
        None => view! { <span class="meta">{move || detail.get()}</span> }.into_any(),
    };
    let button = move || {
        action
            .get()
            .map(|label| view! { <Button label=label size=ButtonSize::Small on_press=on_press/> })
    };
    view! {
        <li class="queue-row">
            <span class="no">{move || place.get()}</span>
            <span><b>{move || name.get()}</b>{detail}</span>
            {button}
        </li>
    }
}
