//! The addresses of the application: which page a path names. Pure; where the person is now is kept
//! by `navigation`.
//!
//! Own code instead of a router's: the addresses below, and nothing nested, weigh a fraction of what
//! `leptos_router` adds to an official's first load (`docs/decisions/0006-first-load.md`).

use icabinet_models::ids::MeetingId;

/// A page of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Home,
    SignIn,
    /// The door for those with an invitation.
    Join,
    Settings,
    Meeting(MeetingId),
    Screen(MeetingId),
    /// A page of those who prepare, preside and sign; only the larger program has them.
    Desk(Desk),
    /// Every widget in its states.
    Kit,
    Nowhere,
}

/// A page of the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Desk {
    NewMeeting,
    Keys,
    Chair(MeetingId),
    Prepare(MeetingId),
    Minutes(MeetingId),
    Decisions(MeetingId),
    /// The second part names the document, as the decisions' page links it.
    Sign(MeetingId, String),
}

impl Place {
    /// The page that a path names; a slash at the end means nothing.
    pub fn of(path: &str) -> Self {
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        let meeting = |id: &str| MeetingId::from(id.to_owned());
        match *parts.as_slice() {
            [""] => Self::Home,
            ["sign-in"] => Self::SignIn,
            ["join"] => Self::Join,
            ["settings"] => Self::Settings,
            ["kit"] => Self::Kit,
            ["keys"] => Self::Desk(Desk::Keys),
            ["screen", id] => Self::Screen(meeting(id)),
            ["meetings", "new"] => Self::Desk(Desk::NewMeeting),
            ["meetings", id] => Self::Meeting(meeting(id)),
            ["meetings", id, "chair"] => Self::Desk(Desk::Chair(meeting(id))),
            ["meetings", id, "prepare"] => Self::Desk(Desk::Prepare(meeting(id))),
            ["meetings", id, "minutes"] => Self::Desk(Desk::Minutes(meeting(id))),
            ["meetings", id, "decisions"] => Self::Desk(Desk::Decisions(meeting(id))),
            ["meetings", id, "sign", document] => {
                Self::Desk(Desk::Sign(meeting(id), document.to_owned()))
            }
            _ => Self::Nowhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Desk, Place};

    #[test]
    fn every_address_has_its_page() {
        let id = || "ho-sen-2026-11".into();
        for (path, place) in [
            ("/", Place::Home),
            ("", Place::Home),
            ("/sign-in", Place::SignIn),
            ("/join", Place::Join),
            ("/settings/", Place::Settings),
            ("/kit", Place::Kit),
            ("/keys", Place::Desk(Desk::Keys)),
            ("/screen/ho-sen-2026-11", Place::Screen(id())),
            ("/meetings/new", Place::Desk(Desk::NewMeeting)),
            ("/meetings/ho-sen-2026-11", Place::Meeting(id())),
            ("/meetings/ho-sen-2026-11/chair", Place::Desk(Desk::Chair(id()))),
            ("/meetings/ho-sen-2026-11/prepare", Place::Desk(Desk::Prepare(id()))),
            ("/meetings/ho-sen-2026-11/minutes", Place::Desk(Desk::Minutes(id()))),
            ("/meetings/ho-sen-2026-11/decisions", Place::Desk(Desk::Decisions(id()))),
            (
                "/meetings/ho-sen-2026-11/sign/minutes",
                Place::Desk(Desk::Sign(id(), "minutes".into())),
            ),
            ("/meetings", Place::Nowhere),
            ("/meetings/a/b", Place::Nowhere),
            ("/meetings/a/sign", Place::Nowhere),
            ("/elsewhere", Place::Nowhere),
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }
}
