//! What a backup doesn't know: sessions that ended since, keys, invitations and screens that were
//! revoked, accounts that were closed, passwords that were changed. It is carried over from the
//! database that the backup replaces. Never here: meetings; those are what the backup says.

use super::{Store, StoreError, changes, on};
use std::collections::{BTreeMap, BTreeSet};

/// What was undone in a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Sessions and devices that are over.
    pub sessions: u64,
    pub devices: u64,
    /// Logins whose password, rights or closing are those of now.
    pub accounts: Vec<String>,
    /// Invitations that were used or revoked since.
    pub invitations: u64,
    pub screens: u64,
    pub keys: u64,
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

/// What is in the backup and otherwise now, as it is now.
fn otherwise<'r, K: Ord, V: PartialEq>(
    backup: &'r BTreeMap<K, V>,
    until_now: &'r BTreeMap<K, V>,
) -> impl Iterator<Item = (&'r K, &'r V)> {
    let pairs = backup.iter().filter_map(|(key, old)| Some((key, old, until_now.get(key)?)));
    pairs.filter(|(_, old, now)| old != now).map(|(key, _, now)| (key, now))
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
                carried.sessions += changes!(tx, "DELETE FROM sessions WHERE token = $1", token);
            }
            for (secret, person) in backup.devices.difference(&until_now.devices) {
                let forgotten = "DELETE FROM devices WHERE secret = $1 AND person = $2";
                carried.devices += changes!(tx, forgotten, secret, person);
            }
            for (person, now) in otherwise(&backup.accounts, &until_now.accounts) {
                let (password, closed, organiser, administrator, login) = now;
                changes!(
                    tx,
                    "UPDATE accounts SET password = $2, closed = $3, organiser = $4,
                        administrator = $5 WHERE person = $1",
                    person, password, closed, organiser, administrator,
                );
                carried.accounts.push(login.clone());
            }
            for (token, now) in otherwise(&backup.invitations, &until_now.invitations) {
                let (used, device, name, revoked) = now;
                carried.invitations += changes!(
                    tx,
                    "UPDATE invitations SET used = $2, device = $3, device_name = $4, revoked = $5
                     WHERE token = $1",
                    token, used, device, name, revoked,
                );
            }
            for (token, at) in &until_now.screens {
                carried.screens += changes!(
                    tx,
                    "UPDATE screens SET revoked = $2 WHERE token = $1 AND revoked IS NULL",
                    token, at,
                );
            }
            for (key, at) in &until_now.keys {
                carried.keys += changes!(
                    tx,
                    "UPDATE device_keys SET state = 'revoked', revoked_at = $2
                     WHERE key_id = $1 AND state <> 'revoked'",
                    key, at,
                );
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
