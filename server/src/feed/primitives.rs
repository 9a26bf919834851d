//! What `ring.rs` and `notifier.rs` share between threads. `tests/tests/loom` compiles them with
//! loom's in their place, and walks through every order in which threads may meet.

pub(super) use futures_util::task::AtomicWaker;
pub(super) use std::sync::atomic::{AtomicU8, Ordering};
pub(super) use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
