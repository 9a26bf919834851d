//! The clock that all processes of a machine share.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of the monotonic clock.
pub(crate) fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000
        + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// Milliseconds from one moment to a later one.
pub(crate) fn ms(from: u64, to: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of a run fit 53 bits")]
    let nanoseconds = to.saturating_sub(from) as f64;
    nanoseconds / 1e6
}

/// Some quantiles of times in milliseconds, exact: every one is kept.
pub(crate) fn quantiles(times: &mut [f64]) -> serde_json::Value {
    times.sort_by(f64::total_cmp);
    let at = |part: f64| {
        let last = times.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = (last as f64 * part).round() as usize;
        times.get(index).map(|time| (time * 10.0).round() / 10.0)
    };
    serde_json::json!({"count": times.len(), "p50": at(0.5), "p99": at(0.99), "last": at(1.0)})
}
