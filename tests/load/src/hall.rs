//! What all delegates of a process share: where they go, what is due, and what they saw. Never here:
//! sockets.

use crate::clock::{ms, now};
use crate::ipc::Seen;
use icabinet_sync::reconnect;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::rc::Rc;

/// After an answer that decides nothing, and where nobody waits: this much later again.
pub(crate) const AGAIN_NS: u64 = 200_000_000;
/// How far beyond the last moment something was due it may be done: later, the run has failed.
const PATIENCE_NS: u64 = 120_000_000_000;

/// The shared part of a process's delegates.
#[derive(Debug, Default)]
pub(crate) struct Hall {
    nodes: Vec<SocketAddr>,
    sources: Vec<IpAddr>,
    pub(crate) meeting: String,
    pub(crate) epoch: String,
    /// What is due next: when, and for whom.
    agenda: BinaryHeap<Reverse<(u64, usize)>>,
    /// The vote that is open: its number and the digest of its text.
    pub(crate) vote: (u64, String),
    pub(crate) seen: Seen,
    pub(crate) history: History,
    /// Each line is cut when its delegate's ballot is sent.
    pub(crate) cuts: bool,
    /// A ballot may come too late.
    pub(crate) refusable: bool,
    /// Nobody waits before he comes back: for tests.
    pub(crate) at_once: bool,
    pub(crate) progress: Progress,
    positions: Vec<u64>,
    target: u64,
    missing: usize,
    latest: (Vec<u8>, Rc<Frame>),
}

/// How far an order is carried out.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// How many have not done it yet.
    pub(crate) left: usize,
    /// When waiting for them ends.
    pub(crate) deadline: u64,
    pub(crate) times: Vec<f64>,
    pub(crate) last: u64,
    /// Ballots that came too late.
    pub(crate) refused: u64,
    pub(crate) failures: Vec<String>,
}

/// Everything that is said and heard, a line each (`checker/histories.rs`), if it is written down.
#[derive(Debug, Default)]
pub(crate) struct History(Option<BufWriter<File>>);

impl History {
    pub(crate) fn open(file: Option<PathBuf>) -> std::io::Result<Self> {
        let file = file.map(File::create).transpose()?;
        Ok(Self(file.map(BufWriter::new)))
    }

    /// Notes a snapshot (`@`), what was sent (`>`) or what was heard (`<`).
    pub(crate) fn note(&mut self, index: usize, mark: char, text: &[u8]) {
        let Some(file) = &mut self.0 else { return };
        let written = write!(file, "{index} {mark} ")
            .and_then(|()| file.write_all(text))
            .and_then(|()| file.write_all(b"\n"));
        if let Err(error) = written {
            // Nothing can be proven from half a history: what is missing will be found.
            eprintln!("icabinet-load: the history ends here: {error}");
            self.0 = None;
        }
    }

    pub(crate) fn flush(&mut self) {
        if let Some(Err(error)) = self.0.as_mut().map(std::io::Write::flush) {
            eprintln!("icabinet-load: the history is not whole: {error}");
        }
    }
}

/// A frame of entries, read once: all delegates get the same bytes.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub(crate) after: u64,
    pub(crate) to: u64,
    pub(crate) opened: Option<(u64, String)>,
    pub(crate) closed: bool,
}

impl Hall {
    pub(crate) fn new(
        nodes: Vec<SocketAddr>,
        sources: Vec<IpAddr>,
        meeting: String,
        count: usize,
    ) -> Self {
        Self { nodes, sources, meeting, positions: vec![0; count], ..Self::default() }
    }

    /// Where a delegate's line goes and comes from; after a failure, another node. Those of one node
    /// spread over all others, as a proxy has it.
    pub(crate) fn route(&self, index: usize, attempt: usize) -> (SocketAddr, IpAddr) {
        let (nodes, row) = (self.nodes.len(), index / self.nodes.len());
        let apart = if attempt > 0 { row % (nodes - 1).max(1) } else { 0 };
        let node = self.nodes[(index + attempt + apart) % nodes];
        (node, self.sources[row % self.sources.len()])
    }

    /// How long a delegate waits before he tries again to have a line: as his tablet does.
    pub(crate) fn wait(&self, index: usize, attempt: usize) -> u64 {
        match (self.at_once, attempt) {
            (true, 0) => 0,
            (true, _) => AGAIN_NS,
            (false, _) => {
                let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
                // Spread over all of it, and the same in every run.
                let mixed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let random = u32::try_from(mixed.rotate_left(attempt.wrapping_mul(11) % 64) >> 32)
                    .unwrap_or(0);
                u64::from(reconnect::wait_ms(attempt, random)) * 1_000_000
            }
        }
    }

    /// The node's name in a request.
    pub(crate) fn host(&self, index: usize, attempt: usize) -> String {
        self.route(index, attempt).0.to_string()
    }

    /// Begins an order that everyone carries out.
    pub(crate) fn begin(&mut self) {
        self.progress = Progress {
            left: self.positions.len(),
            deadline: now() + PATIENCE_NS,
            ..Progress::default()
        };
    }

    /// Puts a part of an order on the agenda; it is waited for.
    pub(crate) fn order(&mut self, due: u64, index: usize) {
        self.progress.deadline = self.progress.deadline.max(due + PATIENCE_NS);
        self.plan(due, index);
    }

    /// Puts something on the agenda.
    pub(crate) fn plan(&mut self, due: u64, index: usize) {
        self.agenda.push(Reverse((due, index)));
    }

    /// Who is next, if his moment has come.
    pub(crate) fn due(&mut self, now: u64) -> Option<usize> {
        self.agenda.peek().filter(|Reverse((due, _))| *due <= now)?;
        self.agenda.pop().map(|Reverse((_, index))| index)
    }

    /// When something is due next.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.agenda.peek().map(|Reverse((due, _))| *due)
    }

    /// One more delegate has done what was due then.
    pub(crate) fn finished(&mut self, due: u64, failure: Option<String>) {
        let at = now();
        self.progress.times.push(ms(due, at));
        self.progress.last = self.progress.last.max(at);
        if let Some(failure) = failure
            && self.progress.failures.len() < 20
        {
            self.progress.failures.push(failure);
        }
        self.progress.left = self.progress.left.saturating_sub(1);
    }

    /// A delegate's view moved on.
    pub(crate) fn moved(&mut self, index: usize, to: u64) {
        let Some(position) = self.positions.get_mut(index) else { return };
        let before = std::mem::replace(position, to);
        if before < self.target && to >= self.target {
            self.missing -= 1;
            self.progress.last = self.progress.last.max(now());
            self.progress.left = self.missing;
        }
    }

    /// Begins to wait until every view has reached a position.
    pub(crate) fn reach(&mut self, target: u64) {
        self.begin();
        self.target = target;
        self.missing = self.positions.iter().filter(|at| **at < target).count();
        self.progress.left = self.missing;
    }

    /// What a frame of entries says: read anew only where it is not the one before.
    pub(crate) fn read(&mut self, text: &[u8]) -> Rc<Frame> {
        if self.latest.0 != text {
            self.latest = (text.to_vec(), Rc::new(parse(text)));
        }
        Rc::clone(&self.latest.1)
    }
}

fn parse(text: &[u8]) -> Frame {
    let value: Value = serde_json::from_slice(text).unwrap_or_default();
    let events = &value["events"];
    let entries = events["entries"].as_array();
    let named = |name: &str| {
        // Of several the last: a frame may tell of more than one vote.
        let found = entries?.iter().rev().find_map(|entry| entry["event"].get(name));
        found.cloned()
    };
    Frame {
        after: events["after"].as_u64().unwrap_or(0),
        to: events["to"].as_u64().unwrap_or(0),
        opened: named("vote_opened").map(|event| {
            let digest = event["terms"]["text_digest"].as_str().unwrap_or_default().to_owned();
            (event["vote"].as_u64().unwrap_or(0), digest)
        }),
        closed: named("vote_closed").is_some(),
    }
}
