//! How things stand, in words first: badges, seats, save marks, banners.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::preferences::use_texts;

/// What a badge means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BadgeTone {
    #[default]
    Plain,
    /// In order.
    Good,
    /// The room acts: in session, recording.
    Acting,
    /// It is on the record.
    Recorded,
    /// A level or a change; the only badge with an edge.
    Boxed,
}

/// An icon (or a dot, while the room acts) and a word.
#[component]
pub fn Badge(
    #[prop(into)] text: Signal<String>,
    #[prop(optional, into)] icon: MaybeProp<IconName>,
    #[prop(optional, into)] tone: Signal<BadgeTone>,
) -> impl IntoView {
    let class = move || match tone.get() {
        BadgeTone::Plain => "badge",
        BadgeTone::Good => "badge ok",
        BadgeTone::Acting => "badge act",
        BadgeTone::Recorded => "badge recorded",
        BadgeTone::Boxed => "badge box",
    };
    let sign = move || match (icon.get(), tone.get()) {
        (Some(name), _) => Some(view! { <Icon name=name/> }.into_any()),
        (None, BadgeTone::Acting) => Some(view! { <span class="dot"></span> }.into_any()),
        (None, _) => None,
    };
    view! { <span class=class>{sign}{move || text.get()}</span> }
}

/// More seats than this are shown as a bar: people cannot count dots.
const MOST_DOTS: u32 = 12;

/// `taken` of `all` seats, filled from the left: a count, never who. The words come from the caller.
#[component]
pub fn Seats(
    #[prop(into)] taken: Signal<u32>,
    #[prop(into)] all: Signal<u32>,
    #[prop(into)] text: Signal<String>,
) -> impl IntoView {
    let figure = move || {
        let (taken, all) = (taken.get(), all.get());
        if all > MOST_DOTS {
            let percent = u64::from(taken.min(all)) * 100 / u64::from(all);
            view! { <span class="bar of-seats" aria-hidden="true"><i style:width=format!("{percent}%")></i></span> }.into_any()
        } else {
            let dots = (0..all).map(|seat| view! { <i class:in=seat < taken></i> }).collect_view();
            view! { <span class="seats" aria-hidden="true">{dots}</span> }.into_any()
        }
    };
    view! { <span class="badge">{figure}{move || text.get()}</span> }
}

/// How far what was written has got. Times are already written, `14:02:08`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveStage {
    Saving,
    OnDevice { time: String },
    OnServer { time: String },
    NotSaved { why: String },
}

/// Whether what was written is safe, and where.
#[component]
pub fn SaveMark(#[prop(into)] stage: Signal<SaveStage>) -> impl IntoView {
    let texts = use_texts();
    let icon = Signal::derive(move || match stage.get() {
        SaveStage::Saving => IconName::Pending,
        SaveStage::OnDevice { .. } => IconName::Device,
        SaveStage::OnServer { .. } => IconName::Server,
        SaveStage::NotSaved { .. } => IconName::Warning,
    });
    let text = move || {
        let words = &texts.get().state;
        match stage.get() {
            SaveStage::Saving => words.saving.to_owned(),
            SaveStage::OnDevice { time } => (words.saved_here)(&time),
            SaveStage::OnServer { time } => (words.saved_there)(&time),
            SaveStage::NotSaved { why } => (words.not_saved)(&why),
        }
    };
    view! {
        <span class="save-mark" class:failed=move || matches!(stage.get(), SaveStage::NotSaved { .. })>
            <Icon name=icon/>{text}
        </span>
    }
}

/// How much a banner weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BannerTone {
    /// Work goes on: gold tint, announced politely.
    #[default]
    WorkGoesOn,
    /// The room is blocked: inside out, announced at once.
    Blocked,
}

/// A line across the screen: what is the matter in bold, what it means, and as children what can be
/// pressed.
#[component]
pub fn Banner(
    icon: IconName,
    #[prop(into)] matter: Signal<String>,
    #[prop(into)] meaning: Signal<String>,
    #[prop(optional)] tone: BannerTone,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (class, role) = match tone {
        BannerTone::WorkGoesOn => ("banner", "status"),
        BannerTone::Blocked => ("banner strong", "alert"),
    };
    view! {
        <div class=class role=role>
            <Icon name=icon/>
            <span class="grow"><b>{move || matter.get()}</b>" "{move || meaning.get()}</span>
            {children.map(|actions| actions())}
        </div>
    }
}
