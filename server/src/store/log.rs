//! The log of each meeting: append-only, hash-chained, ordered by its head row; and the answers
//! that make a command sent twice have one effect.

use super::projections::{self, Changes};
use super::{LOG_BELL, Pool, Store, StoreError, json, on};
use icabinet_models::ids::{CommandId, Digest, MeetingId, PersonId, Time, VoteId};
use icabinet_models::record::{RECORD_VERSION, Record};
use icabinet_models::wire::Answer;
use icabinet_models::{Entry, Event};
use sqlx::{Postgres, Sqlite, SqlitePool, Transaction};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::OwnedRwLockWriteGuard;

/// One stored entry with its hash.
#[derive(Clone, Debug)]
pub struct Logged {
    pub entry: Entry,
    pub hash: Digest,
    /// The canonical bytes that the hash covers.
    pub record: String,
}

/// What a batch adds, in one transaction.
#[derive(Debug, Default)]
pub struct Append {
    pub entries: Vec<Logged>,
    pub answers: Vec<(String, CommandId, Answer)>,
    pub ballots: Vec<(VoteId, PersonId)>,
    /// Job identifier and effect as JSON.
    pub jobs: Vec<(String, String)>,
    /// What the entries change in the read model.
    pub changes: Changes,
}

/// How long a room asks for SQLite's writer, and how often: another process may have it.
const PATIENCE: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(1);
/// SQLite's code for a writer that somebody else has (SQLITE_BUSY).
const BUSY: &str = "5";

/// A transaction that holds the meeting's head row: nobody else appends until it ends.
#[derive(Debug)]
pub struct Batch {
    pub(super) tx: Tx,
    pub(super) meeting: MeetingId,
    outdated: Arc<AtomicU32>,
    pub position: u64,
    pub hash: Digest,
    /// Up to where the read model is made, and by which version of the making.
    projected: (u64, i32),
}

#[derive(Debug)]
pub(super) enum Tx {
    /// With the turn, which is given back when the transaction has ended.
    Sqlite(Transaction<'static, Sqlite>, OwnedRwLockWriteGuard<()>),
    Postgres(Transaction<'static, Postgres>),
}

macro_rules! within {
    ($batch:expr, $tx:ident => $body:expr) => {
        match &mut $batch.tx {
            Tx::Sqlite($tx, _) => $body,
            Tx::Postgres($tx) => $body,
        }
    };
}
pub(super) use within;

/// Position, hash, and how far the read model is, by which version.
type Head = (i64, Vec<u8>, i64, i32);

/// SQLite's writer. Its own waiting sleeps longer each time, up to a tenth of a second, while whoever
/// comes later may be quicker: this asks again at once.
async fn writer(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    let until = Instant::now() + PATIENCE;
    loop {
        match pool.begin_with("BEGIN IMMEDIATE").await {
            Err(error) if is_busy(&error) && Instant::now() < until => {
                tokio::time::sleep(AGAIN).await;
            }
            begun => return begun,
        }
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == BUSY)
}

impl Store {
    /// Starts a transaction and locks the meeting's head row, which is made if it is missing.
    /// Of a store for the rooms: on SQLite any other would wait for its own turn.
    pub async fn begin(&self, meeting: &MeetingId, now: Time) -> Result<Batch, StoreError> {
        let mut batch = Batch {
            tx: match &self.pool {
                Pool::Sqlite(pool) => {
                    let turn = Arc::clone(&self.turn).write_owned().await;
                    Tx::Sqlite(writer(pool).await?, turn)
                }
                Pool::Postgres(pool) => Tx::Postgres(pool.begin().await?),
            },
            meeting: meeting.clone(),
            outdated: Arc::clone(&self.outdated),
            position: 0,
            hash: Digest::ZERO,
            projected: (0, 0),
        };
        let (position, hash, projected, version) = match batch.head().await? {
            Some(head) => head,
            None => {
                within!(batch, tx => {
                    sqlx::query(
                        "INSERT INTO heads (meeting, position, hash, created)
                         VALUES ($1, 0, $2, $3) ON CONFLICT (meeting) DO NOTHING",
                    )
                    .bind(meeting.as_str())
                    .bind(Digest::ZERO.0.to_vec())
                    .bind(now.0)
                    .execute(&mut **tx)
                    .await?;
                });
                let missing = || StoreError::Unreadable("the head row is not there".to_owned());
                batch.head().await?.ok_or_else(missing)?
            }
        };
        batch.position = position.cast_unsigned();
        batch.hash = digest(&hash)?;
        batch.projected = (projected.cast_unsigned(), version);
        Ok(batch)
    }

    /// Entries of a meeting after `position`, in order.
    pub async fn entries_after(
        &self,
        meeting: &MeetingId,
        position: u64,
    ) -> Result<Vec<Logged>, StoreError> {
        let rows: Vec<(String, Vec<u8>)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT record, hash FROM entries WHERE meeting = $1 AND position > $2
                 ORDER BY position",
            )
            .bind(meeting.as_str())
            .bind(position.cast_signed())
            .fetch_all(pool)
            .await?
        });
        all_logged(rows, &self.outdated)
    }

    /// The position of the last entry; `None` if there is no such meeting.
    pub async fn head(&self, meeting: &MeetingId) -> Result<Option<u64>, StoreError> {
        let position: Option<i64> = on!(self, pool => {
            sqlx::query_scalar("SELECT position FROM heads WHERE meeting = $1")
                .bind(meeting.as_str())
                .fetch_optional(pool)
                .await?
        });
        Ok(position.map(i64::cast_unsigned).filter(|position| *position > 0))
    }
}

impl Batch {
    /// Up to where the rows of the read model are made; `None` if a program of before made them, or
    /// none has.
    pub(crate) fn projected(&self) -> Option<u64> {
        let (position, version) = self.projected;
        (version >= projections::VERSION).then_some(position)
    }

    /// The head row, locked until the transaction ends; `None` if there is none.
    async fn head(&mut self) -> Result<Option<Head>, StoreError> {
        let meeting = self.meeting.as_str();
        Ok(match &mut self.tx {
            Tx::Sqlite(tx, _) => {
                sqlx::query_as(
                    "SELECT position, hash, projected, projection FROM heads WHERE meeting = $1",
                )
                .bind(meeting)
                .fetch_optional(&mut **tx)
                .await?
            }
            Tx::Postgres(tx) => {
                sqlx::query_as(
                    "SELECT position, hash, projected, projection FROM heads WHERE meeting = $1
                     FOR UPDATE",
                )
                .bind(meeting)
                .fetch_optional(&mut **tx)
                .await?
            }
        })
    }

    /// Entries that others appended after `position`: what the room has to catch up with.
    pub async fn missed(&mut self, position: u64) -> Result<Vec<Logged>, StoreError> {
        let meeting = self.meeting.clone();
        let rows: Vec<(String, Vec<u8>)> = within!(self, tx => {
            sqlx::query_as(
                "SELECT record, hash FROM entries WHERE meeting = $1 AND position > $2
                 ORDER BY position",
            )
            .bind(meeting.as_str())
            .bind(position.cast_signed())
            .fetch_all(&mut **tx)
            .await?
        });
        all_logged(rows, &self.outdated)
    }

    /// Answers that these commands already have, by actor and command. Each is looked up by the whole
    /// key: a meeting of thousands has more answers than a batch has commands.
    pub async fn answered(
        &mut self,
        commands: &[(String, CommandId)],
    ) -> Result<HashMap<(String, CommandId), Answer>, StoreError> {
        let meeting = self.meeting.as_str();
        let keys = commands.iter().map(|(actor, id)| (actor.as_str(), id.as_str()));
        let rows: Vec<(String, String, String)> = match &mut self.tx {
            Tx::Sqlite(tx, _) => {
                sqlx::query_as(
                    "SELECT a.actor, a.command, a.answer FROM json_each($2) AS k
                     CROSS JOIN answers AS a ON a.meeting = $1
                     AND a.actor = k.value ->> 0 AND a.command = k.value ->> 1",
                )
                .bind(meeting)
                .bind(json(&keys.collect::<Vec<_>>())?)
                .fetch_all(&mut **tx)
                .await?
            }
            Tx::Postgres(tx) => {
                // The limit keeps the lookup apart: joined, it may be planned as a scan of them all.
                let (actors, ids): (Vec<&str>, Vec<&str>) = keys.unzip();
                sqlx::query_as(
                    "SELECT k.actor, k.command, found.answer
                     FROM UNNEST($2::text[], $3::text[]) AS k (actor, command)
                     CROSS JOIN LATERAL (
                        SELECT answer FROM answers AS a WHERE a.meeting = $1
                        AND a.actor = k.actor AND a.command = k.command LIMIT 1) AS found",
                )
                .bind(meeting)
                .bind(actors)
                .bind(ids)
                .fetch_all(&mut **tx)
                .await?
            }
        };
        let mut found = HashMap::with_capacity(rows.len());
        for (actor, command, answer) in rows {
            let answer = serde_json::from_str(&answer)
                .map_err(|error| StoreError::Unreadable(error.to_string()))?;
            found.insert((actor, CommandId::from(command)), answer);
        }
        Ok(found)
    }

    /// Writes everything the batch decided and commits: one statement a table, however many rows. An
    /// error leaves nothing behind.
    pub async fn commit(mut self, append: &Append, now: Time) -> Result<(), StoreError> {
        let meeting = self.meeting.clone();
        self.insert_entries(&append.entries).await?;
        self.insert_ballots(&append.ballots).await?;
        self.insert_answers(&append.answers).await?;
        for (id, effect) in &append.jobs {
            within!(self, tx => {
                sqlx::query(
                    "INSERT INTO jobs (id, meeting, effect, state, not_before, created)
                     VALUES ($1, $2, $3, 'queued', $4, $4)",
                )
                .bind(id)
                .bind(meeting.as_str())
                .bind(effect)
                .bind(now.0)
                .execute(&mut **tx)
                .await?;
            });
        }
        self.write(&append.changes).await?;
        if let Some(last) = append.entries.last() {
            within!(self, tx => {
                sqlx::query(
                    "UPDATE heads SET position = $2, hash = $3, projected = $2, projection = $4
                     WHERE meeting = $1",
                )
                .bind(meeting.as_str())
                .bind(last.entry.position.cast_signed())
                .bind(last.hash.0.to_vec())
                .bind(projections::VERSION)
                .execute(&mut **tx)
                .await?;
            });
            if let Tx::Postgres(tx) = &mut self.tx {
                // A doorbell only: what it says is read from the log.
                let payload = format!("{} {}", meeting.as_str(), last.entry.position);
                sqlx::query("SELECT pg_notify($1, $2)")
                    .bind(LOG_BELL)
                    .bind(payload)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        self.end().await
    }

    /// Writes rows of the read model that stand at the position of the head row, and commits.
    pub(crate) async fn keep_up(mut self, changes: &Changes) -> Result<(), StoreError> {
        self.write(changes).await?;
        let meeting = self.meeting.clone();
        within!(self, tx => {
            sqlx::query("UPDATE heads SET projected = position, projection = $2 WHERE meeting = $1")
                .bind(meeting.as_str())
                .bind(projections::VERSION)
                .execute(&mut **tx)
                .await?;
        });
        self.end().await
    }

    async fn end(self) -> Result<(), StoreError> {
        match self.tx {
            Tx::Sqlite(tx, _turn) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    async fn insert_entries(&mut self, entries: &[Logged]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let meeting = self.meeting.as_str();
        let positions = entries.iter().map(|logged| logged.entry.position.cast_signed());
        match &mut self.tx {
            Tx::Sqlite(tx, _) => {
                let rows = positions.zip(entries);
                let rows = rows.map(|(at, row)| (at, row.record.as_str(), row.hash.hex()));
                sqlx::query(
                    "INSERT INTO entries (meeting, position, record, hash)
                     SELECT $1, value ->> 0, value ->> 1, unhex(value ->> 2) FROM json_each($2)",
                )
                .bind(meeting)
                .bind(json(&rows.collect::<Vec<_>>())?)
                .execute(&mut **tx)
                .await?;
            }
            Tx::Postgres(tx) => {
                let records = entries.iter().map(|logged| logged.record.as_str());
                let hashes = entries.iter().map(|logged| logged.hash.0.to_vec());
                sqlx::query(
                    "INSERT INTO entries (meeting, position, record, hash)
                     SELECT $1, * FROM UNNEST($2::bigint[], $3::text[], $4::bytea[])",
                )
                .bind(meeting)
                .bind(positions.collect::<Vec<_>>())
                .bind(records.collect::<Vec<_>>())
                .bind(hashes.collect::<Vec<_>>())
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    async fn insert_ballots(&mut self, ballots: &[(VoteId, PersonId)]) -> Result<(), StoreError> {
        if ballots.is_empty() {
            return Ok(());
        }
        let meeting = self.meeting.as_str();
        let rows = ballots.iter().map(|(vote, person)| (i64::from(vote.0), person.as_str()));
        match &mut self.tx {
            Tx::Sqlite(tx, _) => {
                sqlx::query(
                    "INSERT INTO ballots (meeting, vote, person)
                     SELECT $1, value ->> 0, value ->> 1 FROM json_each($2)",
                )
                .bind(meeting)
                .bind(json(&rows.collect::<Vec<_>>())?)
                .execute(&mut **tx)
                .await?;
            }
            Tx::Postgres(tx) => {
                let (votes, people): (Vec<i64>, Vec<&str>) = rows.unzip();
                sqlx::query(
                    "INSERT INTO ballots (meeting, vote, person)
                     SELECT $1, * FROM UNNEST($2::bigint[], $3::text[])",
                )
                .bind(meeting)
                .bind(votes)
                .bind(people)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    async fn insert_answers(
        &mut self,
        answers: &[(String, CommandId, Answer)],
    ) -> Result<(), StoreError> {
        if answers.is_empty() {
            return Ok(());
        }
        let meeting = self.meeting.as_str();
        let texts = answers.iter().map(|(_, _, answer)| json(answer));
        let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
        let rows = answers.iter().zip(&texts);
        let rows = rows.map(|((actor, id, _), text)| [actor.as_str(), id.as_str(), text.as_str()]);
        match &mut self.tx {
            Tx::Sqlite(tx, _) => {
                sqlx::query(
                    "INSERT INTO answers (meeting, actor, command, answer)
                     SELECT $1, value ->> 0, value ->> 1, value ->> 2 FROM json_each($2)",
                )
                .bind(meeting)
                .bind(json(&rows.collect::<Vec<_>>())?)
                .execute(&mut **tx)
                .await?;
            }
            Tx::Postgres(tx) => {
                let [actors, ids, texts] = columns(rows);
                sqlx::query(
                    "INSERT INTO answers (meeting, actor, command, answer)
                     SELECT $1, * FROM UNNEST($2::text[], $3::text[], $4::text[])",
                )
                .bind(meeting)
                .bind(actors)
                .bind(ids)
                .bind(texts)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }
}

/// Rows as their columns, which PostgreSQL reads as a table.
pub(super) fn columns<'c, const N: usize>(
    rows: impl Iterator<Item = [&'c str; N]>,
) -> [Vec<&'c str>; N] {
    let mut columns = [const { Vec::new() }; N];
    rows.for_each(|row| columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell)));
    columns
}

fn all_logged(
    rows: Vec<(String, Vec<u8>)>,
    outdated: &AtomicU32,
) -> Result<Vec<Logged>, StoreError> {
    let entries: Result<_, _> = rows.into_iter().map(logged).collect();
    if let Err(StoreError::Outdated { found, .. }) = &entries {
        outdated.store(*found, Ordering::Relaxed);
    }
    entries
}

/// What every version's record says of itself.
#[derive(serde::Deserialize)]
struct Version {
    v: u32,
}

fn logged((record, hash): (String, Vec<u8>)) -> Result<Logged, StoreError> {
    let unreadable = |error| {
        let found = serde_json::from_str::<Version>(&record).map_or(0, |version| version.v);
        if found > RECORD_VERSION {
            return StoreError::Outdated { found, known: RECORD_VERSION };
        }
        StoreError::Unreadable(format!("log entry: {error}"))
    };
    let parsed: Record = serde_json::from_str(&record).map_err(unreadable)?;
    if parsed.v > RECORD_VERSION {
        return Err(StoreError::Outdated { found: parsed.v, known: RECORD_VERSION });
    }
    if !parsed.is_salted_as_it_should() {
        return Err(StoreError::Unreadable(format!("log entry {}: its salt", parsed.position)));
    }
    let entry =
        Entry { position: parsed.position, at: parsed.at, event: upcast(parsed.v, parsed.event) };
    Ok(Logged { entry, hash: digest(&hash)?, record })
}

/// Reads an event of an older record version. Events mean the same in all of them so far.
fn upcast(_version: u32, event: Event) -> Event {
    event
}

fn digest(bytes: &[u8]) -> Result<Digest, StoreError> {
    let bytes: [u8; 32] =
        bytes.try_into().map_err(|_| StoreError::Unreadable("hash of 32 bytes".to_owned()))?;
    Ok(Digest(bytes))
}
