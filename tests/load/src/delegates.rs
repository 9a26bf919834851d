//! A helper process: some thousands of delegates on one thread, each with a connection of its own.
//! Never here: when something is due; the conference says.

use crate::client::{Client, Socket};
use crate::clock::{ms, now};
use crate::helper::{Done, Order, Seen};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::io::{BufRead as _, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio_tungstenite::tungstenite::Message;

/// How long a delegate waits for anything before he gives up: a lost answer fails the run.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs until the conference closes the line.
pub(crate) fn run() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, serve())
}

/// What all delegates of a process share.
struct Hall {
    nodes: Vec<SocketAddr>,
    sources: Vec<IpAddr>,
    meeting: String,
    count: usize,
    phase: watch::Sender<(u64, Order)>,
    /// How many carried out the current order, and the times of those.
    done: Cell<usize>,
    times: RefCell<Vec<f64>>,
    last: Cell<u64>,
    failures: RefCell<Vec<String>>,
    bell: Notify,
    seen: RefCell<Seen>,
    /// The latest frame of entries with what it says: all delegates get the same bytes.
    latest: RefCell<(Message, Rc<Frame>)>,
    vote: RefCell<Option<(u64, String)>>,
    /// How far each delegate's view has come, which position is waited for, and who has not reached
    /// it: nobody is woken to be asked.
    positions: RefCell<Vec<u64>>,
    target: Cell<u64>,
    missing: Cell<usize>,
}

/// A frame of entries, read once.
#[derive(Debug, Default)]
struct Frame {
    after: u64,
    to: u64,
    opened: Option<(u64, String)>,
    closed: bool,
}

impl Hall {
    fn finished(&self, due: u64, failure: Option<String>) {
        let at = now();
        self.times.borrow_mut().push(ms(due, at));
        self.last.set(self.last.get().max(at));
        if let Some(failure) = failure
            && self.failures.borrow().len() < 20
        {
            self.failures.borrow_mut().push(failure);
        }
        self.done.set(self.done.get() + 1);
        if self.done.get() == self.count {
            self.bell.notify_one();
        }
    }

    /// Notes that a delegate's view moved on.
    fn moved(&self, index: usize, to: u64) {
        let target = self.target.get();
        let mut positions = self.positions.borrow_mut();
        let Some(position) = positions.get_mut(index) else { return };
        let before = std::mem::replace(position, to);
        if before < target && to >= target {
            self.missing.set(self.missing.get() - 1);
            self.last.set(self.last.get().max(now()));
            if self.missing.get() == 0 {
                self.bell.notify_one();
            }
        }
    }

    /// Waits until every view has reached a position.
    async fn reach(&self, target: u64) {
        self.target.set(target);
        let behind = self.positions.borrow().iter().filter(|at| **at < target).count();
        self.missing.set(behind);
        if behind > 0 {
            self.bell.notified().await;
        }
        self.target.set(0);
    }

    /// Reads a frame of entries, or remembers what it said.
    fn read(&self, message: &Message) -> Rc<Frame> {
        let mut latest = self.latest.borrow_mut();
        if latest.0 != *message {
            *latest = (message.clone(), Rc::new(parse(message)));
        }
        Rc::clone(&latest.1)
    }
}

fn parse(message: &Message) -> Frame {
    let text = message.to_text().unwrap_or_default();
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let events = &value["events"];
    let entries = events["entries"].as_array();
    let named = |name: &str| {
        let found = entries?.iter().find_map(|entry| entry["event"].get(name));
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

async fn serve() -> Result<(), String> {
    let (orders, mut inbox) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            let Ok(order) = serde_json::from_str::<Order>(&line) else { return };
            if orders.send(order).is_err() {
                return;
            }
        }
    });
    let Some(Order::Begin { nodes, sources, meeting, tokens }) = inbox.recv().await else {
        return Err("the first order is to begin".to_owned());
    };
    let (phase, _) = watch::channel((0, Order::Report));
    let hall = Rc::new(Hall {
        nodes,
        sources,
        meeting,
        count: tokens.len(),
        phase,
        done: Cell::new(0),
        times: RefCell::default(),
        last: Cell::new(0),
        failures: RefCell::default(),
        bell: Notify::new(),
        seen: RefCell::default(),
        latest: RefCell::new((Message::text(""), Rc::default())),
        vote: RefCell::default(),
        positions: RefCell::new(vec![0; tokens.len()]),
        target: Cell::new(0),
        missing: Cell::new(0),
    });
    for (index, token) in tokens.into_iter().enumerate() {
        let delegate = Delegate {
            index,
            token,
            hall: Rc::clone(&hall),
            orders: hall.phase.subscribe(),
            position: 0,
            epoch: String::new(),
            cookie: String::new(),
        };
        tokio::task::spawn_local(delegate.live());
    }
    answer(&Done::default());
    let mut number = 0;
    while let Some(order) = inbox.recv().await {
        hall.done.set(0);
        let done = if let Order::Report = order {
            let seen = std::mem::take(&mut *hall.seen.borrow_mut());
            Done { seen, ..Done::default() }
        } else if let Order::Reach { position } = order {
            hall.reach(position).await;
            Done { last: hall.last.replace(0), ..Done::default() }
        } else {
            number += 1;
            hall.phase.send_replace((number, order));
            hall.bell.notified().await;
            Done {
                times: std::mem::take(&mut *hall.times.borrow_mut()),
                last: hall.last.replace(0),
                failures: std::mem::take(&mut *hall.failures.borrow_mut()),
                seen: Seen::default(),
            }
        };
        answer(&done);
    }
    Ok(())
}

fn answer(done: &Done) {
    let mut out = std::io::stdout().lock();
    let line = serde_json::to_string(done).unwrap_or_default();
    // A conference that is gone asks nothing more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// One delegate at his tablet.
struct Delegate {
    index: usize,
    token: String,
    hall: Rc<Hall>,
    orders: watch::Receiver<(u64, Order)>,
    position: u64,
    epoch: String,
    cookie: String,
}

/// What a delegate is about to do.
struct Task {
    due: u64,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    CheckIn,
    Vote,
    ComeBack,
}

impl Delegate {
    fn due(&self, from: u64, over_ms: u64) -> u64 {
        from + over_ms * 1_000_000 * self.index as u64 / self.hall.count.max(1) as u64
    }

    async fn live(mut self) {
        let Ok(()) = self.orders.changed().await else { return };
        let (_, order) = self.orders.borrow_and_update().clone();
        let Order::Arrive { from, over_ms } = order else { return };
        let due = self.due(from, over_ms);
        until(due).await;
        let arrived = tokio::time::timeout(PATIENCE, self.arrive()).await;
        let mut socket = match arrived.unwrap_or_else(|_| Err("arriving took too long".to_owned()))
        {
            Ok(socket) => {
                self.hall.finished(due, None);
                socket
            }
            Err(failure) => return self.hall.finished(due, Some(failure)),
        };
        let mut task: Option<Task> = None;
        // The number of the command that waits for its answer, and whether it was sent.
        let mut waiting: Option<(String, Kind)> = None;
        loop {
            let due = task.as_ref().filter(|_| waiting.is_none()).map(|task| task.due);
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(message)) => self.receive(&message, &mut waiting, &mut task),
                    _ => {
                        self.hall.seen.borrow_mut().cut += 1;
                        match self.come_back().await {
                            Ok(again) => socket = again,
                            Err(_) => return,
                        }
                        // What had no answer goes again, under the same number.
                        if let Some((id, kind)) = &waiting {
                            let text = self.command(id, *kind);
                            if socket.send(Message::text(text)).await.is_err() { return }
                        }
                    }
                },
                () = until(due.unwrap_or(u64::MAX)), if due.is_some() => {
                    let Some(Task { kind, .. }) = task else { continue };
                    if kind == Kind::ComeBack {
                        drop(socket);
                        match self.come_back().await {
                            Ok(again) => socket = again,
                            Err(failure) => return self.hall.finished(now(), Some(failure)),
                        }
                        if let Some(Task { due, .. }) = task.take() { self.hall.finished(due, None) }
                        continue;
                    }
                    let id = format!("load-{}-{}", self.index, now());
                    let text = self.command(&id, kind);
                    waiting = Some((id, kind));
                    // A line that breaks here is noticed by reading, and the command sent again.
                    let _ = socket.send(Message::text(text)).await;
                }
                changed = self.orders.changed() => {
                    if changed.is_err() { return }
                    let (_, order) = self.orders.borrow_and_update().clone();
                    task = match order {
                        Order::CheckIn { from, over_ms } =>
                            Some(Task { due: self.due(from, over_ms), kind: Kind::CheckIn }),
                        Order::Vote { from, over_ms } =>
                            Some(Task { due: self.due(from, over_ms), kind: Kind::Vote }),
                        Order::Storm { jitter_ms } => {
                            let spread = (self.index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
                            let wait = jitter_ms * 1_000_000 * spread / (1 << 24);
                            Some(Task { due: now() + wait, kind: Kind::ComeBack })
                        }
                        Order::Begin { .. }
                        | Order::Arrive { .. }
                        | Order::Reach { .. }
                        | Order::Report => None,
                    };
                }
            }
        }
    }

    async fn arrive(&mut self) -> Result<Socket, String> {
        let mut client = self.connect().await?;
        self.cookie = client.invited(&self.token, &self.device()).await?;
        let (position, epoch, _) = client.snapshot(&self.hall.meeting).await?;
        (self.position, self.epoch) = (position, epoch);
        self.hall.moved(self.index, position);
        client.live(&self.hall.meeting, self.position, &self.epoch).await
    }

    /// A new line with the session and the position it had; no snapshot.
    async fn come_back(&self) -> Result<Socket, String> {
        let client = self.connect().await?.with_cookie(self.cookie.clone());
        client.live(&self.hall.meeting, self.position, &self.epoch).await
    }

    async fn connect(&self) -> Result<Client, String> {
        let hall = &self.hall;
        let node = hall.nodes[self.index % hall.nodes.len()];
        let source = hall.sources[self.index / hall.nodes.len() % hall.sources.len()];
        Client::connect(node, source).await
    }

    fn device(&self) -> String {
        format!("the device of delegate {:06}", self.index)
    }

    fn command(&self, id: &str, kind: Kind) -> String {
        let command = match kind {
            Kind::CheckIn => serde_json::json!({"check_in": {"person": null}}),
            Kind::Vote | Kind::ComeBack => {
                let vote = self.hall.vote.borrow().clone().unwrap_or_default();
                let choice = if self.index.is_multiple_of(5) { "no" } else { "yes" };
                serde_json::json!({"cast_ballot":
                    {"vote": vote.0, "choice": choice, "text_digest": vote.1}})
            }
        };
        serde_json::json!({"command": {"id": id, "command": command}}).to_string()
    }

    fn receive(
        &mut self,
        message: &Message,
        waiting: &mut Option<(String, Kind)>,
        task: &mut Option<Task>,
    ) {
        let Message::Text(text) = message else { return };
        let hall = Rc::clone(&self.hall);
        {
            let mut seen = hall.seen.borrow_mut();
            seen.deliveries += 1;
            seen.bytes += text.len() as u64;
        }
        if text.starts_with("{\"events\"") {
            self.entries(&hall.read(message));
        } else if text.starts_with("{\"answer\"")
            && let Some((id, _)) = waiting
            && text.contains(id.as_str())
        {
            let failure = (!text.contains("\"accepted\"")).then(|| text.to_string());
            *waiting = None;
            if let Some(Task { due, .. }) = task.take() {
                hall.finished(due, failure);
            }
        }
    }

    fn entries(&mut self, frame: &Frame) {
        let mut seen = self.hall.seen.borrow_mut();
        if frame.to <= self.position {
            seen.doubled += 1;
            return;
        }
        if frame.after > self.position {
            seen.gaps += 1;
        }
        self.position = frame.to;
        self.hall.moved(self.index, frame.to);
        if let Some(opened) = &frame.opened {
            seen.opened.push(now());
            let mut vote = self.hall.vote.borrow_mut();
            if vote.as_ref() != Some(opened) {
                *vote = Some(opened.clone());
            }
        }
        if frame.closed {
            seen.closed.push(now());
        }
    }
}

/// Waits for a moment of the shared clock.
async fn until(due: u64) {
    let wait = due.saturating_sub(now());
    if wait > 0 {
        tokio::time::sleep(Duration::from_nanos(wait.min(3_600_000_000_000))).await;
    }
}
