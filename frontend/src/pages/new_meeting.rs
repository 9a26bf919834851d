//! A new meeting, by an organiser: name, time, place, who presides and who keeps the record.

use icabinet_models::ids::{CommandId, MeetingId, Time};
use icabinet_models::meeting::{Command, Particulars, PreparationCommand};
use icabinet_models::participants::{Part, Participant};
use icabinet_models::profile::Profile;
use icabinet_models::wire::Answer;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::callbacks;
use crate::features::gate::{SignedInOnly, saying};
use crate::features::office::{choose, reader, say};
use crate::features::prepare::{ParticularsFields, Person, part_options};
use crate::navigation::use_navigation;
use crate::sync::http::{self, HttpError};
use crate::sync::{fresh_id, use_session};
use crate::texts::Texts;
use crate::texts::people::said;
use crate::texts::refusals;
use crate::ui::{ButtonSize, EmptyState, Primary, StateRule, TopLine, use_clock};
use icabinet_presenter::vietnamese::by_given_name;

#[derive(Serialize)]
struct Create {
    id: CommandId,
    command: Command,
}

#[derive(Deserialize)]
struct Created {
    meeting: MeetingId,
    answer: Answer,
}

/// The page.
#[component]
pub fn NewMeeting() -> impl IntoView {
    view! {
        <SignedInOnly>
            <div class="screen office">
                <TopLine meeting="i-Cabinet" body=say(|t| t.home.new_meeting)><span class="keep"><a class="btn small" href="/">{say(|t| t.common.go_home)}</a></span></TopLine>
                <OrganiserOnly/>
            </div>
        </SignedInOnly>
    }
}

/// The form for who may make meetings; a word to everybody else.
#[component]
fn OrganiserOnly() -> impl IntoView {
    let me = use_session().me();
    let organiser = Memo::new(move |_| me.get().is_some_and(|me| me.organiser));
    move || {
        if organiser.get() {
            return view! { <Form/> }.into_any();
        }
        view! {
            <EmptyState title=say(|t| t.prepare.organisers_title) text=say(|t| t.prepare.organisers_text)>
                <a class="btn primary" href="/">{say(|t| t.common.go_home)}</a>
            </EmptyState>
        }
        .into_any()
    }
}

/// Each person with the field of his part; an empty part takes no part.
type Row = (Person, RwSignal<String>);

#[component]
fn Form() -> impl IntoView {
    let texts = reader();
    let session = use_session();
    let navigation = use_navigation();
    // On the next full hour from now, to be moved.
    let now = use_clock().now_ms().get_untracked();
    let scheduled = Time((now / 3_600_000 + 1) * 3_600_000);
    let fields = ParticularsFields::of(Particulars {
        scheduled,
        minutes_planned: 90,
        ..Particulars::default()
    });
    let profile = RwSignal::new("committee".to_owned());
    let rows = RwSignal::new(None::<Result<Vec<Row>, HttpError>>);
    let me = session.me().get_untracked().map(|me| me.person);
    callbacks::task(async move {
        let found = http::get::<Vec<Person>>("/api/people").await.map(|mut people| {
            people.sort_by(|a, b| by_given_name(&a.name, &b.name));
            // Who makes the meeting prepares it, until he gives that to somebody else.
            let part = |person: &Person| {
                if Some(&person.person) == me.as_ref() { Part::Secretary.name() } else { "" }
            };
            people
                .into_iter()
                .map(|person| (part(&person).to_owned(), person))
                .map(|(part, person)| (person, RwSignal::new(part)))
                .collect()
        });
        rows.try_set(Some(found));
    });
    let people = move || {
        rows.with(|rows| match rows {
            Some(Ok(rows)) => rows
                .iter()
                .filter_map(|(person, part)| Some(person.with(Part::named(&part.get())?)))
                .collect(),
            Some(Err(_)) | None => Vec::new(),
        })
    };
    let missing = Memo::new(move |_| missing(&people(), fields.are_ready()));
    let failed = RwSignal::new(String::new());
    let label = Signal::derive(move || {
        let words = &texts.get().prepare;
        match missing.get() {
            Missing::Nothing => words.create,
            Missing::Particulars => words.particulars_missing,
            Missing::Secretary => words.secretary_missing,
        }
        .to_owned()
    });
    // One identifier for this form: pressed twice, the meeting is made once.
    let id = StoredValue::new(fresh_id());
    let create = move |()| {
        let Some(particulars) = fields.take() else { return };
        let profile = match profile.get_untracked().as_str() {
            "board" => Profile::board(),
            "conference" => Profile::conference(),
            _ => Profile::vn_peoples_committee(),
        };
        let command = Command::Preparation(PreparationCommand::CreateMeeting {
            particulars,
            profile,
            people: untrack(people),
        });
        let create = Create { id: id.get_value(), command };
        callbacks::errand(async move {
            let made = http::post::<_, Created>("/api/meetings", &create).await;
            // Who went elsewhere meanwhile stays there.
            let Some(texts) = texts.try_get_untracked() else { return };
            match outcome(made, texts) {
                Ok(meeting) => navigation.go(&format!("/meetings/{meeting}/prepare")),
                Err(words) => {
                    id.try_set_value(fresh_id());
                    failed.try_set(words);
                }
            }
        });
    };
    let profiles = Signal::derive(move || {
        let words = &texts.get().prepare;
        vec![
            ("committee".to_owned(), words.profile_committee.to_owned()),
            ("board".to_owned(), words.profile_board.to_owned()),
            ("conference".to_owned(), words.profile_conference.to_owned()),
        ]
    });
    let list = move || {
        match rows.get() {
        None => view! { <p role="status">{say(|t| t.gate.asking)}</p> }.into_any(),
        Some(Err(error)) => view! { <p role="alert">{saying(&error, texts.get().language).what}</p> }.into_any(),
        Some(Ok(rows)) => view! { <ul class="people">{rows.into_iter().map(|row| person_row(row, texts)).collect::<Vec<_>>()}</ul> }.into_any(),
    }
    };
    view! {
        <main class="prep new-meeting">
            <section class="panel-form"><h2>{say(|t| t.home.new_meeting)}</h2><StateRule/>
                {fields.view()}{choose(say(|t| t.prepare.profile), profile, profiles)}</section>
            <section><h2>{say(|t| t.prepare.people)}</h2><StateRule/>{list}</section>
            <section><p class="soft">{say(|t| t.prepare.new_text)}</p>
                <p role="alert"><b>{failed}</b></p>
                <Primary label=label enabled=Signal::derive(move || missing.get() == Missing::Nothing) size=ButtonSize::Wide
                    on_press=Callback::new(create)/></section>
        </main>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Nothing,
    Particulars,
    Secretary,
}

fn missing(people: &[Participant], named: bool) -> Missing {
    let secretary = people
        .iter()
        .any(|person| person.office == Some(icabinet_models::participants::Office::Secretary));
    match (named, secretary) {
        (false, _) => Missing::Particulars,
        (true, false) => Missing::Secretary,
        (true, true) => Missing::Nothing,
    }
}

fn outcome(made: Result<Created, HttpError>, texts: &Texts) -> Result<MeetingId, String> {
    match made {
        Ok(Created { meeting, answer: Answer::Accepted { .. } }) => Ok(meeting),
        Ok(Created { answer: Answer::Refused { refusal }, .. }) => {
            Err(refusals::refusal(&refusal, texts.language, ToString::to_string).what)
        }
        Ok(Created { answer: Answer::Unavailable, .. }) => {
            Err(refusals::unreachable(texts.language).what)
        }
        Err(error) => Err(saying(&error, texts.language).what),
    }
}

fn person_row((person, part): Row, texts: Signal<&'static Texts>) -> AnyView {
    let options = Signal::derive(move || {
        let none = (String::new(), texts.get().prepare.role_none.to_owned());
        std::iter::once(none).chain(part_options(texts.get())).collect()
    });
    let position = person.position;
    view! {
        <li class="person-row"><span><b>{person.name}</b><span class="meta">{move || said(&position, texts.get().language).to_owned()}</span></span>
            {choose(say(|t| t.prepare.role), part, options)}</li>
    }
    .into_any()
}
