//! People from a spreadsheet: a file or what is pasted is read at once, what is wrong is said row by
//! row, and only then is anything added.

use std::collections::VecDeque;

use icabinet_models::ids::{PersonId, Text};
use icabinet_models::meeting::Command;
use icabinet_models::people::{Office, Participant};
use icabinet_models::profile::Roll;
use icabinet_models::wire::{Answer, LARGEST_CLIENT_FRAME};
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::people::{Person, Role};
use crate::features::office::{OfficeSheet, field, pick_file, reader, say};
use crate::local::workbook;
use crate::steps::roster::{self, Entry, Fault, Part, Row, Unreadable};
use crate::sync::{Live, use_live};
use crate::texts::vietnamese::by_given_name;
use crate::texts::{Texts, refusals};
use crate::ui::{ButtonSize, Primary};

/// Bytes of people in one command: well below the largest frame.
const PARCEL_BYTES: usize = LARGEST_CLIENT_FRAME / 2;
/// People in one command.
const PARCEL_PEOPLE: usize = 500;
/// Rows of a list that are shown: the rest is counted.
const MOST_ROWS: usize = 300;

/// What comes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    New { participant: Participant, role: Role, has_account: bool },
    AlreadyHere,
    NoPart,
    Faulty(Fault),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    line: usize,
    name: String,
    outcome: Outcome,
}

/// How far the adding is, and who could not be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Progress {
    asked: usize,
    added: usize,
    refused: Vec<(String, String)>,
}

impl Progress {
    fn is_running(&self) -> bool {
        self.added + self.refused.len() < self.asked
    }
}

fn role_of(part: Part) -> Option<Role> {
    Some(match part {
        Part::Chair => Role::Chair,
        Part::ViceChair => Role::ViceChair,
        Part::Member => Role::Member,
        Part::Secretary => Role::Secretary,
        Part::Guest => Role::Guest,
        Part::None => return None,
    })
}

fn same_name(a: &str, b: &str) -> bool {
    by_given_name(a, b).is_eq()
}

/// `by_venue`: people are counted by where they attend, which is their unit's place.
fn outcome(entry: Entry, accounts: &[Person], here: &[Participant], by_venue: bool) -> Outcome {
    let Some(role) = role_of(entry.part) else { return Outcome::NoPart };
    // Among thousands many have the same name.
    let found = |person: &PersonId, name: &str| {
        person.as_str() == entry.code || (!by_venue && same_name(name, &entry.name))
    };
    // The list is in the order of codes.
    let by_code = here.binary_search_by(|row| row.person.as_str().cmp(&entry.code));
    let by_name = || !by_venue && here.iter().any(|row| same_name(&row.name, &entry.name));
    if by_code.is_ok() || by_name() {
        return Outcome::AlreadyHere;
    }
    // Two accounts of one name can't be told apart by a list: the row stands for itself then.
    let mut namesakes = accounts.iter().filter(|account| found(&account.person, &account.name));
    let account = namesakes.next().filter(|_| namesakes.next().is_none());
    let venue = Some(entry.unit.clone()).filter(|unit| by_venue && !unit.is_empty());
    let mut participant = match account {
        Some(account) => account.with(role),
        None => Person {
            person: PersonId::from(entry.code),
            name: entry.name,
            courtesy: None,
            position: Text::vi(entry.position),
            unit: Text::vi(entry.unit),
        }
        .with(role),
    };
    participant.venue = venue;
    Outcome::New { participant, role, has_account: account.is_some() }
}

fn line(row: Row, accounts: &[Person], here: &[Participant], by_venue: bool) -> Line {
    let outcome = match row.read {
        Ok(entry) => outcome(entry, accounts, here, by_venue),
        Err(fault) => Outcome::Faulty(fault),
    };
    Line { line: row.line, name: row.about, outcome }
}

fn fault_words(fault: &Fault, texts: &Texts) -> String {
    let words = &texts.prepare;
    match fault {
        Fault::WrongColumnCount { expected, found } => (words.row_columns)(*found, *expected),
        Fault::MissingName => words.row_name.to_owned(),
        Fault::BadCode(code) => (words.row_code)(code),
        Fault::DuplicateCode { first_line } => (words.row_same_code)(*first_line),
        Fault::BadEmail => words.row_email.to_owned(),
        Fault::DuplicateEmail { first_line } => (words.row_same_email)(*first_line),
        Fault::UnknownUnit(unit) => (words.row_unit)(unit),
        Fault::UnknownRole(role) => (words.row_role)(role),
        Fault::BadDate(date) => (words.row_date)(date),
    }
}

fn unreadable_words(why: Unreadable, texts: &Texts) -> String {
    let words = &texts.prepare;
    match why {
        Unreadable::Empty | Unreadable::NoHeader => words.list_no_header.to_owned(),
        Unreadable::NotUtf8 => words.list_not_utf8.to_owned(),
        Unreadable::OpenQuote { line } => (words.list_open_quote)(line),
    }
}

/// Adds one parcel after the other, each when the one before is answered. A parcel in which somebody
/// is refused is taken apart, so that it can be said who and why.
fn add_next(
    live: Live,
    mut left: VecDeque<Vec<Participant>>,
    progress: RwSignal<Progress>,
    texts: Signal<&'static Texts>,
) {
    let Some(parcel) = left.pop_front() else { return };
    let sent = parcel.clone();
    let answered = Callback::new(move |answer: Answer| {
        let mut left = left.clone();
        let language = texts.try_get_untracked().map_or(Default::default(), |texts| texts.language);
        let refused = match answer {
            Answer::Accepted { .. } => None,
            Answer::Refused { .. } if sent.len() > 1 => {
                sent.iter().rev().for_each(|one| left.push_front(vec![one.clone()]));
                return add_next(live, left, progress, texts);
            }
            Answer::Refused { refusal } => {
                Some(refusals::refusal(&refusal, language, ToString::to_string).what)
            }
            Answer::Unavailable => Some(refusals::unreachable(language).what),
        };
        progress.try_update(|progress| match refused {
            None => progress.added += sent.len(),
            Some(why) => {
                let names = sent.iter().map(|one| one.name.clone());
                progress.refused.extend(names.map(|name| (name, why.clone())));
            }
        });
        add_next(live, left, progress, texts);
    });
    live.submit_then(Command::AddParticipants { participants: parcel }, answered);
}

/// Parcels that each fit into a frame with room to spare, and are few enough for one command.
fn parcels(people: Vec<Participant>) -> VecDeque<Vec<Participant>> {
    let size = |one: &Participant| serde_json::to_string(one).map_or(0, |text| text.len());
    let (mut parcels, mut bytes) = (VecDeque::<Vec<Participant>>::new(), 0);
    for one in people {
        let more = size(&one);
        match parcels.back_mut() {
            Some(parcel) if bytes + more <= PARCEL_BYTES && parcel.len() < PARCEL_PEOPLE => {
                parcel.push(one);
                bytes += more;
            }
            _ => {
                parcels.push_back(vec![one]);
                bytes = more;
            }
        }
    }
    parcels
}

/// The sheet.
#[component]
pub fn ImportPeople(open: RwSignal<bool>, accounts: Memo<Vec<Person>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let text = RwSignal::new(String::new());
    let progress = RwSignal::new(Progress::default());
    let here = live
        .view_or_default(|replica| replica.meeting().people.values().cloned().collect::<Vec<_>>());
    let by_venue = live.view_or_default(|replica| replica.meeting().profile.roll == Roll::Counted);
    let rows = Memo::new(move |_| {
        let text = text.get();
        let empty = text.trim().is_empty();
        (!empty).then(|| {
            let accounts = accounts.get();
            // Delegates come from where the organisation has no accounts.
            let own = accounts.iter().filter(|_| !by_venue.get());
            let units: Vec<String> = own.map(|account| account.unit.vi.clone()).collect();
            roster::read(&text, &units)
        })
    });
    let lines = Memo::new(move |before: Option<&Vec<Line>>| {
        // While people are added the list stands still: it is judged anew once, at the end.
        if let (Some(before), true) = (before, progress.get().is_running()) {
            return before.clone();
        }
        let Some(Ok(rows)) = rows.get() else { return Vec::new() };
        accounts.with(|accounts| {
            here.with(|here| {
                let by_venue = by_venue.get();
                rows.into_iter().map(|row| line(row, accounts, here, by_venue)).collect::<Vec<_>>()
            })
        })
    });
    let new = move || {
        let one = |line: &Line| match &line.outcome {
            Outcome::New { participant, .. } => Some(participant.clone()),
            Outcome::AlreadyHere | Outcome::NoPart | Outcome::Faulty(_) => None,
        };
        lines.with_untracked(|lines| lines.iter().filter_map(one).collect::<Vec<_>>())
    };
    let count = Memo::new(move |_| {
        let is_new = |line: &&Line| matches!(line.outcome, Outcome::New { .. });
        lines.with(|lines| lines.iter().filter(is_new).count())
    });
    let name = RwSignal::new(String::new());
    let broken = RwSignal::new(false);
    let chosen = Callback::new(move |file: web_sys::File| {
        name.set(file.name());
        spawn_local(async move {
            let read = if file.name().to_lowercase().ends_with(".xlsx") {
                match JsFuture::from(file.array_buffer()).await {
                    Ok(bytes) => workbook::text(&Uint8Array::new(&bytes).to_vec()).await,
                    Err(_) => None,
                }
            } else {
                JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string())
            };
            broken.try_set(read.is_none());
            text.try_set(read.unwrap_or_default());
            progress.try_set(Progress::default());
        });
    });
    let ready = Signal::derive(move || count.get() > 0 && !progress.get().is_running());
    let label = Signal::derive(move || {
        let words = &texts.get().prepare;
        let Progress { asked, added, .. } = progress.get();
        match count.get() {
            _ if progress.get().is_running() => (words.list_adding)(added, asked),
            0 if rows.with(Option::is_none) => words.list_missing.to_owned(),
            0 => words.list_nothing.to_owned(),
            count => (words.list_add)(count),
        }
    });
    let add = move |()| {
        let mut left = new();
        // Offices first: what is refused of them is seen before the long list is in.
        left.sort_by_key(|person| match person.office {
            Some(Office::Chair) => 0,
            Some(Office::ViceChair | Office::Secretary) => 1,
            None => 2,
        });
        progress.set(Progress { asked: left.len(), ..Progress::default() });
        add_next(live, parcels(left), progress, texts);
    };
    let report = move || {
        let words = &texts.get().prepare;
        match rows.get() {
            None if broken.get() => {
                Some(view! { <p role="alert"><b>{words.list_unreadable}</b></p> }.into_any())
            }
            None => None,
            Some(Err(why)) => Some(
                view! { <p role="alert"><b>{unreadable_words(why, texts.get())}</b></p> }
                    .into_any(),
            ),
            Some(Ok(_)) => {
                let lines = lines.get();
                let count = |is: fn(&Outcome) -> bool| {
                    lines.iter().filter(|line| is(&line.outcome)).count()
                };
                let summary = (words.list_summary)(
                    count(|outcome| matches!(outcome, Outcome::New { .. })),
                    count(|outcome| matches!(outcome, Outcome::AlreadyHere)),
                    count(|outcome| matches!(outcome, Outcome::NoPart)),
                    count(|outcome| matches!(outcome, Outcome::Faulty(_))),
                );
                Some(
                    view! { <h2 role="status">{summary}</h2>{listed(lines, texts.get())} }
                        .into_any(),
                )
            }
        }
    };
    let done = move || {
        let progress = progress.get();
        (progress.asked > 0 && !progress.is_running()).then(|| {
            let words = (texts.get().prepare.list_added)(progress.added);
            let row = |(name, why): (String, String)| view! { <li><b>{name}</b>": "{why}</li> };
            let rows = progress.refused.into_iter().map(row).collect::<Vec<_>>();
            view! { <p role="status"><b>{words}</b></p><ul class="faults">{rows}</ul> }
        })
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.prepare.import_people) id="import-people">
            <p>{say(|t| t.prepare.list_text)}</p>
            <p class="code address">{roster::COLUMNS.join(",")}</p>
            {pick_file(say(|t| t.prepare.list_file), ".xlsx,.csv,.tsv,.txt,text/csv", name.into(), chosen)}
            {field(say(|t| t.prepare.list_paste), text, 3)}
            <p class="acts"><Primary label=label enabled=ready size=ButtonSize::Wide on_press=Callback::new(add)/></p>
            {done}{report}
        </OfficeSheet>
    }
}

/// The rows: faults first, then who would be added, then who is left out and why.
fn listed(lines: Vec<Line>, texts: &'static Texts) -> AnyView {
    let words = &texts.prepare;
    let mut lines = lines;
    lines.sort_by_key(|line| match line.outcome {
        Outcome::Faulty(_) => 0,
        Outcome::New { .. } => 1,
        Outcome::AlreadyHere => 2,
        Outcome::NoPart => 3,
    });
    let more = lines.len().saturating_sub(MOST_ROWS);
    lines.truncate(MOST_ROWS);
    let row = |Line { line, name, outcome }: Line| {
        let (class, what) = match outcome {
            Outcome::Faulty(fault) => ("person-row faulty", fault_words(&fault, texts)),
            Outcome::New { role, has_account: true, .. } => {
                ("person-row", role.words(texts).to_owned())
            }
            Outcome::New { role, has_account: false, .. } => {
                ("person-row", format!("{} · {}", role.words(texts), words.list_no_account))
            }
            Outcome::AlreadyHere => ("person-row left", words.list_here.to_owned()),
            Outcome::NoPart => ("person-row left", words.list_no_part.to_owned()),
        };
        view! { <li class=class><span><b>{name}</b><span class="meta">{(words.list_line)(line)}</span></span><span>{what}</span></li> }
    };
    let rows = lines.into_iter().map(row).collect::<Vec<_>>();
    let more = (more > 0).then(|| view! { <p class="meta">{(words.list_more)(more)}</p> });
    view! { <ul class="people">{rows}</ul>{more} }.into_any()
}
