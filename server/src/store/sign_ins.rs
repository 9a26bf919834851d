//! The history of sign-ins, which is never deleted. Never here: what waits to be written
//! (`auth/history`), and sign-ins that succeeded (`sessions`, `invitations`).

use super::{Pool, Store, StoreError, json};
use icabinet_models::ids::Time;

/// How a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    WrongPassword,
    /// Refused without a look: one row for a whole window.
    Locked,
}

impl Failure {
    /// As it stands in the history.
    pub fn code(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::Locked => "too_many_attempts",
        }
    }
}

/// Failures of one login from one address. A login that nobody has is not written: people type
/// passwords there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub since: Time,
    pub login: String,
    pub address: String,
    pub failure: Failure,
    pub tries: u32,
}

impl Store {
    /// Writes failed sign-ins, all at once. A login that nobody has is left blank: people type
    /// passwords there, and strangers whatever they like.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written.
    pub async fn record_failures(&self, rows: &[Failed]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        match &self.pool {
            Pool::Sqlite(pool) => {
                let rows: Vec<(i64, &str, &str, &str, u32)> = rows
                    .iter()
                    .map(|row| {
                        let outcome = row.failure.code();
                        (row.since.0, row.login.as_str(), row.address.as_str(), outcome, row.tries)
                    })
                    .collect();
                sqlx::query(
                    "INSERT INTO sign_ins (id, at, login, address, outcome, tries)
                     SELECT lower(hex(randomblob(16))), min(at), known, address, outcome, sum(tries)
                     FROM (SELECT value ->> 0 AS at, value ->> 2 AS address, value ->> 3 AS outcome,
                            value ->> 4 AS tries,
                            coalesce((SELECT login FROM accounts WHERE login = value ->> 1), '') AS known
                           FROM json_each($1))
                     GROUP BY known, address, outcome",
                )
                .bind(json(&rows)?)
                .execute(pool)
                .await?;
            }
            Pool::Postgres(pool) => {
                sqlx::query(
                    "INSERT INTO sign_ins (id, at, login, address, outcome, tries)
                     SELECT gen_random_uuid()::text, min(f.at), coalesce(a.login, ''), f.address,
                            f.outcome, sum(f.tries)::bigint
                     FROM UNNEST($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[])
                          AS f (at, login, address, outcome, tries)
                     LEFT JOIN accounts a ON a.login = f.login
                     GROUP BY coalesce(a.login, ''), f.address, f.outcome",
                )
                .bind(rows.iter().map(|row| row.since.0).collect::<Vec<_>>())
                .bind(rows.iter().map(|row| row.login.as_str()).collect::<Vec<_>>())
                .bind(rows.iter().map(|row| row.address.as_str()).collect::<Vec<_>>())
                .bind(rows.iter().map(|row| row.failure.code()).collect::<Vec<_>>())
                .bind(rows.iter().map(|row| i64::from(row.tries)).collect::<Vec<_>>())
                .execute(pool)
                .await?;
            }
        }
        Ok(())
    }
}
