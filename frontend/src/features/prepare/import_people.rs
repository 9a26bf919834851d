//! People from a list: the server reads a file or what is pasted and says what it took for what and
//! what is wrong, row by row; the secretary mends that, and only then is anybody added.

use icabinet_models::lists::{Becomes, Fault, FaultCode, Meaning, Preview, Row};
use icabinet_models::participants::{Office, Part, Participant};
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::adding::{Progress, add_next, parcels};
use super::people::part_words;
use crate::callbacks;
use crate::features::gate::saying;
use crate::features::office::{OfficeSheet, choose, field, pick_file, reader, say, small};
use crate::sync::http::HttpError;
use crate::sync::{Live, transfer, use_live};
use crate::texts::people::addressed_first;
use crate::texts::{Texts, lists};
use crate::ui::{ButtonSize, Primary};

/// Rows of a list that are shown: the rest is counted.
const MOST_ROWS: usize = 300;
/// Columns that can be chosen anew.
const MOST_COLUMNS: usize = 30;
/// The largest list that the server takes, in bytes.
const LARGEST_LIST: f64 = 8_388_608.0;

/// What the secretary chose otherwise than the list was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Chosen {
    tab: Option<String>,
    header: Option<u32>,
    columns: Option<Vec<Option<Meaning>>>,
}

/// A list on the sheet.
#[derive(Clone, Copy)]
struct List {
    live: Live,
    bytes: StoredValue<Vec<u8>>,
    chosen: RwSignal<Chosen>,
    /// The part of whom the list gives none.
    role: RwSignal<String>,
    shown: RwSignal<Option<Result<Preview, HttpError>>>,
    /// Counts the questions: an answer to an older one is passed over.
    asked: RwSignal<u32>,
    answered: RwSignal<u32>,
    too_large: RwSignal<bool>,
    progress: RwSignal<Progress>,
}

impl List {
    /// Another list.
    fn take(self, bytes: Vec<u8>) {
        self.bytes.set_value(bytes);
        self.chosen.set(Chosen::default());
        self.too_large.set(false);
        self.look();
    }

    /// Asks the server what would come of it.
    fn look(self) {
        self.progress.set(Progress::default());
        self.asked.update(|asked| *asked += 1);
        let asked = self.asked.get_untracked();
        let (path, bytes) = (self.path(), self.bytes.get_value());
        // Asked from a field that the answer draws anew: the answer is waited for all the same.
        callbacks::errand(async move {
            let found = transfer::post_bytes::<Preview>(&path, &bytes).await;
            if self.asked.try_get_untracked() == Some(asked) {
                self.answered.try_set(asked);
                self.shown.try_set(Some(found));
            }
        });
    }

    fn path(self) -> String {
        let escaped = |text: &str| String::from(js_sys::encode_uri_component(text));
        let role = self.role.get_untracked();
        let mut path = format!("/api/meetings/{}/people/preview?role={role}", self.live.meeting());
        let Chosen { tab, header, columns } = self.chosen.get_untracked();
        if let Some(tab) = tab {
            path.push_str(&format!("&tab={}", escaped(&tab)));
        }
        if let Some(header) = header {
            path.push_str(&format!("&header={header}"));
        }
        if let Some(columns) = columns {
            let tags = columns.iter().map(|meaning| meaning.map_or("", Meaning::tag));
            path.push_str(&format!("&columns={}", tags.collect::<Vec<_>>().join(",")));
        }
        path
    }

    fn is_reading(self) -> bool {
        self.asked.get() != self.answered.get()
    }

    /// Whom a press would add.
    fn new_people(self) -> Vec<Participant> {
        let is_new = |row: &&Row| row.becomes == Becomes::New;
        self.shown.with_untracked(|shown| match shown {
            Some(Ok(preview)) => {
                preview.rows.iter().filter(is_new).map(|row| row.participant.clone()).collect()
            }
            Some(Err(_)) | None => Vec::new(),
        })
    }
}

/// The sheet.
#[component]
pub fn ImportPeople(open: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let list = List {
        live,
        bytes: StoredValue::new(Vec::new()),
        chosen: RwSignal::new(Chosen::default()),
        role: RwSignal::new(Part::Guest.name().to_owned()),
        shown: RwSignal::new(None),
        asked: RwSignal::new(0),
        answered: RwSignal::new(0),
        too_large: RwSignal::new(false),
        progress: RwSignal::new(Progress::default()),
    };
    // Another part for whom the list gives none is another list.
    Effect::new(move |before: Option<String>| {
        let role = list.role.get();
        if before.is_some_and(|before| before != role) && list.asked.get_untracked() > 0 {
            list.look();
        }
        role
    });
    // While people are added, what is shown stands still.
    let over = Memo::new(move |_| list.progress.with(Progress::is_over));
    let pasted = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let picked = Callback::new(move |file: web_sys::File| {
        name.set(file.name());
        pasted.set(String::new());
        if file.size() > LARGEST_LIST {
            list.too_large.set(true);
            list.shown.set(None);
            return;
        }
        callbacks::errand(async move {
            let read = JsFuture::from(file.array_buffer()).await;
            // The panel may be another by now.
            if let (Ok(bytes), Some(_)) = (read, list.asked.try_get_untracked()) {
                list.take(Uint8Array::new(&bytes).to_vec());
            }
        });
    });
    let look_at_pasted = move || {
        let text = pasted.get_untracked();
        if !text.trim().is_empty() {
            name.set(String::new());
            list.take(text.into_bytes());
        }
    };
    let has_pasted = move || pasted.with(|text| !text.trim().is_empty());
    let pasted_button =
        move || has_pasted().then(|| small(say(|t| t.lists.look_at_pasted), look_at_pasted));
    view! {
        <OfficeSheet open=open title=say(|t| t.prepare.import_people) id="import-people">
            <p>{say(|t| t.lists.text)}</p>
            {pick_file(say(|t| t.lists.file), ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.tsv,.txt,text/csv", name.into(), picked)}
            {field(say(|t| t.lists.paste), pasted, 3)}
            {pasted_button}
            {choose(say(|t| t.lists.usual_role), list.role, usual_roles(texts))}
            {add_button(list, texts)}
            {move || report(list, over, texts)}
        </OfficeSheet>
    }
}

/// The parts of whom a list gives none.
fn usual_roles(texts: Signal<&'static Texts>) -> Signal<Vec<(String, String)>> {
    Signal::derive(move || {
        [Part::Guest, Part::Member]
            .map(|part| (part.name().to_owned(), part_words(part, texts.get()).to_owned()))
            .to_vec()
    })
}

fn add_button(list: List, texts: Signal<&'static Texts>) -> AnyView {
    let count = Memo::new(move |_| {
        list.shown.with(|shown| match shown {
            Some(Ok(preview)) => usize::try_from(preview.count).unwrap_or(usize::MAX),
            Some(Err(_)) | None => 0,
        })
    });
    let ready = Signal::derive(move || {
        let busy = list.progress.with(|progress| progress.asked > 0) || list.is_reading();
        count.get() > 0 && !busy
    });
    let label = Signal::derive(move || {
        let words = &texts.get().lists;
        let Progress { asked, added, .. } = list.progress.get();
        match count.get() {
            _ if list.is_reading() => words.reading.to_owned(),
            _ if list.progress.with(Progress::is_running) => (words.adding)(added, asked),
            _ if asked > 0 || list.shown.with(Option::is_none) => words.missing.to_owned(),
            0 => words.nothing.to_owned(),
            count => (words.add)(count),
        }
    });
    let add = move |()| {
        let mut left = list.new_people();
        // Offices first: what is refused of them is seen before the long list is in.
        left.sort_by_key(|person| match person.office {
            Some(Office::Chair) => 0,
            Some(Office::ViceChair | Office::Secretary) => 1,
            None => 2,
        });
        list.progress.set(Progress { asked: left.len(), ..Progress::default() });
        add_next(list.live, parcels(left), list.progress, texts);
    };
    view! { <p class="acts"><Primary label=label enabled=ready size=ButtonSize::Wide on_press=Callback::new(add)/></p> }.into_any()
}

/// What was read and what is wrong; once people were added, what came of that and who was left out.
fn report(list: List, over: Memo<bool>, texts: Signal<&'static Texts>) -> AnyView {
    let words = texts.get();
    if list.too_large.get() {
        return view! { <p role="alert"><b>{words.lists.too_large}</b></p> }.into_any();
    }
    list.shown.with(|shown| match shown {
        None => ().into_any(),
        Some(Err(error)) => {
            let said = saying(error, words.language);
            view! { <p role="alert"><b>{said.what}</b></p> }.into_any()
        }
        Some(Ok(preview)) => {
            let over = over.get();
            let head = if over {
                done(list.progress.get_untracked(), words)
            } else {
                view! { {whole(preview, words)}{choices(list, preview, texts)}{summary(preview, words)} }
                    .into_any()
            };
            let rows: &[Row] = if over { &[] } else { &preview.rows };
            view! { {head}{listed(rows, &preview.errors, words)} }.into_any()
        }
    })
}

/// What came of the adding.
fn done(progress: Progress, texts: &Texts) -> AnyView {
    let words = (texts.lists.added)(progress.added);
    let row = |(name, why): (String, String)| view! { <li><b>{name}</b>": "{why}</li> };
    let rows = progress.refused.into_iter().map(row).collect::<Vec<_>>();
    view! { <p role="status"><b>{words}</b></p><ul class="faults">{rows}</ul> }.into_any()
}

/// What is about the list as a whole.
fn whole(preview: &Preview, texts: &Texts) -> AnyView {
    let is_whole = |fault: &&Fault| fault.cell.is_none() && fault.about.is_empty();
    let faults = preview.errors.iter().filter(is_whole).map(|fault| {
        let nothing = if fault.row.is_some() { "" } else { texts.lists.nobody_added };
        let said = lists::fault(fault, texts.language);
        let row = fault.row.filter(|_| fault.code != FaultCode::OpenQuote);
        let what = match row {
            Some(row) => format!("{}: {said}", (texts.lists.line)(row)),
            None => said,
        };
        view! { <p role="alert"><b>{what}</b>" "{nothing}</p> }
    });
    let encoding = preview.encoding.as_deref().filter(|encoding| *encoding != "UTF-8");
    let encoding =
        encoding.map(|one| view! { <p class="soft">{(texts.lists.written_in)(one)}</p> });
    view! { {faults.collect::<Vec<_>>()}{encoding} }.into_any()
}

/// Tab, headings and columns, each as it was understood, to be chosen anew.
fn choices(list: List, preview: &Preview, texts: Signal<&'static Texts>) -> AnyView {
    let words = texts.get_untracked();
    let tab = (preview.tabs.len() > 1).then(|| {
        let name = |tab: &icabinet_models::lists::Tab| {
            let hidden =
                if tab.hidden { format!(" ({})", words.lists.hidden) } else { String::new() };
            (tab.name.clone(), format!("{}{hidden}", tab.name))
        };
        let options: Vec<_> = preview.tabs.iter().map(name).collect();
        let value = RwSignal::new(preview.tab.clone().unwrap_or_default());
        on_change(value, move |tab| {
            list.chosen.set(Chosen { tab: Some(tab), ..Chosen::default() });
            list.look();
        });
        choose(say(|t| t.lists.tab), value, Signal::stored(options))
    });
    let one_tab = preview.tab.clone().filter(|_| preview.tabs.len() == 1);
    let one_tab = one_tab.map(|tab| view! { <p>{words.lists.tab}": "<b>{tab}</b></p> });
    let header = (!preview.columns.is_empty()).then(|| {
        let row = preview.header.or(list.chosen.get_untracked().header).unwrap_or(1).max(1);
        let options = vec![
            (row.to_string(), (words.lists.headings_in)(row)),
            ("0".to_owned(), words.lists.no_headings.to_owned()),
        ];
        let value = RwSignal::new(preview.header.unwrap_or(0).to_string());
        on_change(value, move |row| {
            list.chosen.update(|chosen| chosen.header = row.parse().ok());
            list.look();
        });
        choose(say(|t| t.lists.headings), value, Signal::stored(options))
    });
    let meanings: Vec<Option<Meaning>> = preview.columns.iter().map(|one| one.meaning).collect();
    let column = |(at, column): (usize, &icabinet_models::lists::Column)| {
        let meanings = meanings.clone();
        let value = RwSignal::new(column.meaning.map_or("", Meaning::tag).to_owned());
        on_change(value, move |tag| {
            let mut columns = meanings.clone();
            let new = Meaning::of_tag(&tag);
            // What two columns meant, the one that was chosen last does.
            columns
                .iter_mut()
                .filter(|one| new.is_some() && **one == new)
                .for_each(|one| *one = None);
            columns[at] = new;
            list.chosen.update(|chosen| chosen.columns = Some(columns));
            list.look();
        });
        let label = if column.heading.is_empty() {
            (words.lists.column)(&(at + 1).to_string())
        } else {
            column.heading.clone()
        };
        choose(Signal::stored(label), value, meaning_options(texts))
    };
    let columns = preview.columns.iter().enumerate().take(MOST_COLUMNS).map(column);
    let columns = columns.collect::<Vec<_>>();
    let title = (!columns.is_empty()).then(|| {
        view! { <h2>{words.lists.columns}</h2><p class="soft">{words.lists.columns_text}</p> }
    });
    view! { {tab}{one_tab}{title}<div class="choices">{header}{columns}</div> }.into_any()
}

/// Does something with each new value; the first is what was there.
fn on_change(value: RwSignal<String>, act: impl Fn(String) + 'static) {
    Effect::new(move |before: Option<String>| {
        let now = value.get();
        if before.is_some_and(|before| before != now) {
            act(now.clone());
        }
        now
    });
}

/// What a column may hold.
fn meaning_options(texts: Signal<&'static Texts>) -> Signal<Vec<(String, String)>> {
    Signal::derive(move || {
        let texts = texts.get();
        let none = (String::new(), texts.lists.not_read.to_owned());
        let all = Meaning::ALL
            .into_iter()
            .map(|one| (one.tag().to_owned(), lists::meaning(one, texts.language).to_owned()));
        std::iter::once(none).chain(all).collect()
    })
}

fn summary(preview: &Preview, texts: &Texts) -> AnyView {
    if preview.rows.is_empty() && preview.errors.iter().all(|fault| fault.row.is_none()) {
        return ().into_any();
    }
    let count = |becomes| preview.rows.iter().filter(|row| row.becomes == becomes).count();
    let mut faulty: Vec<_> =
        preview.errors.iter().filter(|fault| !fault.notice).filter_map(|fault| fault.row).collect();
    faulty.dedup();
    let said = (texts.lists.summary)(
        count(Becomes::New),
        count(Becomes::Here),
        count(Becomes::Apart),
        faulty.len(),
    );
    view! { <h2 role="status">{said}</h2> }.into_any()
}

/// The rows: faults first, then who would be added as he will be, then who is left out and why.
fn listed(rows: &[Row], errors: &[Fault], texts: &Texts) -> AnyView {
    let words = &texts.lists;
    let of_rows = errors.iter().filter(|fault| fault.cell.is_some() || !fault.about.is_empty());
    let fault = |fault: &Fault| {
        let class = if fault.notice { "person-row" } else { "person-row faulty" };
        let row = fault.row.map(words.line).unwrap_or_default();
        let cell = fault.cell.as_deref().map(|cell| format!(" · {}", (words.cell)(cell)));
        let value = Some(&fault.value).filter(|value| !value.is_empty() && fault.cell.is_some());
        let value = value.map(|value| format!(" · “{value}”"));
        let place = format!("{row}{}{}", cell.unwrap_or_default(), value.unwrap_or_default());
        view! { <li class=class><span><b>{fault.about.clone()}</b><span class="meta">{place}</span></span><span>{lists::fault(fault, texts.language)}</span></li> }
            .into_any()
    };
    let mut order: Vec<&Row> = rows.iter().collect();
    order.sort_by_key(|row| match row.becomes {
        Becomes::New => 0,
        Becomes::Here => 1,
        Becomes::Apart => 2,
    });
    let person = |row: &Row| {
        let role = part_words(Part::of(&row.participant), texts);
        let (class, what) = match (row.becomes, row.account) {
            (Becomes::New, true) => ("person-row", role.to_owned()),
            (Becomes::New, false) => ("person-row", format!("{role} · {}", words.no_account)),
            (Becomes::Here, _) => ("person-row left", words.here.to_owned()),
            (Becomes::Apart, _) => ("person-row left", words.no_part.to_owned()),
        };
        let one = &row.participant;
        let mut about = vec![(words.line)(row.row), one.person.to_string()];
        let more = [one.position.vi.as_str(), &one.unit.vi];
        about.extend(more.into_iter().filter(|text| !text.is_empty()).map(str::to_owned));
        about.extend(one.venue.clone().filter(|venue| *venue != one.unit.vi));
        let name = addressed_first(one, texts.language);
        view! { <li class=class><span><b>{name}</b><span class="meta">{about.join(" · ")}</span></span><span>{what}</span></li> }
            .into_any()
    };
    let all = of_rows.clone().count() + order.len();
    let faults = of_rows.map(fault);
    let rows = faults.chain(order.into_iter().map(person)).take(MOST_ROWS).collect::<Vec<_>>();
    let more = all.saturating_sub(MOST_ROWS);
    let more = (more > 0).then(|| view! { <p class="meta">{(words.more)(more)}</p> });
    view! { <ul class="people">{rows}</ul>{more} }.into_any()
}
