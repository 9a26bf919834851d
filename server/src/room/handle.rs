//! What speaks to one meeting's room. Never here: which rooms there are, what happens in one.

use super::budgets::{Budgets, Spender};
use super::{Attached, Look, Shot, Work};
use crate::feed::Notifier;
use crate::store::StoreError;
use icabinet_models::ids::{CommandId, MeetingId, PersonId};
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command, Meeting};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::sync::{mpsc, oneshot, watch};

/// Why a room gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("there is no such meeting")]
    NoMeeting,
    #[error("the room is gone")]
    Gone,
    #[error("more than one person may send")]
    TooFast,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What those who hold a room's handle are told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Nothing,
    /// Somebody's class may have changed.
    Roles,
    /// The room broke down: it shows nothing more, and another one is opened for who comes back.
    Gone,
}

/// Speaks to one meeting's room.
#[derive(Clone, Debug)]
pub struct RoomHandle {
    pub(super) id: MeetingId,
    pub(super) inbox: mpsc::Sender<Work>,
    pub(super) told: watch::Receiver<Told>,
    /// Something happens in it at a time of its own.
    pub(super) due: Arc<AtomicBool>,
    pub(super) budgets: Arc<Budgets>,
}

impl RoomHandle {
    /// The meeting.
    pub fn id(&self) -> &MeetingId {
        &self.id
    }

    /// Takes a command of so many bytes off what its sender may send, whichever way it comes and to
    /// whichever room. Asked before it is read: what is too much costs nothing more.
    ///
    /// # Errors
    /// [`SubmitError::TooFast`]; nothing is stored then, not even the answer.
    pub fn admit(
        &self,
        person: &PersonId,
        class: ViewerClass,
        bytes: usize,
    ) -> Result<(), SubmitError> {
        let spender = if class == ViewerClass::Staff { Spender::Office } else { Spender::Anybody };
        let admitted = self.budgets.spend(person, spender, bytes, Instant::now());
        admitted.then_some(()).ok_or(SubmitError::TooFast)
    }

    pub(super) async fn ask<T>(
        &self,
        work: impl FnOnce(oneshot::Sender<T>) -> Work,
    ) -> Result<T, SubmitError> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(work(reply)).await.map_err(|_| SubmitError::Gone)?;
        answer.await.map_err(|_| SubmitError::Gone)
    }

    /// Runs a command; the answer comes after the commit.
    pub async fn submit(
        &self,
        actor: Actor,
        id: CommandId,
        command: Command,
    ) -> Result<Answer, SubmitError> {
        let command = Box::new(command);
        self.ask(|reply| Work::Submit { actor, id, command, reply }).await
    }

    /// Puts a command into the inbox; the answer comes through the returned channel.
    pub async fn send(
        &self,
        actor: Actor,
        id: CommandId,
        command: Box<Command>,
    ) -> Result<oneshot::Receiver<Answer>, SubmitError> {
        let (reply, answer) = oneshot::channel();
        let work = Work::Submit { actor, id, command, reply };
        self.inbox.send(work).await.map_err(|_| SubmitError::Gone)?;
        Ok(answer)
    }

    /// The view of a class, with what only `person` may know.
    pub async fn snapshot(
        &self,
        class: ViewerClass,
        person: Option<PersonId>,
    ) -> Result<Shot, SubmitError> {
        self.ask(|reply| Work::Snapshot { class, person, reply }).await
    }

    /// A cursor into a class's feed, which rings at `notifier` from now on, first at once.
    pub async fn attach(
        &self,
        class: ViewerClass,
        person: Option<PersonId>,
        after: Option<u64>,
        notifier: &Arc<Notifier>,
    ) -> Result<Attached, SubmitError> {
        let notifier = Arc::clone(notifier);
        self.ask(|reply| Work::Attach { class, person, after, notifier, reply }).await
    }

    /// Looks at the whole state between two batches.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Meeting) -> T + Send + 'static,
    ) -> Result<T, SubmitError> {
        self.ask(|reply| Work::Look {
            look: Look(Box::new(move |meeting| {
                // The asker may have gone; then nobody needs the answer.
                let _ = reply.send(look(meeting));
            })),
        })
        .await
    }

    /// Says from now on when somebody's class may have changed, and when the room broke down.
    pub fn told(&self) -> watch::Receiver<Told> {
        let mut told = self.told.clone();
        told.mark_unchanged();
        told
    }

    /// Whether somebody besides the table of rooms can speak to it, or something is due in it.
    pub(super) fn is_needed(&self) -> bool {
        self.inbox.strong_count() > 1 || self.due.load(Ordering::Relaxed)
    }

    /// Counts a connection in (`1`) or out (`-1`).
    pub async fn connection(&self, person: Option<PersonId>, by: i32) {
        // A room that is gone counts nobody.
        let _ = self.inbox.send(Work::Connected { person, by }).await;
    }
}
