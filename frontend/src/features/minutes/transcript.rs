//! What was said, by turns: who, when, which words were heard badly; correcting, naming speakers.

use std::collections::{BTreeMap, BTreeSet};

use icabinet_models::ids::{PersonId, RecordingId, SegmentId};
use icabinet_models::meeting::{Command, Edition, Meeting, Refusal, SpeechCommand};
use icabinet_models::minutes::Minutes;
use icabinet_models::speech::{Segment, Speaker, Strike, Word};
use icabinet_models::wire::Answer;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Player;
use crate::callbacks;
use crate::features::among::choose_person;
use crate::features::clock_seconds;
use crate::features::editing::both;
use crate::features::office::{field, name_of, reader, say, small};
use crate::sync::use_live;
use crate::texts::Texts;
use crate::texts::dates::span;
use icabinet_presenter::editing::{Arrival, arrival};

/// Words heard with less confidence than this, in thousandths, are underlined.
const UNSURE: u16 = 600;

/// What one person said without a break.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Turn {
    recording: RecordingId,
    first: SegmentId,
    name: Option<String>,
    times: String,
    start_ms: u64,
    end_ms: u64,
    segments: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    id: SegmentId,
    start_ms: u64,
    text: String,
    words: Vec<Word>,
    struck: Option<Strike>,
    corrected: bool,
}

fn turns(m: &Meeting, texts: &Texts) -> Vec<Turn> {
    let mut ordered: Vec<(&SegmentId, &Segment)> = m.transcript.iter().collect();
    ordered.sort_by_key(|(id, segment)| (segment.recording, segment.heard.start_ms, **id));
    let mut turns: Vec<(Turn, &Speaker)> = Vec::new();
    for (id, segment) in ordered {
        let heard = &segment.heard;
        let piece = Piece {
            id: *id,
            start_ms: heard.start_ms,
            text: segment
                .corrected
                .as_ref()
                .map_or_else(|| heard.text.clone(), |corrected| corrected.text.clone()),
            words: if segment.corrected.is_none() { heard.words.clone() } else { Vec::new() },
            struck: heard.struck.filter(|_| segment.corrected.is_none()),
            corrected: segment.corrected.is_some(),
        };
        match turns.last_mut() {
            Some((turn, speaker))
                if turn.recording == segment.recording && **speaker == segment.speaker =>
            {
                turn.end_ms = heard.end_ms;
                turn.segments.push(piece);
            }
            _ => {
                let turn = Turn {
                    recording: segment.recording,
                    first: *id,
                    name: speaker_name(m, &segment.speaker, texts),
                    times: String::new(),
                    start_ms: heard.start_ms,
                    end_ms: heard.end_ms,
                    segments: vec![piece],
                };
                turns.push((turn, &segment.speaker));
            }
        }
    }
    let timed = |(mut turn, _): (Turn, &Speaker)| {
        let started = m.recordings.get(&turn.recording).and_then(|recording| recording.started);
        let at = |ms: u64| match started {
            Some(started) => clock_seconds(started.plus_ms(i64::try_from(ms).unwrap_or(0)).0),
            None => span(ms / 1000),
        };
        turn.times = format!("{} – {}", at(turn.start_ms), at(turn.end_ms));
        turn
    };
    turns.into_iter().map(timed).collect()
}

fn speaker_name(m: &Meeting, speaker: &Speaker, texts: &Texts) -> Option<String> {
    match speaker {
        Speaker::Floor { person } | Speaker::Named { person, .. } => {
            Some(name_of(m, person, texts))
        }
        Speaker::Overlap { .. } | Speaker::Unknown => None,
    }
}

/// The words to listen to again, in the order they were said.
fn unsure(turns: &[Turn]) -> Vec<(SegmentId, usize)> {
    let of_piece = |piece: &Piece| {
        let id = piece.id;
        let words = piece.words.iter().enumerate().filter(|(_, word)| word.confidence < UNSURE);
        let places: Vec<(SegmentId, usize)> = words.map(|(place, _)| (id, place)).collect();
        if piece.struck.is_some() { Vec::new() } else { places }
    };
    turns.iter().flat_map(|turn| turn.segments.iter()).flat_map(of_piece).collect()
}

/// The left column.
#[component]
pub fn Transcript(player: Player, import: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let turns = live.view_or_default(move |replica| turns(replica.meeting(), texts.get()));
    let unsure = Memo::new(move |_| turns.with(|turns| unsure(turns)));
    let at = RwSignal::new(None::<(SegmentId, usize)>);
    let open = Open(RwSignal::new(BTreeMap::new()));
    let next = move || {
        let found = unsure.with_untracked(|list| {
            let place = at.get_untracked().and_then(|at| list.iter().position(|one| *one == at));
            list.get(place.map_or(0, |place| place + 1)).or_else(|| list.first()).copied()
        });
        at.set(found);
        if let Some((id, place)) = found {
            show(id, place);
            let word = turns.with_untracked(|turns| {
                let piece = turns.iter().flat_map(|turn| {
                    turn.segments.iter().map(move |piece| (turn.recording, piece))
                });
                piece.into_iter().find(|(_, piece)| piece.id == id).and_then(
                    |(recording, piece)| Some((recording, piece.words.get(place)?.start_ms)),
                )
            });
            if let Some((recording, start)) = word {
                player.play(recording, start.saturating_sub(800));
            }
        }
    };
    callbacks::on_window(leptos::ev::keydown, move |event| {
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| {
                matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            });
        if !typing
            && !event.ctrl_key()
            && !event.meta_key()
            && event.key().eq_ignore_ascii_case("n")
        {
            next();
        }
    });
    let count = move || (texts.get().minutes.unsure)(unsure.with(Vec::len));
    let empty = move || turns.with(Vec::is_empty);
    let has_unsure = move || unsure.with(|list| !list.is_empty());
    view! {
        <section class="talk" aria-label=say(|t| t.minutes.transcript) tabindex="0">
            <div class="line"><h2 class="grow">{say(|t| t.minutes.transcript)}</h2>{small(say(|t| t.minutes.import), move || import.set(true))}</div>
            <Show when=has_unsure><p class="line"><span class="meta grow">{count}</span>{small(say(|t| t.minutes.next_unsure), next)}</p></Show>
            <Recordings/>
            <Show when=empty><p class="soft">{say(|t| t.minutes.no_transcript)}</p></Show>
            <For each=move || turns.get() key=turn_key children=move |turn| view! { <TurnView turn player at open/> }/>
        </section>
    }
}

/// A turn is drawn anew when anything of it changes.
fn turn_key(turn: &Turn) -> (SegmentId, Option<String>, usize, String) {
    let text = turn.segments.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\n");
    (turn.first, turn.name.clone(), turn.segments.len(), text)
}

fn word_id(segment: SegmentId, place: usize) -> String {
    format!("word-{segment}-{place}")
}

fn show(segment: SegmentId, place: usize) {
    if let Some(element) = document().get_element_by_id(&word_id(segment, place)) {
        element.scroll_into_view();
    }
}

#[component]
fn TurnView(
    turn: Turn,
    player: Player,
    at: RwSignal<Option<(SegmentId, usize)>>,
    open: Open,
) -> impl IntoView {
    let live = use_live();
    let naming = RwSignal::new(false);
    let Turn { recording, name, times, start_ms, end_ms, segments, .. } = turn;
    let locked = live
        .view_or_default(|replica| matches!(replica.meeting().minutes, Minutes::Approved { .. }));
    let here = Memo::new(move |_| player.is_at(recording, start_ms, end_ms));
    let unknown = name.is_none();
    let heading = move || match &name {
        Some(name) => name.clone().into_any(),
        None => say(|t| t.minutes.unknown_speaker).into_any(),
    };
    let ids: BTreeSet<SegmentId> = segments.iter().map(|piece| piece.id).collect();
    let pieces = StoredValue::new(segments);
    let editing = {
        let ids = ids.clone();
        Memo::new(move |_| open.0.with(|open| ids.iter().any(|id| open.contains_key(id))))
    };
    let words = move || {
        if editing.get() {
            view! { <Correction pieces=pieces.get_value() open/> }.into_any()
        } else {
            let one = |piece: Piece| said(piece, recording, player, at);
            view! { <p>{pieces.get_value().into_iter().map(one).collect::<Vec<_>>()}</p> }
                .into_any()
        }
    };
    let acts = move || {
        let ids = ids.clone();
        (!locked.get()).then(|| {
            let edit = (!editing.get()).then(|| {
                small(say(|t| t.minutes.correct), move || open.begin(&pieces.get_value()))
            });
            let name = move || {
                if naming.get() {
                    name_speaker(ids.clone(), naming)
                } else {
                    let label = if unknown {
                        say(|t| t.minutes.choose_speaker)
                    } else {
                        say(|t| t.minutes.other_speaker)
                    };
                    small(label, move || naming.set(true))
                }
            };
            view! { <div class="acts">{edit}{name}</div> }
        })
    };
    view! {
        <article class="turn" class:on=here>
            <header><b>{heading}</b><span class="meta">{times}</span>
                <button type="button" class="play meta" on:click=move |_| player.toggle(recording, start_ms, end_ms)>
                    {move || if here.get() { say(|t| t.minutes.playing) } else { say(|t| t.minutes.listen) }}</button></header>
            {words}{acts}
        </article>
    }
}

/// The words of a segment; a press plays from there.
fn said(
    piece: Piece,
    recording: RecordingId,
    player: Player,
    at: RwSignal<Option<(SegmentId, usize)>>,
) -> AnyView {
    let Piece { id, start_ms, text, words, struck, corrected } = piece;
    let play = move |_| player.play(recording, start_ms);
    if let Some(strike) = struck {
        let why = match strike {
            Strike::Phantom => say(|t| t.minutes.struck_phantom),
            Strike::Repetition => say(|t| t.minutes.struck_repetition),
            Strike::Quiet => say(|t| t.minutes.struck_quiet),
        };
        return view! { <span class="said" on:click=play><s class="struck">{text}</s><span class="meta">" ("{why}") "</span></span> }.into_any();
    }
    if words.is_empty() {
        let mark = corrected
            .then(|| view! { <span class="meta">" ("{say(|t| t.minutes.corrected)}") "</span> });
        return view! { <span class="said" on:click=play>{text}" "{mark}</span> }.into_any();
    }
    let mut parts: Vec<AnyView> = Vec::new();
    let mut plain = String::new();
    for (place, word) in words.into_iter().enumerate() {
        if word.confidence < UNSURE {
            if !plain.is_empty() {
                parts.push(std::mem::take(&mut plain).into_any());
            }
            let start = word.start_ms;
            let here = move || at.get() == Some((id, place));
            let press = move |event: web_sys::MouseEvent| {
                event.stop_propagation();
                at.set(Some((id, place)));
                player.play(recording, start);
            };
            parts.push(view! { <span id=word_id(id, place) class="unsure" class:at=here on:click=press>{word.text}</span>" " }.into_any());
        } else {
            plain.push_str(&word.text);
            plain.push(' ');
        }
    }
    parts.push(plain.into_any());
    view! { <span class="said" on:click=play>{parts}</span> }.into_any()
}

/// What is being corrected: the words that stood there when it began, and what they were made into.
/// It belongs to the whole column: a turn is drawn anew when somebody else changes it.
#[derive(Clone, Copy)]
struct Open(RwSignal<BTreeMap<SegmentId, (String, String)>>);

impl Open {
    fn begin(self, pieces: &[Piece]) {
        let begun = pieces.iter().map(|piece| (piece.id, (piece.text.clone(), piece.text.clone())));
        self.0.update(|open| open.extend(begun));
    }

    fn end(self, pieces: &[Piece]) {
        self.0.update(|open| open.retain(|id, _| pieces.iter().all(|piece| piece.id != *id)));
    }
}

/// A person's reading instead of the machine's, for all segments of a turn at once.
#[component]
fn Correction(pieces: Vec<Piece>, open: Open) -> impl IntoView {
    let live = use_live();
    let fields: Vec<_> = pieces.iter().cloned().map(|piece| correction(piece, open)).collect();
    let (cancelled, pieces) = (pieces.clone(), StoredValue::new(pieces));
    let save = move || {
        for piece in pieces.get_value() {
            let Some((saw, own)) = open.0.with_untracked(|open| open.get(&piece.id).cloned())
            else {
                continue;
            };
            let text = own.trim().to_owned();
            if text == piece.text {
                continue;
            }
            let command = Command::Speech(SpeechCommand::CorrectSegment {
                segment: piece.id,
                text,
                seen: None,
            });
            let command = command.having_seen(Some(&Edition::Segment { text: saw.clone() }));
            let asked = command.clone();
            let answered = Callback::new(move |answer: Answer| {
                let Answer::Refused { refusal } = answer else { return };
                let clashed = matches!(refusal, Refusal::Changed { .. });
                let again = (saw.clone(), own.clone());
                let reopened =
                    clashed.then(|| open.0.try_update(|open| _ = open.insert(piece.id, again)));
                if reopened.flatten().is_none() {
                    live.refuse(&asked, refusal);
                }
            });
            live.submit_then(command, answered);
        }
        open.end(&pieces.get_value());
    };
    view! {
        {fields}
        <div class="acts">{small(say(|t| t.prepare.save), save)}{small(say(|t| t.common.cancel), move || open.end(&cancelled))}</div>
    }
}

/// The field of one segment, and beside it what somebody else made of it meanwhile.
fn correction(piece: Piece, open: Open) -> AnyView {
    let kept = open.0.with_untracked(|open| open.get(&piece.id).cloned());
    let now = piece.text;
    let (saw, own) = kept.unwrap_or_else(|| (now.clone(), now.clone()));
    let own = match arrival(&saw, &own, &now) {
        Arrival::Follow => now.clone(),
        Arrival::Known | Arrival::Clash => own,
    };
    let clashes = RwSignal::new(arrival(&saw, &own, &now) == Arrival::Clash);
    let saw = StoredValue::new(if clashes.get_untracked() { saw } else { now.clone() });
    let text = RwSignal::new(own);
    Effect::new(move || {
        let own = text.get();
        open.0.update_untracked(|open| _ = open.insert(piece.id, (saw.get_value(), own)));
    });
    let now = StoredValue::new(now);
    let settle = move |words: String| {
        saw.set_value(now.get_value());
        clashes.set(false);
        text.set(words);
    };
    let shown = move || {
        clashes.get().then(|| {
            let edition = |text: String| Edition::Segment { text };
            let (theirs, mine) = (edition(now.get_value()), edition(text.get_untracked()));
            let keep = move || settle(text.get_untracked());
            both(theirs, mine, keep, move || settle(now.get_value()))
        })
    };
    view! { {field(say(|t| t.minutes.correct_label), text, 2)}{shown} }.into_any()
}

fn name_speaker(ids: BTreeSet<SegmentId>, naming: RwSignal<bool>) -> AnyView {
    let live = use_live();
    let who = RwSignal::new(String::new());
    Effect::new(move |_| {
        let person = who.get();
        if person.is_empty() {
            return;
        }
        for segment in &ids {
            live.submit(Command::Speech(SpeechCommand::NameSpeaker {
                segment: *segment,
                person: PersonId::from(person.clone()),
            }));
        }
        naming.set(false);
    });
    choose_person(say(|t| t.minutes.who_spoke), live, who, |_, _| true)
}

/// How far each recording and its text is.
#[component]
fn Recordings() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let lines = live.view_or_default(move |replica| {
        let texts = texts.get();
        let one = |(id, recording): (&RecordingId, &icabinet_models::speech::Recording)| {
            super::import::recording_words(*id, recording, texts)
        };
        replica.meeting().recordings.iter().map(one).collect::<Vec<_>>()
    });
    let rows = move || {
        lines.get().into_iter().map(|(name, state)| view! { <li><b>{name}</b><span class="meta">" "{state}</span></li> }).collect::<Vec<_>>()
    };
    view! { <div role="status"><ul class="states">{rows}</ul></div> }
}
