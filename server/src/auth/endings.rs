//! Sessions that end while a socket of theirs is open. The socket is told at once, before whoever
//! ended the session gets his answer, so that nothing sent afterwards is still taken.

use crate::feed::{Notifier, Signal};
use icabinet_models::ids::{Digest, Time};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::watch;

/// One session's sockets: what they look at, and where it rings.
#[derive(Debug)]
struct Watch {
    ended: watch::Sender<bool>,
    notifiers: Vec<Weak<Notifier>>,
}

type Watched = Mutex<HashMap<Digest, Watch>>;

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
        let fresh = || Watch { ended: watch::Sender::new(false), notifiers: Vec::new() };
        let ended = watched.entry(token).or_insert_with(fresh).ended.subscribe();
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
        if let Some(watch) = watched.get(token) {
            watch.ended.send_replace(true);
            watch
                .notifiers
                .iter()
                .filter_map(Weak::upgrade)
                .for_each(|notifier| notifier.ring(Signal::Ended));
        }
    }

    /// Rings at every socket: the server is asked to stop.
    pub fn stopping(&self) {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let notifiers = watched.values().flat_map(|watch| &watch.notifiers);
        notifiers.filter_map(Weak::upgrade).for_each(|notifier| notifier.ring(Signal::Stopping));
    }
}

impl Ending {
    /// Whether the session is over.
    pub fn is_over(&self, now: Time) -> bool {
        *self.ended.borrow() || now > self.expires
    }

    /// Rings at `notifier` when somebody ends the session, and when the server stops.
    pub fn ring_at(&self, notifier: &Arc<Notifier>) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watch) = watched.get_mut(&self.token) {
            watch.notifiers.retain(|notifier| notifier.strong_count() > 0);
            watch.notifiers.push(Arc::downgrade(notifier));
        }
        // Between the first look and now it may have ended.
        if *self.ended.borrow() {
            notifier.ring(Signal::Ended);
        }
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
        if watched.get(&self.token).is_some_and(|watch| watch.ended.receiver_count() <= 1) {
            watched.remove(&self.token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Endings, Notifier, Signal};
    use crate::feed::Signals;
    use futures_util::FutureExt as _;
    use icabinet_models::ids::{Digest, Time};
    use std::sync::Arc;

    /// What rang by now.
    fn rung(notifier: &Notifier) -> Option<Signals> {
        notifier.rung().now_or_never()
    }

    fn is_told(session: &mut Ending) -> bool {
        session.told().now_or_never().is_some()
    }

    #[test]
    fn every_socket_of_the_session_is_told_and_no_other() {
        let endings = Endings::default();
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let mut first = endings.watch(one, Time(100));
        let mut second = endings.watch(one, Time(100));
        let mut stranger = endings.watch(other, Time(100));
        assert!(!first.is_over(Time(100)));
        endings.tell(&one);
        assert!(is_told(&mut first) && is_told(&mut second) && !is_told(&mut stranger));
        assert!(first.is_over(Time(0)) && second.is_over(Time(0)) && !stranger.is_over(Time(0)));
    }

    #[test]
    fn a_post_rings_for_its_own_session_and_when_the_server_stops() {
        let endings = Endings::default();
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let (first, second) = (endings.watch(one, Time(100)), endings.watch(other, Time(100)));
        let [mine, second_of_mine, theirs, late] = [(); 4].map(|()| Arc::new(Notifier::default()));
        first.ring_at(&mine);
        first.ring_at(&second_of_mine);
        second.ring_at(&theirs);
        endings.tell(&one);
        for notifier in [&mine, &second_of_mine] {
            assert!(rung(notifier).is_some_and(|rung| rung.has(Signal::Ended)));
        }
        assert_eq!(rung(&theirs), None);
        endings.stopping();
        let stopping = rung(&theirs).unwrap();
        assert!(stopping.has(Signal::Stopping) && !stopping.has(Signal::Ended));
        first.ring_at(&late);
        assert!(rung(&late).is_some_and(|rung| rung.has(Signal::Ended)), "it had ended before");
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
