//! Keeps the device's screen on, only while a meeting is live. Where a browser can't, the screen
//! darkens as always and nothing else is lost.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::callbacks;

/// Keeps the screen on while `wanted`. A browser drops the lock whenever the page is hidden, so it is
/// asked for again when the page comes back.
pub fn keep_awake(wanted: Signal<bool>) {
    let lock = StoredValue::new_local(None::<JsValue>);
    let renew = move || {
        let wanted = wanted.try_get_untracked().unwrap_or(false);
        callbacks::errand(async move {
            let mut fresh = if wanted { ask().await } else { None };
            // What was locked before is let go, and what is fresh, if the page is gone meanwhile.
            lock.try_update_value(|lock| std::mem::swap(lock, &mut fresh));
            if let Some(unwanted) = fresh {
                release(&unwanted);
            }
        });
    };
    Effect::new(move || {
        wanted.track();
        renew();
    });
    callbacks::on_window(leptos::ev::focus, move |_| renew());
    on_cleanup(move || {
        if let Some(lock) = lock.try_update_value(Option::take).flatten() {
            release(&lock);
        }
    });
}

/// `navigator.wakeLock.request("screen")`; web-sys has it only among its unstable interfaces.
async fn ask() -> Option<JsValue> {
    let navigator = Reflect::get(&window(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"wakeLock".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = request.call1(&locks, &"screen".into()).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

fn release(lock: &JsValue) {
    let release = Reflect::get(lock, &"release".into())
        .ok()
        .and_then(|release| release.dyn_into::<Function>().ok());
    if let Some(release) = release {
        // It may be gone already; that is what was wanted.
        _ = release.call0(lock);
    }
}
