//! The end of everything that a person's account began: one place for a new password, a closed
//! account, whatever comes. Never here: what ends one thing alone (`sessions`, `screens`,
//! `invitations`), telling sockets (`auth/endings`).

use super::sessions::digests;
use super::{Store, StoreError, changes, on};
use icabinet_models::ids::{Digest, PersonId, Time};

/// Why everything of a person ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because<'a> {
    /// He has another password, by this hash: whoever had the old one is out.
    Password(&'a str),
    /// His account is closed; his keys sign nothing more either.
    Closed,
}

/// What ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Sessions of his own and of screens that he made: their sockets are to be told.
    pub sessions: Vec<Digest>,
    pub devices: u64,
    pub invitations: u64,
    pub screens: u64,
    /// Documents that were prepared for his signature.
    pub signings: u64,
    pub keys: u64,
}

impl Store {
    /// Ends everything of a person; `None` if there is no such account, or it is closed already.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn end_everything(
        &self,
        person: &PersonId,
        because: Because<'_>,
        now: Time,
    ) -> Result<Option<Ended>, StoreError> {
        let person = person.as_str();
        let (password, closed) = match because {
            Because::Password(hash) => (Some(hash), None),
            Because::Closed => (None, Some(now.0)),
        };
        let ended = on!(self, pool => {
            let mut tx = pool.begin_with(self.begins()).await?;
            // First: who is just signing in waits, and then finds what is written here.
            let found = changes!(
                tx,
                "UPDATE accounts SET password = coalesce($2, password), closed = coalesce(closed, $3)
                 WHERE person = $1 AND ($3 IS NULL OR closed IS NULL)",
                person, password, closed,
            );
            if found == 0 {
                return Ok(None);
            }
            let invitations = changes!(
                tx,
                "UPDATE invitations SET revoked = $2 WHERE person = $1 AND revoked IS NULL",
                person, now.0,
            );
            let screens = changes!(
                tx,
                "UPDATE screens SET revoked = $2 WHERE made_by = $1 AND revoked IS NULL",
                person, now.0,
            );
            let sessions: Vec<Vec<u8>> = sqlx::query_scalar(
                "DELETE FROM sessions WHERE person = $1
                 OR screen_token IN (SELECT token FROM screens WHERE made_by = $1) RETURNING token",
            )
            .bind(person)
            .fetch_all(&mut *tx)
            .await?;
            let devices = changes!(tx, "DELETE FROM devices WHERE person = $1", person);
            let signings = changes!(tx, "DELETE FROM signings WHERE person = $1", person);
            // Revoked once: what was revoked before keeps its time.
            let keys = match because {
                Because::Password(_) => 0,
                Because::Closed => changes!(
                    tx,
                    "UPDATE device_keys SET state = 'revoked', revoked_at = $2
                     WHERE person = $1 AND state <> 'revoked'",
                    person, now.0,
                ),
            };
            tx.commit().await?;
            Ended { sessions: digests(&sessions), devices, invitations, screens, signings, keys }
        });
        self.ring_ended(&ended.sessions).await?;
        Ok(Some(ended))
    }

    /// Opens a closed account again; `false` if it wasn't closed. What ended stays ended.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn open_again(&self, person: &PersonId) -> Result<bool, StoreError> {
        let opened = on!(self, pool => {
            sqlx::query(
                "UPDATE accounts SET closed = NULL WHERE person = $1 AND closed IS NOT NULL",
            )
            .bind(person.as_str())
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok(opened == 1)
    }
}
