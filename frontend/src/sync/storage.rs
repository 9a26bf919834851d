//! What a killed tab must not lose: the commands that wait for an answer, kept on this device for
//! each person and meeting. Never here: papers, and anything of the record.

use icabinet_models::ids::{Digest, MeetingId, PersonId};
use icabinet_sync::Outbox;
use icabinet_sync::tree::from_json;
use leptos::prelude::window;

fn key(meeting: &MeetingId, person: &PersonId) -> String {
    format!("icabinet.outbox.{meeting}.{person}")
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What was kept; empty when there is nothing, or nothing that this version understands.
pub(super) fn load(meeting: &MeetingId, person: &PersonId) -> Outbox {
    let text = storage().and_then(|store| store.get_item(&key(meeting, person)).ok().flatten());
    text.and_then(|text| from_json(&text).ok()).unwrap_or_default()
}

/// Keeps `outbox`. A device that keeps nothing still sends; only a killed tab would then lose it.
pub(super) fn keep(meeting: &MeetingId, person: &PersonId, outbox: &Outbox) {
    let Some(store) = storage() else { return };
    let key = key(meeting, person);
    let kept = if outbox.is_empty() {
        store.remove_item(&key)
    } else {
        let text = serde_json::to_string(outbox).unwrap_or_default();
        store.set_item(&key, &text)
    };
    if kept.is_err() {
        leptos::logging::warn!("icabinet: this device can't keep what is not sent yet");
    }
}

/// A secret of this browser's own making, with which it may use its invitation again.
pub(super) fn device() -> String {
    const KEY: &str = "icabinet.device";
    let known = storage().and_then(|store| store.get_item(KEY).ok().flatten());
    known.unwrap_or_else(|| {
        let bytes: [u8; 32] = super::device::random();
        let secret = Digest(bytes).hex();
        if storage().is_none_or(|store| store.set_item(KEY, &secret).is_err()) {
            leptos::logging::warn!("icabinet: this device can't keep its secret");
        }
        secret
    })
}

/// What belongs to the device and not to a person, after `icabinet.`.
const OF_THE_DEVICE: [&str; 4] = ["theme", "text-scale", "language", "device"];

/// Forgets everything of this person: he signed out of this device.
pub(super) fn forget_all() {
    forget(|name| !OF_THE_DEVICE.contains(&name));
}

/// Forgets what was typed and not sent: somebody else signed in.
pub(super) fn forget_typed() {
    forget(|name| name.starts_with("draft."));
}

fn forget(which: fn(&str) -> bool) {
    let Some(store) = storage() else { return };
    let count = store.length().unwrap_or(0);
    let keys: Vec<String> =
        (0..count).filter_map(|place| store.key(place).ok().flatten()).collect();
    for key in keys.iter().filter(|key| key.strip_prefix("icabinet.").is_some_and(which)) {
        // Nothing can be done about a storage that refuses to forget.
        _ = store.remove_item(key);
    }
}
