//! The server's clock as this device knows it. Never here: a clock.

use icabinet_models::ids::Time;
use std::collections::VecDeque;

/// How many measurements are kept.
const KEPT: usize = 8;
/// A measurement that differs by more than this from the best one, in milliseconds, means that one
/// of the two clocks was set: what was measured before is void.
const JUMP_MS: i64 = 60_000;

/// How far the server's clock is ahead of this device's.
///
/// A frame that says "it is `server`" arrives later than it was sent, never earlier: the largest of
/// the last measurements is the one that travelled fastest, and the closest to the truth.
#[derive(Clone, Debug, Default)]
pub struct ClockOffset {
    measured: VecDeque<i64>,
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
    }

    /// Milliseconds to add to this device's clock; `None` before the first measurement.
    pub fn offset_ms(&self) -> Option<i64> {
        self.measured.iter().copied().max()
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
}
