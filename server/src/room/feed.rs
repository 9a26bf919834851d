//! One encoding a class: a ring of the latest frames, and readers that are cursors into it.
//! Counts that only matter now (turnout, connections) stand beside the ring and coalesce.

use axum::extract::ws::Utf8Bytes;
use icabinet_models::Entry;
use icabinet_models::seen::Class;
use icabinet_models::wire::ServerFrame;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Bytes a class's ring may hold before its oldest frames go.
const RING_BYTES: usize = 16 << 20;

/// A frame of entries as it is sent.
#[derive(Clone, Debug)]
struct Frame {
    to: u64,
    text: Utf8Bytes,
}

#[derive(Debug, Default)]
struct Ring {
    frames: VecDeque<Frame>,
    bytes: usize,
    /// `to` of the last frame that fell out; 0 if none did.
    lost: u64,
    /// `to` of the newest frame.
    to: u64,
    /// The latest counts, by what they count, each with its own number.
    told: BTreeMap<&'static str, (u64, Utf8Bytes)>,
    tellings: u64,
}

/// The frames of one class.
#[derive(Clone, Debug)]
pub struct Feed {
    ring: Arc<Mutex<Ring>>,
    bell: watch::Sender<()>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { ring: Arc::default(), bell: watch::Sender::new(()) }
    }
}

/// A connection's place in its class's feed.
#[derive(Debug)]
pub struct Reader {
    ring: Arc<Mutex<Ring>>,
    bell: watch::Receiver<()>,
    at: u64,
    told: u64,
}

/// What a reader missed for good: its place fell out of the ring.
#[derive(Debug, PartialEq, Eq)]
pub struct Missed;

fn lock(ring: &Mutex<Ring>) -> MutexGuard<'_, Ring> {
    // Nothing in here panics half-way; a poisoned ring is still whole.
    ring.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Feed {
    /// Appends entries as one frame that brings readers to `position`.
    pub fn push(&self, entries: Vec<Entry>, position: u64) {
        let mut ring = lock(&self.ring);
        let after = ring.to;
        let frame = ServerFrame::Events { after, to: position, entries };
        let text = Utf8Bytes::from(serde_json::to_string(&frame).unwrap_or_default());
        ring.bytes += text.len();
        ring.to = position;
        ring.frames.push_back(Frame { to: position, text });
        while ring.bytes > RING_BYTES && ring.frames.len() > 1 {
            if let Some(old) = ring.frames.pop_front() {
                ring.bytes -= old.text.len();
                ring.lost = old.to;
            }
        }
        drop(ring);
        self.bell.send_replace(());
    }

    /// Puts a count in place of the last one of its kind, unless it says the same.
    fn tell(&self, kind: &'static str, text: Utf8Bytes) {
        let mut ring = lock(&self.ring);
        if ring.told.get(kind).is_some_and(|(_, known)| *known == text) {
            return;
        }
        ring.tellings += 1;
        let number = ring.tellings;
        ring.told.insert(kind, (number, text));
        drop(ring);
        self.bell.send_replace(());
    }

    /// A reader that goes on after a view's position; `None` if what follows fell out, or if the
    /// view is ahead of this log (it is of another one).
    pub fn reader(&self, after: Option<u64>) -> Option<Reader> {
        let after = after.unwrap_or(0);
        let ring = lock(&self.ring);
        // A view may stand at a position this class saw nothing of: it holds what came before.
        let start = ring.frames.iter().map(|frame| frame.to).take_while(|to| *to <= after).last();
        let start = start.unwrap_or(ring.lost);
        let usable = after >= ring.lost;
        drop(ring);
        usable.then(|| Reader {
            ring: Arc::clone(&self.ring),
            bell: self.bell.subscribe(),
            at: start,
            told: 0,
        })
    }

    /// The newest position that this class was shown.
    pub(super) fn position(&self) -> u64 {
        lock(&self.ring).to
    }

    /// A reader at the end.
    pub fn end(&self) -> Reader {
        let at = lock(&self.ring).to;
        Reader { ring: Arc::clone(&self.ring), bell: self.bell.subscribe(), at, told: 0 }
    }
}

impl Reader {
    /// Waits until there may be something new; `false` when the feed is gone.
    pub async fn changed(&mut self) -> bool {
        self.bell.changed().await.is_ok()
    }

    /// The next frames, at most `most`, and the counts that changed; moves the cursor.
    pub fn next(&mut self, most: usize) -> Result<Vec<Utf8Bytes>, Missed> {
        self.bell.mark_unchanged();
        let ring = lock(&self.ring);
        if self.at < ring.lost {
            return Err(Missed);
        }
        let from = ring.frames.partition_point(|frame| frame.to <= self.at);
        let mut out: Vec<Utf8Bytes> =
            ring.frames.iter().skip(from).take(most).map(|frame| frame.text.clone()).collect();
        if let Some(last) = ring.frames.iter().skip(from).take(most).last() {
            self.at = last.to;
        }
        if self.at == ring.to {
            let new = ring.told.values().filter(|(number, _)| *number > self.told);
            out.extend(new.map(|(_, text)| text.clone()));
            self.told = ring.tellings;
        } else {
            // More is waiting than was asked for.
            self.bell.mark_changed();
        }
        Ok(out)
    }
}

/// The feeds of all classes.
#[derive(Debug, Default)]
pub(super) struct Feeds {
    feeds: BTreeMap<Class, Feed>,
}

impl Feeds {
    pub(super) fn of(&mut self, class: Class) -> &mut Feed {
        self.feeds.entry(class).or_default()
    }

    /// The newest position that any class was shown.
    pub(super) fn position(&self) -> u64 {
        self.feeds.values().map(|feed| lock(&feed.ring).to).max().unwrap_or(0)
    }

    /// Tells counts to some classes, encoded once.
    pub(super) fn tell(&mut self, classes: &[Class], frame: &ServerFrame) {
        let kind = match frame {
            ServerFrame::Turnout { .. } => "turnout",
            ServerFrame::Attendance { .. } => "attendance",
            _ => "connected",
        };
        let text = Utf8Bytes::from(serde_json::to_string(frame).unwrap_or_default());
        for class in classes {
            self.of(*class).tell(kind, text.clone());
        }
    }
}
