//! The addresses of the application: which page a path names. Pure; where the person is now is kept
//! by `navigation`.
//!
//! Own code instead of a router's: the addresses below, and nothing nested, weigh a fraction of what
//! `leptos_router` adds to an official's first load (`docs/decisions/0006-first-load.md`).

use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{ItemId, MeetingId, PaperId};
use icabinet_models::waiting::Wait;

/// A page of the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Home,
    SignIn,
    /// The door for those with an invitation.
    Join,
    Settings,
    Meeting(MeetingId),
    /// The screen at the projector; only the larger program has it.
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
    /// One's own devices and password.
    Account,
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
            ["account"] => Self::Desk(Desk::Account),
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

    /// The meeting that the page belongs to.
    pub fn meeting(&self) -> Option<MeetingId> {
        match self {
            Self::Meeting(id)
            | Self::Screen(id)
            | Self::Desk(
                Desk::Chair(id)
                | Desk::Prepare(id)
                | Desk::Minutes(id)
                | Desk::Decisions(id)
                | Desk::Sign(id, _),
            ) => Some(id.clone()),
            Self::Home
            | Self::SignIn
            | Self::Join
            | Self::Settings
            | Self::Desk(Desk::NewMeeting | Desk::Account | Desk::Keys)
            | Self::Kit
            | Self::Nowhere => None,
        }
    }
}

/// The address of the page where something that waits is done.
pub fn place_of(meeting: &MeetingId, wait: Wait) -> String {
    let page = match wait {
        Wait::Preside | Wait::TakeChair => "chair".to_owned(),
        Wait::Sign(instrument) => signing(instrument),
        Wait::Publish(Instrument::Minutes) => "minutes".to_owned(),
        Wait::Publish(Instrument::Decision(_)) => "decisions".to_owned(),
    };
    format!("/meetings/{meeting}/{page}")
}

/// The address of the page that signs a document, within its meeting.
pub fn signing(instrument: Instrument) -> String {
    match instrument {
        Instrument::Minutes => "sign/minutes".to_owned(),
        Instrument::Decision(id) => format!("sign/decision-{id}"),
    }
}

/// What of a meeting somebody looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Whatever the room is at.
    #[default]
    Room,
    Agenda,
    /// The papers of the whole meeting.
    Whole,
    Item(ItemId),
}

/// Where in a meeting somebody is, as the part of the address after `?` keeps it: going back and loading
/// anew lead there again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    pub look: Look,
    /// A paper that was chosen or turned, and its page from 1.
    pub paper: Option<(PaperId, usize)>,
}

impl Spot {
    /// Reads it off an address; what it doesn't understand means nothing.
    pub fn of(query: &str) -> Self {
        let parts = || query.trim_start_matches('?').split('&');
        let number = |name: &str| {
            let own = parts().find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            own.and_then(|text| text.parse::<u32>().ok())
        };
        let look = match number("item") {
            Some(item) => Look::Item(ItemId(item)),
            None if parts().any(|part| part == "agenda") => Look::Agenda,
            None if parts().any(|part| part == "papers") => Look::Whole,
            None => Look::Room,
        };
        let page = number("page").unwrap_or(1).max(1);
        let paper = number("paper").map(|paper| (PaperId(paper), page as usize));
        Self { look, paper }
    }

    /// As the address keeps it, without the `?`.
    pub fn query(&self) -> String {
        let look = match self.look {
            Look::Room => String::new(),
            Look::Agenda => "agenda".to_owned(),
            Look::Whole => "papers".to_owned(),
            Look::Item(item) => format!("item={}", item.0),
        };
        let paper = self.paper.map(|(paper, page)| format!("paper={}&page={page}", paper.0));
        [look, paper.unwrap_or_default()]
            .iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::{Desk, Look, Place, Spot};
    use icabinet_models::ids::{ItemId, PaperId};

    #[test]
    fn a_spot_comes_back_from_its_address() {
        for look in [Look::Room, Look::Agenda, Look::Whole, Look::Item(ItemId(7))] {
            for paper in [None, Some((PaperId(3), 1)), Some((PaperId(12), 140))] {
                let spot = Spot { look, paper };
                assert_eq!(Spot::of(&spot.query()), spot);
                assert_eq!(Spot::of(&format!("?{}", spot.query())), spot);
            }
        }
        assert_eq!(Spot::default().query(), "");
        let odd =
            ["", "?", "item=", "item=x&page=-1", "item=99999999999", "next=/a&paper=b&&=&page=0"];
        for query in odd {
            assert_eq!(Spot::of(query), Spot::default(), "{query}");
        }
        let zero = Spot::of("paper=2&page=0");
        assert_eq!(zero.paper, Some((PaperId(2), 1)), "pages are counted from 1");
    }

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
            ("/account", Place::Desk(Desk::Account)),
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
