//! Every word the tablet shows, in Vietnamese and English. A topic a file: its struct, then the two
//! languages side by side, so that a missing text does not compile. How dates, names and numbers are
//! written is in `icabinet_presenter::vietnamese` and [`dates`].
//!
//! Never here: what the server says (it sends codes), and what people wrote.

#[cfg(feature = "desk")]
pub mod account;
pub mod codes;
pub mod common;
pub mod dates;
#[cfg(feature = "desk")]
pub mod desk;
#[cfg(feature = "desk")]
pub mod editing;
pub mod gate;
pub mod home;
#[cfg(feature = "kit")]
pub mod kit;
#[cfg(feature = "desk")]
pub mod lists;
#[cfg(feature = "desk")]
pub mod minutes;
pub mod outcome;
pub mod people;
#[cfg(feature = "desk")]
pub mod prepare;
pub mod recording;
pub mod refusals;
pub mod room;
#[cfg(feature = "desk")]
pub mod screen;
#[cfg(feature = "desk")]
pub mod screens;
#[cfg(feature = "desk")]
pub mod sign;
pub mod state;
pub mod vote;

/// The two languages of the product. Vietnamese is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Vietnamese,
    English,
}

impl Language {
    /// The BCP 47 tag, for `lang` and for storage.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    /// The language of a stored tag; anything unknown is Vietnamese.
    pub fn of_tag(tag: &str) -> Self {
        if tag == "en" { Self::English } else { Self::Vietnamese }
    }

    /// All texts in this language.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::Vietnamese => &VI,
            Self::English => &EN,
        }
    }
}

/// All texts of one language. Fixed sentences are `&'static str`; those with arguments are functions.
#[derive(Debug)]
pub struct Texts {
    pub language: Language,
    pub common: common::Common,
    pub state: state::State,
    pub vote: vote::Vote,
    #[cfg(feature = "kit")]
    pub kit: kit::Kit,
    pub gate: gate::Gate,
    pub home: home::Home,
    pub room: room::Room,
    pub recording: recording::Recording,
    pub results: outcome::Results,
    #[cfg(feature = "desk")]
    pub screen: screen::Screen,
    #[cfg(feature = "desk")]
    pub account: account::Account,
    #[cfg(feature = "desk")]
    pub editing: editing::Editing,
    #[cfg(feature = "desk")]
    pub minutes: minutes::Minutes,
    #[cfg(feature = "desk")]
    pub lists: lists::Lists,
    #[cfg(feature = "desk")]
    pub prepare: prepare::Prepare,
    #[cfg(feature = "desk")]
    pub screens: screens::Screens,
    #[cfg(feature = "desk")]
    pub sign: sign::Sign,
    #[cfg(feature = "desk")]
    pub desk: desk::Desk,
}

/// Vietnamese: what the product is written in.
pub static VI: Texts = Texts {
    language: Language::Vietnamese,
    common: common::VI,
    state: state::VI,
    vote: vote::VI,
    #[cfg(feature = "kit")]
    kit: kit::VI,
    gate: gate::VI,
    home: home::VI,
    room: room::VI,
    recording: recording::VI,
    results: outcome::VI,
    #[cfg(feature = "desk")]
    screen: screen::VI,
    #[cfg(feature = "desk")]
    account: account::VI,
    #[cfg(feature = "desk")]
    editing: editing::VI,
    #[cfg(feature = "desk")]
    minutes: minutes::VI,
    #[cfg(feature = "desk")]
    lists: lists::VI,
    #[cfg(feature = "desk")]
    prepare: prepare::VI,
    #[cfg(feature = "desk")]
    screens: screens::VI,
    #[cfg(feature = "desk")]
    sign: sign::VI,
    #[cfg(feature = "desk")]
    desk: desk::VI,
};

/// English, beside it.
pub static EN: Texts = Texts {
    language: Language::English,
    common: common::EN,
    state: state::EN,
    vote: vote::EN,
    #[cfg(feature = "kit")]
    kit: kit::EN,
    gate: gate::EN,
    home: home::EN,
    room: room::EN,
    recording: recording::EN,
    results: outcome::EN,
    #[cfg(feature = "desk")]
    screen: screen::EN,
    #[cfg(feature = "desk")]
    account: account::EN,
    #[cfg(feature = "desk")]
    editing: editing::EN,
    #[cfg(feature = "desk")]
    minutes: minutes::EN,
    #[cfg(feature = "desk")]
    lists: lists::EN,
    #[cfg(feature = "desk")]
    prepare: prepare::EN,
    #[cfg(feature = "desk")]
    screens: screens::EN,
    #[cfg(feature = "desk")]
    sign: sign::EN,
    #[cfg(feature = "desk")]
    desk: desk::EN,
};
