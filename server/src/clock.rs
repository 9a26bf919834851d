//! The one place that reads the clock. Never here: waiting.

use icabinet_models::ids::Time;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, by this machine.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
