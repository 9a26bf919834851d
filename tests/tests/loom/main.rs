//! The ring, its cursors and the bells (`server/src/feed/{ring,framed,notifier}.rs`, the very files) under loom:
//! every order in which a room and a connection may meet. Never here: what frames say.

#[path = "../../../server/src/feed"]
mod feed {
    mod primitives {
        pub(super) use loom::sync::atomic::{AtomicU8, Ordering};
        pub(super) use loom::sync::{Arc, Mutex, MutexGuard};
        pub(super) use std::sync::PoisonError;

        /// loom's, under the signature of futures'.
        #[derive(Debug, Default)]
        pub(super) struct AtomicWaker(loom::future::AtomicWaker);

        impl AtomicWaker {
            pub(super) fn register(&self, waker: &std::task::Waker) {
                self.0.register_by_ref(waker);
            }

            pub(super) fn wake(&self) {
                self.0.wake();
            }
        }
    }

    #[path = "framed.rs"]
    pub(crate) mod framed;
    #[expect(dead_code, reason = "the server uses all of it")]
    #[path = "notifier.rs"]
    pub(crate) mod notifier;
    #[expect(dead_code, reason = "the server uses all of it")]
    #[path = "ring.rs"]
    pub(crate) mod ring;
}

use feed::framed::Framed;
use feed::notifier::{Notifier, Signal};
use feed::ring::{Feed, Reader};
use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;

/// Walks through every order; more than three preemptions find nothing new in so little code, and
/// take minutes.
fn in_every_order(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

/// Reads until the cursor has heard of a position; every frame there was, in order.
fn read_until(reader: &mut Reader, notifier: &Notifier, position: u64) -> Vec<String> {
    let mut heard: Vec<String> = Vec::new();
    let reached = format!("\"to\":{position}");
    while !heard.iter().any(|frame| frame.contains(&reached)) {
        block_on(notifier.rung());
        loop {
            let read = reader.next(1).expect("nothing falls out of this ring");
            heard.extend(read.frames.iter().map(|frame| frame.text().to_owned()));
            if !read.more {
                break;
            }
        }
    }
    heard
}

#[test]
fn whatever_rings_is_heard() {
    in_every_order(|| {
        let notifier = Arc::new(Notifier::default());
        let ringers: Vec<_> = [Signal::Frames, Signal::Ended]
            .into_iter()
            .map(|bell| {
                let notifier = Arc::clone(&notifier);
                thread::spawn(move || notifier.ring(bell))
            })
            .collect();
        let (mut frames, mut ended) = (false, false);
        // A ring that woke nobody would leave this waiting for good, which loom reports.
        while !(frames && ended) {
            let rung = block_on(notifier.rung());
            frames |= rung.has(Signal::Frames);
            ended |= rung.has(Signal::Ended);
        }
        for ringer in ringers {
            ringer.join().unwrap();
        }
    });
}

#[test]
fn the_latest_word_is_heard() {
    in_every_order(|| {
        let notifier = Arc::new(Notifier::default());
        let theirs = Arc::clone(&notifier);
        let teller = thread::spawn(move || {
            theirs.tell(Framed::new("one"));
            theirs.tell(Framed::new("two"));
        });
        let mut last = None;
        while last.as_deref() != Some("two") {
            block_on(notifier.rung());
            last = notifier.word().map(|word| word.text().to_owned()).or(last);
        }
        teller.join().unwrap();
    });
}

#[test]
fn a_cursor_gets_every_frame_once_and_in_order() {
    in_every_order(|| {
        let mut feed = Feed::default();
        let notifier = Arc::new(Notifier::default());
        let mut reader = feed.end();
        feed.listen(&notifier);
        let room = thread::spawn(move || {
            feed.push(&[], 1);
            feed.push(&[], 2);
        });
        let heard = read_until(&mut reader, &notifier, 2);
        assert_eq!(
            heard,
            [
                r#"{"events":{"after":0,"to":1,"entries":[]}}"#,
                r#"{"events":{"after":1,"to":2,"entries":[]}}"#
            ]
        );
        room.join().unwrap();
    });
}

#[test]
fn a_connection_that_goes_while_a_frame_is_published_harms_nobody() {
    in_every_order(|| {
        let mut feed = Feed::default();
        let (stays, goes) = (Arc::new(Notifier::default()), Arc::new(Notifier::default()));
        let mut reader = feed.end();
        feed.listen(&goes);
        feed.listen(&stays);
        let room = thread::spawn(move || feed.push(&[], 1));
        drop(goes);
        assert_eq!(read_until(&mut reader, &stays, 1).len(), 1);
        room.join().unwrap();
    });
}
