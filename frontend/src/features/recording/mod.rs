//! Recording on this device, for the desk and for who holds the floor: start, level, alarm, end. The
//! recorder itself is the application's: it goes on when a page is left, and then says so elsewhere.

#[cfg(feature = "desk")]
pub mod panel;

use icabinet_models::ids::{MeetingId, RecordingId};
use icabinet_models::meeting::{Command, SpeechCommand, Stage};
use icabinet_models::speech::{Language, Recording};
use icabinet_sync::Replica;
use leptos::prelude::*;

use super::{clock, say};
use crate::local::microphone::MicrophoneTrouble;
use crate::preferences::use_texts;
use crate::sync::{Live, Recorder, RecorderState, use_live, use_recorder};
use crate::texts::Texts;
use crate::ui::{Badge, BadgeTone, Button, ButtonSize, IconName};

/// The application's recorder with what the meeting knows of it. Copies are the same.
#[derive(Clone, Copy)]
struct Deck {
    live: Live,
    recorder: Recorder,
    /// The recording that this person began and the log has not stored; whether it may go on.
    mine: Memo<Option<(RecordingId, bool)>>,
}

impl Deck {
    fn new() -> Self {
        let (live, recorder) = (use_live(), use_recorder());
        let here = live.meeting();
        let mine = live.view_or_default(|replica| {
            let me = replica.person()?;
            let m = replica.meeting();
            let own = |(_, r): &(&RecordingId, &Recording)| r.takes_sound() && r.by == *me;
            m.recordings.iter().rfind(own).map(|(id, r)| (*id, r.is_under_way()))
        });
        let is_known = live.view_or_default(|_| true);
        Effect::new(move || {
            let (mine, state) = (mine.get(), recorder.state().get());
            let of_here = recorder.meeting().get().as_ref() == Some(&here);
            match (mine, state) {
                // The recording begins when the log has it: its number is the address of the sound.
                (Some((recording, true)), RecorderState::Off | RecorderState::Trouble(_))
                    if recorder.wanted().get() =>
                {
                    recorder.wanted().set(false);
                    recorder.begin(here.clone(), recording);
                }
                // It was ended while this page was closed: what was recorded before is sent.
                (Some((recording, false)), RecorderState::Off) => {
                    recorder.send_what_is_kept(here.clone(), recording);
                }
                (Some((_, false)), RecorderState::On { .. }) if of_here => recorder.end(),
                // The log may hear of the end before the device does, or the device never.
                (None, RecorderState::Finishing) if of_here && is_known.get() => {
                    recorder.log_has_the_end();
                }
                _ => {}
            }
        });
        Self { live, recorder, mine }
    }

    fn start(self) {
        self.recorder.wanted().set(true);
        if self.mine.get_untracked().is_none() {
            self.live
                .submit(Command::Speech(SpeechCommand::StartRecording { language: Language::Vi }));
        }
    }

    /// What can be pressed now, and what goes wrong. Without a recording it is begun if `may_start`.
    fn controls(
        self,
        may_start: Memo<bool>,
        start_words: fn(&'static Texts) -> &'static str,
    ) -> AnyView {
        let texts = use_texts();
        let Self { live, recorder, .. } = self;
        let press = move |label: Signal<String>, icon: IconName, act: Callback<()>| {
            view! { <Button label=label icon=icon size=ButtonSize::Small on_press=act/> }.into_any()
        };
        let start = Callback::new(move |()| self.start());
        let why_not = live.view_or_default(move |replica| {
            let words = &texts.get().room;
            match replica.meeting().stage {
                Stage::Recess { .. } => words.in_recess,
                Stage::Closed { .. } => words.is_closed,
                _ => words.not_in_session,
            }
        });
        let body = move || match recorder.state().get() {
            RecorderState::Off => match (self.mine.get(), may_start.get()) {
                (Some((recording, _)), may_go_on) => {
                    let resume = may_go_on
                        .then(|| press(say(|t| t.recording.resume), IconName::Microphone, start));
                    let finish = move |()| recorder.finish_left_over(live.meeting(), recording);
                    view! {
                        <p>{say(|t| t.recording.left)}</p>
                        <div class="acts">
                            {resume}
                            {press(say(|t| t.recording.finish), IconName::Stop, Callback::new(finish))}
                        </div>
                    }
                    .into_any()
                }
                (None, true) => press(say(start_words), IconName::Microphone, start),
                (None, false) => view! { <p class="soft">{why_not}</p> }.into_any(),
            },
            RecorderState::Opening => {
                view! { <p role="status">{say(|t| t.recording.opening)}</p> }.into_any()
            }
            RecorderState::On { since } => {
                let words = Signal::derive(move || (texts.get().recording.on)(&clock(since.0)));
                let stop = Callback::new(move |()| recorder.end());
                view! {
                    <Badge text=words tone=BadgeTone::Acting/>
                    <Level recorder/>
                    {press(say(|t| t.recording.stop), IconName::Stop, stop)}
                }
                .into_any()
            }
            RecorderState::Finishing => {
                view! { <p role="status">{say(|t| t.recording.finishing)}</p> }.into_any()
            }
            RecorderState::Trouble(trouble) => {
                let words = match trouble {
                    MicrophoneTrouble::NotSecure => say(|t| t.recording.not_secure),
                    MicrophoneTrouble::Refused => say(|t| t.recording.refused),
                    MicrophoneTrouble::Unsupported => say(|t| t.recording.unsupported),
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

fn is_in_session(replica: &Replica) -> bool {
    matches!(replica.meeting().stage, Stage::InSession { .. })
}

/// Says on every page outside the meeting that this device records it, with the way back and the end.
#[component]
pub fn RecordingElsewhere(
    /// The meeting whose page is shown.
    #[prop(into)]
    shown: Signal<Option<MeetingId>>,
) -> impl IntoView {
    let recorder = use_recorder();
    let elsewhere = Memo::new(move |_| {
        recorder
            .meeting()
            .get()
            .filter(|meeting| recorder.is_on() && shown.get().as_ref() != Some(meeting))
    });
    move || {
        elsewhere.get().map(|meeting| {
            view! {
                <section class="recording elsewhere" role="status">
                    <Badge text=say(|t| t.recording.mark) tone=BadgeTone::Acting/>
                    <a class="btn small" href=format!("/meetings/{meeting}")>{say(|t| t.recording.back)}</a>
                    <Button label=say(|t| t.recording.stop) icon=IconName::Stop size=ButtonSize::Small
                        on_press=move |()| recorder.end()/>
                </section>
            }
        })
    }
}

/// One line for who holds the floor where nothing records: his own device may, and stops with his turn.
#[component]
pub fn SpeakerRecording() -> impl IntoView {
    let deck = Deck::new();
    let speaks = use_live().view_or_default(|replica| {
        let speaking = replica.meeting().floor.speaking.as_ref();
        is_in_session(replica)
            && speaking.is_some_and(|turn| Some(&turn.person) == replica.person())
    });
    let is_recorded = use_live().view_or_default(|replica| {
        replica.meeting().recordings.values().any(Recording::is_under_way)
    });
    let shown = Memo::new(move |_| {
        deck.mine.get().is_some()
            || deck.recorder.state().get() != RecorderState::Off
            || speaks.get() && !is_recorded.get()
    });
    move || {
        shown.get().then(|| {
            let controls = deck.controls(speaks, |t| t.recording.start_mine);
            view! { <section class="recording speaker" aria-label=say(|t| t.recording.title)>{controls}</section> }
        })
    }
}

#[component]
fn Level(recorder: Recorder) -> impl IntoView {
    let flat = recorder.is_flat();
    view! {
        <div class="level" role="meter" aria-valuemin="0" aria-valuemax="100" aria-label=say(|t| t.recording.level)
            aria-valuenow=move || recorder.level().get().to_string()>
            <div class="bar"><i style:width=move || format!("{}%", recorder.level().get())></i></div>
        </div>
        <Show when=move || flat.get()><p class="complaint" role="alert">{say(|t| t.recording.flat)}</p></Show>
    }
}
