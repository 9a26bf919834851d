//! Sound from a file, and how far each recording is in words.

use icabinet_models::ids::RecordingId;
use icabinet_models::meeting::{Command, SpeechCommand};
use icabinet_models::speech::{
    Capture, Flaws, Language, Origin, Recording, SoundFault, Transcription,
};
use leptos::prelude::*;

use crate::callbacks;
use crate::features::clock_seconds;
use crate::features::gate::saying;
use crate::features::office::{OfficeSheet, choose, pick_file, reader, say};
use crate::features::prepare::{show_time, take_time};
use crate::sync::{transfer, use_live};
use crate::texts::Texts;
use crate::texts::dates::span;
use crate::ui::{ButtonSize, Primary};

/// Name and state of a recording.
pub(super) fn recording_words(
    id: RecordingId,
    recording: &Recording,
    texts: &Texts,
) -> (String, String) {
    let words = &texts.minutes;
    let name = match &recording.origin {
        Origin::Imported { file_name, .. } => file_name.clone(),
        Origin::Live => {
            let started = recording.started.map(|at| clock_seconds(at.0)).unwrap_or_default();
            (words.recording)(&id.to_string(), &started)
        }
    };
    let state = match (&recording.capture, &recording.transcription) {
        (Capture::Recording | Capture::Ended { .. }, _)
            if matches!(recording.origin, Origin::Live) =>
        {
            words.being_recorded.to_owned()
        }
        (Capture::Recording | Capture::Ended { .. }, _) => words.being_decoded.to_owned(),
        (Capture::Faulty { fault }, _) => fault_words(*fault, texts).to_owned(),
        (Capture::Stored { .. }, Transcription::Waiting) => words.waiting.to_owned(),
        (Capture::Stored { .. }, Transcription::Running { to_ms }) => {
            (words.running)(&span(to_ms / 1000))
        }
        (Capture::Stored { .. }, Transcription::Done { model, synthetic: true }) => {
            (texts.desk.synthetic)(model)
        }
        (Capture::Stored { .. }, Transcription::Done { model, synthetic: false }) => {
            (words.done)(model)
        }
        (Capture::Stored { .. }, Transcription::NoModel) => texts.desk.no_model.to_owned(),
        (Capture::Stored { .. }, Transcription::Failed) => words.failed.to_owned(),
    };
    let state = [state].into_iter().chain(flaw_words(recording.flaws, texts));
    (name, state.collect::<Vec<_>>().join(" · "))
}

/// What is missing from a sound that is used all the same.
fn flaw_words(flaws: Flaws, texts: &Texts) -> Vec<String> {
    let words = &texts.minutes;
    let cut = flaws.cut_at_ms.map(|at| (words.flaw_cut)(&span(at / 1000)));
    let damaged = flaws.damaged.then(|| words.flaw_damaged.to_owned());
    let silent = flaws.silent.then(|| words.flaw_silent.to_owned());
    cut.into_iter().chain(damaged).chain(silent).collect()
}

fn fault_words(fault: SoundFault, texts: &Texts) -> &'static str {
    let words = &texts.minutes;
    match fault {
        SoundFault::NotAudio => words.fault_not_audio,
        SoundFault::Unsupported => words.fault_unsupported,
        SoundFault::Empty => words.fault_empty,
        SoundFault::Damaged => words.fault_damaged,
        SoundFault::TooLong => words.fault_too_long,
        SoundFault::WorkerFailed => words.fault_worker,
    }
}

/// What a sound file is, by its name: browsers don't agree on the types of some.
fn media_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).as_deref() {
        Some("mp3") => "audio/mpeg",
        Some("m4a" | "mp4" | "aac") => "audio/mp4",
        Some("ogg" | "opus" | "oga") => "audio/ogg",
        Some("flac") => "audio/flac",
        Some("webm") => "audio/webm",
        _ => "audio/wav",
    }
}

/// Chooses a file, when it began, the language spoken; uploads and gives it to the meeting.
#[component]
pub fn ImportSheet(open: RwSignal<bool>) -> impl IntoView {
    let live = use_live();
    let texts = reader();
    let file = RwSignal::new_local(None::<web_sys::File>);
    let opened = live
        .glance(|replica| replica.meeting().opened.map(|opened| show_time(opened.at)))
        .flatten();
    let started = RwSignal::new(opened.unwrap_or_default());
    let language = RwSignal::new("vi".to_owned());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(String::new());
    let languages = Signal::derive(move || {
        let words = &texts.get().desk;
        [("vi", words.language_vi), ("en", words.language_en), ("auto", words.language_auto)]
            .map(|(value, words)| (value.to_owned(), words.to_owned()))
            .to_vec()
    });
    let chosen = Callback::new(move |chosen: web_sys::File| file.set(Some(chosen)));
    let name = Signal::derive(move || {
        file.with(|file| file.as_ref().map(web_sys::File::name)).unwrap_or_default()
    });
    let ready = Signal::derive(move || file.with(Option::is_some) && !busy.get());
    let label = Signal::derive(move || {
        let words = &texts.get().minutes;
        if busy.get() {
            words.uploading
        } else if file.with(Option::is_none) {
            words.file_missing
        } else {
            words.import
        }
        .to_owned()
    });
    let send = move |()| {
        let Some(chosen) = file.get_untracked() else { return };
        let path = format!("/api/meetings/{}/uploads", live.meeting());
        let spoken = match language.get_untracked().as_str() {
            "en" => Language::En,
            "auto" => Language::Auto,
            _ => Language::Vi,
        };
        let began = started.with_untracked(|text| take_time(text));
        busy.set(true);
        failed.set(String::new());
        callbacks::errand(async move {
            let name = chosen.name();
            match transfer::upload(&path, &chosen, media_of(&name)).await {
                Ok(uploaded) => {
                    live.submit(Command::Speech(SpeechCommand::ImportRecording {
                        file_name: name,
                        blob: uploaded.blob,
                        started: began,
                        language: spoken,
                    }));
                    open.try_set(false);
                    file.try_set(None);
                }
                Err(error) => {
                    let said =
                        texts.try_get_untracked().map(|texts| saying(&error, texts.language));
                    failed.try_set(
                        said.map(|said| format!("{} {}", said.what, said.to_do))
                            .unwrap_or_default(),
                    );
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <OfficeSheet open=open title=say(|t| t.minutes.import) id="import">
            <p>{say(|t| t.minutes.import_text)}</p>
            {pick_file(say(|t| t.minutes.sound_file), "audio/*,video/*,.wav,.mp3,.m4a,.opus,.ogg,.flac,.wma,.webm,.aif,.aiff,.caf,.amr", name, chosen)}
            <label class="field"><span>{say(|t| t.minutes.began)}</span><input type="datetime-local" step="1" bind:value=started/></label>
            {choose(say(|t| t.desk.record_language), language, languages)}
            <p role="alert"><b>{failed}</b></p>
            <p class="acts"><Primary label=label enabled=ready size=ButtonSize::Wide on_press=Callback::new(send)/></p>
        </OfficeSheet>
    }
}
