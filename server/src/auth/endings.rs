//! Sessions that end while a socket of theirs is open. The socket is told at once, before whoever
//! ended the session gets his answer, so that nothing sent afterwards is still taken.

use icabinet_models::ids::{Digest, Time};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

type Watched = Mutex<HashMap<Digest, watch::Sender<bool>>>;

/// The sessions that have sockets on this node.
#[derive(Debug, Default)]
pub struct Endings {
    watched: Arc<Watched>,
}

/// One socket's eye on its session.
#[derive(Debug)]
pub struct Ending {
    token: Digest,
    expires: Time,
    ended: watch::Receiver<bool>,
    watched: Arc<Watched>,
}

impl Endings {
    /// Watches a session that was in force just now and expires at `expires`.
    pub fn watch(&self, token: Digest, expires: Time) -> Ending {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = watched.entry(token).or_insert_with(|| watch::Sender::new(false));
        let ended = sender.subscribe();
        Ending { token, expires, ended, watched: Arc::clone(&self.watched) }
    }

    /// The sessions that have sockets here.
    pub fn watched(&self) -> Vec<Digest> {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.keys().copied().collect()
    }

    /// Tells the sockets of a session that it has ended.
    pub fn tell(&self, token: &Digest) {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = watched.get(token) {
            sender.send_replace(true);
        }
    }
}

impl Ending {
    /// Whether the session is over.
    pub fn is_over(&self, now: Time) -> bool {
        *self.ended.borrow() || now > self.expires
    }

    /// Waits until somebody ends the session. Expiring rings no bell.
    pub async fn told(&mut self) {
        if self.ended.wait_for(|ended| *ended).await.is_err() {
            // The sender is kept as long as anybody watches.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        // This one still counts: the last to go takes the entry along.
        if watched.get(&self.token).is_some_and(|sender| sender.receiver_count() <= 1) {
            watched.remove(&self.token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Endings;
    use icabinet_models::ids::{Digest, Time};

    #[tokio::test]
    async fn every_socket_of_the_session_is_told_and_no_other() {
        let endings = Endings::default();
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let mut first = endings.watch(one, Time(100));
        let mut second = endings.watch(one, Time(100));
        let stranger = endings.watch(other, Time(100));
        assert!(!first.is_over(Time(100)));
        endings.tell(&one);
        first.told().await;
        second.told().await;
        assert!(first.is_over(Time(0)) && second.is_over(Time(0)) && !stranger.is_over(Time(0)));
    }

    #[test]
    fn a_session_that_expired_is_over_without_a_word() {
        let eye = Endings::default().watch(Digest::of(b"one"), Time(100));
        assert!(!eye.is_over(Time(100)) && eye.is_over(Time(101)));
    }

    #[test]
    fn the_last_to_go_leaves_nothing_behind() {
        let endings = Endings::default();
        let token = Digest::of(b"one");
        let (first, second) = (endings.watch(token, Time(1)), endings.watch(token, Time(1)));
        drop(first);
        assert_eq!(endings.watched.lock().unwrap().len(), 1);
        drop(second);
        assert!(endings.watched.lock().unwrap().is_empty());
    }
}
