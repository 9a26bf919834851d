//! What was uploaded, for which meeting and by whom: what is named in a meeting has come that way. Bytes
//! are kept once, whoever brings them, so a name that somebody else knows would otherwise be a way to
//! them. Never here: the bytes.

use super::{Store, StoreError, on};
use icabinet_models::ids::{Digest, MeetingId, PersonId, Time};

impl Store {
    /// Notes that a person brought these bytes to a meeting.
    ///
    /// # Errors
    /// [`StoreError`] if that isn't durable.
    pub async fn put_upload(
        &self,
        meeting: &MeetingId,
        blob: &Digest,
        person: &PersonId,
        now: Time,
    ) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO uploads (meeting, blob, person, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (meeting, blob, person) DO NOTHING",
            )
            .bind(meeting.as_str())
            .bind(blob.0.to_vec())
            .bind(person.as_str())
            .bind(now.0)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Whether somebody brought these bytes to this meeting.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn is_uploaded(
        &self,
        meeting: &MeetingId,
        blob: &Digest,
    ) -> Result<bool, StoreError> {
        let found: Option<i64> = on!(self, pool => {
            sqlx::query_scalar("SELECT at FROM uploads WHERE meeting = $1 AND blob = $2 LIMIT 1")
                .bind(meeting.as_str())
                .bind(blob.0.to_vec())
                .fetch_optional(pool)
                .await?
        });
        Ok(found.is_some())
    }
}
