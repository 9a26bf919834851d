//! What a person chooses for this device: text size, background, language.

use leptos::prelude::*;

use crate::callbacks;
use crate::preferences::{TextScale, Theme, use_preferences, use_texts};
use crate::sync::http;
use crate::texts::Language;
use crate::ui::{StateRule, TopLine};

/// The settings as a page.
#[component]
pub fn Settings() -> impl IntoView {
    let texts = use_texts();
    let preferences = use_preferences();
    let words = move || &texts.get().common;
    // Whoever came with an invitation, or not at all, has no account: the server knows.
    let account = RwSignal::new(false);
    callbacks::task(async move { _ = account.try_set(http::gives("/api/me/sessions").await) });
    let to_account = move || {
        let link = view! { <p><a class="btn" href="/account">{move || words().account}</a></p> };
        account.get().then(|| link.into_any())
    };
    view! {
        <div class="screen">
            <TopLine meeting="i-Cabinet" body=Signal::derive(move || words().settings.to_owned())>
                <span class="keep"><a class="btn small" href="/">{move || words().go_home}</a></span>
            </TopLine>
            <main class="calm"><div class="settings">
                <h1>{move || words().settings}</h1>
                <StateRule/>
                <Choices legend=Signal::derive(move || words().text_size) selected=preferences.text_scale
                    options=TextScale::ALL.map(|scale| (scale, Signal::derive(move || scale.label()))).to_vec()/>
                <Choices legend=Signal::derive(move || words().theme) selected=preferences.theme
                    options=vec![
                        (Theme::System, Signal::derive(move || words().theme_system)),
                        (Theme::Light, Signal::derive(move || words().theme_light)),
                        (Theme::Dark, Signal::derive(move || words().theme_dark)),
                    ]/>
                // Each language is named in itself, so that one who reads no other finds it.
                <Choices legend=Signal::derive(move || words().language) selected=preferences.language
                    options=[Language::Vietnamese, Language::English]
                        .map(|language| (language, Signal::derive(move || language.texts().common.language_name))).to_vec()/>
                {to_account}
            </div></main>
        </div>
    }
}

/// A few buttons of which one is on; a press takes effect at once.
#[component]
fn Choices<T>(
    legend: Signal<&'static str>,
    selected: RwSignal<T>,
    options: Vec<(T, Signal<&'static str>)>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let buttons = options
        .into_iter()
        .map(|(value, label)| {
            view! {
                <button type="button" class="btn choice" on:click=move |_| selected.set(value)
                    aria-pressed=move || if selected.get() == value { "true" } else { "false" }>
                    {move || label.get()}
                </button>
            }
        })
        .collect_view();
    view! { <fieldset><legend class="over">{move || legend.get()}</legend><div class="acts">{buttons}</div></fieldset> }
}
