//! The vote buttons and the receipt that takes the place of *send*. Two taps: choose, send.
//! Red is none of the choices, and all have one size, one weight and one distance.

use leptos::prelude::*;

use super::{Icon, IconName, IconSize};
use crate::preferences::use_texts;
use crate::reactive::memo;
use crate::texts::Texts;

/// What can be voted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteChoice {
    Yes,
    No,
    Abstain,
    Other,
}

impl VoteChoice {
    /// The word on the button, in capitals.
    pub fn word(self, texts: &Texts) -> &'static str {
        match self {
            Self::Yes => texts.vote.yes,
            Self::No => texts.vote.no,
            Self::Abstain => texts.vote.abstain,
            Self::Other => texts.vote.other,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Yes => "vote yes",
            Self::No => "vote no",
            Self::Abstain => "vote abstain",
            Self::Other => "vote other",
        }
    }

    fn drawing(self) -> &'static str {
        match self {
            Self::Yes => "<circle cx='22' cy='22' r='19'/><path d='m12.5 22.5 6.5 6.5L31.5 15.5'/>",
            Self::No => {
                "<rect x='4' y='4' width='36' height='36' rx='3'/><path d='m14 14 16 16M30 14 14 30'/>"
            }
            Self::Abstain => "<path d='M13 4h18l10 18-10 18H13L3 22z'/><path d='M14 22h16'/>",
            Self::Other => {
                "<path d='M22 2 42 22 22 42 2 22z'/><path d='M13.5 19h17M13.5 25.5h11'/>"
            }
        }
    }
}

/// The shape of a choice: circle with a tick, square with a cross, hexagon with a bar, diamond with lines.
#[component]
pub fn VoteShape(choice: VoteChoice) -> impl IntoView {
    view! {
        <svg class="shape" viewBox="0 0 44 44" aria-hidden="true" inner_html=choice.drawing()></svg>
    }
}

/// Where the person's ballot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum VotePhase {
    /// Nothing is sent: a tap chooses.
    #[default]
    Choosing,
    /// On its way for the first time. Locked.
    Sending,
    /// Waiting for the connection. Locked.
    Unsent,
    /// The server answered with a receipt. Locked.
    Recorded,
    /// The vote closed first. Locked, and nothing is filled.
    NotCounted,
}

/// The choices as one group of radio buttons: a tap or Space chooses, the arrow keys move.
#[component]
pub fn VoteButtons(
    choices: Vec<VoteChoice>,
    #[prop(into)] chosen: Signal<Option<VoteChoice>>,
    #[prop(into)] phase: Signal<VotePhase>,
    #[prop(into)] on_choose: Callback<VoteChoice>,
    /// A remark on the button of another opinion: "kèm nội dung".
    #[prop(optional, into)]
    other_remark: MaybeProp<String>,
) -> impl IntoView {
    let texts = use_texts();
    let group = NodeRef::<leptos::html::Div>::new();
    let count = choices.len();
    let order = choices.clone();
    let step = move |event: web_sys::KeyboardEvent| {
        let forward = match event.key().as_str() {
            "ArrowDown" | "ArrowRight" => 1,
            "ArrowUp" | "ArrowLeft" => count.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        if phase.get_untracked() != VotePhase::Choosing || order.is_empty() {
            return;
        }
        let from = chosen
            .get_untracked()
            .and_then(|chosen| order.iter().position(|choice| *choice == chosen));
        // While nothing is chosen the keyboard stands on the first.
        let to = (from.unwrap_or(0) + forward) % count;
        on_choose.run(order[to]);
        focus_child(group, to);
    };
    let first = choices.first().copied();
    let buttons = choices
        .into_iter()
        .map(|choice| {
            let is_first = first == Some(choice);
            view! { <VoteButton choice chosen phase on_choose other_remark is_first/> }
        })
        .collect_view();
    view! {
        <div class="votes" role="radiogroup" node_ref=group aria-label=move || texts.get().vote.my_opinion on:keydown=step>
            {buttons}
        </div>
    }
}

fn focus_child(group: NodeRef<leptos::html::Div>, index: usize) {
    use wasm_bindgen::JsCast;
    let child = group
        .get_untracked()
        .and_then(|group| group.children().item(u32::try_from(index).unwrap_or(0)));
    if let Some(button) = child.and_then(|child| child.dyn_into::<web_sys::HtmlElement>().ok()) {
        _ = button.focus();
    }
}

#[component]
fn VoteButton(
    choice: VoteChoice,
    chosen: Signal<Option<VoteChoice>>,
    phase: Signal<VotePhase>,
    on_choose: Callback<VoteChoice>,
    other_remark: MaybeProp<String>,
    is_first: bool,
) -> impl IntoView {
    let texts = use_texts();
    let is_chosen = memo(move || chosen.get() == Some(choice));
    let filled = move || is_chosen.get() && phase.get() != VotePhase::NotCounted;
    let locked = move || phase.get() != VotePhase::Choosing;
    // One stop for the Tab key: the chosen button, or the first while nothing is chosen.
    let tab_index =
        move || if is_chosen.get() || (is_first && chosen.get().is_none()) { "0" } else { "-1" };
    let say = move || {
        let words = &texts.get().vote;
        let (icon, words) = match (is_chosen.get(), phase.get()) {
            (true, VotePhase::Choosing) => (Some(IconName::Tick), words.chosen.to_owned()),
            (true, VotePhase::Sending) => (Some(IconName::Upload), words.sending.to_owned()),
            (true, VotePhase::Unsent) => (Some(IconName::Again), words.unsent.to_owned()),
            (true, VotePhase::Recorded) => (Some(IconName::Lock), words.my_ballot.to_owned()),
            (true, VotePhase::NotCounted) => (None, words.not_counted.to_owned()),
            (false, _) if choice == VoteChoice::Other => match other_remark.get() {
                Some(remark) => {
                    return Some(view! { <span class="say remark">{remark}</span> }.into_any());
                }
                None => return None,
            },
            (false, _) => return None,
        };
        Some(view! { <span class="say">{icon.map(|name| view! { <Icon name=name/> })}{words}</span> }.into_any())
    };
    let press = move |_| {
        if phase.get_untracked() == VotePhase::Choosing {
            on_choose.run(choice);
        }
    };
    view! {
        <button type="button" class=choice.class() role="radio" tabindex=tab_index on:click=press
            aria-checked=move || if filled() { "true" } else { "false" }
            aria-disabled=move || locked().then_some("true")>
            <VoteShape choice/>
            <span>{move || choice.word(texts.get())}</span>
            {say}
        </button>
    }
}

/// What became of a sent ballot. Times are already written, `14:03:21`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptState {
    /// The server has it, and says so with its time and a code.
    Recorded { choice: VoteChoice, code: String, time: String },
    /// On its way; nothing is recorded yet.
    Sending { choice: VoteChoice },
    /// Kept on this device since `since` and being sent.
    Unsent { choice: VoteChoice, since: String, attempt: u32 },
    /// It came after the end.
    Lost { closed: String, arrived: String },
    /// It was refused for another reason, already written.
    Refused { detail: String },
}

/// The receipt, in the place and with the height of the send button.
#[component]
pub fn Receipt(#[prop(into)] state: Signal<ReceiptState>) -> impl IntoView {
    let texts = use_texts();
    move || {
        let all = texts.get();
        let words = &all.vote;
        match state.get() {
            ReceiptState::Recorded { choice, code, time } => view! {
                <div class="receipt" role="status">
                    <Icon name=IconName::Seal size=IconSize::Big/>
                    <div>
                        <b>{(words.recorded)(choice.word(all))}</b>
                        <span class="meta">{words.receipt}" "<span class="code">{code}</span></span>
                    </div>
                    <span class="time">{time}</span>
                </div>
            }
            .into_any(),
            ReceiptState::Sending { choice } => view! {
                <div class="receipt unsent" role="status">
                    <Icon name=IconName::Upload size=IconSize::Big/>
                    <div>
                        <b>{(words.sending_title)(choice.word(all))}</b>
                        <span class="meta">{words.sending_detail}</span>
                    </div>
                </div>
            }
            .into_any(),
            ReceiptState::Unsent { choice, since, attempt } => view! {
                <div class="receipt unsent" role="status">
                    <Icon name=IconName::Again size=IconSize::Big/>
                    <div>
                        <b>{words.not_sent_title}</b>
                        <span class="meta">{(words.not_sent_detail)(choice.word(all), &since, attempt)}</span>
                    </div>
                </div>
            }
            .into_any(),
            ReceiptState::Lost { closed, arrived } => lost(words.lost_title, (words.lost_detail)(&closed, &arrived)).into_any(),
            ReceiptState::Refused { detail } => lost(words.lost_title, detail).into_any(),
        }
    }
}

fn lost(title: &'static str, detail: String) -> impl IntoView {
    view! {
        <div class="receipt lost" role="alert">
            <Icon name=IconName::Cross size=IconSize::Big/>
            <div><b>{title}</b><span class="meta">{detail}</span></div>
        </div>
    }
}
