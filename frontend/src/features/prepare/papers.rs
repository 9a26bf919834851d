//! The papers of an item: upload by drop or by choosing, how far each is, honest faults, taking off.

use icabinet_models::agenda::Level;
use icabinet_models::ids::{ItemId, PaperId, Text};
use icabinet_models::meeting::{Command, Meeting, PapersCommand};
use icabinet_models::papers::{PaperDraft, PaperState};
use icabinet_models::wire::Answer;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::is_closed;
use crate::callbacks;
use crate::features::gate::saying;
use crate::features::office::{reader, say, small};
use crate::sync::{transfer, use_live};
use crate::texts::people::said;
use crate::texts::{Texts, refusals};
use crate::ui::{Icon, IconName};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    id: PaperId,
    title: String,
    state: String,
    icon: IconName,
    percent: Option<u32>,
}

fn lines(m: &Meeting, item: Option<ItemId>, texts: &Texts) -> Vec<Line> {
    let words = &texts.prepare;
    let one = |(id, paper): (&PaperId, &icabinet_models::papers::Paper)| {
        let (state, icon, percent) = match &paper.state {
            PaperState::Waiting | PaperState::Removed => {
                (words.paper_waiting.to_owned(), IconName::Pending, None)
            }
            PaperState::Rendering { total, pages, .. } => {
                let got = u32::try_from(pages.len()).unwrap_or(0);
                (
                    (words.paper_rendering)(got, *total),
                    IconName::Pending,
                    Some(got * 100 / (*total).max(1)),
                )
            }
            PaperState::Ready { missing, .. } => {
                let ready = (words.paper_ready)(paper.page_count().unwrap_or(0));
                match refusals::pages(missing, texts.language) {
                    None => (ready, IconName::Done, None),
                    Some(said) => (format!("{ready} · {said}"), IconName::Warning, None),
                }
            }
            PaperState::Faulty { fault, page, .. } => {
                (refusals::paper(*fault, *page, texts.language), IconName::Warning, None)
            }
        };
        Line { id: *id, title: said(&paper.title, texts.language).to_owned(), state, icon, percent }
    };
    m.papers
        .iter()
        .filter(|(_, paper)| paper.item == item && paper.state != PaperState::Removed)
        .map(one)
        .collect()
}

/// A file on its way to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sending {
    number: u32,
    name: String,
    failed: Option<String>,
}

/// The papers of an item, or of the meeting as a whole.
#[component]
pub fn Papers(item: Option<ItemId>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let lines = live.view_or_default(move |replica| lines(replica.meeting(), item, texts.get()));
    let level = live.view_or_default(move |replica| Some(replica.meeting().level_of(item)));
    let open = live.view_or_default(|replica| !is_closed(replica));
    let sending = RwSignal::new(Vec::<Sending>::new());
    let over = RwSignal::new(false);
    let take = move |files: web_sys::FileList| {
        let mut next =
            sending.with_untracked(|list| list.iter().map(|one| one.number + 1).max().unwrap_or(0));
        for file in (0..files.length()).filter_map(|place| files.get(place)) {
            sending.update(|list| {
                list.push(Sending { number: next, name: file.name(), failed: None })
            });
            send(
                live,
                item,
                level.get_untracked().unwrap_or(Level::Internal),
                file,
                next,
                sending,
                texts,
            );
            next += 1;
        }
    };
    let chosen = move |event: web_sys::Event| {
        let input =
            event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            if let Some(files) = input.files() {
                take(files);
            }
            // The same file chosen again is a new choice.
            input.set_value("");
        }
    };
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
            take(files);
        }
    };
    let row = move |line: Line| {
        let id = line.id;
        let bar = line.percent.map(
            |percent| view! { <span class="bar"><i style:width=format!("{percent}%")></i></span> },
        );
        let class = if line.icon == IconName::Done { "ok" } else { "" };
        view! {
            <li class="file"><Icon name=IconName::Paper/><span>{line.title}</span>
                <span class="st">{bar}<span class=class><Icon name=line.icon/></span>{line.state}</span>
                {move || open.get().then(|| small(say(|t| t.prepare.remove), move || live.submit(Command::Papers(PapersCommand::RemovePaper { paper: id }))))}</li>
        }
    };
    let waiting = move || {
        let one = |one: Sending| {
            let number = one.number;
            let state =
                one.failed.clone().unwrap_or_else(|| texts.get().prepare.uploading.to_owned());
            let icon = if one.failed.is_some() { IconName::Warning } else { IconName::Upload };
            let close = one.failed.is_some().then(|| {
                small(say(|t| t.common.close), move || {
                    sending.update(|list| list.retain(|own| own.number != number))
                })
            });
            view! { <li class="file" role="status"><Icon name=icon/><span>{one.name}</span><span class="st">{state}</span>{close}</li> }
        };
        sending.get().into_iter().map(one).collect::<Vec<_>>()
    };
    view! {
        <ul class="files">
            <For each=move || lines.get() key=|line| (line.id, line.state.clone(), line.title.clone()) children=row/>
            {waiting}
        </ul>
        <Show when=move || open.get()>
        <div class="drop" class:over=move || over.get() on:drop=dropped on:dragleave=move |_| over.set(false)
            on:dragover=move |event: web_sys::DragEvent| { event.prevent_default(); over.set(true); }>
            <span class="meta">{say(|t| t.prepare.drop_here)}</span>
            <label class="pick"><span class="btn small">{say(|t| t.prepare.choose_files)}</span>
                <input type="file" multiple accept="application/pdf,.pdf" aria-label=say(|t| t.prepare.choose_files) on:change=chosen/></label>
        </div>
        </Show>
    }
}

fn send(
    live: crate::sync::Live,
    item: Option<ItemId>,
    level: Level,
    file: web_sys::File,
    number: u32,
    sending: RwSignal<Vec<Sending>>,
    texts: Signal<&'static Texts>,
) {
    let path = format!("/api/meetings/{}/uploads", live.meeting());
    let fail = move |words: String| {
        sending.try_update(|list| {
            if let Some(one) = list.iter_mut().find(|one| one.number == number) {
                one.failed = Some(words);
            }
        });
    };
    callbacks::errand(async move {
        let name = file.name();
        let uploaded = match transfer::upload(&path, &file, "application/pdf").await {
            Ok(uploaded) => uploaded,
            Err(error) => {
                let language =
                    texts.try_get_untracked().map_or(Default::default(), |texts| texts.language);
                fail(saying(&error, language).what);
                return;
            }
        };
        let title = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let draft = PaperDraft {
            item,
            title: Text::vi(title),
            number: String::new(),
            level,
            file_name: name,
            blob: uploaded.blob,
            bytes: uploaded.bytes,
        };
        let answered = Callback::new(move |answer: Answer| match answer {
            Answer::Refused { refusal } => {
                let language =
                    texts.try_get_untracked().map_or(Default::default(), |texts| texts.language);
                fail(refusals::refusal(&refusal, language, ToString::to_string).what);
            }
            Answer::Accepted { .. } | Answer::Unavailable => {
                sending.try_update(|list| list.retain(|one| one.number != number));
            }
        });
        live.submit_then(Command::Papers(PapersCommand::AddPaper { draft }), answered);
    });
}
