//! IndexedDB as a few promises: two stores of values by a text key. What is kept here survives a
//! killed tab; what the server has, is not kept.

use js_sys::{Array, Promise};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode,
};

use crate::callbacks::Hook;

const NAME: &str = "icabinet";
const VERSION: u32 = 1;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// Signing keys by person: they can be used, not read.
    Keys,
    /// Frames of sound that the server has not confirmed.
    Frames,
}

impl Shelf {
    const ALL: [Self; 2] = [Self::Keys, Self::Frames];

    fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Frames => "frames",
        }
    }
}

/// The device's storage, open.
#[derive(Clone)]
pub struct Database(IdbDatabase);

impl Database {
    /// Opens it, and makes it the first time.
    ///
    /// # Errors
    /// The browser's own: storage is switched off, or full.
    pub async fn open() -> Result<Self, JsValue> {
        let factory = window().indexed_db()?.ok_or(JsValue::NULL)?;
        let request: IdbOpenDbRequest = factory.open_with_u32(NAME, VERSION)?;
        let opening = request.clone();
        let upgrade = Hook::new(move |_: web_sys::Event| {
            if let Some(database) =
                opening.result().ok().and_then(|made| made.dyn_into::<IdbDatabase>().ok())
            {
                for shelf in Shelf::ALL {
                    if database.create_object_store(shelf.name()).is_err() {
                        leptos::logging::warn!("icabinet: a store could not be made");
                    }
                }
            }
        });
        request.set_onupgradeneeded(Some(upgrade.function()));
        let opened = settled(&request).await?;
        Ok(Self(opened.dyn_into()?))
    }

    fn store(&self, shelf: Shelf, mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
        self.0.transaction_with_str_and_mode(shelf.name(), mode)?.object_store(shelf.name())
    }

    /// What is kept under `key`; `undefined` if nothing is.
    ///
    /// # Errors
    /// The browser's own.
    #[cfg(feature = "desk")]
    pub async fn get(&self, shelf: Shelf, key: &str) -> Result<JsValue, JsValue> {
        let request =
            self.store(shelf, IdbTransactionMode::Readonly)?.get(&JsValue::from_str(key))?;
        settled(&request).await
    }

    /// Everything whose key begins with `prefix`, in the order of the keys.
    ///
    /// # Errors
    /// The browser's own.
    pub async fn all(&self, shelf: Shelf, prefix: &str) -> Result<Vec<JsValue>, JsValue> {
        let range = range(prefix, "")?;
        let request = self.store(shelf, IdbTransactionMode::Readonly)?.get_all_with_key(&range)?;
        Ok(settled(&request).await?.dyn_into::<Array>()?.to_vec())
    }

    /// Keeps a value.
    ///
    /// # Errors
    /// The browser's own: there is no room.
    pub async fn put(&self, shelf: Shelf, key: &str, value: &JsValue) -> Result<(), JsValue> {
        let store = self.store(shelf, IdbTransactionMode::Readwrite)?;
        let request = store.put_with_key(value, &JsValue::from_str(key))?;
        settled(&request).await.map(|_| ())
    }

    /// Forgets what begins with `prefix` and comes before `prefix` + `until`; all of it when `until` is
    /// empty.
    ///
    /// # Errors
    /// The browser's own.
    pub async fn forget(&self, shelf: Shelf, prefix: &str, until: &str) -> Result<(), JsValue> {
        let range = JsValue::from(range(prefix, until)?);
        let request = self.store(shelf, IdbTransactionMode::Readwrite)?.delete(&range)?;
        settled(&request).await.map(|_| ())
    }
}

fn range(prefix: &str, until: &str) -> Result<IdbKeyRange, JsValue> {
    let end =
        if until.is_empty() { format!("{prefix}\u{ffff}") } else { format!("{prefix}{until}") };
    IdbKeyRange::bound_with_lower_open_and_upper_open(
        &JsValue::from_str(prefix),
        &JsValue::from_str(&end),
        false,
        true,
    )
}

/// The result of a request. The two closures live as long as it is waited for.
async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let mut kept = Vec::with_capacity(2);
    let promise = Promise::new(&mut |resolve, reject| {
        for (settle, succeeds) in [(resolve, true), (reject, false)] {
            let source = request.clone();
            let told = Hook::new(move |_: web_sys::Event| {
                let value = if succeeds {
                    source.result().unwrap_or(JsValue::UNDEFINED)
                } else {
                    source.error().ok().flatten().map_or(JsValue::NULL, JsValue::from)
                };
                // A promise's own functions don't throw.
                _ = settle.call1(&JsValue::UNDEFINED, &value);
            });
            let function = Some(told.function());
            if succeeds {
                request.set_onsuccess(function);
            } else {
                request.set_onerror(function);
            }
            kept.push(told);
        }
    });
    let result = JsFuture::from(promise).await;
    request.set_onsuccess(None);
    request.set_onerror(None);
    drop(kept);
    result
}
