//! People of a meeting to choose from or to go through, however many they are: of thousands the first
//! ones, and a field that finds the others. Never here: what is done to them.

use icabinet_models::Meeting;
use icabinet_models::ids::PersonId;
use icabinet_models::participants::Participant;
use leptos::prelude::*;

use super::office::{choose, field, reader, say};
use crate::sync::Live;
use icabinet_presenter::people_search::{MOST_SHOWN, found};

/// What is said of a person, and where he attends: it tells namesakes apart.
pub fn with_venue(what: &str, person: &Participant) -> String {
    match &person.venue {
        Some(venue) => format!("{what} · {venue}"),
        None => what.to_owned(),
    }
}

/// The field that finds people; none where all of them are shown.
pub fn finder(live: Live, wanted: RwSignal<String>) -> impl Fn() -> Option<AnyView> {
    let texts = reader();
    let count = live.view_or_default(|replica| replica.meeting().people.len());
    let many = Memo::new(move |_| count.get() > MOST_SHOWN);
    move || {
        many.get().then(|| {
            let words = move || (texts.get().prepare.first_of)(MOST_SHOWN, count.get());
            view! { {field(say(|t| t.prepare.search_people), wanted, 1)}<p class="soft">{words}</p> }
                .into_any()
        })
    }
}

/// A choice of one person; `value` is his identifier, empty for nobody.
pub fn choose_person(
    label: Signal<String>,
    live: Live,
    value: RwSignal<String>,
    keep: fn(&Meeting, &Participant) -> bool,
) -> AnyView {
    let wanted = RwSignal::new(String::new());
    let options = live.view_or_default(move |replica| {
        let meeting = replica.meeting();
        let mut people = found(meeting, &wanted.get(), |person| keep(meeting, person));
        // Who was chosen stays, whatever is looked for since.
        let chosen =
            value.with_untracked(|value| meeting.people.get(&PersonId::from(value.as_str())));
        people.extend(chosen.filter(|one| people.iter().all(|other| other.person != one.person)));
        let option = |one: &Participant| (one.person.to_string(), with_venue(&one.name, one));
        let nobody = (String::new(), "–".to_owned());
        std::iter::once(nobody).chain(people.into_iter().map(option)).collect::<Vec<_>>()
    });
    view! { {finder(live, wanted)}{choose(label, value, options.into())} }.into_any()
}
