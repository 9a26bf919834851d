//! Screens of rooms: each has a token that opens one meeting's picture for a while. Never here: the
//! tokens themselves.

use super::sessions::digests;
use super::{Store, StoreError, on};
use icabinet_models::ids::{Digest, MeetingId, PersonId, Time};

/// How long a screen without a time of its own is good: those from before it was kept.
const GOOD_FOR_MS: i64 = 7 * 24 * 3_600_000;

/// A screen that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenRow {
    pub token: Digest,
    pub meeting: MeetingId,
    /// Unknown for those from before it was kept.
    pub made_by: Option<PersonId>,
    pub created: Time,
    pub expires: Time,
}

type Row = (Vec<u8>, String, Option<String>, i64, i64);

fn screen((token, meeting, made_by, created, expires): Row) -> Option<ScreenRow> {
    Some(ScreenRow {
        token: token.as_slice().try_into().ok().map(Digest)?,
        meeting: MeetingId::from(meeting),
        made_by: made_by.map(PersonId::from),
        created: Time(created),
        expires: Time(expires),
    })
}

impl Store {
    /// Keeps the token of a room's screen.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn put_screen(&self, new: &ScreenRow) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO screens (token, meeting, made_by, created, expires)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(new.token.0.to_vec())
            .bind(new.meeting.as_str())
            .bind(new.made_by.as_ref().map(PersonId::as_str))
            .bind(new.created.0)
            .bind(new.expires.0)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// The screens of a meeting that are good, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn screens(
        &self,
        meeting: &MeetingId,
        now: Time,
    ) -> Result<Vec<ScreenRow>, StoreError> {
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as(
                "SELECT token, meeting, made_by, created, coalesce(expires, created + $3)
                 FROM screens WHERE meeting = $1 AND revoked IS NULL
                 AND coalesce(expires, created + $3) >= $2 ORDER BY created DESC, token",
            )
            .bind(meeting.as_str())
            .bind(now.0)
            .bind(GOOD_FOR_MS)
            .fetch_all(pool)
            .await?
        });
        Ok(rows.into_iter().filter_map(screen).collect())
    }

    /// Begins the session of a screen; `false` if the token is unknown, over or revoked, or another
    /// meeting's. The session ends with the token.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn begin_screen(
        &self,
        (token, meeting): (&Digest, &MeetingId),
        session: &Digest,
        now: Time,
        expires: Time,
    ) -> Result<bool, StoreError> {
        // A made-up token costs a look, and no write.
        if !self.screens(meeting, now).await?.iter().any(|screen| screen.token == *token) {
            return Ok(false);
        }
        let begun = on!(self, pool => {
            sqlx::query("DELETE FROM sessions WHERE expires < $1").bind(now.0).execute(pool).await?;
            sqlx::query(
                "INSERT INTO sessions (token, screen, created, expires, screen_token)
                 SELECT $3, meeting, $4, CASE WHEN coalesce(expires, created + $6) < $5
                    THEN coalesce(expires, created + $6) ELSE $5 END, token
                 FROM screens WHERE token = $1 AND meeting = $2 AND revoked IS NULL
                 AND coalesce(expires, created + $6) >= $4",
            )
            .bind(token.0.to_vec())
            .bind(meeting.as_str())
            .bind(session.0.to_vec())
            .bind(now.0)
            .bind(expires.0)
            .bind(GOOD_FOR_MS)
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok(begun == 1)
    }

    /// Revokes screens of a meeting; the sessions that they began and that are over now.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn revoke_screens(
        &self,
        meeting: &MeetingId,
        tokens: &[Digest],
        now: Time,
    ) -> Result<Vec<Digest>, StoreError> {
        let mut ended = Vec::new();
        for token in tokens {
            let tokens: Vec<Vec<u8>> = on!(self, pool => {
                let mut tx = pool.begin_with(self.begins()).await?;
                sqlx::query(
                    "UPDATE screens SET revoked = $3
                     WHERE meeting = $1 AND token = $2 AND revoked IS NULL",
                )
                .bind(meeting.as_str())
                .bind(token.0.to_vec())
                .bind(now.0)
                .execute(&mut *tx)
                .await?;
                let ended = sqlx::query_scalar(
                    "DELETE FROM sessions WHERE screen = $1 AND screen_token = $2 RETURNING token",
                )
                .bind(meeting.as_str())
                .bind(token.0.to_vec())
                .fetch_all(&mut *tx)
                .await?;
                tx.commit().await?;
                ended
            });
            ended.extend(digests(&tokens));
        }
        self.ring_ended(&ended).await?;
        Ok(ended)
    }
}
