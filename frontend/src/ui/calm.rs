//! Screens with nothing to show, and screens where something went wrong.

use leptos::prelude::*;

use super::{Icon, IconName, IconSize};
use crate::preferences::use_texts;

/// An empty table: nothing is there yet. As children the next action, one primary button first.
#[component]
pub fn EmptyState(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    const TABLE: &str = "<ellipse cx='100' cy='60' rx='62' ry='30'/><ellipse cx='100' cy='60' rx='57' ry='26' stroke-width='.8'/><circle cx='100' cy='12' r='7'/><circle cx='52' cy='20' r='7'/><circle cx='148' cy='20' r='7'/><circle cx='18' cy='60' r='7'/><circle cx='182' cy='60' r='7'/><circle cx='52' cy='100' r='7'/><circle cx='148' cy='100' r='7'/><circle cx='100' cy='108' r='7'/>";
    view! {
        <main class="calm"><div>
            <svg class="art" viewBox="0 0 200 120" aria-hidden="true" inner_html=TABLE></svg>
            <h1>{move || title.get()}</h1>
            <p>{move || text.get()}</p>
            {children.map(|actions| view! { <div class="acts">{actions()}</div> })}
        </div></main>
    }
}

/// What went wrong, in the order a person asks: what, is my work safe, what do I press, which code do
/// I read to whom. As children the actions, one primary button first.
#[component]
pub fn ErrorState(
    /// The kind in a few words: "Tài liệu chưa mở được".
    #[prop(into)]
    kind: Signal<String>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] what_happened: Signal<String>,
    #[prop(into)] is_work_safe: Signal<String>,
    #[prop(into)] what_to_do: Signal<String>,
    /// The closed code, the time, and what finds it in the log: "PAGE-HASH · 14:02:11 · K3F9".
    #[prop(into)]
    code: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <main class="calm"><div role="alert">
            <p class="badge kind"><Icon name=IconName::Warning size=IconSize::Big/>{move || kind.get()}</p>
            <h1>{move || title.get()}</h1>
            <dl>
                <dt>{move || texts.get().state.what_happened}</dt><dd>{move || what_happened.get()}</dd>
                <dt>{move || texts.get().state.is_work_safe}</dt><dd>{move || is_work_safe.get()}</dd>
                <dt>{move || texts.get().state.what_to_do}</dt><dd>{move || what_to_do.get()}</dd>
                <dt>{move || texts.get().state.code}</dt><dd class="code">{move || code.get()}</dd>
            </dl>
            {children.map(|actions| view! { <div class="acts">{actions()}</div> })}
        </div></main>
    }
}
