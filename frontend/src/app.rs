//! The application's root: what everything shares is provided here, and each place gets its page.

use icabinet_models::ids::MeetingId;
use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::features::recording::RecordingElsewhere;
use crate::navigation::Navigation;
use crate::pages;
use crate::place::{Desk, Place};
use crate::preferences::Preferences;
use crate::sync::{Recorder, Session};
use crate::ui::ServerClock;

/// Called by the browser when the module is ready: takes the place of the skeleton in the page.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("icabinet: {panic}")));
    if let Some(skeleton) = document().get_element_by_id("skeleton") {
        // It would stand over the application; nothing else can be done about it.
        _ = skeleton.set_attribute("hidden", "");
    }
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    Preferences::provide();
    ServerClock::provide();
    let place = Navigation::provide().place();
    Session::provide();
    Recorder::provide();
    let shown = Signal::derive(move || place.get().meeting());
    view! { {move || page(place.get())}<RecordingElsewhere shown/> }
}

fn page(place: Place) -> AnyView {
    match place {
        Place::Home => view! { <pages::Home/> }.into_any(),
        Place::SignIn => view! { <pages::SignIn/> }.into_any(),
        Place::Join => view! { <pages::Join/> }.into_any(),
        Place::Settings => view! { <pages::Settings/> }.into_any(),
        Place::Meeting(id) => view! { <pages::Meeting id/> }.into_any(),
        Place::Screen(id) => projector(id),
        Place::Desk(desk) => office(desk),
        #[cfg(feature = "kit")]
        Place::Kit => view! { <pages::Kit/> }.into_any(),
        #[cfg(not(feature = "kit"))]
        Place::Kit => view! { <pages::NotFound/> }.into_any(),
        Place::Nowhere => view! { <pages::NotFound/> }.into_any(),
    }
}

#[cfg(feature = "desk")]
fn office(desk: Desk) -> AnyView {
    match desk {
        Desk::NewMeeting => view! { <pages::NewMeeting/> }.into_any(),
        Desk::Account => view! { <pages::Account/> }.into_any(),
        Desk::Keys => view! { <pages::Keys/> }.into_any(),
        Desk::Chair(id) => view! { <pages::Chair id/> }.into_any(),
        Desk::Prepare(id) => view! { <pages::Prepare id/> }.into_any(),
        Desk::Minutes(id) => view! { <pages::Minutes id/> }.into_any(),
        Desk::Decisions(id) => view! { <pages::Decisions id/> }.into_any(),
        Desk::Sign(id, document) => view! { <pages::Sign id document/> }.into_any(),
    }
}

#[cfg(feature = "desk")]
fn projector(id: MeetingId) -> AnyView {
    view! { <pages::Screen id/> }.into_any()
}

#[cfg(not(feature = "desk"))]
fn projector(_: MeetingId) -> AnyView {
    larger()
}

#[cfg(not(feature = "desk"))]
fn office(_: Desk) -> AnyView {
    larger()
}

/// The address is right, this program is the small one: the server gives the larger one for it.
#[cfg(not(feature = "desk"))]
fn larger() -> AnyView {
    if window().location().reload().is_err() {
        leptos::logging::warn!("icabinet: the page could not be loaded again");
    }
    ().into_any()
}
