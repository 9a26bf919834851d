//! Papers: the list of an item's, and one of them page by page. Pages are pictures that the server
//! drew; at most five are mounted, so that the ones beside the current one are decoded already.

use icabinet_models::ids::{Digest, ItemId, PaperId};
use icabinet_models::meeting::Meeting;
use icabinet_models::papers::{Page, PaperState};
use leptos::html;
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::callbacks;
use crate::preferences::{use_preferences, use_texts};
use crate::reactive::memo;
use crate::sync::{addresses, http, use_live};
use crate::texts::Texts;
use crate::texts::people::said;
use crate::texts::refusals;
use crate::ui::{Button, ButtonSize, Icon, IconName};

/// Pages on each side of the current one that are mounted with it.
const BESIDE: usize = 2;
/// A finger that moves sideways by this many pixels turns the page.
const SWIPE: i32 = 60;

/// One paper in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    id: PaperId,
    title: String,
    detail: String,
}

fn lines(meeting: &Meeting, item: Option<ItemId>, texts: &Texts) -> Vec<Line> {
    let shown = meeting
        .papers
        .iter()
        .filter(|(_, paper)| paper.item == item && paper.state != PaperState::Removed);
    let line = |(id, paper): (&PaperId, &icabinet_models::papers::Paper)| {
        let words = &texts.room;
        let state = match &paper.state {
            PaperState::Waiting | PaperState::Removed => words.paper_waiting.to_owned(),
            PaperState::Rendering { total, pages, .. } => {
                (words.paper_rendering)(count(pages), *total)
            }
            PaperState::Ready { .. } => (words.pages)(paper.page_count().unwrap_or(0)),
            PaperState::Faulty { fault, page, .. } => {
                refusals::paper(*fault, *page, texts.language)
            }
        };
        let detail =
            if paper.number.is_empty() { state } else { format!("{} · {state}", paper.number) };
        Line { id: *id, title: said(&paper.title, texts.language).to_owned(), detail }
    };
    shown.map(line).collect()
}

fn count(pages: &[Page]) -> u32 {
    u32::try_from(pages.len()).unwrap_or(u32::MAX)
}

/// Whether there are papers of an item, or of the whole meeting.
pub fn has_papers(meeting: &Meeting, item: Option<ItemId>) -> bool {
    first_paper(meeting, item).is_some()
}

/// The papers of an item in their order; the first is the one to open.
pub fn first_paper(meeting: &Meeting, item: Option<ItemId>) -> Option<PaperId> {
    meeting
        .papers
        .iter()
        .find(|(_, paper)| paper.item == item && paper.state != PaperState::Removed)
        .map(|(id, _)| *id)
}

/// The papers of an item.
#[component]
pub fn PaperList(
    #[prop(into)] item: Signal<Option<ItemId>>,
    #[prop(into)] open: Signal<Option<PaperId>>,
    #[prop(into)] on_open: Callback<PaperId>,
) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let lines = live.view_or_default(move |replica| {
        lines(replica.meeting(), item.get(), language.get().texts())
    });
    let ids =
        memo(move || lines.with(|lines| lines.iter().map(|line| line.id).collect::<Vec<_>>()));
    let row = move |id: PaperId| {
        let line =
            memo(move || lines.with(|lines| lines.iter().find(|line| line.id == id).cloned()));
        let here = Signal::derive(move || open.get() == Some(id));
        let detail = move || {
            let detail = line.get().map(|line| line.detail).unwrap_or_default();
            if here.get() { format!("{} · {detail}", texts.get().room.opened) } else { detail }
        };
        view! {
            <button type="button" class="row" class:here=here aria-current=move || here.get().then_some("true")
                on:click=move |_| on_open.run(id)>
                <Icon name=IconName::Paper/>
                <span><b>{move || line.get().map(|line| line.title)}</b><span class="meta">{detail}</span></span>
            </button>
        }
    };
    view! {
        <div>
            <p class="over">{move || {
                let words = &texts.get().room;
                if item.get().is_some() { words.papers_of_item } else { words.papers_of_meeting }
            }}</p>
            <Show when=move || ids.with(Vec::is_empty)><p class="soft">{move || texts.get().room.no_papers}</p></Show>
            <div class="list papers"><For each=move || ids.get() key=|id| *id children=row/></div>
        </div>
    }
}

/// A page that is on the stage, or what stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Sheet {
    Page { picture: Digest, words: Digest, width: u32, height: u32 },
    Missing(String),
}

/// What of a paper is on the stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    title: String,
    total: u32,
    pages: Vec<Sheet>,
    /// Why there is nothing, or not everything.
    remark: Option<String>,
}

fn shown(meeting: &Meeting, paper: Option<PaperId>, texts: &Texts) -> Shown {
    let words = &texts.room;
    // The list beside it says that there is none.
    let Some(paper) = paper.and_then(|id| meeting.papers.get(&id)) else { return Shown::default() };
    let title = said(&paper.title, texts.language).to_owned();
    let pages: Vec<Sheet> = (0..)
        .zip(paper.leaves())
        .map(|(number, leaf)| match leaf {
            Ok(page) => Sheet::Page {
                picture: page.picture,
                words: page.words,
                width: page.width,
                height: page.height,
            },
            Err(fault) => Sheet::Missing(refusals::page(number, fault, texts.language)),
        })
        .collect();
    let got = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let remark = match &paper.state {
        PaperState::Waiting | PaperState::Removed => Some(words.paper_waiting.to_owned()),
        PaperState::Rendering { total, .. } if got == 0 => Some((words.paper_rendering)(0, *total)),
        PaperState::Rendering { .. } | PaperState::Ready { .. } => None,
        PaperState::Faulty { fault, page, .. } => {
            Some(refusals::paper(*fault, *page, texts.language))
        }
    };
    let remark = remark.map(|remark| format!("{title}: {remark}."));
    Shown { title, total: paper.page_count().unwrap_or(got).max(got), pages, remark }
}

/// A paper, page by page.
#[component]
pub fn PaperStage(
    #[prop(into)] paper: Signal<Option<PaperId>>,
    /// Where each paper was left, from 0.
    places: RwSignal<BTreeMap<PaperId, usize>>,
    /// A page was turned to.
    on_turn: Callback<(PaperId, usize)>,
) -> impl IntoView {
    let texts = use_texts();
    let language = use_preferences().language;
    let live = use_live();
    let shown = live.view_or_default(move |replica| {
        shown(replica.meeting(), paper.get(), language.get().texts())
    });
    // Each paper reopens where it was left.
    let got = memo(move || shown.with(|shown| shown.pages.len()));
    let place = memo(move || {
        let kept = paper
            .get()
            .and_then(|paper| places.with(|places| places.get(&paper).copied()))
            .unwrap_or(0);
        kept.min(got.get().saturating_sub(1))
    });
    let stage = NodeRef::<html::Section>::new();
    let turn = move |forward: bool| {
        let Some(paper) = paper.get_untracked() else { return };
        let (now, last) = (place.get_untracked(), got.get_untracked().saturating_sub(1));
        let next = if forward { (now + 1).min(last) } else { now.saturating_sub(1) };
        if next != now {
            places.update(|places| _ = places.insert(paper, next));
            on_turn.run((paper, next));
            if let Some(stage) = stage.get_untracked() {
                stage.set_scroll_top(0);
            }
        }
    };
    let pressed_at = StoredValue::new(None::<(i32, i32)>);
    let released = move |event: web_sys::PointerEvent| {
        if let Some((x, y)) = pressed_at.try_update_value(Option::take).flatten() {
            let (dx, dy) = (event.client_x() - x, event.client_y() - y);
            if dx.abs() > SWIPE && dx.abs() > 2 * dy.abs() {
                turn(dx < 0);
            }
        }
    };
    let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "ArrowRight" => turn(true),
        "ArrowLeft" => turn(false),
        _ => {}
    };
    let label = move || {
        let total = shown.with(|shown| shown.total);
        (texts.get().room.page_of)(u32::try_from(place.get() + 1).unwrap_or(u32::MAX), total)
    };
    let page_name =
        Signal::derive(move || format!("{}, {}", shown.with(|shown| shown.title.clone()), label()));
    let mounted = memo(move || {
        let (from, to) =
            (place.get().saturating_sub(BESIDE), (place.get() + BESIDE + 1).min(got.get()));
        shown.with(|shown| (from..to).map(|at| (at, shown.pages[at].clone())).collect::<Vec<_>>())
    });
    let leaf = move |(at, sheet)| {
        let here = Signal::derive(move || place.get() == at);
        match sheet {
            Sheet::Page { picture, words, width, height } => {
                view! { <Leaf picture words width height page_name here/> }.into_any()
            }
            Sheet::Missing(said) => view! {
                <article class="leaf missing" class:here=here aria-hidden=move || (!here.get()).then_some("true")>
                    <p class="remark" role="status">{said}</p>
                </article>
            }
            .into_any(),
        }
    };
    view! {
        <section class="stage" node_ref=stage tabindex="0" aria-label=move || shown.with(|shown| shown.title.clone())
            on:keydown=key on:pointerup=released
            on:pointerdown=move |event| pressed_at.set_value(Some((event.client_x(), event.client_y())))>
            {move || shown.with(|shown| shown.remark.clone()).map(|remark| view! { <p class="remark" role="status">{remark}</p> })}
            <div class="leaves">
                <For each=move || mounted.get() key=|(at, sheet)| (*at, sheet.clone()) children=leaf/>
            </div>
        </section>
        <Show when=move || { got.get() > 0 }>
            <div class="pagers"><div class="pager">
                <button type="button" aria-label=move || texts.get().room.page_before aria-disabled=move || (place.get() == 0).then_some("true")
                    on:click=move |_| turn(false)><Icon name=IconName::Back/></button>
                <span aria-live="polite">{label}</span>
                <button type="button" aria-label=move || texts.get().room.page_after
                    aria-disabled=move || (place.get() + 1 >= got.get()).then_some("true")
                    on:click=move |_| turn(true)><Icon name=IconName::Forward/></button>
            </div></div>
        </Show>
    }
}

#[derive(Deserialize)]
struct Word {
    t: String,
    e: String,
}

/// One mounted page. Its text is fetched when it is looked at, for those who hear the screen.
#[component]
fn Leaf(
    picture: Digest,
    words: Digest,
    width: u32,
    height: u32,
    #[prop(into)] here: Signal<bool>,
    page_name: Signal<String>,
) -> impl IntoView {
    let texts = use_texts();
    let meeting = use_live().meeting();
    let address = addresses::blob(&meeting, &picture);
    let words_address = addresses::blob(&meeting, &words);
    let attempt = RwSignal::new(0_u32);
    let failed = RwSignal::new(false);
    let text = RwSignal::new(None::<String>);
    let image = NodeRef::<html::Img>::new();
    Effect::new(move || {
        // Decoded before it is turned to: a turn then costs no more than a repaint.
        if let Some(image) = image.get() {
            let decoded = image.decode();
            callbacks::task(async move {
                _ = wasm_bindgen_futures::JsFuture::from(decoded).await;
            });
        }
    });
    Effect::new(move || {
        if here.get() && text.with_untracked(Option::is_none) {
            let address = words_address.clone();
            callbacks::task(async move {
                if let Ok(words) = http::get::<Vec<Word>>(&address).await {
                    let read: String =
                        words.into_iter().flat_map(|word| [word.t, word.e]).collect();
                    text.try_set(Some(read));
                }
            });
        }
    });
    let source = move || match attempt.get() {
        0 => address.clone(),
        again => format!("{address}?again={again}"),
    };
    let again = move |()| {
        failed.set(false);
        attempt.update(|attempt| *attempt += 1);
    };
    view! {
        <article class="leaf" class:here=here aria-hidden=move || (!here.get()).then_some("true")>
            <img node_ref=image src=source width=width height=height decoding="async" draggable="false"
                alt=move || page_name.get() on:error=move |_| failed.set(true) class:failed=failed/>
            {move || text.get().map(|text| view! { <p class="sr" lang="vi">{text}</p> })}
            {move || failed.get().then(|| view! {
                <div class="remark" role="alert">
                    <p>{move || texts.get().room.page_not_loaded}</p>
                    <Button label=Signal::derive(move || texts.get().room.page_again.to_owned()) icon=IconName::Again
                        size=ButtonSize::Small on_press=again/>
                </div>
            })}
        </article>
    }
}
