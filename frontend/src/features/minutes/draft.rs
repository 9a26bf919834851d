//! The draft: sentences by section, each with its source; editing that saves itself and survives an
//! expired session; approval.

use icabinet_models::decisions::{Instrument, Rendition};
use icabinet_models::ids::{PersonId, RecordingId, SentenceId};
use icabinet_models::meeting::{Command, DecisionsCommand, Meeting, MinutesCommand, Stage};
use icabinet_models::minutes::{Minutes, Passage, Section, Sentence, Source as From};
use leptos::prelude::*;

use super::Player;
use super::field::{Field, LeftOver};
use crate::features::clock;
use crate::features::office::{OfficeSheet, name_of, reader, say, small};
use crate::features::signing::address_of;
use crate::sync::{addresses, use_live};
use crate::texts::Texts;
use crate::texts::dates::span;
use crate::texts::people::said;
use crate::ui::{
    Badge, BadgeTone, ButtonSize, Icon, IconName, Primary, SaveMark, SaveStage, Source, SourceChip,
    twice,
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
    Person { based_on: Option<Passage> },
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
            // Records of before version 3 name only the passage that somebody rewrote.
            match (&sentence.edited, sentence.source.passage()) {
                (Some(edit), based_on @ Some(_)) => {
                    (edited_by(m, &edit.by, texts), Origin::Person { based_on })
                }
                _ => {
                    let (recording, start_ms, end_ms) = (*recording, *start_ms, *end_ms);
                    (at, Origin::Speech { recording, start_ms, end_ms })
                }
            }
        }
        From::Person { person, .. } => {
            let words = match sentence.based_on {
                Some(_) => edited_by(m, person, texts),
                None => name_of(m, person, texts),
            };
            (words, Origin::Person { based_on: sentence.based_on })
        }
    };
    Line { id, text: sentence.text.clone(), source, from }
}

/// "Bà Vương Thị Hòa sửa"
fn edited_by(m: &Meeting, person: &PersonId, texts: &Texts) -> String {
    (texts.minutes.edited_by)(&name_of(m, person, texts))
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
        replica.person().map_or((false, false), |me| {
            (m.place_of(Instrument::Minutes, me).is_some(), m.is_secretary(me))
        })
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
    let draft =
        Callback::new(move |()| live.submit(Command::Minutes(MinutesCommand::DraftMinutes {})));
    let approve =
        Callback::new(move |()| live.submit(Command::Minutes(MinutesCommand::ApproveMinutes {})));
    let sure = RwSignal::new(false);
    let again = Callback::new(move |()| {
        draft.run(());
        sure.set(false);
    });
    let reopen = move || {
        rights.get().1.then(|| {
            small(say(|t| t.minutes.reopen), move || {
                live.submit(Command::Minutes(MinutesCommand::ReopenMinutes {}))
            })
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
                live.submit(Command::Decisions(DecisionsCommand::Publish {
                    instrument: Instrument::Minutes,
                }))
            });
            let (label, publish) = twice(say(|t| t.sign.publish), Signal::derive(|| true), publish);
            view! { {see}<Primary label=label on_press=publish/> }.into_any()
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
                    <LeftOver/>
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

/// A sentence that somebody may change: what is typed is kept on this device at once, and goes to the
/// server when the field is left, with the words it began from. Where those were changed meanwhile,
/// both texts are shown.
#[component]
fn Editable(
    id: SentenceId,
    line: Memo<Option<Line>>,
    open: Memo<bool>,
    player: Player,
    saved: RwSignal<Option<SaveStage>>,
) -> impl IntoView {
    let live = use_live();
    let there = Memo::new(move |_| {
        line.with(|line| line.as_ref().map(|line| line.text.clone())).unwrap_or_default()
    });
    let field = Field::of(id, there, saved);
    let from = Memo::new(move |_| line.with(|line| line.as_ref().map(|line| line.from)));
    let source = Signal::derive(move || match from.get() {
        Some(Origin::Speech { recording, start_ms, end_ms })
            if player.is_at(recording, start_ms, end_ms) =>
        {
            Source::SoundPlaying
        }
        Some(Origin::Speech { .. }) => Source::Sound,
        Some(Origin::Person { .. }) => Source::Person,
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
                let remove =
                    Command::Minutes(MinutesCommand::RemoveSentence { sentence: id, seen: None });
                live.submit(remove.having_seen(Some(&field.seen())));
            })
        })
    };
    let body = move || {
        if open.get() {
            view! { <textarea rows="2" aria-label=say(|t| t.minutes.sentence) prop:value=field.text on:input=move |event| field.typed(event_target_value(&event)) on:blur=move |_| field.left()></textarea> }.into_any()
        } else {
            view! { <p>{there}</p> }.into_any()
        }
    };
    view! {
        <div class="sentence">{body}{move || open.get().then(|| field.clash())}
            <div class="tail"><SourceChip source=source text=words on_press=Callback::new(press)/>{based_on(from, player)}{remove}</div></div>
    }
}

/// What a person's words rest on, to be listened to; it proves nothing of them.
fn based_on(from: Memo<Option<Origin>>, player: Player) -> AnyView {
    let passage = Memo::new(move |_| match from.get() {
        Some(Origin::Person { based_on }) => based_on,
        _ => None,
    });
    (move || {
        passage.get().map(|Passage { recording, start_ms, end_ms, .. }| {
            small(say(|t| t.minutes.based_on), move || player.toggle(recording, start_ms, end_ms))
        })
    })
    .into_any()
}

/// A sentence of a person, at the end of a section.
#[component]
fn NewSentence(section: Section) -> impl IntoView {
    let live = use_live();
    let writing = RwSignal::new(false);
    let text = RwSignal::new(String::new());
    let input = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            // A field that takes no focus is pressed like any other.
            _ = input.focus();
        }
    });
    let add = move || {
        let words = text.get_untracked().trim().to_owned();
        if !words.is_empty() {
            live.submit(Command::Minutes(MinutesCommand::WriteSentence { section, text: words }));
        }
        text.set(String::new());
        writing.set(false);
    };
    move || {
        if writing.get() {
            view! {
                <div class="writing"><label class="field"><span>{say(|t| t.minutes.new_sentence)}</span>
                    <textarea rows="2" node_ref=input bind:value=text></textarea></label>
                <div class="acts">{small(say(|t| t.prepare.save), add)}{small(say(|t| t.common.cancel), move || writing.set(false))}</div></div>
            }
            .into_any()
        } else {
            small(say(|t| t.minutes.write_sentence), move || writing.set(true))
        }
    }
}
