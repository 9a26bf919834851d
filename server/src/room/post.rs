//! What rings at one connection, and wakes it: one word of bits and one waker in the place of a
//! listener for each thing that may happen, because in a conference most of the time goes into
//! waking. Never here: what rang means.

use axum::extract::ws::Utf8Bytes;
use futures_util::task::AtomicWaker;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

/// Why a connection is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bell {
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
pub struct Rung(u8);

impl Rung {
    /// Whether a bell is among them.
    pub fn has(self, bell: Bell) -> bool {
        self.0 & bell as u8 != 0
    }
}

/// One connection's bells and the latest word to its person.
#[derive(Debug, Default)]
pub struct Post {
    rung: AtomicU8,
    waker: AtomicWaker,
    word: Mutex<Option<Utf8Bytes>>,
}

impl Post {
    /// Rings a bell. Whoever rings one that wasn't heard yet wakes nobody twice.
    pub fn ring(&self, bell: Bell) {
        if self.rung.fetch_or(bell as u8, Ordering::AcqRel) == 0 {
            self.waker.wake();
        }
    }

    /// Waits until something rings; what rang is heard once. For one task alone.
    pub async fn rung(&self) -> Rung {
        poll_fn(|context| {
            let heard = || match self.rung.swap(0, Ordering::AcqRel) {
                0 => None,
                bits => Some(Rung(bits)),
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
    pub fn tell(&self, word: Utf8Bytes) {
        *self.word.lock().unwrap_or_else(PoisonError::into_inner) = Some(word);
        self.ring(Bell::Word);
    }

    /// The latest word, once.
    pub fn word(&self) -> Option<Utf8Bytes> {
        self.word.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test]
    async fn what_rang_before_anybody_waited_is_heard_once() {
        let post = Post::default();
        post.ring(Bell::Frames);
        post.ring(Bell::Ended);
        let rung = post.rung().await;
        assert!(rung.has(Bell::Frames) && rung.has(Bell::Ended) && !rung.has(Bell::Roles));
        let waiting = std::pin::pin!(post.rung());
        assert!(futures_util::FutureExt::now_or_never(waiting).is_none());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_ring_is_lost_between_two_threads() {
        const TIMES: usize = 50_000;
        let (post, back) = (Arc::new(Post::default()), Arc::new(Post::default()));
        let (theirs, answers) = (Arc::clone(&post), Arc::clone(&back));
        let other = tokio::spawn(async move {
            for _ in 0..TIMES {
                theirs.rung().await;
                answers.ring(Bell::Word);
            }
        });
        for _ in 0..TIMES {
            post.ring(Bell::Frames);
            back.rung().await;
        }
        other.await.unwrap();
    }

    #[test]
    fn the_latest_word_is_the_only_one() {
        let post = Post::default();
        post.tell("one".into());
        post.tell("two".into());
        assert_eq!(post.word().as_deref(), Some("two"));
        assert_eq!(post.word(), None);
    }
}
