//! What belongs to the record: item numbers and titles, sources of sentences, fingerprints.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::preferences::use_texts;
use icabinet_presenter::vietnamese::no_break;

/// The item's number, the landmark that tablet and projector share; with `of` also how many there are.
#[component]
pub fn ItemNumber(
    #[prop(into)] number: Signal<u32>,
    #[prop(optional, into)] of: MaybeProp<u32>,
) -> impl IntoView {
    let texts = use_texts();
    let of = move || {
        of.get()
            .map(|items| view! { <span class="of">{(texts.get().common.of_items)(items)}</span> })
    };
    view! {
        <p class="item-no">
            <span class="sr">{move || texts.get().common.item}" "</span>
            <span class="n">{move || number.get()}</span>
            {of}
        </p>
    }
}

/// A title of the record as the screen's heading; numbers stay with their units.
#[component]
pub fn ItemTitle(#[prop(into)] title: Signal<String>) -> impl IntoView {
    view! { <h1 class="item-title">{move || no_break(&title.get())}</h1> }
}

/// The double rule, ink over gold, that closes a heading.
#[component]
pub fn StateRule() -> impl IntoView {
    view! { <hr class="rule state"/> }
}

/// Where a sentence of the minutes comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Sound,
    /// The sound of this sentence is being played.
    SoundPlaying,
    Paper,
    /// The meeting's own record: locked.
    Record,
    /// A person wrote or changed it.
    Person,
    /// Nobody knows: take over or delete.
    None,
}

/// The source of a sentence; a press goes there.
#[component]
pub fn SourceChip(
    #[prop(into)] source: Signal<Source>,
    #[prop(into)] text: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let icon = Signal::derive(move || match source.get() {
        Source::Sound | Source::SoundPlaying => IconName::Play,
        Source::Paper => IconName::Paper,
        Source::Record => IconName::Lock,
        Source::Person => IconName::Person,
        Source::None => IconName::Warning,
    });
    let class = move || match source.get() {
        Source::Sound | Source::Paper | Source::Person => "chip",
        Source::SoundPlaying => "chip on",
        Source::Record => "chip log",
        Source::None => "chip none",
    };
    view! {
        <button type="button" class=class on:click=move |_| on_press.run(())>
            <Icon name=icon/>{move || text.get()}
        </button>
    }
}

/// A document's fingerprint in groups that are read aloud and compared with the projector's.
#[component]
pub fn Fingerprint(
    /// Groups of characters, as `texts::codes::spoken` separates them with spaces.
    #[prop(into)]
    groups: Signal<String>,
) -> impl IntoView {
    let cells = move || {
        groups
            .get()
            .split_whitespace()
            .map(|group| view! { <span>{group.to_owned()}</span> })
            .collect_view()
    };
    view! { <p class="print" role="img" aria-label=move || groups.get()>{cells}</p> }
}
