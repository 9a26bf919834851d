//! One batch of commands: one transaction, then the answers, then the frames.

use super::{Room, code, not_before};
use crate::metrics::Outcome;
use crate::store::{Append, Batch, Logged, StoreError, Touched, json};
use icabinet_models::canonical;
use icabinet_models::ids::{CommandId, Digest, Time};
use icabinet_models::meeting::VotesEvent;
use icabinet_models::record::{RECORD_VERSION, Record, chain};
use icabinet_models::visibility::{self, ViewEntry, ViewerClass};
use icabinet_models::wire::Answer;
use icabinet_models::{Actor, Command, Context, Entry, Event, Meeting};
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;
use tokio::sync::oneshot;
use tracing::{Instrument as _, debug_span};

/// A command that waits for its answer.
pub(super) struct Pending {
    pub actor: Actor,
    pub id: CommandId,
    pub command: Box<Command>,
    /// `None` for the room's own commands.
    pub reply: Option<oneshot::Sender<Answer>>,
}

/// What a batch came to before it is committed.
struct Drafted {
    append: Append,
    answers: Vec<Answer>,
    shown: BTreeMap<ViewerClass, Vec<ViewEntry>>,
    /// What the entries may change in the read model.
    touched: Touched,
}

impl Room {
    /// Runs commands as one transaction. Answers only after the commit; on a failure everyone is
    /// told that nothing was decided, and the state is read anew.
    pub(super) async fn run_batch(&mut self, pending: Vec<Pending>) {
        let size = pending.len();
        let span = debug_span!("batch", meeting = %self.id, commands = size);
        match self.try_batch(&pending).instrument(span).await {
            Ok(answers) => {
                let refused = answers.iter().filter(|one| matches!(one, Answer::Refused { .. }));
                let refused = refused.count();
                self.metrics.answered(Outcome::Refused, refused as u64);
                self.metrics.answered(Outcome::Accepted, (size - refused) as u64);
                for (pending, answer) in pending.into_iter().zip(answers) {
                    // Who no longer listens asks again with the same id.
                    let _ = pending.reply.map(|reply| reply.send(answer));
                }
            }
            Err(error) => {
                tracing::error!(meeting = %self.id, %error, size, "a batch was not committed");
                self.stale = true;
                if matches!(error, StoreError::Disk(_)) {
                    self.store.fail();
                }
                self.metrics.answered(Outcome::Unavailable, size as u64);
                for pending in pending {
                    let _ = pending.reply.map(|reply| reply.send(Answer::Unavailable));
                }
            }
        }
    }

    async fn try_batch(&mut self, pending: &[Pending]) -> Result<Vec<Answer>, StoreError> {
        // A disk that failed once may say that all is well: only a new process reads what is there.
        if self.store.has_failed() {
            return Err(StoreError::Ending);
        }
        self.store.up_to_date()?;
        if self.stale {
            self.reload().await?;
        }
        let now = crate::clock::now();
        let asked = Instant::now();
        let mut batch = self.store.begin(&self.id, now).instrument(debug_span!("turn")).await?;
        let held = Instant::now();
        if batch.position != self.state.position {
            let missed = batch.missed(self.state.position);
            let missed = missed.instrument(debug_span!("read")).await?;
            self.take_in_of_others(&missed);
        }
        let key = |pending: &Pending| (actor_key(&pending.actor), pending.id.clone());
        let keys: Vec<(String, CommandId)> = pending.iter().map(key).collect();
        let known = batch.answered(&keys).instrument(debug_span!("known")).await?;
        let touched = self.unprojected(&batch);
        let draft = || self.draft(pending, known, now, touched);
        let mut drafted = debug_span!("decide").in_scope(draft)?;
        if drafted.append.answers.is_empty() {
            return Ok(drafted.answers);
        }
        if !drafted.append.entries.is_empty() {
            let touched = std::mem::take(&mut drafted.touched);
            drafted.append.changes =
                debug_span!("project").in_scope(|| touched.rows(&self.state))?;
        }
        let has_jobs = !drafted.append.jobs.is_empty();
        // Dropped half-way, the transaction rolls back and the state is read anew by the caller.
        batch.commit(&drafted.append, now).instrument(debug_span!("commit")).await?;
        self.metrics.committed(pending.len(), held - asked, held.elapsed());
        if !drafted.append.entries.is_empty() {
            self.noted = Noted::since(self.state.position);
        }
        for logged in std::mem::take(&mut drafted.append.entries) {
            self.note(&logged);
        }
        debug_span!("publish").in_scope(|| self.publish(drafted.shown));
        if has_jobs {
            self.jobs.notify_waiters();
        }
        self.look_what_is_due();
        Ok(drafted.answers)
    }

    /// Decides each command on the state that the ones before it leave. The state runs ahead of
    /// the commit here; nobody sees it before, because this task alone shows it.
    fn draft(
        &mut self,
        pending: &[Pending],
        mut known: HashMap<(String, CommandId), Answer>,
        now: Time,
        touched: Touched,
    ) -> Result<Drafted, StoreError> {
        let mut drafted = Drafted {
            append: Append::default(),
            answers: Vec::with_capacity(pending.len()),
            shown: BTreeMap::new(),
            touched,
        };
        let mut hash = self.hash;
        for pending in pending {
            let key = (actor_key(&pending.actor), pending.id.clone());
            if let Some(answer) = known.get(&key) {
                drafted.answers.push(answer.clone());
                continue;
            }
            let at = not_before(now, self.last_time);
            let context = Context { actor: pending.actor.clone(), now: at };
            let answer = match self.state.decide(&context, &pending.command) {
                Err(refusal) => Answer::Refused { refusal },
                Ok(decided) => {
                    let before = self.state.position;
                    for event in decided.events {
                        hash = self.take(&mut drafted, &pending.actor, event, at, hash)?;
                    }
                    for effect in decided.effects {
                        let id = uuid::Uuid::now_v7().to_string();
                        drafted.append.jobs.push((id, json(&effect)?));
                    }
                    let position = self.state.position;
                    // What left no entry has no receipt: the last one's hash is somebody else's.
                    let code = if position > before { code(&hash) } else { String::new() };
                    Answer::Accepted { position, at, code }
                }
            };
            drafted.append.answers.push((key.0.clone(), key.1.clone(), answer.clone()));
            known.insert(key, answer.clone());
            drafted.answers.push(answer);
        }
        Ok(drafted)
    }

    fn take(
        &mut self,
        drafted: &mut Drafted,
        actor: &Actor,
        event: Event,
        at: Time,
        previous: Digest,
    ) -> Result<Digest, StoreError> {
        let (meeting, actor) = (self.id.clone(), actor.clone());
        let position = self.state.position + 1;
        let salt = Some(self.salts.draw());
        let record = Record { v: RECORD_VERSION, meeting, position, at, actor, event, salt };
        let bytes = canonical::bytes(&record);
        let entry = Entry { position, at, event: record.event };
        let hash = chain(&previous, record.v, &bytes);
        for class in ViewerClass::ALL {
            if let Some(shown) = visibility::redact_event(&self.state, &entry, class) {
                drafted.shown.entry(class).or_default().push(shown);
            }
        }
        if let Event::Votes(VotesEvent::BallotCast { vote, person, .. }) = &entry.event
            && !self.state.profile.may_change_ballot
        {
            drafted.append.ballots.push((*vote, person.clone()));
        }
        drafted.touched.note(&self.state, &entry.event);
        self.state.apply(&entry);
        self.last_time = Some(at);
        let record = String::from_utf8(bytes)
            .map_err(|error| StoreError::Unwritable(format!("a record: {error}")))?;
        drafted.append.entries.push(Logged { entry, hash, record });
        Ok(hash)
    }

    /// Forgets what was not committed. Views are untouched: nothing of it was shown.
    pub(super) async fn reload(&mut self) -> Result<(), StoreError> {
        let entries = self.store.entries_after(&self.id, 0).await?;
        let mut state = Meeting::blank(self.id.clone());
        let published = self.feeds.position();
        self.hash = Digest::ZERO;
        self.receipts.clear();
        self.views.clear();
        let (shown, fresh): (Vec<Logged>, Vec<Logged>) =
            entries.into_iter().partition(|logged| logged.entry.position <= published);
        for logged in &shown {
            state.apply(&logged.entry);
            self.note(logged);
        }
        self.last_time = shown.last().map(|logged| logged.entry.at);
        self.state = state;
        self.take_in(&fresh);
        self.noted = Noted::since(self.state.position);
        self.stale = false;
        Ok(())
    }

    /// Makes the rows of the read model that a program of before, on another node, left behind.
    pub(super) async fn project(&mut self) -> Result<(), StoreError> {
        if self.store.has_failed() {
            return Err(StoreError::Ending);
        }
        let mut batch = self.store.begin(&self.id, crate::clock::now()).await?;
        if batch.position != self.state.position {
            let missed = batch.missed(self.state.position).await?;
            self.take_in_of_others(&missed);
        }
        let touched = self.unprojected(&batch);
        batch.keep_up(&touched.rows(&self.state)?).await?;
        self.noted = Noted::since(self.state.position);
        Ok(())
    }

    /// What the rows have to be made from that are behind the log: what was noted since, if that
    /// reaches back far enough, and otherwise everything.
    fn unprojected(&self, batch: &Batch) -> Touched {
        match batch.projected() {
            Some(projected) if projected == batch.position => Touched::default(),
            Some(projected) if projected >= self.noted.since => self.noted.touched.clone(),
            Some(_) | None => Touched::all(),
        }
    }
}

/// What others have appended since a position may change in the read model. They write that themselves,
/// unless their program is of before.
#[derive(Debug, Default)]
pub(super) struct Noted {
    since: u64,
    pub(super) touched: Touched,
}

impl Noted {
    pub(super) fn since(position: u64) -> Self {
        Self { since: position, touched: Touched::default() }
    }
}

/// How an actor's commands are told apart from others with the same id.
fn actor_key(actor: &Actor) -> String {
    match actor {
        Actor::System => "system".to_owned(),
        Actor::Person(person) | Actor::Organiser(person) => format!("person:{person}"),
    }
}
