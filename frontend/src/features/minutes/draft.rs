//! The draft: sentences by section, each with its source; editing that saves itself and survives an
//! expired session; approval.

use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::ids::{RecordingId, SentenceId};
use icabinet_models::meeting::{Command, Meeting, Stage};
use icabinet_models::minutes::{Minutes, Section, Sentence, Source as From};
use icabinet_models::wire::Answer;
use leptos::prelude::*;

use super::Player;
use crate::features::office::{OfficeSheet, field, name_of, reader, say, small};
use crate::features::signing::address_of;
use crate::features::{clock, clock_seconds};
use crate::sync::{Link, addresses, use_live};
use crate::texts::Texts;
use crate::texts::dates::span;
use crate::texts::people::said;
use crate::texts::refusals;
use crate::ui::{
    Badge, BadgeTone, ButtonSize, Icon, IconName, Primary, SaveMark, SaveStage, Source, SourceChip,
};

/// A sentence, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    id: SentenceId,
    text: String,
    source: String,
    from: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Record,
    Speech { recording: RecordingId, start_ms: u64, end_ms: u64 },
    Person,
}

fn line(m: &Meeting, id: SentenceId, sentence: &Sentence, texts: &Texts) -> Line {
    let (source, from) = match &sentence.source {
        From::Record { .. } => (texts.minutes.from_record.to_owned(), Origin::Record),
        From::Speech { recording, start_ms, end_ms, .. } => {
            let started = m.recordings.get(recording).and_then(|recording| recording.started);
            let at = started.map_or_else(
                || span(start_ms / 1000),
                |at| clock(at.plus_ms(i64::try_from(*start_ms).unwrap_or(0)).0),
            );
            let words = match &sentence.edited {
                None => at,
                Some(edit) => {
                    let who = name_of(m, &edit.by, texts);
                    format!("{at} · {}", (texts.minutes.edited_by)(&who))
                }
            };
            (words, Origin::Speech { recording: *recording, start_ms: *start_ms, end_ms: *end_ms })
        }
        From::Person { person, .. } => (name_of(m, person, texts), Origin::Person),
    };
    Line { id, text: sentence.text.clone(), source, from }
}

fn heading(m: &Meeting, section: Section, texts: &Texts) -> String {
    match section {
        Section::Opening => texts.minutes.opening.to_owned(),
        Section::Agenda => texts.room.agenda.to_owned(),
        Section::Closing => texts.minutes.closing.to_owned(),
        Section::Item(id) => {
            let title =
                m.items.get(&id).map(|item| said(&item.title, texts.language)).unwrap_or_default();
            format!("{}. {title}", m.number_of(id).unwrap_or(0))
        }
    }
}

/// All sections in their order; those without sentences too, so that one can be written there.
fn sections(m: &Meeting) -> Vec<Section> {
    let mut all = vec![Section::Opening, Section::Agenda];
    all.extend(m.agenda.iter().map(|id| Section::Item(*id)));
    all.push(Section::Closing);
    all
}

/// The title line of the page and its one red button.
#[component]
pub fn MinutesBar(saved: RwSignal<Option<SaveStage>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let title = live.view_or_default(move |replica| {
        said(&replica.meeting().particulars.title, texts.get().language).to_owned()
    });
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    enum At {
        #[default]
        NotClosed,
        None,
        Draft,
        Approved,
        Typeset,
        Signed,
        Published,
    }
    let at = live.view_or_default(|replica| {
        let m = replica.meeting();
        match &m.minutes {
            Minutes::NotBegun if matches!(m.stage, Stage::Closed { .. }) => At::None,
            Minutes::NotBegun => At::NotClosed,
            Minutes::Draft { .. } => At::Draft,
            Minutes::Approved { published: Some(_), .. } => At::Published,
            Minutes::Approved { rendition: Rendition::Signed { .. }, .. } => At::Signed,
            Minutes::Approved { rendition: Rendition::Typeset { .. }, .. } => At::Typeset,
            Minutes::Approved { .. } => At::Approved,
        }
    });
    let pdf = live.view_or_default(|replica| match replica.meeting().minutes.rendition() {
        Some(Rendition::Typeset { document, .. } | Rendition::Signed { document, .. }) => {
            Some(addresses::blob(&replica.meeting().id, document))
        }
        _ => None,
    });
    let rights = live.view_or_default(|replica| {
        let m = replica.meeting();
        replica.person().map_or((false, false), |me| (m.is_chair(me), m.is_secretary(me)))
    });
    let meeting = live.meeting();
    let sign = format!("/meetings/{meeting}/{}", address_of(Instrument::Minutes));
    let public = format!("/public/meetings/{meeting}/minutes");
    let word = move || {
        let words = &texts.get().minutes;
        match at.get() {
            At::NotClosed => words.after_close,
            At::None => words.not_begun,
            At::Draft => words.is_draft,
            At::Approved => words.is_approved,
            At::Typeset => words.is_typeset,
            At::Signed => words.is_signed,
            At::Published => words.is_published,
        }
    };
    let draft = Callback::new(move |()| live.submit(Command::DraftMinutes {}));
    let approve = Callback::new(move |()| live.submit(Command::ApproveMinutes {}));
    let sure = RwSignal::new(false);
    let again = Callback::new(move |()| {
        draft.run(());
        sure.set(false);
    });
    let reopen = move || {
        rights.get().1.then(|| {
            small(say(|t| t.minutes.reopen), move || live.submit(Command::ReopenMinutes {}))
        })
    };
    let see = move || {
        pdf.get().map(|href| view! { <a class="btn" href=href target="_blank" rel="noopener">{say(|t| t.sign.see_pdf)}</a> })
    };
    let act = move || match at.get() {
        At::NotClosed => ().into_any(),
        At::None => view! { <Primary label=say(|t| t.minutes.draft) on_press=draft/> }.into_any(),
        At::Draft => view! {
            {small(say(|t| t.minutes.draft_again), move || sure.set(true))}
            <Primary label=say(|t| t.minutes.approve) icon=IconName::Done on_press=approve/>
        }
        .into_any(),
        At::Approved => view! { {reopen} }.into_any(),
        At::Typeset => {
            let href = sign.clone();
            let sign = rights
                .get()
                .0
                .then(|| view! { <a class="btn primary" href=href>{say(|t| t.sign.to_sign)}</a> });
            view! { {reopen}{see}{sign} }.into_any()
        }
        At::Signed => {
            let publish = Callback::new(move |()| {
                live.submit(Command::Publish { instrument: Instrument::Minutes })
            });
            view! { {see}<Primary label=say(|t| t.sign.publish) on_press=publish/> }.into_any()
        }
        At::Published => {
            let href = public.clone();
            view! { {see}<a class="btn" href=href rel="external">{say(|t| t.sign.public_page)}</a> }
                .into_any()
        }
    };
    let mark = move || saved.get().map(|stage| view! { <SaveMark stage=stage/> });
    let tone = Signal::derive(move || {
        if matches!(at.get(), At::Signed | At::Published) {
            BadgeTone::Recorded
        } else {
            BadgeTone::Plain
        }
    });
    view! {
        <div class="titlebar">
            <div><p class="over">{say(|t| t.sign.minutes_title)}</p><h1>{title}</h1></div>
            <span class="grow"></span>
            {mark}<Badge text=Signal::derive(move || word().to_owned()) tone=tone/>
            {act}
        </div>
        <OfficeSheet open=sure title=say(|t| t.minutes.draft_again) id="draft-again">
            <p>{say(|t| t.minutes.draft_again_text)}</p>
            <p class="acts"><Primary label=say(|t| t.minutes.draft_again) size=ButtonSize::Wide on_press=again/></p>
        </OfficeSheet>
    }
}

/// The right column.
#[component]
pub fn DraftColumn(player: Player, saved: RwSignal<Option<SaveStage>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let begun = live.view_or_default(|replica| replica.meeting().minutes != Minutes::NotBegun);
    let sections = live.view_or_default(|replica| sections(replica.meeting()));
    view! {
        <section class="draft" aria-label=say(|t| t.minutes.draft_label) tabindex="0">
            <Show when=move || begun.get() fallback=move || view! { <p class="lead">{move || texts.get().minutes.not_begun_text}</p> }>
                <div class="folio" lang="vi">
                    <For each=move || sections.get() key=|section| format!("{section:?}") children=move |section| view! { <Part section player saved/> }/>
                </div>
            </Show>
        </section>
    }
}

#[component]
fn Part(section: Section, player: Player, saved: RwSignal<Option<SaveStage>>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let title =
        live.view_or_default(move |replica| heading(replica.meeting(), section, texts.get()));
    let open =
        live.view_or_default(|replica| matches!(replica.meeting().minutes, Minutes::Draft { .. }));
    let lines = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let of_section =
            m.minutes.in_order().into_iter().filter(|(_, sentence)| sentence.section == section);
        of_section.map(|(id, sentence)| line(m, id, sentence, texts.get())).collect::<Vec<_>>()
    });
    let ids = Memo::new(move |_| {
        lines.with(|lines| {
            lines.iter().map(|line| (line.id, line.from == Origin::Record)).collect::<Vec<_>>()
        })
    });
    let row = move |(id, record): (SentenceId, bool)| {
        let line = Memo::new(move |_| {
            lines.with(|lines| lines.iter().find(|line| line.id == id).cloned())
        });
        if record {
            view! {
                <div class="fixed sentence"><p>{move || line.get().map(|line| line.text)}</p>
                    <div class="tail"><span class="chip log"><Icon name=IconName::Lock/>{move || line.get().map(|line| line.source)}</span></div></div>
            }
            .into_any()
        } else {
            view! { <Editable id line open player saved/> }.into_any()
        }
    };
    let empty = move || lines.with(Vec::is_empty) && !open.get();
    view! {
        <Show when=move || !empty()>
            <h2>{title}</h2>
            <For each=move || ids.get() key=|id| *id children=row/>
            <Show when=move || open.get()><NewSentence section/></Show>
        </Show>
    }
}

fn draft_key(meeting: &str, sentence: SentenceId) -> String {
    format!("icabinet.draft.{meeting}.{sentence}")
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// A sentence that somebody may change: what is typed is kept on this device at once, and goes to the
/// server when the field is left.
#[component]
fn Editable(
    id: SentenceId,
    line: Memo<Option<Line>>,
    open: Memo<bool>,
    player: Player,
    saved: RwSignal<Option<SaveStage>>,
) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let key = draft_key(live.meeting().as_str(), id);
    let left_over = storage().and_then(|store| store.get_item(&key).ok().flatten());
    let there = Memo::new(move |_| {
        line.with(|line| line.as_ref().map(|line| line.text.clone())).unwrap_or_default()
    });
    let text = RwSignal::new(left_over.unwrap_or_else(|| there.get_untracked()));
    let key = StoredValue::new(key);
    // What others changed is taken over unless this device holds something newer.
    Effect::new(move |_| {
        let now = there.get();
        let held =
            key.with_value(|key| storage().and_then(|store| store.get_item(key).ok().flatten()));
        if held.is_none() {
            text.set(now);
        }
    });
    let typed = move |event: web_sys::Event| {
        let now = event_target_value(&event);
        let kept =
            key.with_value(|key| storage().is_some_and(|store| store.set_item(key, &now).is_ok()));
        text.set(now);
        saved.set(Some(if kept {
            SaveStage::OnDevice { time: clock_seconds(live.now().0) }
        } else {
            SaveStage::NotSaved { why: texts.get_untracked().minutes.no_room.to_owned() }
        }));
    };
    let forget = move |sent: &str| {
        key.with_value(|key| {
            let store = storage();
            // Typed on meanwhile: the newer text stays.
            if let Some(store) = store
                && store.get_item(key).ok().flatten().as_deref() == Some(sent)
            {
                _ = store.remove_item(key);
            }
        });
    };
    let left = move |_| {
        let now = text.get_untracked();
        let trimmed = now.trim().to_owned();
        if trimmed == there.get_untracked() || trimmed.is_empty() {
            forget(&now);
            text.set(there.get_untracked());
            return;
        }
        if matches!(live.link().get_untracked(), Link::Open) {
            saved.set(Some(SaveStage::Saving));
        }
        let answered = Callback::new(move |answer: Answer| match answer {
            Answer::Accepted { at, .. } => {
                forget(&now);
                saved.try_set(Some(SaveStage::OnServer { time: clock_seconds(at.0) }));
            }
            Answer::Refused { refusal } => {
                let language =
                    texts.try_get_untracked().map_or(Default::default(), |texts| texts.language);
                let why = refusals::refusal(&refusal, language, ToString::to_string).what;
                saved.try_set(Some(SaveStage::NotSaved { why }));
            }
            Answer::Unavailable => {}
        });
        live.submit_then(Command::EditSentence { sentence: id, text: trimmed }, answered);
    };
    let from = Memo::new(move |_| line.with(|line| line.as_ref().map(|line| line.from)));
    let source = Signal::derive(move || match from.get() {
        Some(Origin::Speech { recording, start_ms, end_ms })
            if player.is_at(recording, start_ms, end_ms) =>
        {
            Source::SoundPlaying
        }
        Some(Origin::Speech { .. }) => Source::Sound,
        Some(Origin::Person) => Source::Person,
        Some(Origin::Record) => Source::Record,
        None => Source::None,
    });
    let press = move |()| {
        if let Some(Origin::Speech { recording, start_ms, end_ms }) = from.get_untracked() {
            player.toggle(recording, start_ms, end_ms);
        }
    };
    let words = Signal::derive(move || {
        line.with(|line| line.as_ref().map(|line| line.source.clone())).unwrap_or_default()
    });
    let remove = move || {
        open.get().then(|| {
            small(say(|t| t.minutes.remove_sentence), move || {
                live.submit(Command::RemoveSentence { sentence: id })
            })
        })
    };
    let body = move || {
        if open.get() {
            view! { <textarea rows="2" aria-label=say(|t| t.minutes.sentence) prop:value=text on:input=typed on:blur=left></textarea> }.into_any()
        } else {
            view! { <p>{text}</p> }.into_any()
        }
    };
    view! {
        <div class="sentence">{body}
            <div class="tail"><SourceChip source=source text=words on_press=Callback::new(press)/>{remove}</div></div>
    }
}

/// A sentence of a person, at the end of a section.
#[component]
fn NewSentence(section: Section) -> impl IntoView {
    let live = use_live();
    let writing = RwSignal::new(false);
    let text = RwSignal::new(String::new());
    let add = move || {
        let words = text.get_untracked().trim().to_owned();
        if !words.is_empty() {
            live.submit(Command::WriteSentence { section, text: words });
        }
        text.set(String::new());
        writing.set(false);
    };
    move || {
        if writing.get() {
            view! {
                <div class="writing">{field(say(|t| t.minutes.new_sentence), text, 2)}
                <div class="acts">{small(say(|t| t.prepare.save), add)}{small(say(|t| t.common.cancel), move || writing.set(false))}</div></div>
            }
            .into_any()
        } else {
            small(say(|t| t.minutes.write_sentence), move || writing.set(true))
        }
    }
}
