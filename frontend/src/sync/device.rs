//! What only the device has: its clock, its randomness, where the page came from.

use icabinet_models::ids::Time;
use leptos::prelude::window;

/// The device's clock; right or wrong.
pub(super) fn now() -> Time {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    let ms = js_sys::Date::now() as i64;
    Time(ms)
}

/// Milliseconds from some beginning, by a clock that nobody sets.
pub(super) fn counted_ms() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since the page was opened")]
    let ms = window().performance().map_or(0.0, |performance| performance.now()) as i64;
    ms
}

/// Random bytes of the browser's cryptographic source.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = window()
        .crypto()
        .is_ok_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        // No secret hangs on them: identifiers must differ, and waits be spread.
        for byte in &mut bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 255.99"
            )]
            let random = (js_sys::Math::random() * 256.0) as u8;
            *byte = random;
        }
    }
    bytes
}

/// `ws://host` or `wss://host` of this page.
pub(super) fn socket_origin() -> String {
    let location = window().location();
    let scheme =
        if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
    format!("{scheme}://{}", location.host().unwrap_or_default())
}
