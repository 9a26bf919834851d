//! Recording on this device, for the desk and for who holds the floor: start, level, alarm, end.

use icabinet_models::ids::RecordingId;
use icabinet_models::meeting::{Command, Stage};
use icabinet_models::speech::{Capture, Language, Origin, Recording};
use icabinet_sync::Replica;
use leptos::prelude::*;

use super::clock;
use super::office::{name_of, reader, say};
use crate::local::microphone::MicrophoneTrouble;
use crate::sound;
use crate::sync::{Live, Recorder, RecorderState, use_live};
use crate::ui::{Badge, BadgeTone, Button, ButtonSize, IconName};

/// Frames a second.
const FRAMES: usize = sound::RATE as usize / sound::FRAME;

/// The recorder of this page with what the meeting knows of it. Copies are the same.
#[derive(Clone, Copy)]
struct Deck {
    live: Live,
    recorder: Recorder,
    /// The recording that this person began and the log has not ended.
    mine: Memo<Option<RecordingId>>,
    wanted: RwSignal<bool>,
}

impl Deck {
    fn new() -> Self {
        let live = use_live();
        let recorder = Recorder::new();
        let wanted = RwSignal::new(false);
        let mine = live.view_or_default(|replica| {
            let me = replica.person()?;
            let m = replica.meeting();
            let own =
                m.recordings.iter().find(|(_, recording)| runs(recording) && recording.by == *me);
            own.map(|(id, _)| *id)
        });
        let meeting = StoredValue::new(live.meeting());
        // The recording begins when the log has it: its number is the address of the sound.
        Effect::new(move || {
            if let (Some(recording), true) = (mine.get(), wanted.get()) {
                wanted.set(false);
                recorder.begin(meeting.get_value(), recording);
            }
        });
        Self { live, recorder, mine, wanted }
    }

    fn start(self) {
        self.wanted.set(true);
        if self.mine.get_untracked().is_none() {
            self.live.submit(Command::StartRecording { language: Language::Vi });
        }
    }

    /// What can be pressed now, and what goes wrong. Without a recording it is begun if `may_start`.
    fn controls(self, may_start: Memo<bool>) -> AnyView {
        let texts = reader();
        let Self { live, recorder, .. } = self;
        let press = move |label: Signal<String>, icon: IconName, act: Callback<()>| {
            view! { <Button label=label icon=icon size=ButtonSize::Small on_press=act/> }.into_any()
        };
        let start = Callback::new(move |()| self.start());
        let body = move || match recorder.state().get() {
            RecorderState::Off => match (self.mine.get(), may_start.get()) {
                (Some(recording), _) => {
                    let finish = move |()| recorder.finish_left_over(live.meeting(), recording);
                    view! {
                        <p>{say(|t| t.desk.record_left)}</p>
                        <div class="acts">
                            {press(say(|t| t.desk.record_resume), IconName::Microphone, start)}
                            {press(say(|t| t.desk.record_finish), IconName::Stop, Callback::new(finish))}
                        </div>
                    }
                    .into_any()
                }
                (None, true) => press(say(|t| t.desk.record_start), IconName::Microphone, start),
                (None, false) => {
                    view! { <p class="soft">{say(|t| t.room.not_in_session)}</p> }.into_any()
                }
            },
            RecorderState::Opening => {
                view! { <p role="status">{say(|t| t.desk.record_opening)}</p> }.into_any()
            }
            RecorderState::On { since } => {
                let words = Signal::derive(move || (texts.get().desk.record_on)(&clock(since.0)));
                let stop = Callback::new(move |()| recorder.end());
                view! {
                    <Badge text=words tone=BadgeTone::Acting/>
                    <Level recorder/>
                    {press(say(|t| t.desk.record_stop), IconName::Stop, stop)}
                }
                .into_any()
            }
            RecorderState::Finishing => {
                view! { <p role="status">{say(|t| t.desk.record_finishing)}</p> }.into_any()
            }
            RecorderState::Trouble(trouble) => {
                let words = match trouble {
                    MicrophoneTrouble::NotSecure => say(|t| t.desk.record_not_secure),
                    MicrophoneTrouble::Refused => say(|t| t.desk.record_refused),
                    MicrophoneTrouble::Unsupported => say(|t| t.desk.record_unsupported),
                };
                view! {
                    <p role="alert">{words}</p>
                    {press(say(|t| t.common.retry), IconName::Again, start)}
                }
                .into_any()
            }
        };
        body.into_any()
    }
}

/// Whether a device is recording into it now.
fn runs(recording: &Recording) -> bool {
    recording.capture == Capture::Recording && recording.origin == Origin::Live
}

fn is_in_session(replica: &Replica) -> bool {
    matches!(replica.meeting().stage, Stage::InSession { .. })
}

/// Recording on this device, for the desk.
#[component]
pub fn RecordingPanel() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let deck = Deck::new();
    let recorder = deck.recorder;
    let others = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let others = m
            .recordings
            .values()
            .filter(|recording| runs(recording) && Some(&recording.by) != replica.person());
        others
            .map(|recording| name_of(m, &recording.by, texts.get()))
            .collect::<Vec<_>>()
            .join(", ")
    });
    let in_session = live.view_or_default(is_in_session);
    let elsewhere = move || {
        let names = others.get();
        (!names.is_empty())
            .then(|| view! { <p class="meta">{(texts.get().desk.record_others)(&names)}</p> })
    };
    let unsent = move || {
        let frames = recorder.unsent().get();
        let shown =
            matches!(recorder.state().get(), RecorderState::On { .. } | RecorderState::Finishing);
        let words = match frames / FRAMES {
            // What is on its way for less than a second or two is not worth a word.
            0 | 1 => texts.get().desk.record_stored.to_owned(),
            seconds => (texts.get().desk.record_unsent)(seconds),
        };
        shown.then(|| view! { <p class="meta" role="status">{words}</p> })
    };
    // After the session there is nothing to record, but perhaps something to finish.
    let closed =
        live.view_or_default(|replica| matches!(replica.meeting().stage, Stage::Closed { .. }));
    let shown = Memo::new(move |_| {
        !closed.get() || deck.mine.get().is_some() || recorder.state().get() != RecorderState::Off
    });
    view! {
        <Show when=move || shown.get()>
            <section class="recording" aria-label=say(|t| t.desk.recording)>
                <hr class="rule"/>
                <h2>{say(|t| t.desk.recording)}</h2>
                {elsewhere}{deck.controls(in_session)}{unsent}
            </section>
        </Show>
    }
}

#[component]
fn Level(recorder: Recorder) -> impl IntoView {
    let flat = recorder.is_flat();
    view! {
        <div class="level" role="meter" aria-valuemin="0" aria-valuemax="100" aria-label=say(|t| t.desk.record_level)
            aria-valuenow=move || recorder.level().get().to_string()>
            <div class="bar"><i style:width=move || format!("{}%", recorder.level().get())></i></div>
        </div>
        <Show when=move || flat.get()><p class="complaint" role="alert">{say(|t| t.desk.record_flat)}</p></Show>
    }
}
