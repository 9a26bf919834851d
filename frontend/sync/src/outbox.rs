//! Commands from the tap to the answer. A command keeps its identifier however often it is sent, so
//! that the server can give one answer and one effect.
//! Never here: how it is sent and where it is stored.

use crate::kept::Kept;
use icabinet_models::ids::{CommandId, PersonId, Time, VoteId};
use icabinet_models::meeting::{Command, FloorCommand, MinutesCommand, Refusal};
use icabinet_models::rule::Choice;
use icabinet_models::wire::ClientFrame;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Without an answer for this long, in milliseconds, a command counts as not sent and goes again.
const ANSWER_MS: i64 = 5_000;
/// How long to leave the server alone after it said that it can't write now, in milliseconds.
const UNAVAILABLE_MS: i64 = 1_000;
/// Most commands that wait at a time.
pub(crate) const MOST_PENDING: usize = 256;

/// Where a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Given to the connection, no answer yet.
    Sending { since: Time },
    /// On this device only; goes out with the next connection, not before `from`.
    Unsent { from: Time },
}

impl Default for Stage {
    /// What comes back from storage was sent to nobody that is still listening.
    fn default() -> Self {
        Self::Unsent { from: Time(i64::MIN) }
    }
}

/// A command that has no answer yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub id: CommandId,
    /// Who gave it: it is never sent in anybody else's name.
    pub person: PersonId,
    pub command: Kept,
    /// Since when it is kept on this device, by the server's clock.
    pub since: Time,
    /// How often it was given to a connection.
    pub attempts: u32,
    #[serde(skip)]
    pub stage: Stage,
}

/// A ballot that the server refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCounted {
    pub choice: Choice,
    pub refusal: Refusal,
    /// When the answer arrived, by the server's clock.
    pub at: Time,
}

/// The commands of one person in one meeting that wait for an answer, oldest first, and the ballots
/// that were refused. Stored as JSON, it survives a killed tab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    pending: Vec<Pending>,
    not_counted: BTreeMap<VoteId, NotCounted>,
    /// Positions of the ballots that were cast on this device: others were cast on another one.
    #[serde(default)]
    cast_here: BTreeMap<VoteId, u64>,
}

impl Outbox {
    /// The commands that wait, oldest first.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Whether nothing waits and nothing is to be remembered.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty() && self.not_counted.is_empty() && self.cast_here.is_empty()
    }

    /// The ballot of `vote` that has no answer yet.
    pub fn ballot(&self, vote: VoteId) -> Option<&Pending> {
        self.pending
            .iter()
            .rev()
            .find(|pending| pending.command.ballot().is_some_and(|(id, _)| id == vote))
    }

    /// The ballot of `vote` that was refused.
    pub fn not_counted(&self, vote: VoteId) -> Option<&NotCounted> {
        self.not_counted.get(&vote)
    }

    /// The position of the ballot of `vote` that was cast on this device.
    pub(crate) fn cast_here(&self, vote: VoteId) -> Option<u64> {
        self.cast_here.get(&vote).copied()
    }

    /// A ballot of this device was recorded.
    pub(crate) fn was_cast(&mut self, vote: VoteId, position: u64) {
        self.cast_here.insert(vote, position);
    }

    /// What goes out now, marked as being sent: everything that is not on its way already.
    pub fn send(&mut self, now: Time) -> Vec<ClientFrame<Kept>> {
        let ready = |stage: Stage| matches!(stage, Stage::Unsent { from } if from <= now);
        self.pending
            .iter_mut()
            .filter(|pending| ready(pending.stage))
            .map(|pending| {
                pending.stage = Stage::Sending { since: now };
                pending.attempts = pending.attempts.saturating_add(1);
                let (id, command) = (pending.id.clone(), pending.command.clone());
                ClientFrame::Command { id, command }
            })
            .collect()
    }

    /// The connection is gone: what was on its way may have arrived or not, and goes again.
    pub fn disconnected(&mut self) {
        for pending in &mut self.pending {
            pending.stage = Stage::default();
        }
    }

    /// Takes back what has waited too long for an answer. True if there was any: the connection is
    /// then not to be trusted.
    pub fn overdue(&mut self, now: Time) -> bool {
        let mut any = false;
        for pending in &mut self.pending {
            if let Stage::Sending { since } = pending.stage
                && now.ms_since(since) >= ANSWER_MS
            {
                pending.stage = Stage::Unsent { from: now };
                any = true;
            }
        }
        any
    }

    pub(crate) fn keep(&mut self, pending: Pending) {
        if let Some((vote, _)) = pending.command.ballot() {
            self.not_counted.remove(&vote);
        }
        self.pending.push(pending);
    }

    /// The waiting command that says the same: a second tap is no second command.
    pub(crate) fn same_as(&self, command: &Command, kept: &Kept) -> Option<&CommandId> {
        // Two extensions of a speech are two; everything else means the same when said twice.
        if matches!(
            command,
            Command::Floor(FloorCommand::ExtendFloor { .. })
                | Command::Minutes(MinutesCommand::WriteSentence { .. })
        ) {
            return None;
        }
        self.pending.iter().find(|pending| pending.command == *kept).map(|pending| &pending.id)
    }

    pub(crate) fn settle(&mut self, id: &CommandId) -> Option<Pending> {
        let place = self.pending.iter().position(|pending| pending.id == *id)?;
        Some(self.pending.remove(place))
    }

    pub(crate) fn wait_for_server(&mut self, id: &CommandId, now: Time) {
        if let Some(pending) = self.pending.iter_mut().find(|pending| pending.id == *id) {
            pending.stage = Stage::Unsent { from: now.plus_ms(UNAVAILABLE_MS) };
        }
    }

    pub(crate) fn refuse_ballot(&mut self, vote: VoteId, not_counted: NotCounted) {
        self.not_counted.insert(vote, not_counted);
    }

    /// The only command that is on its way, if exactly one is.
    pub(crate) fn only_one_sent(&self) -> Option<CommandId> {
        let mut sent =
            self.pending.iter().filter(|pending| matches!(pending.stage, Stage::Sending { .. }));
        match (sent.next(), sent.next()) {
            (Some(only), None) => Some(only.id.clone()),
            _ => None,
        }
    }
}
