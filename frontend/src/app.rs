//! The application's root: what everything shares is provided here, and the routes are listed.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::pages;
use crate::preferences::Preferences;
use crate::ui::ServerClock;

/// Called by the browser when the module is ready: takes the place of the skeleton in `index.html`.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        leptos::logging::error!("icabinet: {panic}");
        set_hidden("crash", Hidden::No);
    }));
    set_hidden("skeleton", Hidden::Yes);
    leptos::mount::mount_to_body(App);
}

#[derive(PartialEq)]
enum Hidden {
    Yes,
    No,
}

fn set_hidden(id: &str, hidden: Hidden) {
    if let Some(element) = document().get_element_by_id(id) {
        _ = match hidden {
            Hidden::Yes => element.set_attribute("hidden", ""),
            Hidden::No => element.remove_attribute("hidden"),
        };
    }
}

#[component]
fn App() -> impl IntoView {
    Preferences::provide();
    ServerClock::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <pages::NotFound/> }.into_any()>
                <Route path=path!("/settings") view=|| view! { <pages::Settings/> }.into_any()/>
                <Route path=path!("/kit") view=|| view! { <pages::Kit/> }.into_any()/>
            </Routes>
        </Router>
    }
}
