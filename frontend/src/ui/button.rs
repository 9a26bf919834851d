//! Buttons. A button that cannot be used says what is missing in its label, and is never merely grey.

use leptos::prelude::*;

use super::{Icon, IconName, IconSize};
use crate::preferences::use_texts;

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ButtonLook {
    #[default]
    Plain,
    /// Underlined words without an edge.
    Quiet,
}

/// How much room a button takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ButtonSize {
    /// 56 px high.
    #[default]
    Normal,
    /// 48 px high, the smallest target.
    Small,
    /// 56 px high, as wide as its place.
    Wide,
}

/// A plain button. While `enabled` is false it has a dashed edge, keeps its place in the order of
/// keys, and a press does nothing.
#[component]
pub fn Button(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional)] look: ButtonLook,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional, into)] icon: Option<IconName>,
    #[prop(default = true.into(), into)] enabled: Signal<bool>,
) -> impl IntoView {
    let class = match (look, size) {
        (ButtonLook::Plain, ButtonSize::Normal) => "btn",
        (ButtonLook::Plain, ButtonSize::Small) => "btn small nowrap",
        (ButtonLook::Plain, ButtonSize::Wide) => "btn wide",
        (ButtonLook::Quiet, ButtonSize::Normal) => "btn quiet",
        (ButtonLook::Quiet, ButtonSize::Small) => "btn small quiet",
        (ButtonLook::Quiet, ButtonSize::Wide) => "btn quiet wide",
    };
    view! {
        <button type="button" class=class aria-disabled=move || (!enabled.get()).then_some("true")
            on:click=move |_| if enabled.get_untracked() { on_press.run(()) }>
            {icon.map(|name| view! { <Icon name=name/> })}
            {move || label.get()}
        </button>
    }
}

/// How long after a change of meaning the primary button does not act, in milliseconds.
const REARM_MS: f64 = 1000.0;

/// The one red button of a screen. When its label changes under a finger that is already coming
/// down, the press is dropped: it acts again a second after its meaning changed.
#[component]
pub fn Primary(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional, into)] icon: MaybeProp<IconName>,
    #[prop(default = true.into(), into)] enabled: Signal<bool>,
) -> impl IntoView {
    let armed_at = StoredValue::new(0.0);
    Effect::new(move |before: Option<(String, bool)>| {
        let meaning = (label.get(), enabled.get());
        // The first meaning is no change, and what could not be pressed was aimed at by nobody.
        if before.is_some_and(|before| before != meaning && before.1) {
            armed_at.set_value(now_ms() + REARM_MS);
        }
        meaning
    });
    let press = move |_| {
        let acts = enabled.get_untracked() && now_ms() >= armed_at.get_value();
        if acts {
            on_press.run(());
        }
    };
    let class = if size == ButtonSize::Wide { "btn primary wide" } else { "btn primary" };
    view! {
        <button type="button" class=class aria-disabled=move || (!enabled.get()).then_some("true") on:click=press>
            {move || icon.get().map(|name| view! { <Icon name=name size=IconSize::Big/> })}
            {move || label.get()}
        </button>
    }
}

/// After the first of two presses the second one counts for nothing for this long, in milliseconds.
const SECOND_MS: f64 = 700.0;

/// Two presses for what can't be undone: while `ask` is true, the first press turns the label into the
/// question, and the second one acts. The one widget for that; put it around a button's label and press.
pub fn twice(
    label: Signal<String>,
    ask: Signal<bool>,
    act: Callback<()>,
) -> (Signal<String>, Callback<()>) {
    let texts = use_texts();
    let asked_at = RwSignal::new(None::<f64>);
    // Another meaning is asked about anew.
    Effect::new(move || {
        label.track();
        ask.track();
        asked_at.set(None);
    });
    let shown = Signal::derive(move || match (ask.get(), asked_at.get()) {
        (true, Some(_)) => (texts.get().common.press_again)(&label.get()),
        (true, None) | (false, _) => label.get(),
    });
    let press = Callback::new(move |()| match (ask.get_untracked(), asked_at.get_untracked()) {
        (true, None) => asked_at.set(Some(now_ms())),
        (true, Some(at)) if now_ms() - at < SECOND_MS => {}
        (true, Some(_)) | (false, _) => {
            asked_at.set(None);
            act.run(());
        }
    });
    (shown, press)
}

/// Milliseconds that never jump with the wall clock.
fn now_ms() -> f64 {
    window().performance().map_or(f64::MAX, |performance| performance.now())
}
