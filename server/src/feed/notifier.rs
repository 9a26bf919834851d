//! What rings at one connection, and wakes it: one word of bits and one waker in the place of a
//! listener for each thing that may happen, because in a conference most of the time goes into
//! waking. Never here: what rang means.

use super::framed::Framed;
use super::primitives::{AtomicU8, AtomicWaker, Mutex, Ordering, PoisonError};
use std::future::poll_fn;
use std::task::Poll;

/// Why a connection is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Its class's feed has something new.
    Frames = 1,
    /// There is a word to its person alone.
    Word = 2,
    /// Somebody's class may have changed.
    Roles = 4,
    /// Its session has ended.
    Ended = 8,
    /// The server is asked to stop.
    Stopping = 16,
}

/// Everything that rang since it was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signals(u8);

impl Signals {
    /// Whether a bell is among them.
    pub fn has(self, bell: Signal) -> bool {
        self.0 & bell as u8 != 0
    }
}

/// One connection's bells and the latest word to its person.
#[derive(Debug, Default)]
pub struct Notifier {
    rung: AtomicU8,
    waker: AtomicWaker,
    word: Mutex<Option<Framed>>,
}

impl Notifier {
    /// Rings a bell. Whoever rings one that wasn't heard yet wakes nobody twice.
    pub fn ring(&self, bell: Signal) {
        if self.rung.fetch_or(bell as u8, Ordering::AcqRel) == 0 {
            self.waker.wake();
        }
    }

    /// Waits until something rings; what rang is heard once. For one task alone.
    pub async fn rung(&self) -> Signals {
        poll_fn(|context| {
            let heard = || match self.rung.swap(0, Ordering::AcqRel) {
                0 => None,
                bits => Some(Signals(bits)),
            };
            if let Some(rung) = heard() {
                return Poll::Ready(rung);
            }
            self.waker.register(context.waker());
            // What rang between the look and the waker wakes nobody: look again.
            heard().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Puts a word in the place of the last one.
    pub fn tell(&self, word: Framed) {
        *self.word.lock().unwrap_or_else(PoisonError::into_inner) = Some(word);
        self.ring(Signal::Word);
    }

    /// The latest word, once.
    pub fn word(&self) -> Option<Framed> {
        self.word.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
