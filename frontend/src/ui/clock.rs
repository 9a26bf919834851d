//! Time on the screen: the server's clock as this device knows it, and countdowns by it.

use std::time::Duration;

use leptos::prelude::*;

use crate::callbacks;
use crate::preferences::use_texts;
use crate::reactive::memo;
use crate::texts::dates::span;
use icabinet_presenter::figures::{Remaining, percent_left, remaining};

/// How often the screen looks at the clock: often enough that no second is skipped.
const TICK: Duration = Duration::from_millis(250);

/// The server's clock: this device's clock plus what the connection measured. Shared by all.
#[derive(Clone, Copy)]
pub struct ServerClock {
    offset_ms: RwSignal<i64>,
    now_ms: RwSignal<i64>,
}

impl ServerClock {
    /// Starts the one timer of the application and provides the clock to everything below.
    pub fn provide() -> Self {
        let clock = Self { offset_ms: RwSignal::new(0), now_ms: RwSignal::new(device_ms()) };
        let tick = move || {
            if let Some(offset) = clock.offset_ms.try_get_untracked() {
                clock.now_ms.try_set(device_ms().saturating_add(offset));
            }
        };
        callbacks::every(TICK, tick);
        provide_context(clock);
        clock
    }

    /// Tells the clock how many milliseconds the server's is ahead of this device's.
    pub fn set_offset(&self, ms: i64) {
        self.offset_ms.set(ms);
        self.now_ms.set(device_ms().saturating_add(ms));
    }

    /// Milliseconds since 1970 (UTC) by the server, renewed four times a second. Use it in a memo
    /// that keeps what is shown, so that the page changes only when that does.
    pub fn now_ms(&self) -> Signal<i64> {
        self.now_ms.into()
    }
}

/// The server's clock.
///
/// # Panics
/// Outside the application's root, which provides it: a mistake of the programmer.
pub fn use_clock() -> ServerClock {
    expect_context()
}

/// Milliseconds since 1970, whole: a double holds them exactly for 285,000 years.
fn device_ms() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    let ms = js_sys::Date::now() as i64;
    ms
}

/// Digits, bar and word of a time that runs out, by the server's clock. Under 30 seconds it says so;
/// afterwards it counts what is over, unless `closed`.
#[component]
pub fn Countdown(
    /// When time is up, milliseconds of the server's clock.
    #[prop(into)]
    deadline_ms: Signal<i64>,
    /// The whole time, milliseconds; the bar shows the share that is left. Without it no bar.
    #[prop(optional, into)]
    total_ms: MaybeProp<i64>,
    /// True once the thing that was timed has ended: zero, and no counting on.
    #[prop(optional, into)]
    closed: Signal<bool>,
    /// A moment to stand still at, milliseconds of the server's clock: for a paused speaker.
    #[prop(optional, into)]
    paused_at_ms: MaybeProp<i64>,
) -> impl IntoView {
    let texts = use_texts();
    let clock = use_clock().now_ms();
    let now = move || paused_at_ms.get().unwrap_or_else(|| clock.get());
    let state = memo(move || (!closed.get()).then(|| remaining(deadline_ms.get(), now())));
    let class = move || match state.get() {
        None | Some(Remaining::Left { .. }) => "countdown",
        Some(Remaining::Soon { .. }) => "countdown soon",
        Some(Remaining::Over { .. }) => "countdown over",
    };
    let word = move || {
        let words = &texts.get().state;
        match state.get() {
            None => words.time_closed,
            Some(Remaining::Left { .. }) => words.time_left,
            Some(Remaining::Soon { .. }) => words.time_soon,
            Some(Remaining::Over { .. }) => words.time_over,
        }
    };
    let digits = move || match state.get() {
        None => span(0),
        Some(Remaining::Left { seconds } | Remaining::Soon { seconds }) => span(seconds),
        Some(Remaining::Over { seconds }) => format!("+{}", span(seconds)),
    };
    let width = memo(move || {
        let percent =
            |total| if closed.get() { 0 } else { percent_left(deadline_ms.get(), now(), total) };
        total_ms.get().map(percent)
    });
    let bar = move || match (width.get(), state.get()) {
        (None, _) | (_, Some(Remaining::Over { .. })) => None,
        (Some(percent), _) => {
            Some(view! { <div class="bar"><i style:width=format!("{percent}%")></i></div> })
        }
    };
    // A timer read aloud each second would drown the room: it is read when asked for.
    view! {
        <div class=class role="timer" aria-live="off">
            <span class="over">{word}</span>
            <span class="digits">{digits}</span>
            {bar}
        </div>
    }
}
