//! Where the person is: the address of the window as a signal, and going elsewhere without loading
//! the application again. Which page an address names is in `place`.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use crate::callbacks;
use crate::place::Place;
use crate::reactive::memo;

/// Where the person is. Copies are the same.
#[derive(Clone, Copy)]
pub struct Navigation {
    path: RwSignal<String>,
    /// What the address says after `?`.
    query: RwSignal<String>,
}

impl Navigation {
    /// Provides the place to everything below, and follows links and the browser's own buttons.
    pub fn provide() -> Self {
        let navigation = Self { path: RwSignal::new(here()), query: RwSignal::new(search()) };
        provide_context(navigation);
        callbacks::on_window(leptos::ev::popstate, move |_| navigation.look());
        callbacks::on_window(leptos::ev::click, move |event| navigation.follow(&event));
        navigation
    }

    /// The page.
    pub fn place(self) -> Memo<Place> {
        memo(move || self.path.with(|path| Place::of(path)))
    }

    /// What the address says after `?`: where on a page the person is.
    pub fn query(self) -> Signal<String> {
        self.query.into()
    }

    /// Goes elsewhere on the same page; the browser's way back leads here again.
    pub fn step(self, query: &str) {
        self.moved(history().push_state_with_url(&JsValue::NULL, "", Some(&at(query))));
    }

    /// Notes where on the page the person has got to: loading it anew leads there.
    pub fn note(self, query: &str) {
        self.moved(history().replace_state_with_url(&JsValue::NULL, "", Some(&at(query))));
    }

    fn moved(self, done: Result<(), JsValue>) {
        if done.is_err() {
            leptos::logging::warn!("icabinet: the browser does not keep the place");
        }
        self.query.set(search());
    }

    fn look(self) {
        self.query.set(search());
        self.path.set(here());
    }

    /// Goes to an address of this application.
    pub fn go(self, address: &str) {
        self.leave(address, history().push_state_with_url(&JsValue::NULL, "", Some(address)));
    }

    /// Goes to an address of this application; the way back doesn't lead here.
    pub fn replace(self, address: &str) {
        self.leave(address, history().replace_state_with_url(&JsValue::NULL, "", Some(address)));
    }

    fn leave(self, address: &str, done: Result<(), JsValue>) {
        if done.is_err() {
            leptos::logging::warn!("icabinet: the browser did not go to {address}");
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.look();
    }

    /// A plain click on a link to one of our pages stays in the application; everything else is the
    /// browser's.
    fn follow(self, event: &MouseEvent) {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let clicked = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let link = clicked.and_then(|clicked| clicked.closest("a[href]").ok().flatten());
        let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else {
            return;
        };
        let ours = link.origin() == window().location().origin().unwrap_or_default();
        let plain =
            link.target().is_empty() && link.rel() != "external" && !link.has_attribute("download");
        if ours && plain && Place::of(&link.pathname()) != Place::Nowhere {
            event.prevent_default();
            self.go(&format!("{}{}{}", link.pathname(), link.search(), link.hash()));
        }
    }
}

/// Where the person is.
///
/// # Panics
/// Outside the application's root, which provides it: a mistake of the programmer.
pub fn use_navigation() -> Navigation {
    expect_context()
}

/// The path in the window's address.
pub fn here() -> String {
    window().location().pathname().unwrap_or_default()
}

fn search() -> String {
    window().location().search().unwrap_or_default()
}

/// The address of this page with `query`.
fn at(query: &str) -> String {
    if query.is_empty() { here() } else { format!("{}?{query}", here()) }
}

/// What the address says after `?name=`, unescaped.
pub fn asked(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// The token after `#`.
pub fn token_in_address() -> Option<String> {
    let token = window().location().hash().ok()?.strip_prefix('#')?.to_owned();
    (!token.is_empty()).then_some(token)
}

/// The token after `#`, taken out of the address so that it stands on no screen.
pub fn take_token() -> Option<String> {
    let token = token_in_address()?;
    if history().replace_state_with_url(&JsValue::NULL, "", Some(&here())).is_err() {
        leptos::logging::warn!("icabinet: the token stays in the address");
    }
    Some(token)
}

fn history() -> web_sys::History {
    // Every window has one; a document without a browsing context never starts the application.
    window().history().unwrap_or_else(|_| JsValue::NULL.unchecked_into())
}
