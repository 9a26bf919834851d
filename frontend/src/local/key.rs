//! The signing key of a person on this device: made by the browser, kept where scripts can use it and
//! nobody can read it. Never here: what is signed.

use icabinet_models::ids::{Digest, PersonId};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use super::database::{Database, Shelf};

const ALGORITHM: &str = "Ed25519";

/// Why there is no key, or no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTrouble {
    /// The page was not opened over HTTPS (or loopback): browsers then have no keys at all.
    NotSecure,
    /// This browser doesn't know Ed25519.
    Unsupported,
    /// The device keeps nothing: a private window, or storage is full.
    NotKept,
    /// The browser refused to sign.
    NotSigned,
}

/// A key on this device.
#[derive(Clone)]
pub struct DeviceKey {
    private: CryptoKey,
    /// 32 bytes.
    pub public: Digest,
}

fn subtle() -> Result<SubtleCrypto, KeyTrouble> {
    if !window().is_secure_context() {
        return Err(KeyTrouble::NotSecure);
    }
    window().crypto().map(|crypto| crypto.subtle()).map_err(|_| KeyTrouble::Unsupported)
}

/// The key of a person on this device, if one was made here.
///
/// # Errors
/// [`KeyTrouble::NotKept`] when the device keeps nothing.
pub async fn find(person: &PersonId) -> Result<Option<DeviceKey>, KeyTrouble> {
    let kept = async { Database::open().await?.get(Shelf::Keys, person.as_str()).await };
    let kept = kept.await.map_err(|_| KeyTrouble::NotKept)?;
    Ok(read(&kept))
}

fn read(kept: &JsValue) -> Option<DeviceKey> {
    let part = |name: &str| Reflect::get(kept, &JsValue::from_str(name)).ok();
    let private = part("private")?.dyn_into::<CryptoKey>().ok()?;
    let public = Digest::from_hex(&part("public")?.as_string()?)?;
    Some(DeviceKey { private, public })
}

/// Makes a new key for a person and keeps it; the old one of this device is forgotten.
///
/// # Errors
/// A [`KeyTrouble`]; the old key then stays.
pub async fn make(person: &PersonId) -> Result<DeviceKey, KeyTrouble> {
    let subtle = subtle()?;
    let uses = Array::of2(&JsValue::from_str("sign"), &JsValue::from_str("verify"));
    let unsupported = |_: JsValue| KeyTrouble::Unsupported;
    // Not extractable: not even this page can read the private half.
    let making = subtle.generate_key_with_str(ALGORITHM, false, &uses).map_err(unsupported)?;
    let pair: JsValue = JsFuture::from(making).await.map_err(unsupported)?.into();
    let half = |name: &str| {
        Reflect::get(&pair, &JsValue::from_str(name)).and_then(|half| half.dyn_into::<CryptoKey>())
    };
    let private = half("privateKey").map_err(unsupported)?;
    let public = half("publicKey").map_err(unsupported)?;
    let raw: JsValue = JsFuture::from(subtle.export_key("raw", &public).map_err(unsupported)?)
        .await
        .map_err(unsupported)?
        .into();
    let bytes = Uint8Array::new(&raw).to_vec();
    let public = Digest(bytes.try_into().map_err(|_| KeyTrouble::Unsupported)?);
    let kept = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&kept, &JsValue::from_str(name), value);
    let keep = async {
        set("private", &private)?;
        set("public", &JsValue::from_str(&public.hex()))?;
        Database::open().await?.put(Shelf::Keys, person.as_str(), &kept).await
    };
    keep.await.map_err(|_| KeyTrouble::NotKept)?;
    persist();
    Ok(DeviceKey { private, public })
}

/// Asks the browser not to clear what is kept here; it may say no.
fn persist() {
    let storage = window().navigator().storage();
    if let Ok(asking) = storage.persist() {
        crate::callbacks::errand(async move {
            _ = JsFuture::from(asking).await;
        });
    }
}

impl DeviceKey {
    /// Signs bytes: 64 bytes in hexadecimal.
    ///
    /// # Errors
    /// [`KeyTrouble::NotSigned`] when the browser refuses.
    pub async fn sign(&self, bytes: &[u8]) -> Result<String, KeyTrouble> {
        let refused = |_: JsValue| KeyTrouble::NotSigned;
        let data = Uint8Array::from(bytes);
        let signing = subtle()?
            .sign_with_str_and_buffer_source(ALGORITHM, &self.private, &data)
            .map_err(refused)?;
        let signature: JsValue = JsFuture::from(signing).await.map_err(refused)?.into();
        let signature = Uint8Array::new(&signature).to_vec();
        if signature.len() != icabinet_models::canonical::cades::SIGNATURE_LENGTH {
            return Err(KeyTrouble::NotSigned);
        }
        let mut hex = String::with_capacity(signature.len() * 2);
        for byte in signature {
            hex.push_str(&format!("{byte:02x}"));
        }
        Ok(hex)
    }
}

/// Words for this device that its owner recognises, from what the browser says of itself.
pub fn device_name() -> String {
    let agent = window().navigator().user_agent().unwrap_or_default();
    let first = |names: &[(&str, &str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map_or("", |(_, name)| *name).to_owned()
    };
    let system = first(&[
        ("iPad", "iPad"),
        ("iPhone", "iPhone"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ]);
    let browser = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    [system, browser].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
