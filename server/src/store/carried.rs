//! What a backup doesn't know: sessions that ended since, keys, invitations and screens that were
//! revoked, accounts that were closed, passwords that were changed. It is carried over from the
//! database that the backup replaces. Never here: meetings; those are what the backup says.

use super::{Store, StoreError, on};
use std::collections::{BTreeMap, BTreeSet};

/// What was undone in a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Sessions and devices that are over.
    pub sessions: usize,
    pub devices: usize,
    /// Logins whose password, rights or closing are those of now.
    pub accounts: Vec<String>,
    /// Invitations that were used or revoked since.
    pub invitations: usize,
    pub screens: usize,
    pub keys: usize,
}

/// `password`, `closed`, `organiser`, `administrator`, `login`.
type AccountRow = (String, Option<i64>, bool, bool, String);
/// `used`, `device`, `device_name`, `revoked`.
type InvitationRow = (Option<i64>, Option<Vec<u8>>, Option<String>, Option<i64>);

/// The rows of a database that may have to be carried over.
#[derive(Debug, Default)]
struct Rows {
    sessions: BTreeSet<Vec<u8>>,
    devices: BTreeSet<(Vec<u8>, String)>,
    accounts: BTreeMap<String, AccountRow>,
    invitations: BTreeMap<Vec<u8>, InvitationRow>,
    screens: BTreeMap<Vec<u8>, i64>,
    keys: BTreeMap<String, i64>,
}

impl Store {
    async fn rows_to_carry(&self) -> Result<Rows, StoreError> {
        type Account = (String, String, Option<i64>, bool, bool, String);
        type Invitation = (Vec<u8>, Option<i64>, Option<Vec<u8>>, Option<String>, Option<i64>);
        let mut rows = Rows::default();
        on!(self, pool => {
            let sessions: Vec<Vec<u8>> =
                sqlx::query_scalar("SELECT token FROM sessions").fetch_all(pool).await?;
            rows.sessions.extend(sessions);
            let devices: Vec<(Vec<u8>, String)> =
                sqlx::query_as("SELECT secret, person FROM devices").fetch_all(pool).await?;
            rows.devices.extend(devices);
            let accounts: Vec<Account> = sqlx::query_as(
                "SELECT person, password, closed, organiser, administrator, login FROM accounts",
            )
            .fetch_all(pool)
            .await?;
            rows.accounts.extend(accounts.into_iter().map(|(person, p, c, o, a, login)| {
                (person, (p, c, o, a, login))
            }));
            let invitations: Vec<Invitation> = sqlx::query_as(
                "SELECT token, used, device, device_name, revoked FROM invitations",
            )
            .fetch_all(pool)
            .await?;
            rows.invitations.extend(invitations.into_iter().map(|(token, used, d, name, r)| {
                (token, (used, d, name, r))
            }));
            let screens: Vec<(Vec<u8>, i64)> = sqlx::query_as(
                "SELECT token, revoked FROM screens WHERE revoked IS NOT NULL",
            )
            .fetch_all(pool)
            .await?;
            rows.screens.extend(screens);
            let keys: Vec<(String, i64)> = sqlx::query_as(
                "SELECT key_id, revoked_at FROM device_keys
                 WHERE state = 'revoked' AND revoked_at IS NOT NULL",
            )
            .fetch_all(pool)
            .await?;
            rows.keys.extend(keys);
        });
        Ok(rows)
    }

    /// Carries over what ended in the database that this one, a backup of it, replaces.
    ///
    /// # Errors
    /// [`StoreError`]: one of them can't be read, or nothing was changed in this one.
    pub async fn carry_over(&self, replaced: &Self) -> Result<Carried, StoreError> {
        let (until_now, backup) = (replaced.rows_to_carry().await?, self.rows_to_carry().await?);
        let mut carried = Carried::default();
        on!(self, pool => {
            let mut tx = pool.begin_with(self.begins()).await?;
            for token in backup.sessions.difference(&until_now.sessions) {
                sqlx::query("DELETE FROM sessions WHERE token = $1")
                    .bind(token)
                    .execute(&mut *tx)
                    .await?;
                carried.sessions += 1;
            }
            for (secret, person) in backup.devices.difference(&until_now.devices) {
                sqlx::query("DELETE FROM devices WHERE secret = $1 AND person = $2")
                    .bind(secret)
                    .bind(person)
                    .execute(&mut *tx)
                    .await?;
                carried.devices += 1;
            }
            for (person, account) in &backup.accounts {
                let Some(now) = until_now.accounts.get(person).filter(|now| *now != account) else {
                    continue;
                };
                let (password, closed, organiser, administrator, login) = now;
                sqlx::query(
                    "UPDATE accounts SET password = $2, closed = $3, organiser = $4,
                        administrator = $5 WHERE person = $1",
                )
                .bind(person)
                .bind(password)
                .bind(closed)
                .bind(organiser)
                .bind(administrator)
                .execute(&mut *tx)
                .await?;
                carried.accounts.push(login.clone());
            }
            for (token, invitation) in &backup.invitations {
                let now = until_now.invitations.get(token).filter(|now| *now != invitation);
                let Some((used, device, name, revoked)) = now else { continue };
                sqlx::query(
                    "UPDATE invitations SET used = $2, device = $3, device_name = $4, revoked = $5
                     WHERE token = $1",
                )
                .bind(token)
                .bind(used)
                .bind(device)
                .bind(name)
                .bind(revoked)
                .execute(&mut *tx)
                .await?;
                carried.invitations += 1;
            }
            for (token, at) in &until_now.screens {
                carried.screens += usize::try_from(
                    sqlx::query(
                        "UPDATE screens SET revoked = $2 WHERE token = $1 AND revoked IS NULL",
                    )
                    .bind(token)
                    .bind(at)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected(),
                )
                .unwrap_or_default();
            }
            for (key, at) in &until_now.keys {
                carried.keys += usize::try_from(
                    sqlx::query(
                        "UPDATE device_keys SET state = 'revoked', revoked_at = $2
                         WHERE key_id = $1 AND state <> 'revoked'",
                    )
                    .bind(key)
                    .bind(at)
                    .execute(&mut *tx)
                    .await?
                    .rows_affected(),
                )
                .unwrap_or_default();
            }
            tx.commit().await?;
        });
        Ok(carried)
    }

    /// Ends all that passwords and screens began: what ended since a backup was made is not known. Who
    /// came by invitation stays, as far as the backup knows.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn end_all_sign_ins(&self) -> Result<u64, StoreError> {
        Ok(on!(self, pool => {
            let mut tx = pool.begin_with(self.begins()).await?;
            sqlx::query("DELETE FROM devices").execute(&mut *tx).await?;
            let ended = sqlx::query("DELETE FROM sessions WHERE invitation IS NULL")
                .execute(&mut *tx)
                .await?
                .rows_affected();
            tx.commit().await?;
            ended
        }))
    }
}
