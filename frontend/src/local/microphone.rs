//! The microphone as a stream of samples at the device's own rate. Never here: what becomes of them.

use js_sys::Float32Array;
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioWorkletNode, MediaStream, MediaStreamConstraints, MediaStreamTrack,
    MessageEvent,
};

use crate::callbacks::Hook;

/// Why nothing can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MicrophoneTrouble {
    /// The page was not opened over HTTPS (or loopback).
    NotSecure,
    /// The person, or the device's policy, said no; or there is no microphone.
    Refused,
    /// The browser can't hand out sound.
    Unsupported,
}

/// A microphone that is on. Dropped, it is off.
pub struct Microphone {
    context: AudioContext,
    stream: MediaStream,
    node: AudioWorkletNode,
    _on_piece: Hook<MessageEvent>,
}

impl Microphone {
    /// Asks for the microphone and begins; `on_piece` is given samples between -1 and 1.
    ///
    /// # Errors
    /// A [`MicrophoneTrouble`]; nothing is on then.
    pub async fn open(on_piece: impl Fn(Vec<f32>) + 'static) -> Result<Self, MicrophoneTrouble> {
        if !window().is_secure_context() {
            return Err(MicrophoneTrouble::NotSecure);
        }
        let unsupported = |cause: JsValue| {
            leptos::logging::warn!("icabinet: no sound: {cause:?}");
            MicrophoneTrouble::Unsupported
        };
        let devices = window().navigator().media_devices().map_err(unsupported)?;
        // As it is: filters made for calls would wipe out soft voices.
        let wishes = js_sys::JSON::parse(
            r#"{"audio":{"channelCount":1,"echoCancellation":false,"noiseSuppression":false,"autoGainControl":true}}"#,
        );
        let wishes: MediaStreamConstraints = wishes.map_err(unsupported)?.unchecked_into();
        let asking = devices.get_user_media_with_constraints(&wishes).map_err(unsupported)?;
        let stream: JsValue =
            JsFuture::from(asking).await.map_err(|_| MicrophoneTrouble::Refused)?.into();
        let stream: MediaStream = stream.dyn_into().map_err(unsupported)?;
        let context = AudioContext::new().map_err(unsupported)?;
        let (made, on_piece) = match worklet(&context, &stream, on_piece).await {
            Ok(made) => made,
            Err(cause) => {
                stop(&stream);
                return Err(unsupported(cause));
            }
        };
        Ok(Self { context, stream, node: made, _on_piece: on_piece })
    }

    /// Samples a second, by the device.
    pub fn rate(&self) -> f64 {
        f64::from(self.context.sample_rate())
    }
}

type Listening = (AudioWorkletNode, Hook<MessageEvent>);

async fn worklet(
    context: &AudioContext,
    stream: &MediaStream,
    on_piece: impl Fn(Vec<f32>) + 'static,
) -> Result<Listening, JsValue> {
    JsFuture::from(context.audio_worklet()?.add_module(&script())?).await?;
    let node = AudioWorkletNode::new(context, "icabinet-capture")?;
    let on_piece = Hook::new(move |event: MessageEvent| {
        if let Ok(piece) = event.data().dyn_into::<Float32Array>() {
            on_piece(piece.to_vec());
        }
    });
    node.port()?.set_onmessage(Some(on_piece.function()));
    context.create_media_stream_source(stream)?.connect_with_audio_node(&node)?;
    // Silence goes to the loudspeaker: what is connected to nothing may not run at all.
    node.connect_with_audio_node(&context.destination())?;
    JsFuture::from(context.resume()?).await?;
    Ok((node, on_piece))
}

/// Where the bundle put `capture.js`; its name follows its content.
fn script() -> String {
    let named = document().query_selector("meta[name=icabinet-capture]").ok().flatten();
    named.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks() {
        if let Ok(track) = JsValue::from(track).dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}

impl Drop for Microphone {
    fn drop(&mut self) {
        if let Ok(port) = self.node.port() {
            port.set_onmessage(None);
        }
        stop(&self.stream);
        // What is closed twice, or was never open, is closed.
        _ = self.context.close();
    }
}
