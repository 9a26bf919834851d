//! A helper process: some thousands of delegates on one thread, each with a connection of his own.
//! One loop waits for sockets, for orders and for the next moment that something is due: it costs
//! the measured system as little as can be. Never here: what a delegate says; that is `delegate`'s.

use crate::clock::now;
use crate::delegate::{Act, Delegate};
use crate::hall::{Hall, History};
use crate::ipc::{Done, Order};
use mio::{Events, Poll, Token, Waker};
use serde::de::DeserializeOwned;
use std::io::{BufRead as _, Write as _};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The token under which orders ring; the others are delegates.
const ORDERS: Token = Token(usize::MAX);

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Runs until the conference closes the line.
pub(crate) fn run() -> Result<(), String> {
    let mut poll = Poll::new().map_err(told)?;
    let orders = listen(Waker::new(poll.registry(), ORDERS).map_err(told)?);
    let Ok(Order::Begin { nodes, sources, meeting, tokens, history, sips, at_once }) =
        orders.recv()
    else {
        return Err("the first order is to begin".to_owned());
    };
    let mut hall = Hall::new(nodes, sources, meeting, tokens.len());
    hall.at_once = at_once;
    hall.history = History::open(history).map_err(told)?;
    let mut delegates: Vec<Delegate> =
        tokens.into_iter().enumerate().map(|(index, token)| Delegate::new(index, token)).collect();
    answer(&Done::default());
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; if sips { 1 } else { 1 << 16 }];
    let mut busy = false;
    loop {
        while !busy {
            match orders.try_recv() {
                Ok(order) => busy = begin(order, &mut hall, &mut delegates),
                Err(std::sync::mpsc::TryRecvError::Empty) => break,
                Err(std::sync::mpsc::TryRecvError::Disconnected) => return Ok(()),
            }
        }
        while let Some(index) = hall.due(now()) {
            delegates[index].act(&mut hall, poll.registry());
        }
        if busy && (hall.progress.left == 0 || now() > hall.progress.deadline) {
            busy = false;
            finish(&mut hall);
            continue;
        }
        let wait = hall.next_due().unwrap_or(u64::MAX).saturating_sub(now()).min(1_000_000_000);
        poll.poll(&mut events, Some(Duration::from_nanos(wait))).map_err(told)?;
        for event in &events {
            if let Some(delegate) = delegates.get_mut(event.token().0) {
                delegate.ready(&mut hall, &mut buffer);
            }
        }
    }
}

/// What this process is told, a JSON object a line, each of which rings.
pub(crate) fn listen<T: DeserializeOwned + Send + 'static>(bell: Waker) -> Receiver<T> {
    let (orders, inbox) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            let Ok(order) = serde_json::from_str::<T>(&line) else { break };
            if orders.send(order).is_err() || bell.wake().is_err() {
                return;
            }
        }
        drop(orders);
        // Without the bell the end is noticed a second later.
        let _ = bell.wake();
    });
    inbox
}

/// Begins to carry out an order; whether it takes time.
fn begin(order: Order, hall: &mut Hall, delegates: &mut [Delegate]) -> bool {
    hall.begin();
    if let Order::Vote { cut, refusable, .. } = &order {
        (hall.cuts, hall.refusable) = (*cut, *refusable);
    }
    let count = delegates.len().max(1) as u64;
    let mut all = |act: Act, due: &dyn Fn(u64) -> u64| {
        for (index, delegate) in (0u64..).zip(delegates.iter_mut()) {
            delegate.told(act, due(index), hall);
        }
    };
    match order {
        Order::Begin { .. } => return false,
        Order::Arrive { from, over_ms } => {
            all(Act::Arrive, &|index| from + over_ms * 1_000_000 * index / count);
        }
        Order::CheckIn { from, over_ms } => {
            all(Act::CheckIn, &|index| from + over_ms * 1_000_000 * index / count);
        }
        Order::Vote { from, over_ms, .. } => {
            all(Act::Vote, &|index| from + over_ms * 1_000_000 * index / count);
        }
        Order::Storm => {
            for delegate in delegates {
                delegate.cut(hall);
            }
        }
        Order::Reach { position } => hall.reach(position),
        Order::Report => {
            hall.history.flush();
            answer(&Done { seen: std::mem::take(&mut hall.seen), ..Done::default() });
            return false;
        }
    }
    true
}

/// Says what an order came to.
fn finish(hall: &mut Hall) {
    let progress = std::mem::take(&mut hall.progress);
    let mut failures = progress.failures;
    if progress.left > 0 {
        failures.push(format!("{} delegates waited in vain", progress.left));
    }
    answer(&Done {
        times: progress.times,
        last: progress.last,
        refused: progress.refused,
        failures,
        ..Done::default()
    });
}

fn answer(done: &Done) {
    let mut out = std::io::stdout().lock();
    let line = serde_json::to_string(done).unwrap_or_default();
    // A conference that is gone asks nothing more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
