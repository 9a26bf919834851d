//! Recording in the browser: from the microphone over numbered frames to the server's disk. A frame is
//! kept on this device until the server says that it is stored; whatever breaks, it is sent again.
//! There is one recorder, the application's: it goes on whichever page is shown.

mod wire;

use std::collections::VecDeque;
use std::time::Duration;

use icabinet_models::ids::{MeetingId, RecordingId, Time};
use icabinet_sync::reconnect;
use js_sys::Uint8Array;
use leptos::prelude::*;

use self::wire::{Stored, Wire};
use super::{device, keep_awake};
use crate::callbacks::{self, Later};
use crate::local::database::{Database, Shelf};
use crate::local::microphone::{Microphone, MicrophoneTrouble};
use crate::sound::{self, Framer, Resampler};

/// Nothing but zeros for this long is an alarm, in milliseconds.
const FLAT_MS: i64 = 4_000;

/// Where a recording of this device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecorderState {
    Off,
    /// Waiting for the microphone.
    Opening,
    On {
        since: Time,
    },
    /// The microphone is off; the last frames are on their way.
    Finishing,
    Trouble(MicrophoneTrouble),
}

#[derive(Default)]
struct Shell {
    meeting: Option<MeetingId>,
    recording: Option<RecordingId>,
    microphone: Option<Microphone>,
    resampler: Option<Resampler>,
    framer: Framer,
    /// Frames that the server has not confirmed, by number.
    waiting: VecDeque<(u32, Vec<u8>)>,
    wire: Option<Wire>,
    /// Rises with every connection and every recording.
    generation: u32,
    attempt: u32,
    retry: Option<Later>,
    loud_at: Time,
    last: Option<u32>,
    database: Option<Database>,
    /// What was left of this recording was looked for on this device: there is no more of it.
    is_searched: bool,
}

/// The application's recorder. Copies are the same.
#[derive(Clone, Copy)]
pub struct Recorder {
    /// The meeting it records, or recorded last.
    meeting: RwSignal<Option<MeetingId>>,
    /// A start that the log doesn't have yet.
    wanted: RwSignal<bool>,
    state: RwSignal<RecorderState>,
    level: RwSignal<u8>,
    /// Nothing but zeros comes from the microphone.
    flat: RwSignal<bool>,
    unsent: RwSignal<usize>,
    shell: StoredValue<Shell, LocalStorage>,
}

impl Recorder {
    /// Provides the recorder, off, to the whole application. While it is on, the screen stays on, and who
    /// closes or reloads the page is asked.
    pub fn provide() -> Self {
        let recorder = Self {
            meeting: RwSignal::new(None),
            wanted: RwSignal::new(false),
            state: RwSignal::new(RecorderState::Off),
            level: RwSignal::new(0),
            flat: RwSignal::new(false),
            unsent: RwSignal::new(0),
            shell: StoredValue::new_local(Shell::default()),
        };
        provide_context(recorder);
        keep_awake(Signal::derive(move || recorder.is_on()));
        callbacks::on_window(leptos::ev::beforeunload, move |event| {
            if untrack(|| recorder.is_on()) {
                event.prevent_default();
            }
        });
        recorder
    }

    /// The meeting it records, or recorded last.
    pub fn meeting(self) -> Signal<Option<MeetingId>> {
        self.meeting.into()
    }

    /// A start that the log doesn't have yet.
    pub fn wanted(self) -> RwSignal<bool> {
        self.wanted
    }

    /// Whether the microphone is on.
    pub fn is_on(self) -> bool {
        matches!(self.state.get(), RecorderState::On { .. })
    }

    /// Where it stands.
    pub fn state(self) -> Signal<RecorderState> {
        self.state.into()
    }

    /// How loud it is, 0 to 100.
    pub fn level(self) -> Signal<u8> {
        self.level.into()
    }

    /// Whether nothing but zeros comes.
    pub fn is_flat(self) -> Signal<bool> {
        self.flat.into()
    }

    /// Frames that are on this device only.
    pub fn unsent(self) -> Signal<usize> {
        self.unsent.into()
    }

    /// Records into `recording`, which this person started; goes on where it was left.
    pub fn begin(self, meeting: MeetingId, recording: RecordingId) {
        if !matches!(self.state.get_untracked(), RecorderState::Off | RecorderState::Trouble(_)) {
            return;
        }
        self.stands(RecorderState::Opening);
        self.is_for(&meeting);
        self.shell.update_value(|shell| {
            let generation = shell.generation.wrapping_add(1);
            *shell = Shell {
                meeting: Some(meeting),
                recording: Some(recording),
                generation,
                ..Shell::default()
            };
        });
        callbacks::errand(async move {
            self.take_back().await;
            match Microphone::open(move |piece| self.hear(&piece)).await {
                Ok(microphone) => self.listen(microphone),
                Err(trouble) => self.stands(RecorderState::Trouble(trouble)),
            }
        });
    }

    /// Tells who looks at it only what is new: whoever watches the recorder and acts on it would
    /// otherwise wake himself for ever.
    fn stands(self, now: RecorderState) {
        if self.state.try_get_untracked().is_some_and(|before| before != now) {
            self.state.try_set(now);
        }
    }

    fn is_for(self, meeting: &MeetingId) {
        let before = self.meeting.try_get_untracked().flatten();
        if before.as_ref() != Some(meeting) {
            self.meeting.try_set(Some(meeting.clone()));
        }
    }

    /// Ends what was left running when the page was closed: sends what is kept and the last frame.
    pub fn finish_left_over(self, meeting: MeetingId, recording: RecordingId) {
        self.send_rest(meeting, recording, |_| true);
    }

    /// Sends what this device still keeps of a recording that was ended, if it keeps anything: another
    /// device may be the one that recorded. Looks once for each recording.
    pub fn send_what_is_kept(self, meeting: MeetingId, recording: RecordingId) {
        let is_searched = self.shell.try_with_value(|shell| {
            shell.is_searched
                && shell.recording == Some(recording)
                && shell.meeting.as_ref() == Some(&meeting)
        });
        if is_searched == Some(true) {
            return;
        }
        self.send_rest(meeting, recording, |shell| !shell.waiting.is_empty());
    }

    fn send_rest(self, meeting: MeetingId, recording: RecordingId, wanted: fn(&Shell) -> bool) {
        self.is_for(&meeting);
        self.shell.update_value(|shell| {
            let generation = shell.generation.wrapping_add(1);
            *shell = Shell {
                meeting: Some(meeting),
                recording: Some(recording),
                generation,
                is_searched: true,
                ..Shell::default()
            };
        });
        callbacks::errand(async move {
            self.take_back().await;
            if self.shell.try_with_value(wanted) == Some(true) {
                // The server tells how far it got before the last frame gets its number.
                self.stands(RecorderState::Finishing);
                self.connect();
            }
        });
    }

    /// Switches the microphone off and sends the last frame.
    pub fn end(self) {
        if !untrack(|| self.is_on()) {
            return;
        }
        self.shell.update_value(|shell| shell.microphone = None);
        self.cut(true);
        self.stands(RecorderState::Finishing);
        self.level.set(0);
        self.flat.set(false);
        self.send();
    }

    fn listen(self, microphone: Microphone) {
        let rate = microphone.rate();
        let kept = self.shell.try_update_value(|shell| {
            shell.resampler = Some(Resampler::from_rate(rate));
            shell.loud_at = device::now();
            shell.microphone = Some(microphone);
        });
        if kept.is_some() {
            self.stands(RecorderState::On { since: device::now() });
            self.connect();
        }
    }

    /// Takes back the frames that a killed tab left behind.
    async fn take_back(self) {
        let Some(prefix) = self.prefix() else { return };
        let Ok(database) = Database::open().await else {
            leptos::logging::warn!("icabinet: this device can't keep sound until it is stored");
            return;
        };
        let frames = database.all(Shelf::Frames, &prefix).await.unwrap_or_default();
        self.shell.try_update_value(|shell| {
            for frame in frames {
                let bytes = Uint8Array::new(&frame).to_vec();
                if let Some((number, after)) = place(&bytes) {
                    shell.framer = Framer::continuing(number + 1, after);
                    shell.waiting.push_back((number, bytes));
                }
            }
            shell.database = Some(database);
        });
    }

    fn prefix(self) -> Option<String> {
        self.shell
            .try_with_value(|shell| {
                Some(format!("{}/{}/", shell.meeting.as_ref()?, shell.recording?))
            })
            .flatten()
    }

    fn hear(self, piece: &[f32]) {
        let loud = piece.iter().any(|sample| *sample != 0.0);
        let now = device::now();
        let flat = self.shell.try_update_value(|shell| {
            if loud {
                shell.loud_at = now;
            }
            if let Some(resampler) = &mut shell.resampler {
                resampler.push(piece, shell.framer.waiting());
            }
            now.ms_since(shell.loud_at) > FLAT_MS
        });
        let Some(flat) = flat else { return };
        self.level.try_set(sound::level(piece));
        if self.flat.try_get_untracked() != Some(flat) {
            self.flat.try_set(flat);
        }
        self.cut(false);
        self.send();
    }

    /// Moves whole frames to what waits, and keeps them on this device.
    fn cut(self, ends: bool) {
        let Some(prefix) = self.prefix() else { return };
        let mut fresh = Vec::new();
        let database = self.shell.try_update_value(|shell| {
            while let Some(frame) = shell.framer.take() {
                fresh.push(frame);
            }
            if ends && shell.last.is_none() {
                let (number, bytes) = shell.framer.finish();
                shell.last = Some(number);
                fresh.push((number, bytes));
            }
            shell.waiting.extend(fresh.iter().cloned());
            shell.database.clone()
        });
        self.count();
        if let Some(database) = database.flatten() {
            callbacks::errand(async move {
                for (number, bytes) in fresh {
                    let kept = database
                        .put(
                            Shelf::Frames,
                            &format!("{prefix}{number:010}"),
                            &Uint8Array::from(bytes.as_slice()),
                        )
                        .await;
                    if kept.is_err() {
                        leptos::logging::warn!(
                            "icabinet: a frame of sound is not kept on this device"
                        );
                    }
                }
            });
        }
    }

    fn count(self) {
        let waiting = self.shell.try_with_value(|shell| shell.waiting.len()).unwrap_or(0);
        if self.unsent.try_get_untracked() != Some(waiting) {
            self.unsent.try_set(waiting);
        }
    }

    fn connect(self) {
        let Some((path, generation)) = self
            .shell
            .try_update_value(|shell| {
                shell.generation = shell.generation.wrapping_add(1);
                shell.wire = None;
                let (meeting, recording) = (shell.meeting.as_ref()?, shell.recording?);
                Some((
                    format!("/api/meetings/{meeting}/recordings/{recording}/sound"),
                    shell.generation,
                ))
            })
            .flatten()
        else {
            return;
        };
        let current = move || {
            self.shell.try_with_value(|shell| shell.generation == generation).unwrap_or(false)
        };
        let on_stored = move |Stored { stored, over }| {
            if current() {
                self.stored(stored);
                if over {
                    self.end();
                }
            }
        };
        let on_close = move || {
            if current() {
                self.closed();
            }
        };
        let Some(wire) = Wire::open(&path, on_stored, on_close) else {
            self.retry();
            return;
        };
        self.shell.try_update_value(|shell| shell.wire = Some(wire));
    }

    /// Everything below `stored` is on the server's disk: this device may forget it.
    fn stored(self, stored: u32) {
        let ending = self.state.try_get_untracked() == Some(RecorderState::Finishing);
        let done = self.shell.try_update_value(|shell| {
            shell.attempt = 0;
            shell.waiting.retain(|(number, _)| *number >= stored);
            if let Some(wire) = &mut shell.wire {
                wire.has(stored);
            }
            if shell.waiting.is_empty() && shell.last.is_none() {
                // A page that lost its own frames goes on where the server is.
                shell.framer = std::mem::take(&mut shell.framer).at_least(stored);
            }
            shell.last.is_some_and(|last| stored > last)
        });
        if let (Some(prefix), Some(database)) =
            (self.prefix(), self.shell.try_with_value(|shell| shell.database.clone()).flatten())
        {
            callbacks::errand(async move {
                _ = database.forget(Shelf::Frames, &prefix, &format!("{stored:010}")).await;
            });
        }
        if done == Some(true) {
            self.off();
            return;
        }
        if ending {
            self.cut(true);
        }
        self.count();
        self.send();
    }

    /// The log knows how the recording ended: what was sent is stored, and nothing is owed any more.
    pub fn log_has_the_end(self) {
        match self.shell.try_with_value(|shell| shell.last).flatten() {
            Some(last) => self.stored(last.saturating_add(1)),
            // Somebody else's device sent the last frame, or the server closed it.
            None => self.off(),
        }
    }

    fn send(self) {
        self.shell.try_update_value(|shell| {
            if let Some(wire) = &mut shell.wire {
                wire.send(&shell.waiting);
            }
        });
    }

    fn closed(self) {
        match self.state.try_get_untracked() {
            Some(RecorderState::On { .. } | RecorderState::Finishing) => self.retry(),
            _ => {}
        }
    }

    fn retry(self) {
        let random = u32::from_le_bytes(device::random());
        let wait = self.shell.try_update_value(|shell| {
            let wait = reconnect::wait_ms(shell.attempt, random);
            shell.attempt = shell.attempt.saturating_add(1);
            (wait, shell.generation)
        });
        let Some((wait, generation)) = wait else { return };
        let again = move || {
            let current = self.shell.try_with_value(|shell| shell.generation == generation);
            if current.unwrap_or(false) {
                self.connect();
            }
        };
        let retry = callbacks::later(Duration::from_millis(wait.into()), again);
        self.shell.try_update_value(|shell| shell.retry = retry);
    }

    fn off(self) {
        self.shell.try_update_value(|shell| {
            shell.generation = shell.generation.wrapping_add(1);
            shell.wire = None;
            shell.microphone = None;
            shell.is_searched = true;
        });
        self.stands(RecorderState::Off);
        self.unsent.try_set(0);
    }
}

/// The application's recorder.
///
/// # Panics
/// Outside the application's root, which provides it: a mistake of the programmer.
pub fn use_recorder() -> Recorder {
    expect_context()
}

/// The number of a kept frame and the index of the sample after it.
fn place(frame: &[u8]) -> Option<(u32, u64)> {
    let number = u32::from_le_bytes(frame.get(0..4)?.try_into().ok()?);
    let first = u64::from_le_bytes(frame.get(4..12)?.try_into().ok()?);
    Some((number, first + u64::try_from(frame.len().checked_sub(13)? / 2).ok()?))
}
