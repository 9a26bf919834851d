//! Sessions, the devices that were signed in, and what is written down when one begins. Never here:
//! ending everything of a person (`endings`), sessions that invitations begin (`invitations`).

use super::{Pool, SESSION_BELL, Store, StoreError, changes, json, on};
use icabinet_models::ids::{Digest, MeetingId, PersonId, Time};
use icabinet_models::visibility::ViewerClass;
use std::collections::HashSet;

/// How long a device that was signed in is remembered, in milliseconds: half a year.
pub const DEVICE_MS: i64 = 180 * 24 * 3_600_000;

/// Sessions of one person that are kept; the oldest ends when one more begins.
const MOST_SESSIONS: i64 = 32;
/// Devices of one person that are remembered.
const MOST_DEVICES: i64 = 16;

/// Ends the oldest sessions of $1, but for $2.
const OLDEST_SESSIONS: &str = "DELETE FROM sessions WHERE person = $1 AND screen IS NULL
     AND token NOT IN (SELECT token FROM sessions WHERE person = $1 AND screen IS NULL
                       ORDER BY created DESC, token LIMIT $2)
     RETURNING token";
/// Devices with the secret $1 that were used since $2.
const KNOWN_DEVICES: &str = "SELECT COUNT(*) FROM devices WHERE secret = $1 AND used >= $2";
/// The device with the secret $1 of $2 is called $3 and used at $4.
const REMEMBER_DEVICE: &str = "INSERT INTO devices (secret, person, name, created, used)
     VALUES ($1, $2, $3, $4, $4) ON CONFLICT (secret, person) DO UPDATE SET used = $4, name = $3";
/// Forgets devices of $1 that were not used since $3, and the oldest but for $2.
const FORGET_DEVICES: &str = "DELETE FROM devices WHERE person = $1 AND (used < $3 OR secret NOT IN
     (SELECT secret FROM devices WHERE person = $1 ORDER BY used DESC, secret LIMIT $2))";

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    Person(PersonId),
    /// Somebody who came with an invitation: himself, in that meeting only.
    Invited {
        person: PersonId,
        meeting: MeetingId,
        /// What he was when he was invited: the invitation opens no more than that.
        class: ViewerClass,
    },
    /// The screen of a room: it may watch one meeting.
    Screen(MeetingId),
}

/// Somebody who signs in with a password that was found right.
#[derive(Clone, Debug)]
pub struct Beginning<'a> {
    pub person: &'a PersonId,
    /// The hash that the password was compared with: meanwhile it may have been changed.
    pub password: &'a str,
    pub token: Digest,
    pub expires: Time,
    /// What his device says it is.
    pub device: &'a str,
    /// The secret by which his device says it was here before.
    pub known: Option<Digest>,
    /// The secret that it gets if it was not.
    pub fresh: Digest,
    /// Where he comes from; `None` for who was signed in already.
    pub address: Option<String>,
}

/// A session that began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The device was known by the secret that it said.
    pub known: bool,
    /// The person's oldest sessions, which are over.
    pub ended: Vec<Digest>,
}

/// A session as its person is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    pub token: Digest,
    pub device: String,
    /// The meeting that it is for, if an invitation began it.
    pub meeting: Option<MeetingId>,
    pub created: Time,
    pub expires: Time,
}

type SessionRow = (Option<String>, Option<String>, i64, Option<String>);

fn principal((person, screen, expires, class): SessionRow) -> Option<(Principal, Time)> {
    let principal = match (person, screen) {
        (Some(person), None) => Principal::Person(PersonId::from(person)),
        (Some(person), Some(meeting)) => Principal::Invited {
            person: PersonId::from(person),
            meeting: MeetingId::from(meeting),
            // Invitations from before this was kept were made for nobody with an office.
            class: if class.as_deref() == Some("guest") {
                ViewerClass::Guest
            } else {
                ViewerClass::Member
            },
        },
        (None, Some(meeting)) => Principal::Screen(MeetingId::from(meeting)),
        (None, None) => return None,
    };
    Some((principal, Time(expires)))
}

impl Store {
    /// Begins the session of somebody who signed in, remembers his device and writes the history, in
    /// one transaction; `None` if account or password are no longer what was compared.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was changed.
    pub async fn begin_session(
        &self,
        new: &Beginning<'_>,
        now: Time,
    ) -> Result<Option<Begun>, StoreError> {
        let person = new.person.as_str();
        // Whoever ends everything of this person comes before or after, never between.
        let open = sqlx::AssertSqlSafe(format!(
            "SELECT login FROM accounts WHERE person = $1 AND password = $2 AND closed IS NULL{}",
            self.for_share()
        ));
        let forgotten = now.0 - DEVICE_MS;
        let begun = on!(self, pool => {
            let mut tx = pool.begin_with(self.begins()).await?;
            let login: Option<String> = sqlx::query_scalar(open)
                .bind(person)
                .bind(new.password)
                .fetch_optional(&mut *tx)
                .await?;
            let Some(login) = login else { return Ok(None) };
            changes!(tx, "DELETE FROM sessions WHERE expires < $1", now.0);
            changes!(
                tx,
                "INSERT INTO sessions (token, person, created, expires, device)
                 VALUES ($1, $2, $3, $4, $5)",
                new.token.0.to_vec(), person, now.0, new.expires.0, new.device,
            );
            let ended: Vec<Vec<u8>> = sqlx::query_scalar(OLDEST_SESSIONS)
                .bind(person)
                .bind(MOST_SESSIONS)
                .fetch_all(&mut *tx)
                .await?;
            let known = new.known.unwrap_or(new.fresh);
            // A secret that this server did not make is not taken over.
            let count: i64 = sqlx::query_scalar(KNOWN_DEVICES)
                .bind(known.0.to_vec())
                .bind(forgotten)
                .fetch_one(&mut *tx)
                .await?;
            let secret = if count > 0 { known } else { new.fresh };
            changes!(tx, REMEMBER_DEVICE, secret.0.to_vec(), person, new.device, now.0);
            changes!(tx, FORGET_DEVICES, person, MOST_DEVICES, forgotten);
            if let Some(address) = &new.address {
                let id = uuid::Uuid::now_v7().to_string();
                changes!(
                    tx,
                    "INSERT INTO sign_ins (id, at, login, address, outcome)
                     VALUES ($1, $2, $3, $4, 'signed_in')",
                    id, now.0, login, address,
                );
            }
            tx.commit().await?;
            Begun { known: count > 0, ended: digests(&ended) }
        });
        self.ring_ended(&begun.ended).await?;
        Ok(Some(begun))
    }

    /// Whether a device was signed in with this login before, and is remembered.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn is_device_of(
        &self,
        secret: &Digest,
        login: &str,
        now: Time,
    ) -> Result<bool, StoreError> {
        let count: i64 = on!(self, pool => {
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM devices d JOIN accounts a ON a.person = d.person
                 WHERE d.secret = $1 AND d.used >= $2 AND a.login = $3",
            )
            .bind(secret.0.to_vec())
            .bind(now.0 - DEVICE_MS)
            .bind(login)
            .fetch_one(pool)
            .await?
        });
        Ok(count > 0)
    }

    /// Whose session it is and until when, if it hasn't expired.
    pub async fn session(
        &self,
        token: &Digest,
        now: Time,
    ) -> Result<Option<(Principal, Time)>, StoreError> {
        let row: Option<SessionRow> = on!(self, pool => {
            sqlx::query_as(
                "SELECT s.person, s.screen, s.expires, i.class FROM sessions s
                 LEFT JOIN invitations i ON i.token = s.invitation
                 WHERE s.token = $1 AND s.expires >= $2",
            )
            .bind(token.0.to_vec())
            .bind(now.0)
            .fetch_optional(pool)
            .await?
        });
        Ok(row.and_then(principal))
    }

    /// A person's sessions, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn sessions_of(
        &self,
        person: &PersonId,
        now: Time,
    ) -> Result<Vec<OwnSession>, StoreError> {
        type Row = (Vec<u8>, Option<String>, Option<String>, i64, i64);
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as(
                "SELECT token, device, screen, created, expires FROM sessions
                 WHERE person = $1 AND expires >= $2 ORDER BY created DESC, token",
            )
            .bind(person.as_str())
            .bind(now.0)
            .fetch_all(pool)
            .await?
        });
        let session = |(token, device, meeting, created, expires): Row| {
            Some(OwnSession {
                token: token.as_slice().try_into().ok().map(Digest)?,
                device: device.unwrap_or_default(),
                meeting: meeting.map(MeetingId::from),
                created: Time(created),
                expires: Time(expires),
            })
        };
        Ok(rows.into_iter().filter_map(session).collect())
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
                    .bind(json(&list)?)
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
        self.ring_ended(std::slice::from_ref(token)).await
    }

    /// Rings at other nodes, where there are any: these sessions are over.
    pub(super) async fn ring_ended(&self, tokens: &[Digest]) -> Result<(), StoreError> {
        if let Pool::Postgres(pool) = &self.pool
            && !tokens.is_empty()
        {
            sqlx::query("SELECT pg_notify($1, token) FROM UNNEST($2::text[]) AS ended (token)")
                .bind(SESSION_BELL)
                .bind(tokens.iter().map(Digest::hex).collect::<Vec<_>>())
                .execute(pool)
                .await?;
        }
        Ok(())
    }

    /// How a transaction begins that will write: SQLite's takes its turn at once.
    pub(super) fn begins(&self) -> &'static str {
        match &self.pool {
            Pool::Sqlite(_) => "BEGIN IMMEDIATE",
            Pool::Postgres(_) => "BEGIN",
        }
    }

    /// What keeps a row that was read as it is until the transaction ends.
    fn for_share(&self) -> &'static str {
        match &self.pool {
            Pool::Sqlite(_) => "",
            Pool::Postgres(_) => " FOR SHARE",
        }
    }
}

/// Digests as they are stored.
pub(super) fn digests(stored: &[Vec<u8>]) -> Vec<Digest> {
    stored.iter().filter_map(|bytes| bytes.as_slice().try_into().ok().map(Digest)).collect()
}
