//! Whether this node can commit, by a look once a second: whoever asks causes no work. Never here: who
//! may be told why.

use crate::store::{Store, StoreError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a look may take, and how old the last one may be.
const PATIENCE: Duration = Duration::from_secs(3);
const STALE: Duration = Duration::from_secs(6);

/// Why a node is not ready, in words for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotReady(pub &'static str);

const UPGRADE: NotReady = NotReady("a newer i-Cabinet writes here: upgrade this node");
const UNWRITABLE: NotReady = NotReady("the database can't be written to");
const SILENT: NotReady = NotReady("the database doesn't answer");

/// What the last look found, and when.
#[derive(Debug)]
pub struct Readiness(Mutex<(Instant, Result<(), NotReady>)>);

impl Default for Readiness {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), Err(SILENT))))
    }
}

impl Readiness {
    /// Whether the node is ready, as far as is known.
    ///
    /// # Errors
    /// [`NotReady`] with the reason.
    pub fn now(&self, store: &Store) -> Result<(), NotReady> {
        // Nobody had to look for this.
        store.up_to_date().map_err(|_| UPGRADE)?;
        let (at, found) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if at.elapsed() > STALE { Err(SILENT) } else { found }
    }

    /// Looks now.
    pub async fn look(&self, store: &Store) {
        let found = match timeout(PATIENCE, store.ready()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(StoreError::Outdated { .. })) => Err(UPGRADE),
            Ok(Err(error)) => {
                tracing::warn!(%error, "not ready");
                Err(UNWRITABLE)
            }
            Err(_) => {
                tracing::warn!("not ready: the database doesn't answer");
                Err(SILENT)
            }
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), found);
    }
}
