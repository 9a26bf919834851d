//! What a person who hears the screen is told when the room moves on: one polite sentence a change.
//! Opening a vote is told by the sheet that rises.

use leptos::prelude::*;

use crate::preferences::{use_preferences, use_texts};
use crate::sync::use_live;
use crate::texts::people::{addressed, said};

/// The sentence; seen by nobody.
#[component]
pub fn Announcer() -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let sentence = RwSignal::new(String::new());
    let item = live.view_or_default(move |replica| {
        let meeting = replica.meeting();
        let item =
            meeting.current.and_then(|id| Some((meeting.number_of(id)?, meeting.items.get(&id)?)));
        item.map(|(number, item)| (number, said(&item.title, language.get()).to_owned()))
    });
    let speaker = live.view_or_default(move |replica| {
        let meeting = replica.meeting();
        let person =
            meeting.floor.speaking.as_ref().and_then(|turn| meeting.people.get(&turn.person));
        person.map(|person| addressed(person, language.get()))
    });
    let voting = live.view_or_default(|replica| replica.meeting().open_vote().is_some());
    let recess = live.view_or_default(|replica| {
        matches!(replica.meeting().stage, icabinet_models::meeting::Stage::Recess { .. })
    });
    let words = move || &texts.get_untracked().room;
    let item_words = move |item: Option<(usize, String)>| {
        item.map(|(number, title)| (words().said_item)(number, &title))
    };
    tell(item.into(), item_words, sentence);
    tell(
        speaker.into(),
        move |who: Option<String>| who.map(|who| (words().said_speaker)(&who)),
        sentence,
    );
    tell(
        voting.into(),
        move |open: bool| (!open).then(|| words().said_vote_closed.to_owned()),
        sentence,
    );
    tell(recess.into(), move |begun: bool| begun.then(|| words().in_recess.to_owned()), sentence);
    view! { <p class="sr" role="status">{sentence}</p> }
}

/// Says what `value` became, whenever it changes after the page was there.
fn tell<T>(
    value: Signal<T>,
    words: impl Fn(T) -> Option<String> + 'static,
    sentence: RwSignal<String>,
) where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Effect::new(move |before: Option<T>| {
        let now = value.get();
        if before.is_some_and(|before| before != now)
            && let Some(words) = words(now.clone())
        {
            sentence.set(words);
        }
        now
    });
}
