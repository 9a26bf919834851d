//! What a person chose on this device: language, background, text size. Kept in `localStorage`, read
//! before the first paint by `early.js` under the same keys, and never sent anywhere.

use leptos::prelude::*;

use crate::texts::{Language, Texts};

const LANGUAGE: &str = "icabinet.language";
const THEME: &str = "icabinet.theme";
const TEXT_SCALE: &str = "icabinet.text-scale";

/// Light paper or dark lacquer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    fn tag(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn of_tag(tag: &str) -> Self {
        match tag {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// A, A+, A++, A+++.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TextScale {
    #[default]
    Normal,
    Large,
    Larger,
    Largest,
}

impl TextScale {
    /// All sizes, smallest first.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Large, Self::Larger, Self::Largest];

    /// The factor on the size of every text.
    pub fn factor(self) -> &'static str {
        match self {
            Self::Normal => "1",
            Self::Large => "1.15",
            Self::Larger => "1.3",
            Self::Largest => "1.5",
        }
    }

    /// How the size is named on its button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Normal => "A",
            Self::Large => "A+",
            Self::Larger => "A++",
            Self::Largest => "A+++",
        }
    }

    fn of_factor(factor: &str) -> Self {
        Self::ALL.into_iter().find(|scale| scale.factor() == factor).unwrap_or_default()
    }
}

/// The person's choices. Writing a signal changes the screen at once and is remembered.
#[derive(Clone, Copy)]
pub struct Preferences {
    pub language: RwSignal<Language>,
    pub theme: RwSignal<Theme>,
    pub text_scale: RwSignal<TextScale>,
}

impl Preferences {
    /// Reads the stored choices and provides them to everything below. Once, at the root.
    pub fn provide() -> Self {
        let stored = |key| {
            storage().and_then(|store| store.get_item(key).ok().flatten()).unwrap_or_default()
        };
        let preferences = Self {
            language: RwSignal::new(Language::of_tag(&stored(LANGUAGE))),
            theme: RwSignal::new(Theme::of_tag(&stored(THEME))),
            text_scale: RwSignal::new(TextScale::of_factor(&stored(TEXT_SCALE))),
        };
        provide_context(preferences);
        Effect::new(move || {
            let tag = preferences.language.get().tag();
            on_root(|root| root.set_lang(tag));
            store(LANGUAGE, Some(tag));
        });
        Effect::new(move || {
            let tag = preferences.theme.get().tag();
            on_root(|root| match tag {
                Some(tag) => _ = root.set_attribute("data-theme", tag),
                None => _ = root.remove_attribute("data-theme"),
            });
            store(THEME, tag);
        });
        Effect::new(move || {
            let factor = preferences.text_scale.get().factor();
            on_root(|root| _ = root.style().set_property("--text-scale", factor));
            store(TEXT_SCALE, Some(factor));
        });
        preferences
    }
}

/// The person's choices.
///
/// # Panics
/// Outside the application's root, which provides them: a mistake of the programmer.
pub fn use_preferences() -> Preferences {
    expect_context()
}

/// The texts in the person's language; changes when the language does.
///
/// # Panics
/// As [`use_preferences`].
pub fn use_texts() -> Signal<&'static Texts> {
    let language = use_preferences().language;
    Signal::derive(move || language.get().texts())
}

fn on_root(change: impl FnOnce(&web_sys::HtmlElement)) {
    use wasm_bindgen::JsCast;
    if let Some(root) = document().document_element()
        && let Some(root) = root.dyn_ref()
    {
        change(root);
    }
}

/// `None` where the browser is set to keep nothing: the choices then last until the page is closed.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn store(key: &str, value: Option<&str>) {
    let Some(store) = storage() else { return };
    // A full or forbidden storage loses a preference, never anything of the meeting.
    _ = match value {
        Some(value) => store.set_item(key, value),
        None => store.remove_item(key),
    };
}
