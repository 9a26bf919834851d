//! One encoding a class: a ring of the latest frames, and readers that are cursors into it.
//! Counts that only matter now (turnout, connections) stand beside the ring and coalesce.

use super::framed::Framed;
use super::notifier::{Notifier, Signal};
use super::primitives::{Arc, Mutex, MutexGuard, PoisonError};
use icabinet_models::visibility::{ViewEntry, ViewerClass};
use icabinet_models::wire::ServerFrame;
use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

/// Bytes a class's ring may hold before its oldest frames go.
const RING_BYTES: usize = 16 << 20;

/// Bytes after which a reader takes no further frame in one go.
const BYTES_AT_ONCE: usize = 32 << 10;

/// For counts at least so many connections are rung in a step, and all of them in so many steps.
const LEAST_OF_A_STEP: usize = 500;
const STEPS: usize = 40;

/// A frame of entries as it is sent.
#[derive(Clone, Debug)]
struct Frame {
    to: u64,
    message: Framed,
    /// Positions of its entries and where each begins in the text.
    starts: Box<[(u64, usize)]>,
    /// When it was published.
    at: Instant,
}

impl Frame {
    fn of(after: u64, to: u64, entries: &[ViewEntry]) -> Self {
        let mut text = opening(after, to);
        let mut starts = Vec::with_capacity(entries.len());
        for entry in entries {
            if !starts.is_empty() {
                text.push(',');
            }
            starts.push((entry.position, text.len()));
            text.push_str(&serde_json::to_string(entry).expect("an entry is JSON"));
        }
        text.push_str(CLOSING);
        Self { to, message: Framed::new(&text), starts: starts.into(), at: Instant::now() }
    }

    /// What a view that stands at a position is sent: all of it, or the rest if it has the beginning.
    fn after(&self, position: u64) -> Framed {
        let known = self.starts.partition_point(|(entry, _)| *entry <= position);
        if known == 0 {
            // As everybody else: thousands arrive between two frames.
            return self.message.clone();
        }
        let text = self.message.text();
        let rest = self.starts.get(known).and_then(|(_, start)| text.get(*start..));
        Framed::new(&(opening(position, self.to) + rest.unwrap_or(CLOSING)))
    }
}

/// How the JSON of [`icabinet_models::wire::ServerFrame::Events`] begins and ends: a test holds it
/// against the model.
fn opening(after: u64, to: u64) -> String {
    format!("{{\"events\":{{\"after\":{after},\"to\":{to},\"entries\":[")
}
const CLOSING: &str = "]}}";

#[derive(Debug, Default)]
struct Ring {
    frames: VecDeque<Frame>,
    bytes: usize,
    /// `to` of the last frame that fell out; 0 if none did.
    lost: u64,
    /// `to` of the newest frame.
    to: u64,
    /// The latest counts, by what they count, each with its own number.
    told: BTreeMap<&'static str, (u64, Framed)>,
    tellings: u64,
}

/// The frames of one class, and who is rung when there are new ones.
#[derive(Debug, Default)]
pub struct Feed {
    ring: Arc<Mutex<Ring>>,
    notifiers: Vec<Arc<Notifier>>,
    /// So many notifiers, from the first, have not been rung for the latest counts.
    unrung: usize,
}

/// A connection's place in its class's feed.
#[derive(Debug)]
pub struct Reader {
    ring: Arc<Mutex<Ring>>,
    at: u64,
    /// The view stands in the middle of the next frame: where a node began a frame is its own affair.
    within: Option<u64>,
    told: u64,
}

/// What a reader gets in one go.
#[derive(Debug, Default)]
pub struct Read {
    pub frames: Vec<Framed>,
    /// When the oldest of the frames of entries was published.
    pub since: Option<Instant>,
    /// More is waiting than was asked for.
    pub more: bool,
}

/// What a reader missed for good: its place fell out of the ring.
#[derive(Debug, PartialEq, Eq)]
pub struct Missed;

fn lock(ring: &Mutex<Ring>) -> MutexGuard<'_, Ring> {
    // Nothing in here panics half-way; a poisoned ring is still whole.
    ring.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether its connection is there: nobody else holds the notifier of one that is gone.
fn is_there(notifier: &Arc<Notifier>) -> bool {
    Arc::strong_count(notifier) > 1
}

impl Feed {
    /// Appends entries as one frame that brings readers to `position`.
    pub fn push(&mut self, entries: &[ViewEntry], position: u64) {
        let mut ring = lock(&self.ring);
        let frame = Frame::of(ring.to, position, entries);
        ring.bytes += frame.message.bytes().len();
        ring.to = position;
        ring.frames.push_back(frame);
        while ring.bytes > RING_BYTES && ring.frames.len() > 1 {
            if let Some(old) = ring.frames.pop_front() {
                ring.bytes -= old.message.bytes().len();
                ring.lost = old.to;
            }
        }
        drop(ring);
        self.ring(Signal::Frames);
        // The counts go with it.
        self.unrung = 0;
    }

    /// Rings at everyone who reads here.
    pub(crate) fn ring(&mut self, bell: Signal) {
        self.notifiers.retain(|notifier| {
            notifier.ring(bell);
            is_there(notifier)
        });
        self.unrung = self.unrung.min(self.notifiers.len());
    }

    /// Rings at some of those who have not heard the latest counts. Thousands who are woken at once for
    /// a number would stand before the next frame.
    pub fn step(&mut self) {
        let step = LEAST_OF_A_STEP.max(self.notifiers.len().div_ceil(STEPS));
        let from = self.unrung.saturating_sub(step);
        let next = self.notifiers.get(from..self.unrung).unwrap_or_default();
        next.iter().for_each(|notifier| notifier.ring(Signal::Frames));
        self.unrung = from;
    }

    /// Whether somebody has not been rung for the latest counts.
    pub fn has_unrung(&self) -> bool {
        self.unrung > 0
    }

    /// Rings at a connection from now on, first at once.
    pub fn listen(&mut self, notifier: &Arc<Notifier>) {
        self.notifiers.push(Arc::clone(notifier));
        notifier.ring(Signal::Frames);
    }

    /// Puts a count in place of the last one of its kind, unless it says the same, and begins to ring.
    pub(crate) fn tell(&mut self, kind: &'static str, message: Framed) {
        let mut ring = lock(&self.ring);
        if ring.told.get(kind).is_some_and(|(_, known)| *known == message) {
            return;
        }
        ring.tellings += 1;
        let number = ring.tellings;
        ring.told.insert(kind, (number, message));
        drop(ring);
        self.notifiers.retain(is_there);
        self.unrung = self.notifiers.len();
        self.step();
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
        let within = (after > start).then_some(after);
        usable.then(|| Reader { ring: Arc::clone(&self.ring), at: start, within, told: 0 })
    }

    /// The newest position that this class was shown.
    pub(crate) fn position(&self) -> u64 {
        lock(&self.ring).to
    }

    /// A reader at the end.
    pub fn end(&self) -> Reader {
        let at = lock(&self.ring).to;
        Reader { ring: Arc::clone(&self.ring), at, within: None, told: 0 }
    }
}

impl Reader {
    /// The next frames, at most `most` and not many bytes, and the counts that changed; moves the cursor.
    pub fn next(&mut self, most: usize) -> Result<Read, Missed> {
        let ring = lock(&self.ring);
        if self.at < ring.lost {
            return Err(Missed);
        }
        let from = ring.frames.partition_point(|frame| frame.to <= self.at);
        let mut read = Read::default();
        let mut bytes = 0;
        for frame in ring.frames.iter().skip(from).take(most) {
            // What a connection took stays until its reader has it, though the ring let it go: not much.
            if bytes >= BYTES_AT_ONCE {
                break;
            }
            bytes += frame.message.bytes().len();
            read.since.get_or_insert(frame.at);
            let within = self.within.take();
            read.frames.push(within.map_or_else(|| frame.message.clone(), |at| frame.after(at)));
            self.at = frame.to;
        }
        if self.at == ring.to {
            let new = ring.told.values().filter(|(number, _)| *number > self.told);
            read.frames.extend(new.map(|(_, message)| message.clone()));
            self.told = ring.tellings;
        } else {
            read.more = true;
        }
        Ok(read)
    }
}

/// The feeds of all classes.
#[derive(Debug, Default)]
pub(crate) struct Feeds {
    feeds: BTreeMap<ViewerClass, Feed>,
}

impl Feeds {
    pub(crate) fn of(&mut self, class: ViewerClass) -> &mut Feed {
        self.feeds.entry(class).or_default()
    }

    /// The newest position that any class was shown.
    pub(crate) fn position(&self) -> u64 {
        self.feeds.values().map(|feed| lock(&feed.ring).to).max().unwrap_or(0)
    }

    /// Rings at some more of those who have not heard the latest counts.
    pub(crate) fn step(&mut self) {
        self.feeds.values_mut().for_each(Feed::step);
    }

    /// Whether somebody has not been rung for the latest counts.
    pub(crate) fn has_unrung(&self) -> bool {
        self.feeds.values().any(Feed::has_unrung)
    }

    /// Rings at everyone: somebody's class may have changed.
    pub(crate) fn roles_changed(&mut self) {
        self.feeds.values_mut().for_each(|feed| feed.ring(Signal::Roles));
    }

    /// Tells counts to some classes, encoded once.
    pub(crate) fn tell(&mut self, classes: &[ViewerClass], frame: &ServerFrame) {
        let kind = match frame {
            ServerFrame::Turnout { .. } => "turnout",
            ServerFrame::Attendance { .. } => "attendance",
            ServerFrame::Sound { .. } => "sound",
            ServerFrame::Signed { .. } => "signed",
            ServerFrame::Connected { .. } => "connected",
            // What is no count has a feed of its own; told all the same, it would stand in nobody's place.
            ServerFrame::Hello { .. }
            | ServerFrame::Events { .. }
            | ServerFrame::Mine { .. }
            | ServerFrame::Answer { .. }
            | ServerFrame::SnapshotNeeded { .. }
            | ServerFrame::Rejected { .. } => "other",
        };
        let message = Framed::from(frame);
        for class in classes {
            self.of(*class).tell(kind, message.clone());
        }
    }
}
