//! The door for those with an invitation: thousands may come within a minute, so they are let in by
//! batches, one transaction each. Never here: what an invitation is worth; the store judges it.

use crate::store::{Admission, Arrival, Store};
use tokio::sync::{mpsc, oneshot};

/// Most arrivals of one transaction.
const LARGEST_BATCH: usize = 512;
/// Arrivals that may wait; beyond it, senders wait.
const QUEUE: usize = 4096;

#[derive(Debug)]
struct Waiting {
    arrival: Arrival,
    reply: oneshot::Sender<Admission>,
}

/// Lets people in.
#[derive(Clone, Debug)]
pub struct Arrivals {
    door: mpsc::Sender<Waiting>,
}

impl Arrivals {
    /// Opens the door; it is kept open by whoever holds one of these.
    pub fn open(store: Store) -> Self {
        let (door, queue) = mpsc::channel(QUEUE);
        tokio::spawn(attend(store, queue));
        Self { door }
    }

    /// What becomes of an arrival, once it is durable; `None` if the store doesn't answer, and then
    /// nothing was changed.
    pub async fn admit(&self, arrival: Arrival) -> Option<Admission> {
        let (reply, answer) = oneshot::channel();
        self.door.send(Waiting { arrival, reply }).await.ok()?;
        answer.await.ok()
    }
}

async fn attend(store: Store, mut queue: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::with_capacity(LARGEST_BATCH);
    while queue.recv_many(&mut waiting, LARGEST_BATCH).await > 0 {
        let now = crate::clock::now();
        let arrivals: Vec<Arrival> = waiting.iter().map(|one| one.arrival.clone()).collect();
        match store.admit(&arrivals, now, now.plus_ms(super::SESSION_MS)).await {
            Ok(admissions) => {
                for (one, admission) in waiting.drain(..).zip(admissions) {
                    // Who no longer listens comes again: his device may.
                    let _ = one.reply.send(admission);
                }
            }
            Err(error) => {
                tracing::error!(%error, size = waiting.len(), "arrivals were not let in");
                // Their channels close, which reads as "unavailable".
                waiting.clear();
            }
        }
    }
}
