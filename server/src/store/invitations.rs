//! Invitations: personal ways into one meeting, used once, and the sessions that they begin.
//! Written in batches, because thousands arrive at once. Never here: the tokens themselves.

use super::{Pool, SESSION_BELL, Store, StoreError, changes, json, on};
use crate::store::sessions::digests;
use icabinet_models::ids::{Digest, MeetingId, PersonId, Time};
use icabinet_models::participants::Participant;
use icabinet_models::visibility::ViewerClass;
use sqlx::{Postgres, Sqlite, Transaction};
use std::collections::HashMap;

/// A new invitation, under the digest of its token.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub token: Digest,
    pub person: PersonId,
    /// What it opens at most.
    pub class: ViewerClass,
}

/// Somebody at the door: the digests of his invitation's token, of his device's secret, and of the
/// token of the session that he is to get.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub invitation: Digest,
    pub device: Digest,
    pub session: Digest,
    /// Where he comes from, for the history of sign-ins.
    pub address: String,
    /// What his device says it is.
    pub name: String,
}

/// What became of an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    Admitted {
        person: PersonId,
        meeting: MeetingId,
    },
    /// Used by another device before: what it said it is, and when.
    Used {
        device: String,
        at: Time,
    },
    /// Unknown, expired, revoked, or its person has a way in of his own by now.
    Unknown,
}

/// `token`, `meeting`, `person`, `expires`, `device`, `revoked`, `used`, `device_name` of an invitation.
type Row =
    (Vec<u8>, String, String, i64, Option<Vec<u8>>, Option<i64>, Option<i64>, Option<String>);

/// Sessions that one invitation begins and that are kept: its device may come again and again.
const MOST_SESSIONS: i64 = 4;
/// The older sessions of these invitations. Each invitation is looked up by itself: joined, all sessions
/// may be read for every batch of arrivals, and there are more of them with each.
const SURPLUS_SQLITE: &str =
    "SELECT old.token FROM json_each($1) AS mine CROSS JOIN sessions AS old
    ON old.invitation = unhex(mine.value ->> 0)
    WHERE (SELECT COUNT(*) FROM sessions AS newer WHERE newer.invitation = old.invitation
        AND (newer.created, old.token) > (old.created, newer.token)) >= $2";
const SURPLUS_POSTGRES: &str = "SELECT old.token FROM UNNEST($1::bytea[]) AS mine (invitation)
    CROSS JOIN LATERAL (SELECT token FROM sessions WHERE sessions.invitation = mine.invitation
        ORDER BY created DESC, token OFFSET $2) AS old";

/// What a class is called where it is stored.
fn class_code(class: ViewerClass) -> &'static str {
    match class {
        ViewerClass::Guest | ViewerClass::Reader => "guest",
        ViewerClass::Staff | ViewerClass::Member | ViewerClass::Projector => "member",
    }
}

impl Store {
    /// Keeps new invitations to a meeting until `expires`, revoking what these people had before and
    /// had not used. Who has no account gets one without a password. `by` is who made them.
    pub async fn put_invitations(
        &self,
        (meeting, by): (&MeetingId, &PersonId),
        invitations: &[(Invitation, &Participant)],
        now: Time,
        expires: Time,
    ) -> Result<(), StoreError> {
        let people: Vec<&str> = invitations.iter().map(|(one, _)| one.person.as_str()).collect();
        let names: Vec<&str> = invitations.iter().map(|(_, row)| row.name.as_str()).collect();
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                let rows: Vec<(&str, &str, String, &str)> = invitations
                    .iter()
                    .map(|(one, row)| {
                        let class = class_code(one.class);
                        (one.person.as_str(), row.name.as_str(), one.token.hex(), class)
                    })
                    .collect();
                let rows = json(&rows)?;
                changes!(
                    tx,
                    "INSERT INTO accounts (person, login, password, name, created)
                     SELECT value ->> 0, value ->> 0, '', value ->> 1, $2 FROM json_each($1)
                     WHERE true ON CONFLICT DO NOTHING",
                    &rows,
                    now.0,
                );
                changes!(
                    tx,
                    "UPDATE invitations SET revoked = $3
                     WHERE meeting = $1 AND used IS NULL AND revoked IS NULL
                     AND person IN (SELECT value ->> 0 FROM json_each($2))",
                    meeting.as_str(),
                    &rows,
                    now.0,
                );
                changes!(
                    tx,
                    "INSERT INTO invitations (token, meeting, person, created, expires, made_by, class)
                     SELECT unhex(value ->> 2), $1, value ->> 0, $3, $4, $5, value ->> 3
                     FROM json_each($2)",
                    meeting.as_str(),
                    &rows,
                    now.0,
                    expires.0,
                    by.as_str(),
                );
                tx.commit().await?;
            }
            Pool::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                changes!(
                    tx,
                    "INSERT INTO accounts (person, login, password, name, created)
                     SELECT person, person, '', name, $3
                     FROM UNNEST($1::text[], $2::text[]) AS new (person, name)
                     ON CONFLICT DO NOTHING",
                    &people,
                    &names,
                    now.0,
                );
                changes!(
                    tx,
                    "UPDATE invitations SET revoked = $3 WHERE meeting = $1 AND used IS NULL
                     AND revoked IS NULL AND person = ANY($2)",
                    meeting.as_str(),
                    &people,
                    now.0,
                );
                let tokens: Vec<Vec<u8>> =
                    invitations.iter().map(|(one, _)| one.token.0.to_vec()).collect();
                let classes: Vec<&str> =
                    invitations.iter().map(|(one, _)| class_code(one.class)).collect();
                changes!(
                    tx,
                    "INSERT INTO invitations (token, meeting, person, created, expires, made_by, class)
                     SELECT token, $1, person, $4, $5, $6, class
                     FROM UNNEST($2::bytea[], $3::text[], $7::text[]) AS new (token, person, class)",
                    meeting.as_str(),
                    tokens,
                    &people,
                    now.0,
                    expires.0,
                    by.as_str(),
                    classes,
                );
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Revokes everything these people were invited with and ends the sessions that it began; the
    /// digests of the ended sessions.
    pub async fn revoke_invitations(
        &self,
        meeting: &MeetingId,
        people: &[PersonId],
        now: Time,
    ) -> Result<Vec<Digest>, StoreError> {
        let names = json(people)?;
        let ended: Vec<Vec<u8>> = match &self.pool {
            Pool::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                changes!(
                    tx,
                    "UPDATE invitations SET revoked = $3 WHERE meeting = $1 AND revoked IS NULL
                     AND person IN (SELECT value FROM json_each($2))",
                    meeting.as_str(),
                    &names,
                    now.0,
                );
                let ended = sqlx::query_scalar(
                    "DELETE FROM sessions WHERE invitation IN (SELECT token FROM invitations
                     WHERE meeting = $1 AND person IN (SELECT value FROM json_each($2)))
                     RETURNING token",
                )
                .bind(meeting.as_str())
                .bind(&names)
                .fetch_all(&mut *tx)
                .await?;
                tx.commit().await?;
                ended
            }
            Pool::Postgres(pool) => {
                let names: Vec<&str> = people.iter().map(PersonId::as_str).collect();
                let mut tx = pool.begin().await?;
                changes!(
                    tx,
                    "UPDATE invitations SET revoked = $3 WHERE meeting = $1 AND revoked IS NULL
                     AND person = ANY($2)",
                    meeting.as_str(),
                    &names,
                    now.0,
                );
                let ended: Vec<Vec<u8>> = sqlx::query_scalar(
                    "DELETE FROM sessions WHERE invitation IN (SELECT token FROM invitations
                     WHERE meeting = $1 AND person = ANY($2)) RETURNING token",
                )
                .bind(meeting.as_str())
                .bind(&names)
                .fetch_all(&mut *tx)
                .await?;
                for token in digests(&ended) {
                    changes!(tx, "SELECT pg_notify($1, $2)", SESSION_BELL, token.hex(),);
                }
                tx.commit().await?;
                ended
            }
        };
        Ok(digests(&ended))
    }

    /// Those of `people` who have a password of their own.
    pub async fn with_password(&self, people: &[PersonId]) -> Result<Vec<PersonId>, StoreError> {
        let found: Vec<String> = match &self.pool {
            Pool::Sqlite(pool) => {
                sqlx::query_scalar(
                    "SELECT person FROM accounts
                     WHERE password <> '' AND person IN (SELECT value FROM json_each($1))",
                )
                .bind(json(people)?)
                .fetch_all(pool)
                .await?
            }
            Pool::Postgres(pool) => {
                sqlx::query_scalar(
                    "SELECT person FROM accounts WHERE password <> '' AND person = ANY($1)",
                )
                .bind(people.iter().map(PersonId::as_str).collect::<Vec<_>>())
                .fetch_all(pool)
                .await?
            }
        };
        Ok(found.into_iter().map(PersonId::from).collect())
    }

    /// Who has used an invitation to a meeting that is still good.
    pub async fn arrived(&self, meeting: &MeetingId) -> Result<Vec<PersonId>, StoreError> {
        let people: Vec<String> = on!(self, pool => {
            sqlx::query_scalar(
                "SELECT person FROM invitations
                 WHERE meeting = $1 AND used IS NOT NULL AND revoked IS NULL",
            )
            .bind(meeting.as_str())
            .fetch_all(pool)
            .await?
        });
        Ok(people.into_iter().map(PersonId::from).collect())
    }

    /// How many of a meeting's invitations are in force, and how many of those were used.
    pub async fn count_invitations(&self, meeting: &MeetingId) -> Result<(i64, i64), StoreError> {
        Ok(on!(self, pool => {
            sqlx::query_as(
                "SELECT COUNT(*), COUNT(used) FROM invitations WHERE meeting = $1 AND revoked IS NULL",
            )
            .bind(meeting.as_str())
            .fetch_one(pool)
            .await?
        }))
    }

    /// Lets in who may come in, in one transaction: each invitation is used, each session is there.
    pub async fn admit(
        &self,
        arrivals: &[Arrival],
        now: Time,
        expires: Time,
    ) -> Result<Vec<Admission>, StoreError> {
        let tokens = arrivals.iter().map(|arrival| arrival.invitation);
        let (rows, tx): (Vec<Row>, _) = match &self.pool {
            Pool::Sqlite(pool) => {
                let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                let rows = sqlx::query_as(
                    "SELECT token, meeting, person, expires, device, revoked, used, device_name
                     FROM invitations
                     WHERE token IN (SELECT unhex(value) FROM json_each($1)) AND EXISTS
                        (SELECT 1 FROM accounts WHERE accounts.person = invitations.person
                         AND password = '' AND closed IS NULL)",
                )
                .bind(json(&tokens.map(|token| token.hex()).collect::<Vec<_>>())?)
                .fetch_all(&mut *tx)
                .await?;
                (rows, Tx::Sqlite(tx))
            }
            Pool::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                let rows = sqlx::query_as(
                    "SELECT token, meeting, person, expires, device, revoked, used, device_name
                     FROM invitations
                     WHERE token = ANY($1) AND EXISTS
                        (SELECT 1 FROM accounts WHERE accounts.person = invitations.person
                         AND password = '' AND closed IS NULL)
                     ORDER BY token FOR UPDATE",
                )
                .bind(tokens.map(|token| token.0.to_vec()).collect::<Vec<_>>())
                .fetch_all(&mut *tx)
                .await?;
                (rows, Tx::Postgres(tx))
            }
        };
        let mut known: HashMap<Vec<u8>, Row> =
            rows.into_iter().map(|row| (row.0.clone(), row)).collect();
        let admissions: Vec<Admission> = arrivals
            .iter()
            .map(|arrival| judge(known.get_mut(arrival.invitation.0.as_slice()), arrival, now))
            .collect();
        let admitted: Vec<Admitted<'_>> = arrivals
            .iter()
            .zip(&admissions)
            .filter_map(|(arrival, admission)| match admission {
                Admission::Admitted { person, meeting } => Some((arrival, person, meeting)),
                Admission::Used { .. } | Admission::Unknown => None,
            })
            .collect();
        tx.let_in(&admitted, now, expires).await?;
        Ok(admissions)
    }
}

/// An invitation is good once, and again for the device that used it: its first answer may have been
/// lost on the way.
fn judge(row: Option<&mut Row>, arrival: &Arrival, now: Time) -> Admission {
    let Some((_, meeting, person, expires, device, revoked, used, name)) = row else {
        return Admission::Unknown;
    };
    if revoked.is_some() || *expires < now.0 {
        return Admission::Unknown;
    }
    let own = arrival.device.0.to_vec();
    if device.get_or_insert_with(|| own.clone()) != &own {
        // Nothing is known of when only where another of the same batch was first: that is now.
        let (device, at) = (name.clone().unwrap_or_default(), used.map_or(now, Time));
        return Admission::Used { device, at };
    }
    name.get_or_insert_with(|| arrival.name.clone());
    Admission::Admitted {
        person: PersonId::from(person.clone()),
        meeting: MeetingId::from(meeting.clone()),
    }
}

type Admitted<'a> = (&'a Arrival, &'a PersonId, &'a MeetingId);

enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    async fn let_in(
        self,
        admitted: &[Admitted<'_>],
        now: Time,
        expires: Time,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(mut tx) => {
                let rows: Vec<[String; 7]> = admitted
                    .iter()
                    .map(|(arrival, person, meeting)| {
                        let Arrival { invitation, device, session, address, name } = arrival;
                        let digests = [invitation, device, session].map(Digest::hex);
                        let [invitation, device, session] = digests;
                        let (person, meeting) = (person.to_string(), meeting.to_string());
                        let (address, name) = (address.clone(), name.clone());
                        [invitation, device, session, person, address, meeting, name]
                    })
                    .collect();
                let rows = json(&rows)?;
                changes!(
                    tx,
                    "UPDATE invitations SET used = coalesce(used, $2), device = unhex(new.device),
                        device_name = coalesce(device_name, new.name)
                     FROM (SELECT unhex(value ->> 0) AS token, value ->> 1 AS device,
                            value ->> 6 AS name FROM json_each($1)) AS new
                     WHERE invitations.token = new.token",
                    &rows,
                    now.0,
                );
                changes!(
                    tx,
                    "INSERT INTO sessions (token, person, screen, created, expires, invitation, device)
                     SELECT unhex(value ->> 2), value ->> 3, value ->> 5, $2, $3, unhex(value ->> 0),
                        value ->> 6 FROM json_each($1)",
                    &rows,
                    now.0,
                    expires.0,
                );
                // Sockets of theirs are told with the next round.
                let surplus: Vec<Vec<u8>> = sqlx::query_scalar(SURPLUS_SQLITE)
                    .bind(&rows)
                    .bind(MOST_SESSIONS)
                    .fetch_all(&mut *tx)
                    .await?;
                for token in surplus {
                    changes!(tx, "DELETE FROM sessions WHERE token = $1", token);
                }
                changes!(
                    tx,
                    "INSERT INTO sign_ins (id, at, login, address, outcome)
                     SELECT lower(hex(randomblob(16))), $2, value ->> 3, value ->> 4, 'invited'
                     FROM json_each($1)",
                    &rows,
                    now.0,
                );
                tx.commit().await?;
            }
            Self::Postgres(mut tx) => {
                let bytes = |part: fn(&Arrival) -> Digest| -> Vec<Vec<u8>> {
                    admitted.iter().map(|(arrival, ..)| part(arrival).0.to_vec()).collect()
                };
                let invitations = bytes(|arrival| arrival.invitation);
                let names: Vec<&str> =
                    admitted.iter().map(|(arrival, ..)| arrival.name.as_str()).collect();
                changes!(
                    tx,
                    "UPDATE invitations SET used = coalesce(used, $3), device = new.device,
                        device_name = coalesce(device_name, new.name)
                     FROM UNNEST($1::bytea[], $2::bytea[], $4::text[]) AS new (token, device, name)
                     WHERE invitations.token = new.token",
                    &invitations,
                    bytes(|arrival| arrival.device),
                    now.0,
                    &names,
                );
                let people: Vec<&str> =
                    admitted.iter().map(|(_, person, _)| person.as_str()).collect();
                let meetings = admitted.iter().map(|(.., meeting)| meeting.as_str());
                changes!(
                    tx,
                    "INSERT INTO sessions (token, person, screen, created, expires, invitation, device)
                     SELECT token, person, meeting, $4, $5, invitation, name
                     FROM UNNEST($1::bytea[], $2::text[], $3::bytea[], $6::text[], $7::text[])
                          AS new (token, person, invitation, meeting, name)",
                    bytes(|arrival| arrival.session),
                    &people,
                    &invitations,
                    now.0,
                    expires.0,
                    meetings.collect::<Vec<_>>(),
                    &names,
                );
                let surplus: Vec<Vec<u8>> = sqlx::query_scalar(SURPLUS_POSTGRES)
                    .bind(&invitations)
                    .bind(MOST_SESSIONS)
                    .fetch_all(&mut *tx)
                    .await?;
                for token in surplus {
                    changes!(tx, "DELETE FROM sessions WHERE token = $1", token);
                }
                let from = admitted.iter().map(|(arrival, ..)| arrival.address.as_str());
                changes!(
                    tx,
                    "INSERT INTO sign_ins (id, at, login, address, outcome)
                     SELECT gen_random_uuid()::text, $3, login, address, 'invited'
                     FROM UNNEST($1::text[], $2::text[]) AS new (login, address)",
                    &people,
                    from.collect::<Vec<_>>(),
                    now.0,
                );
                tx.commit().await?;
            }
        }
        Ok(())
    }
}
