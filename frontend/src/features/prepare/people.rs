//! Who takes part: from the accounts of the organisation, each with his part in the meeting.

use icabinet_models::ids::{PersonId, Text};
use icabinet_models::meeting::{Command, ParticipantsCommand, Stage};
use icabinet_models::participants::{Courtesy, Part, Participant};
use leptos::prelude::*;
use serde::Deserialize;

use super::by_hand::AddByHand;
use super::import_people::ImportPeople;
use super::invitations::Invitations;
use crate::callbacks;
use crate::features::among::finder;
use crate::features::gate::saying;
use crate::features::office::{choose, reader, say, small};
use crate::sync::http::{self, HttpError};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::people::{addressed_first, said};
use crate::ui::{Button, ButtonSize, IconName, StateRule};
use icabinet_presenter::people_search::found;
use icabinet_presenter::vietnamese::by_given_name;

/// One account (`GET /api/people`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Person {
    pub person: PersonId,
    pub name: String,
    pub courtesy: Option<Courtesy>,
    pub position: Text,
    pub unit: Text,
}

/// A person's part in words.
pub fn part_words(part: Part, texts: &Texts) -> &'static str {
    let words = &texts.prepare;
    match part {
        Part::Chair => words.role_chair,
        Part::ViceChair => words.role_vice_chair,
        Part::Member => words.role_member,
        Part::MemberSecretary => words.role_member_secretary,
        Part::Secretary => words.role_secretary,
        Part::Guest => words.role_guest,
    }
}

impl Person {
    /// This person in a meeting.
    pub fn with(&self, part: Part) -> Participant {
        let (standing, office) = part.place();
        Participant {
            person: self.person.clone(),
            name: self.name.clone(),
            courtesy: self.courtesy,
            position: self.position.clone(),
            unit: self.unit.clone(),
            standing,
            office,
            seat: None,
            venue: None,
        }
    }
}

/// The parts to choose from.
pub fn part_options(texts: &Texts) -> Vec<(String, String)> {
    Part::ALL.map(|part| (part.name().to_owned(), part_words(part, texts).to_owned())).to_vec()
}

pub(super) fn roles(texts: Signal<&'static Texts>) -> Signal<Vec<(String, String)>> {
    Signal::derive(move || part_options(texts.get()))
}

/// The people of the meeting, and adding to them.
#[component]
pub fn PeopleForm() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let wanted = RwSignal::new(String::new());
    let shown = live.view_or_default(move |replica| {
        let found = found(replica.meeting(), &wanted.get(), |_| true);
        found.into_iter().cloned().collect::<Vec<_>>()
    });
    let preparing = live.view_or_default(|replica| replica.meeting().stage == Stage::Preparing);
    let options = roles(texts);
    let row = move |person: Participant| {
        let role = RwSignal::new(Part::of(&person).name().to_owned());
        let id = person.person.clone();
        let known = person.clone();
        Effect::new(move |before: Option<String>| {
            let now = role.get();
            if before.is_some_and(|before| before != now)
                && let Some(role) = Part::named(&now)
            {
                live.submit(Command::Participants(ParticipantsCommand::AddParticipant {
                    participant: known.clone().taking(role),
                }));
            }
            now
        });
        let words = Part::of(&person);
        let change = move || {
            if preparing.get() {
                let id = id.clone();
                let remove = small(say(|t| t.prepare.remove), move || {
                    live.submit(Command::Participants(ParticipantsCommand::RemoveParticipant {
                        person: id.clone(),
                    }))
                });
                view! { <span class="line">{choose(say(|t| t.prepare.role), role, options)}{remove}</span> }.into_any()
            } else {
                view! { <span class="meta">{move || part_words(words, texts.get())}</span> }
                    .into_any()
            }
        };
        let named = person.clone();
        let position = person.position.clone();
        let venue = person.venue.map(|venue| view! { <span class="meta">{venue}</span> });
        view! {
            <li class="person-row"><span><b>{move || addressed_first(&named, texts.get().language)}</b><span class="meta">{move || said(&position, texts.get().language).to_owned()}</span>{venue}</span>{change}</li>
        }
    };
    let all = RwSignal::new(None::<Result<Vec<Person>, HttpError>>);
    callbacks::task(async move {
        let found = http::get::<Vec<Person>>("/api/people").await;
        all.try_set(Some(found));
    });
    let accounts = Memo::new(move |_| match all.get() {
        Some(Ok(people)) => people,
        Some(Err(_)) | None => Vec::new(),
    });
    let import = RwSignal::new(false);
    let by_hand = RwSignal::new(false);
    view! {
        <section class="panel-form" tabindex="0" aria-label=say(|t| t.prepare.people)>
            <h2>{say(|t| t.prepare.people)}</h2><StateRule/>
            <Button label=say(|t| t.prepare.import_people) icon=IconName::Upload size=ButtonSize::Wide on_press=Callback::new(move |()| import.set(true))/>
            <Button label=say(|t| t.prepare.by_hand) icon=IconName::Plus size=ButtonSize::Wide on_press=Callback::new(move |()| by_hand.set(true))/>
            <AddPerson all accounts/>
            <Invitations/>
            {finder(live, wanted)}
            <ul class="people"><For each=move || shown.get() key=|person| (person.person.clone(), Part::of(person).name()) children=row/></ul>
            <ImportPeople open=import/>
            <AddByHand open=by_hand/>
        </section>
    }
}

/// Somebody of the organisation who is not on the list.
#[component]
fn AddPerson(
    all: RwSignal<Option<Result<Vec<Person>, HttpError>>>,
    accounts: Memo<Vec<Person>>,
) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let who = RwSignal::new(String::new());
    let role = RwSignal::new(Part::Guest.name().to_owned());
    let people = live.view_or_default(move |replica| {
        let here = &replica.meeting().people;
        let absent = |person: &&Person| !here.contains_key(&person.person);
        let option = |person: &Person| (person.person.to_string(), person.name.clone());
        let mut list: Vec<_> = accounts.with(|all| all.iter().filter(absent).map(option).collect());
        list.sort_by(|a, b| by_given_name(&a.1, &b.1));
        list.insert(0, (String::new(), "–".to_owned()));
        list
    });
    let ready = Signal::derive(move || !who.with(String::is_empty));
    let add = move |()| {
        let person = who.get_untracked();
        let found = accounts
            .with_untracked(|all| all.iter().find(|one| one.person.as_str() == person).cloned());
        if let (Some(found), Some(role)) = (found, Part::named(&role.get_untracked())) {
            live.submit(Command::Participants(ParticipantsCommand::AddParticipant {
                participant: found.with(role),
            }));
            who.set(String::new());
        }
    };
    move || {
        match all.get() {
        None => view! { <p role="status">{say(|t| t.gate.asking)}</p> }.into_any(),
        Some(Err(error)) => {
            let said = saying(&error, texts.get().language);
            view! { <p class="soft">{said.what}" "{say(|t| t.prepare.accounts_only)}</p> }.into_any()
        }
        Some(Ok(_)) => view! {
            {choose(say(|t| t.prepare.add_person), who, people.into())}
            {choose(say(|t| t.prepare.role), role, roles(texts))}
            <Button label=say(|t| t.prepare.add_person) size=ButtonSize::Small enabled=ready on_press=Callback::new(add)/>
        }
        .into_any(),
    }
    }
}
