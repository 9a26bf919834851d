//! The one place where the browser is asked to call back: frames, timers, events of the window, tasks,
//! functions given to sockets and the like. Each ends with what asked for it, so that nothing runs on a
//! page that is gone: what it would read there is gone too, and the whole application with it.
//! `tests/structure` keeps the raw calls out of every other file.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use leptos::ev::EventDescriptor;
use leptos::leptos_dom::helpers::{
    TimeoutHandle, request_animation_frame_with_handle, set_interval_with_handle,
    set_timeout_with_handle, window_event_listener,
};
use leptos::prelude::on_cleanup;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::{Closure, WasmClosure};
use wasm_bindgen::convert::FromWasmAbi;

/// Acts before the next frame is drawn, unless what asked for it is gone by then, or asks again: a page
/// in the background draws its next frame in an hour.
pub fn next_frame(act: impl FnOnce() + 'static) {
    if let Ok(frame) = request_animation_frame_with_handle(act) {
        on_cleanup(move || frame.cancel());
    }
}

/// Acts again and again, until what asked for it is gone.
pub fn every(period: Duration, act: impl Fn() + 'static) {
    if let Ok(timer) = set_interval_with_handle(act, period) {
        on_cleanup(move || timer.clear());
    }
}

/// An act that is still to come; dropped, it doesn't come.
pub struct Later(TimeoutHandle);

impl Drop for Later {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// Acts after a while, for as long as the [`Later`] is kept.
pub fn later(wait: Duration, act: impl FnOnce() + 'static) -> Option<Later> {
    set_timeout_with_handle(act, wait).ok().map(Later)
}

/// Acts on an event of the window, until what asked for it is gone.
pub fn on_window<E>(event: E, act: impl Fn(E::EventType) + 'static)
where
    E: EventDescriptor + 'static,
    E::EventType: JsCast,
{
    let listener = window_event_listener(event, act);
    on_cleanup(move || listener.remove());
}

/// Work for a page: given up when the page is gone.
pub fn task(work: impl Future<Output = ()> + 'static) {
    let over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&over);
    on_cleanup(move || told.store(true, Ordering::Relaxed));
    spawn_local(Given { over, work: Box::pin(work) });
}

struct Given {
    over: Arc<AtomicBool>,
    work: Pin<Box<dyn Future<Output = ()>>>,
}

impl Future for Given {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.over.load(Ordering::Relaxed) {
            return Poll::Ready(());
        }
        self.work.as_mut().poll(context)
    }
}

/// Work that is brought to its end whatever page is shown by then: what was sent is sent. It touches
/// what is shown by `try_…` alone.
pub fn errand(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    spawn_local(work);
}

/// A function to hand to the browser; dropped, it does nothing any more.
pub struct Hook<E: 'static>(Closure<dyn FnMut(E)>)
where
    dyn FnMut(E): WasmClosure;

impl<E: FromWasmAbi + 'static> Hook<E> {
    /// A function that acts on what it is given.
    pub fn new(act: impl FnMut(E) + 'static) -> Self {
        Self(Closure::wrap(Box::new(act) as Box<dyn FnMut(E)>))
    }

    /// As the browser takes it.
    pub fn function(&self) -> &js_sys::Function {
        self.0.as_ref().unchecked_ref()
    }
}
