//! The durable queue. A job is enqueued in the transaction that decided it (`log`), taken by one
//! worker at a time, and given back if that worker disappears. Running twice does no harm.

use super::{Pool, Store, StoreError, json, on};
use icabinet_models::effects::Effect;
use icabinet_models::ids::{MeetingId, Time};

/// How long a worker may keep a job before another may take it, in milliseconds.
const LEASE_MS: i64 = 60_000;

/// A job that was taken.
#[derive(Clone, Debug)]
pub struct Job {
    pub id: String,
    pub meeting: MeetingId,
    pub effect: Effect,
    pub attempts: i64,
}

impl Store {
    /// Takes the next job that is due, if there is one, for [`LEASE_MS`]; see [`Store::keep_job`].
    pub async fn take_job(&self, now: Time) -> Result<Option<Job>, StoreError> {
        let lease = now.0 + LEASE_MS;
        // Due: queued, or running with a lease that ran out. One statement, so it is atomic.
        let row: Option<(String, String, String, i64)> =
            match &self.pool {
                Pool::Sqlite(pool) => sqlx::query_as(
                    "UPDATE jobs SET state = 'running', attempts = attempts + 1, not_before = $2
                     WHERE id = (SELECT id FROM jobs WHERE state IN ('queued', 'running')
                        AND not_before <= $1 ORDER BY not_before, id LIMIT 1)
                     RETURNING id, meeting, effect, attempts",
                )
                .bind(now.0)
                .bind(lease)
                .fetch_optional(pool)
                .await?,
                Pool::Postgres(pool) => sqlx::query_as(
                    "UPDATE jobs SET state = 'running', attempts = attempts + 1, not_before = $2
                     WHERE id = (SELECT id FROM jobs WHERE state IN ('queued', 'running')
                        AND not_before <= $1 ORDER BY not_before, id LIMIT 1
                        FOR UPDATE SKIP LOCKED)
                     RETURNING id, meeting, effect, attempts",
                )
                .bind(now.0)
                .bind(lease)
                .fetch_optional(pool)
                .await?,
            };
        let Some((id, meeting, effect, attempts)) = row else { return Ok(None) };
        let effect = serde_json::from_str(&effect)
            .map_err(|error| StoreError::Unreadable(format!("job: {error}")))?;
        Ok(Some(Job { id, meeting: MeetingId::from(meeting), effect, attempts }))
    }

    /// Prolongs the lease of a job that takes long.
    pub async fn keep_job(&self, id: &str, now: Time) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query("UPDATE jobs SET not_before = $2 WHERE id = $1 AND state = 'running'")
                .bind(id)
                .bind(now.0 + LEASE_MS)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Ends a job.
    pub async fn finish_job(&self, id: &str, trouble: Option<&str>) -> Result<(), StoreError> {
        let state = if trouble.is_some() { "failed" } else { "done" };
        on!(self, pool => {
            sqlx::query("UPDATE jobs SET state = $2, trouble = $3 WHERE id = $1")
                .bind(id)
                .bind(state)
                .bind(trouble)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Gives a job back, to be tried again at `at`.
    pub async fn retry_job(&self, id: &str, at: Time, trouble: &str) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query("UPDATE jobs SET state = 'queued', not_before = $2, trouble = $3 WHERE id = $1")
                .bind(id)
                .bind(at.0)
                .bind(trouble)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Jobs that aren't done, for operators and tests.
    pub async fn open_jobs(&self) -> Result<i64, StoreError> {
        Ok(on!(self, pool => {
            sqlx::query_scalar("SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running')")
                .fetch_one(pool)
                .await?
        }))
    }

    /// Enqueues work outside a meeting's own transaction, such as text for sound that waited for
    /// a model.
    pub async fn put_job(
        &self,
        meeting: &MeetingId,
        effect: &Effect,
        now: Time,
    ) -> Result<(), StoreError> {
        let effect = json(effect)?;
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO jobs (id, meeting, effect, state, not_before, created)
                 VALUES ($1, $2, $3, 'queued', $4, $4)",
            )
            .bind(uuid::Uuid::now_v7().to_string())
            .bind(meeting.as_str())
            .bind(&effect)
            .bind(now.0)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// On a node that has the database to itself: what was running when it stopped is due now.
    pub async fn reclaim_jobs(&self, now: Time) -> Result<(), StoreError> {
        if let Pool::Sqlite(pool) = &self.pool {
            sqlx::query(
                "UPDATE jobs SET state = 'queued', not_before = $1 WHERE state = 'running'",
            )
            .bind(now.0)
            .execute(pool)
            .await?;
        }
        Ok(())
    }
}
