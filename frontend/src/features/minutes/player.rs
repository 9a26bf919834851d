//! One recording at a time, played by the browser, which fetches only the part it plays.

use icabinet_models::ids::RecordingId;
use leptos::html;
use leptos::prelude::*;

use crate::callbacks;
use crate::features::office::{say, small};
use crate::sync::use_live;

/// How far the button goes back, in seconds.
const BACK: f64 = 5.0;

/// What is played. Copies are the same.
#[derive(Clone, Copy)]
pub struct Player {
    recording: RwSignal<Option<RecordingId>>,
    /// Milliseconds from the beginning of the recording.
    at_ms: RwSignal<u64>,
    playing: RwSignal<bool>,
    element: NodeRef<html::Audio>,
    /// Where to begin once the sound is there.
    seek: StoredValue<Option<f64>>,
}

impl Player {
    /// Nothing is played.
    pub fn new() -> Self {
        Self {
            recording: RwSignal::new(None),
            at_ms: RwSignal::new(0),
            playing: RwSignal::new(false),
            element: NodeRef::new(),
            seek: StoredValue::new(None),
        }
    }

    /// Plays `recording` from `start_ms`.
    pub fn play(self, recording: RecordingId, start_ms: u64) {
        let seconds = f64::from(u32::try_from(start_ms).unwrap_or(u32::MAX)) / 1000.0;
        let same = self.recording.get_untracked() == Some(recording);
        self.at_ms.set(start_ms);
        if same {
            self.begin(seconds);
        } else {
            // The element begins when it knows the new recording's length.
            self.seek.set_value(Some(seconds));
            self.recording.set(Some(recording));
        }
    }

    /// Whether the part of `recording` between two times is being played now.
    pub fn is_at(self, recording: RecordingId, start_ms: u64, end_ms: u64) -> bool {
        self.playing.get()
            && self.recording.get() == Some(recording)
            && (start_ms..end_ms).contains(&self.at_ms.get())
    }

    /// Plays `recording` from `start_ms`, or stands still if the part up to `end_ms` is being played.
    pub fn toggle(self, recording: RecordingId, start_ms: u64, end_ms: u64) {
        match self.element.get_untracked() {
            Some(audio) if untrack(|| self.is_at(recording, start_ms, end_ms)) => {
                // A pause of what plays can't fail in a way that matters.
                _ = audio.pause();
            }
            _ => self.play(recording, start_ms),
        }
    }

    fn begin(self, seconds: f64) {
        let Some(audio) = self.element.get_untracked() else { return };
        audio.set_current_time(seconds);
        if let Ok(playing) = audio.play() {
            callbacks::task(async move {
                // A browser that wants a press first shows its own button.
                _ = wasm_bindgen_futures::JsFuture::from(playing).await;
            });
        }
    }

    fn follow(self) {
        let Some(audio) = self.element.get_untracked() else { return };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a time within a recording"
        )]
        let ms = (audio.current_time() * 1000.0).max(0.0) as u64;
        self.at_ms.set(ms);
        self.playing.set(!audio.paused());
    }
}

/// The bar below: the browser's own controls, and five seconds back.
#[component]
pub fn PlayerBar(player: Player) -> impl IntoView {
    let meeting = use_live().meeting();
    let source = move || {
        player
            .recording
            .get()
            .map(|recording| format!("/api/meetings/{meeting}/recordings/{recording}/sound.wav"))
    };
    let ready = move |_| {
        if let Some(seconds) = player.seek.try_update_value(Option::take).flatten() {
            player.begin(seconds);
        }
    };
    let back = move || {
        if let Some(audio) = player.element.get_untracked() {
            audio.set_current_time((audio.current_time() - BACK).max(0.0));
        }
    };
    view! {
        <footer class="audio" class:silent=move || player.recording.get().is_none()>
            <b>{say(|t| t.minutes.sound)}</b>
            <audio controls preload="metadata" node_ref=player.element src=source aria-label=say(|t| t.minutes.sound)
                on:loadedmetadata=ready on:timeupdate=move |_| player.follow() on:pause=move |_| player.follow()></audio>
            {small(say(|t| t.minutes.back_five), back)}
        </footer>
    }
}
