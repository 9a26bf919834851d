//! When to connect again, and when to say that the room can't be reached. Pure: randomness and time
//! are parameters.

use icabinet_models::ids::Time;

/// No wait is longer than this, in milliseconds.
pub const LONGEST_WAIT_MS: u32 = 10_000;
/// The first wait is at most this long, in milliseconds.
const FIRST_WAIT_MS: u32 = 1_000;
/// A loss shorter than this is not worth a word, in milliseconds.
pub const UNSPOKEN_MS: i64 = 4_000;

/// How long to wait before attempt number `attempt` (from 0), in milliseconds: full jitter, so that
/// tablets that lost the room together don't come back together. `random` is spread over all of u32.
pub fn wait_ms(attempt: u32, random: u32) -> u32 {
    let most = FIRST_WAIT_MS.saturating_mul(1 << attempt.min(8)).min(LONGEST_WAIT_MS);
    let share = (u64::from(random) * (u64::from(most) + 1)) >> 32;
    u32::try_from(share).unwrap_or(most)
}

/// Whether a connection that was lost at `lost` is worth a banner at `now`.
pub fn is_worth_a_banner(lost: Time, now: Time) -> bool {
    now.ms_since(lost) >= UNSPOKEN_MS
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_WAIT_MS, Time, is_worth_a_banner, wait_ms};

    #[test]
    fn waits_grow_to_ten_seconds_and_start_at_nothing() {
        let longest: Vec<u32> = (0..7).map(|attempt| wait_ms(attempt, u32::MAX)).collect();
        assert_eq!(longest, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
        assert_eq!(wait_ms(u32::MAX, u32::MAX), LONGEST_WAIT_MS);
        assert!((0..40).all(|attempt| wait_ms(attempt, 0) == 0));
    }

    #[test]
    fn jitter_is_spread_over_the_whole_wait() {
        let step = u32::MAX / 1_000;
        let mut tenths = [0; 10];
        for k in 0..1_000 {
            let wait = wait_ms(9, k * step);
            tenths[usize::try_from(wait / 1_001).unwrap_or(9)] += 1;
        }
        assert!(tenths.iter().all(|count| (95..=105).contains(count)), "{tenths:?}");
    }

    #[test]
    fn a_blip_is_not_spoken_of() {
        assert!(!is_worth_a_banner(Time(10_000), Time(12_000)));
        assert!(!is_worth_a_banner(Time(10_000), Time(13_999)));
        assert!(is_worth_a_banner(Time(10_000), Time(14_000)));
    }
}
