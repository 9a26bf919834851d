//! Accounts, sessions, sign-in history, room screens.

use super::{Pool, SESSION_BELL, Store, StoreError, on};
use icabinet_models::ids::{Digest, MeetingId, PersonId, Text, Time};
use icabinet_models::people::Courtesy;
use std::collections::HashSet;

/// An account as the server knows it; its password's hash stays in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub person: PersonId,
    pub login: String,
    pub name: String,
    pub courtesy: Option<Courtesy>,
    pub position: Text,
    pub unit: Text,
    pub organiser: bool,
    pub administrator: bool,
}

/// An account to create; `password` is already an argon2id hash.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub account: Account,
    pub password: String,
}

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    Person(PersonId),
    /// Somebody who came with an invitation: himself, in that meeting only.
    Invited {
        person: PersonId,
        meeting: MeetingId,
    },
    /// The screen of a room: it may watch one meeting.
    Screen(MeetingId),
}

type Row = (String, String, String, Option<String>, String, String, String, String, bool, bool);

const COLUMNS: &str = "person, login, name, courtesy, position_vi, position_en, unit_vi, unit_en, organiser, administrator";

fn account(row: Row) -> Account {
    let (person, login, name, courtesy, position_vi, position_en, unit_vi, unit_en, o, a) = row;
    Account {
        person: PersonId::from(person),
        login,
        name,
        courtesy: match courtesy.as_deref() {
            Some("mr") => Some(Courtesy::Mr),
            Some("ms") => Some(Courtesy::Ms),
            _ => None,
        },
        position: Text::both(position_vi, position_en),
        unit: Text::both(unit_vi, unit_en),
        organiser: o,
        administrator: a,
    }
}

impl Store {
    /// Creates an account, or replaces everything but its login and person.
    pub async fn put_account(&self, new: &NewAccount, now: Time) -> Result<(), StoreError> {
        let a = &new.account;
        let courtesy = a.courtesy.map(|courtesy| match courtesy {
            Courtesy::Mr => "mr",
            Courtesy::Ms => "ms",
        });
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO accounts (person, login, password, name, courtesy, position_vi,
                    position_en, unit_vi, unit_en, organiser, administrator, created)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT (person) DO UPDATE SET password = $3, name = $4, courtesy = $5,
                    position_vi = $6, position_en = $7, unit_vi = $8, unit_en = $9,
                    organiser = $10, administrator = $11",
            )
            .bind(a.person.as_str())
            .bind(&a.login)
            .bind(&new.password)
            .bind(&a.name)
            .bind(courtesy)
            .bind(&a.position.vi)
            .bind(&a.position.en)
            .bind(&a.unit.vi)
            .bind(&a.unit.en)
            .bind(a.organiser)
            .bind(a.administrator)
            .bind(now.0)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// The account of a person.
    pub async fn account(&self, person: &PersonId) -> Result<Option<Account>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts WHERE person = $1"));
        let row: Option<Row> = on!(self, pool => {
            sqlx::query_as(sql).bind(person.as_str()).fetch_optional(pool).await?
        });
        Ok(row.map(account))
    }

    /// All accounts, by name.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts ORDER BY person"));
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(sql).fetch_all(pool).await?);
        Ok(rows.into_iter().map(account).collect())
    }

    /// The accounts that sign in with a password: the organisation's own. Whom an invitation
    /// brought, by the thousands, is not among them.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn accounts_of_the_organisation(&self) -> Result<Vec<Account>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM accounts WHERE password <> '' ORDER BY person"
        ));
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(sql).fetch_all(pool).await?);
        Ok(rows.into_iter().map(account).collect())
    }

    /// Person and password hash of a login.
    pub async fn credentials(&self, login: &str) -> Result<Option<(PersonId, String)>, StoreError> {
        let row: Option<(String, String)> = on!(self, pool => {
            sqlx::query_as("SELECT person, password FROM accounts WHERE login = $1")
                .bind(login)
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(|(person, password)| (PersonId::from(person), password)))
    }

    /// Replaces a password's hash.
    pub async fn set_password(&self, person: &PersonId, hash: &str) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query("UPDATE accounts SET password = $2 WHERE person = $1")
                .bind(person.as_str())
                .bind(hash)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Keeps a session under the digest of its token.
    pub async fn put_session(
        &self,
        token: &Digest,
        principal: &Principal,
        now: Time,
        expires: Time,
    ) -> Result<(), StoreError> {
        let (person, screen) = match principal {
            Principal::Person(person) => (Some(person.as_str()), None),
            Principal::Invited { person, meeting } => {
                (Some(person.as_str()), Some(meeting.as_str()))
            }
            Principal::Screen(meeting) => (None, Some(meeting.as_str())),
        };
        on!(self, pool => {
            sqlx::query("DELETE FROM sessions WHERE expires < $1").bind(now.0).execute(pool).await?;
            sqlx::query(
                "INSERT INTO sessions (token, person, screen, created, expires)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(token.0.to_vec())
            .bind(person)
            .bind(screen)
            .bind(now.0)
            .bind(expires.0)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// Whose session it is and until when, if it hasn't expired.
    pub async fn session(
        &self,
        token: &Digest,
        now: Time,
    ) -> Result<Option<(Principal, Time)>, StoreError> {
        let row: Option<(Option<String>, Option<String>, i64)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT person, screen, expires FROM sessions WHERE token = $1 AND expires >= $2",
            )
            .bind(token.0.to_vec())
            .bind(now.0)
            .fetch_optional(pool)
            .await?
        });
        Ok(row.and_then(|(person, screen, expires)| {
            let principal = match (person, screen) {
                (Some(person), None) => Principal::Person(PersonId::from(person)),
                (Some(person), Some(meeting)) => Principal::Invited {
                    person: PersonId::from(person),
                    meeting: MeetingId::from(meeting),
                },
                (None, Some(meeting)) => Principal::Screen(MeetingId::from(meeting)),
                (None, None) => return None,
            };
            Some((principal, Time(expires)))
        }))
    }

    /// Those of `tokens` whose sessions are over: one question for all that have sockets on a node.
    pub async fn ended_of(&self, tokens: &[Digest], now: Time) -> Result<Vec<Digest>, StoreError> {
        let mut over = Vec::new();
        for some in tokens.chunks(4096) {
            let living: Vec<Vec<u8>> = match &self.pool {
                Pool::Sqlite(pool) => {
                    let list: Vec<String> = some.iter().map(Digest::hex).collect();
                    sqlx::query_scalar(
                        "SELECT token FROM sessions WHERE expires >= $2
                         AND token IN (SELECT unhex(value) FROM json_each($1))",
                    )
                    .bind(serde_json::to_string(&list).unwrap_or_else(|_| "[]".to_owned()))
                    .bind(now.0)
                    .fetch_all(pool)
                    .await?
                }
                Pool::Postgres(pool) => {
                    let list: Vec<Vec<u8>> = some.iter().map(|token| token.0.to_vec()).collect();
                    sqlx::query_scalar(
                        "SELECT token FROM sessions WHERE expires >= $2 AND token = ANY($1)",
                    )
                    .bind(list)
                    .bind(now.0)
                    .fetch_all(pool)
                    .await?
                }
            };
            let living: HashSet<Vec<u8>> = living.into_iter().collect();
            over.extend(some.iter().filter(|token| !living.contains(token.0.as_slice())));
        }
        Ok(over)
    }

    /// The people who are signed in somewhere.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn signed_in(&self, now: Time) -> Result<HashSet<PersonId>, StoreError> {
        let rows: Vec<String> = on!(self, pool => {
            sqlx::query_scalar(
                "SELECT DISTINCT person FROM sessions WHERE person IS NOT NULL AND expires >= $1",
            )
            .bind(now.0)
            .fetch_all(pool)
            .await?
        });
        Ok(rows.into_iter().map(PersonId::from).collect())
    }

    /// Ends a session and rings, where there are other nodes.
    pub async fn end_session(&self, token: &Digest) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query("DELETE FROM sessions WHERE token = $1")
                .bind(token.0.to_vec())
                .execute(pool)
                .await?;
        });
        if let Pool::Postgres(pool) = &self.pool {
            sqlx::query("SELECT pg_notify($1, $2)")
                .bind(SESSION_BELL)
                .bind(token.hex())
                .execute(pool)
                .await?;
        }
        Ok(())
    }

    /// Writes into the sign-in history, which is never deleted.
    pub async fn record_sign_in(
        &self,
        now: Time,
        login: &str,
        address: &str,
        outcome: &'static str,
    ) -> Result<(), StoreError> {
        let id = uuid::Uuid::now_v7().to_string();
        let login: String = login.chars().take(200).collect();
        on!(self, pool => {
            sqlx::query("INSERT INTO sign_ins (id, at, login, address, outcome) VALUES ($1, $2, $3, $4, $5)")
                .bind(&id)
                .bind(now.0)
                .bind(&login)
                .bind(address)
                .bind(outcome)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Keeps the token of a room's screen.
    pub async fn put_screen(
        &self,
        token: &Digest,
        meeting: &MeetingId,
        now: Time,
    ) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query("INSERT INTO screens (token, meeting, created) VALUES ($1, $2, $3)")
                .bind(token.0.to_vec())
                .bind(meeting.as_str())
                .bind(now.0)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// The meeting that a screen's token is for.
    pub async fn screen(&self, token: &Digest) -> Result<Option<MeetingId>, StoreError> {
        let row: Option<String> = on!(self, pool => {
            sqlx::query_scalar("SELECT meeting FROM screens WHERE token = $1")
                .bind(token.0.to_vec())
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(MeetingId::from))
    }
}
