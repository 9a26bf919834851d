//! The server's clock as this device knows it. Never here: a clock.

use icabinet_models::ids::Time;
use std::collections::VecDeque;

/// How many measurements are kept.
const KEPT: usize = 8;
/// A measurement that differs by more than this from the best one, in milliseconds, means that one
/// of the two clocks was set: what was measured before is void.
const JUMP_MS: i64 = 60_000;

/// A step of the device's clock beside one that only counts, from which on it was set, in milliseconds.
const STEP_MS: i64 = 500;

/// How far the server's clock is ahead of this device's.
///
/// A frame that says "it is `server`" arrives later than it was sent, never earlier: the largest of
/// the last measurements is the one that travelled fastest, and the closest to the truth.
#[derive(Clone, Debug, Default)]
pub struct ClockOffset {
    measured: VecDeque<i64>,
    /// What is believed until the first measurement after the device's clock was set.
    believed: Option<i64>,
    /// The device's clock and the one that only counts, when they were last compared.
    compared: Option<(Time, i64)>,
}

impl ClockOffset {
    /// Takes a measurement: the server's time in a frame, and this device's when it arrived.
    pub fn add(&mut self, server: Time, device: Time) {
        let offset = server.ms_since(device);
        if self.offset_ms().is_some_and(|best| (best - offset).abs() > JUMP_MS) {
            self.measured.clear();
        }
        if self.measured.len() == KEPT {
            self.measured.pop_front();
        }
        self.measured.push_back(offset);
        self.believed = None;
    }

    /// Milliseconds to add to this device's clock; `None` before the first measurement.
    pub fn offset_ms(&self) -> Option<i64> {
        self.measured.iter().copied().max().or(self.believed)
    }

    /// Compares the device's clock with one that only counts (`counted_ms`, from any beginning). True if
    /// it was set since the last time, or the device slept: what was measured is void, and the server
    /// has to be asked.
    pub fn was_set(&mut self, device: Time, counted_ms: i64) -> bool {
        let before = self.compared.replace((device, counted_ms));
        let Some((device_then, counted_then)) = before else { return false };
        let step = device.ms_since(device_then) - counted_ms.saturating_sub(counted_then);
        if step.abs() < STEP_MS {
            return false;
        }
        // Forwards it may have been sleep, through which not everything counts, and then the device is
        // right; nothing but a hand turns a clock back.
        let moved = if step < 0 { step } else { 0 };
        self.believed = self.offset_ms().map(|offset| offset - moved);
        self.measured.clear();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{ClockOffset, Time};

    #[test]
    fn the_fastest_frame_counts() {
        let mut clock = ClockOffset::default();
        assert_eq!(clock.offset_ms(), None);
        for (server, device) in [(1_000, 1_400), (2_000, 2_080), (3_000, 3_900)] {
            clock.add(Time(server), Time(device));
        }
        assert_eq!(clock.offset_ms(), Some(-80));
    }

    #[test]
    fn old_measurements_are_forgotten() {
        let mut clock = ClockOffset::default();
        clock.add(Time(1_000), Time(1_000));
        for second in 0..8 {
            clock.add(Time(second * 1_000), Time(second * 1_000 + 300));
        }
        assert_eq!(clock.offset_ms(), Some(-300));
    }

    #[test]
    fn a_clock_that_was_set_voids_what_was_measured() {
        let mut clock = ClockOffset::default();
        clock.add(Time(1_000_000), Time(1_000_100));
        clock.add(Time(1_001_000), Time(4_601_000));
        assert_eq!(clock.offset_ms(), Some(-3_600_000));
    }

    /// A device whose clock is behind by so many milliseconds, measured, and compared once.
    fn behind(ms: i64) -> ClockOffset {
        let mut clock = ClockOffset::default();
        clock.add(Time(1_000_000), Time(1_000_000 - ms));
        assert!(!clock.was_set(Time(1_000_000 - ms), 50), "the first look compares nothing");
        clock
    }

    #[test]
    fn a_clock_that_is_set_is_measured_anew_however_small_the_step() {
        for ms in [14 * 60_000, 30_000, 2_000, -30_000, -14 * 60_000] {
            let mut clock = behind(ms);
            assert!(clock.was_set(Time(1_001_000), 1_050), "{ms}");
            assert!(!clock.was_set(Time(1_002_000), 2_050), "told once: {ms}");
            clock.add(Time(1_002_100), Time(1_002_120));
            assert_eq!(clock.offset_ms(), Some(-20), "nothing old outlives it: {ms}");
        }
    }

    #[test]
    fn until_the_server_is_asked_what_is_likely_is_believed() {
        let mut turned_back = behind(0);
        assert!(turned_back.was_set(Time(401_000), 1_050));
        assert_eq!(turned_back.offset_ms(), Some(600_000), "the room's time goes on");
        let mut slept = behind(0);
        assert!(slept.was_set(Time(4_601_000), 1_050));
        assert_eq!(slept.offset_ms(), Some(0), "an hour has passed");
    }

    #[test]
    fn a_clock_that_runs_is_left_alone() {
        let mut clock = behind(700);
        for second in 1..60 {
            // A tick that comes late comes late by both.
            let (device, counted) = (Time(999_300 + second * 1_400), 50 + second * 1_399);
            assert!(!clock.was_set(device, counted), "{second}");
        }
        assert_eq!(clock.offset_ms(), Some(700));
    }
}
