//! Recording on this device, for the desk and for who holds the floor: start, level, alarm, end.

use icabinet_models::ids::RecordingId;
use icabinet_models::meeting::{Command, Stage};
use icabinet_models::speech::{Capture, Language, Origin};
use leptos::prelude::*;

use super::clock;
use super::office::{name_of, reader, say};
use crate::local::microphone::MicrophoneTrouble;
use crate::sound;
use crate::sync::{Recorder, RecorderState, use_live};
use crate::ui::{Badge, BadgeTone, Button, ButtonSize, IconName};

/// Frames a second.
const FRAMES: usize = sound::RATE as usize / sound::FRAME;

/// Recording on this device.
#[component]
pub fn RecordingPanel() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let recorder = Recorder::new();
    let wanted = RwSignal::new(false);
    let mine = live.view_or_default(|replica| {
        let me = replica.person()?;
        let m = replica.meeting();
        let own = m.recordings.iter().find(|(_, recording)| {
            recording.capture == Capture::Recording
                && recording.origin == Origin::Live
                && recording.by == *me
        });
        own.map(|(id, _)| *id)
    });
    let others = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let others = m.recordings.values().filter(|recording| {
            recording.capture == Capture::Recording
                && recording.origin == Origin::Live
                && Some(&recording.by) != replica.person()
        });
        others
            .map(|recording| name_of(m, &recording.by, texts.get()))
            .collect::<Vec<_>>()
            .join(", ")
    });
    let in_session =
        live.view_or_default(|replica| matches!(replica.meeting().stage, Stage::InSession { .. }));
    let meeting = StoredValue::new(live.meeting());
    // The recording begins when the log has it: its number is the address of the sound.
    Effect::new(move || {
        if let (Some(recording), true) = (mine.get(), wanted.get()) {
            wanted.set(false);
            recorder.begin(meeting.get_value(), recording);
        }
    });
    let start = move |()| {
        wanted.set(true);
        if mine.get_untracked().is_none() {
            live.submit(Command::StartRecording { language: Language::Vi });
        }
    };
    let finish =
        move |recording: RecordingId| recorder.finish_left_over(meeting.get_value(), recording);
    let body = move || {
        match recorder.state().get() {
        RecorderState::Off => match (mine.get(), in_session.get()) {
            (Some(recording), _) => view! {
                <p>{say(|t| t.desk.record_left)}</p>
                <div class="acts">
                    <Button label=say(|t| t.desk.record_resume) icon=IconName::Microphone size=ButtonSize::Small on_press=Callback::new(start)/>
                    <Button label=say(|t| t.desk.record_finish) size=ButtonSize::Small on_press=Callback::new(move |()| finish(recording))/>
                </div>
            }
            .into_any(),
            (None, true) => view! {
                <div class="acts"><Button label=say(|t| t.desk.record_start) icon=IconName::Microphone size=ButtonSize::Small
                    on_press=Callback::new(start)/></div>
            }
            .into_any(),
            (None, false) => view! { <p class="soft">{say(|t| t.room.not_in_session)}</p> }.into_any(),
        },
        RecorderState::Opening => view! { <p role="status">{say(|t| t.desk.record_opening)}</p> }.into_any(),
        RecorderState::On { since } => {
            let words = Signal::derive(move || (texts.get().desk.record_on)(&clock(since.0)));
            view! {
                <p><Badge text=words tone=BadgeTone::Acting/></p>
                <Level recorder/>
                <div class="acts"><Button label=say(|t| t.desk.record_stop) icon=IconName::Stop size=ButtonSize::Small
                    on_press=Callback::new(move |()| recorder.end())/></div>
            }
            .into_any()
        }
        RecorderState::Finishing => view! { <p role="status">{say(|t| t.desk.record_finishing)}</p> }.into_any(),
        RecorderState::Trouble(trouble) => {
            let words = match trouble {
                MicrophoneTrouble::NotSecure => say(|t| t.desk.record_not_secure),
                MicrophoneTrouble::Refused => say(|t| t.desk.record_refused),
                MicrophoneTrouble::Unsupported => say(|t| t.desk.record_unsupported),
            };
            view! {
                <p role="alert">{words}</p>
                <div class="acts"><Button label=say(|t| t.common.retry) size=ButtonSize::Small on_press=Callback::new(start)/></div>
            }
            .into_any()
        }
    }
    };
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
    view! {
        <section class="recording" aria-label=say(|t| t.desk.recording)>
            <hr class="rule"/>
            <h2>{say(|t| t.desk.recording)}</h2>
            {elsewhere}{body}{unsent}
        </section>
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
