//! The application's root: what everything shares is provided here, and the routes are listed.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::pages;
use crate::preferences::Preferences;
use crate::sync::Session;
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
    Session::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <pages::NotFound/> }.into_any()>
                <Route path=path!("/") view=|| view! { <pages::Home/> }.into_any()/>
                <Route path=path!("/sign-in") view=|| view! { <pages::SignIn/> }.into_any()/>
                <Route path=path!("/meetings/new") view=|| view! { <pages::NewMeeting/> }.into_any()/>
                <Route path=path!("/meetings/:id") view=|| view! { <pages::Meeting/> }.into_any()/>
                <Route path=path!("/screen/:id") view=|| view! { <pages::Screen/> }.into_any()/>
                <Route path=path!("/meetings/:id/chair") view=|| view! { <pages::Chair/> }.into_any()/>
                <Route path=path!("/meetings/:id/prepare") view=|| view! { <pages::Prepare/> }.into_any()/>
                <Route path=path!("/meetings/:id/minutes") view=|| view! { <pages::Minutes/> }.into_any()/>
                <Route path=path!("/meetings/:id/decisions") view=|| view! { <pages::Decisions/> }.into_any()/>
                <Route path=path!("/meetings/:id/sign/:instrument") view=|| view! { <pages::Sign/> }.into_any()/>
                <Route path=path!("/keys") view=|| view! { <pages::Keys/> }.into_any()/>
                <Route path=path!("/settings") view=|| view! { <pages::Settings/> }.into_any()/>
                <Route path=path!("/kit") view=|| view! { <pages::Kit/> }.into_any()/>
            </Routes>
        </Router>
    }
}
