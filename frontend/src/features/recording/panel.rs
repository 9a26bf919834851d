//! The desk's recording: whose devices record, this one's controls, what is still on its way.

use icabinet_models::ids::RecordingId;
use icabinet_models::meeting::{Command, SpeechCommand, Stage};
use icabinet_models::speech::Recording;
use leptos::prelude::*;

use super::{Deck, is_in_session};
use crate::features::office::{name_of, reader, say, small};
use crate::sound;
use crate::sync::{RecorderState, use_live};

/// Frames a second.
const FRAMES: usize = sound::RATE as usize / sound::FRAME;

/// Recording on this device, for the desk.
#[component]
pub fn RecordingPanel() -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let deck = Deck::new();
    let recorder = deck.recorder;
    let others = live.view_or_default(move |replica| {
        let m = replica.meeting();
        let others = m.recordings.iter().filter(|(_, recording)| {
            recording.is_under_way() && Some(&recording.by) != replica.person()
        });
        let one = |(id, recording): (&RecordingId, &Recording)| {
            (*id, name_of(m, &recording.by, texts.get()))
        };
        others.map(one).collect::<Vec<_>>()
    });
    let in_session = live.view_or_default(is_in_session);
    // A device that was left behind is ended from here.
    let elsewhere = move || {
        let row = |(recording, name): (RecordingId, String)| {
            let end =
                move || live.submit(Command::Speech(SpeechCommand::EndRecording { recording }));
            view! {
                <p class="meta">{(texts.get().recording.others)(&name)}</p>
                <div class="acts">{small(say(|t| t.recording.stop), end)}</div>
            }
        };
        others.get().into_iter().map(row).collect::<Vec<_>>()
    };
    let unsent = move || {
        let frames = recorder.unsent().get();
        let shown =
            matches!(recorder.state().get(), RecorderState::On { .. } | RecorderState::Finishing);
        let words = match frames / FRAMES {
            // What is on its way for less than a second or two is not worth a word.
            0 | 1 => texts.get().recording.stored.to_owned(),
            seconds => (texts.get().recording.unsent)(seconds),
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
            <section class="recording" aria-label=say(|t| t.recording.title)>
                <hr class="rule"/>
                <h2>{say(|t| t.recording.title)}</h2>
                {elsewhere}{deck.controls(in_session, |t| t.recording.start)}{unsent}
            </section>
        </Show>
    }
}
