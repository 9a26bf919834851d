//! Public keys of devices, their certificates, and documents that wait for a signature.

use super::{Store, StoreError, json, on};
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{Digest, MeetingId, PersonId, Time};

/// Where a device's key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Waiting for an officer to confirm whose it is.
    Waiting,
    Certified {
        certificate: Vec<u8>,
        not_after: Time,
    },
    Revoked {
        at: Time,
    },
}

/// The public key of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey {
    pub key: String,
    pub person: PersonId,
    pub device: String,
    pub public_key: Vec<u8>,
    pub state: KeyState,
}

/// A PDF that was prepared for one signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningRow {
    pub document: Digest,
    pub meeting: MeetingId,
    pub instrument: Instrument,
    /// What the document was set from; must still hold when the signature comes.
    pub source: Digest,
    pub person: PersonId,
    pub key: String,
    pub created: Time,
}

type Row = (String, String, String, Vec<u8>, String, Option<Vec<u8>>, Option<i64>, Option<i64>);

const COLUMNS: &str =
    "key_id, person, device, public_key, state, certificate, not_after, revoked_at";

fn key(
    (key, person, device, public_key, state, certificate, not_after, revoked): Row,
) -> DeviceKey {
    let state = match (state.as_str(), certificate, not_after) {
        ("certified", Some(certificate), Some(not_after)) => {
            KeyState::Certified { certificate, not_after: Time(not_after) }
        }
        ("revoked", _, _) => KeyState::Revoked { at: Time(revoked.unwrap_or(0)) },
        _ => KeyState::Waiting,
    };
    DeviceKey { key, person: PersonId::from(person), device, public_key, state }
}

impl Store {
    /// Keeps a new public key; the same key of the same person again changes nothing.
    /// `false` if the key belongs to somebody else.
    pub async fn put_key(&self, new: &DeviceKey, now: Time) -> Result<bool, StoreError> {
        let owner: String = on!(self, pool => {
            sqlx::query(
                "INSERT INTO device_keys (key_id, person, device, public_key, state, created)
                 VALUES ($1, $2, $3, $4, 'waiting', $5) ON CONFLICT DO NOTHING",
            )
            .bind(&new.key)
            .bind(new.person.as_str())
            .bind(&new.device)
            .bind(&new.public_key)
            .bind(now.0)
            .execute(pool)
            .await?;
            sqlx::query_scalar("SELECT person FROM device_keys WHERE public_key = $1")
                .bind(&new.public_key)
                .fetch_one(pool)
                .await?
        });
        Ok(owner == new.person.as_str())
    }

    /// One key.
    pub async fn key(&self, id: &str) -> Result<Option<DeviceKey>, StoreError> {
        // Hexadecimal digits: PostgreSQL is not asked for what it can't hold.
        if !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM device_keys WHERE key_id = $1"));
        let row: Option<Row> =
            on!(self, pool => sqlx::query_as(sql).bind(id).fetch_optional(pool).await?);
        Ok(row.map(key))
    }

    /// All keys, those that wait first; `person` narrows them to one owner.
    pub async fn keys(&self, person: Option<&PersonId>) -> Result<Vec<DeviceKey>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM device_keys WHERE $1 = '' OR person = $1
             ORDER BY CASE state WHEN 'waiting' THEN 0 ELSE 1 END, created DESC, key_id"
        ));
        let person = person.map_or("", PersonId::as_str);
        let rows: Vec<Row> =
            on!(self, pool => sqlx::query_as(sql).bind(person).fetch_all(pool).await?);
        Ok(rows.into_iter().map(key).collect())
    }

    /// Puts a certificate to a waiting key; `false` if it isn't waiting.
    pub async fn certify_key(
        &self,
        id: &str,
        certificate: &[u8],
        serial: u128,
        not_after: Time,
        by: &PersonId,
    ) -> Result<bool, StoreError> {
        let changed = on!(self, pool => {
            sqlx::query(
                "UPDATE device_keys SET state = 'certified', certificate = $2, not_after = $3,
                    serial = $4, confirmed_by = $5 WHERE key_id = $1 AND state = 'waiting'",
            )
            .bind(id)
            .bind(certificate)
            .bind(not_after.0)
            .bind(serial.to_string())
            .bind(by.as_str())
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Serial numbers (decimal) and times of all revoked certificates.
    pub async fn revoked_serials(&self) -> Result<Vec<(u128, Time)>, StoreError> {
        let rows: Vec<(String, i64)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT serial, revoked_at FROM device_keys
                 WHERE state = 'revoked' AND serial IS NOT NULL AND revoked_at IS NOT NULL",
            )
            .fetch_all(pool)
            .await?
        });
        // One that can't be read must not drop off the list in silence.
        let unreadable = |_| StoreError::Unreadable("a key's serial number".to_owned());
        let parsed = rows
            .into_iter()
            .map(|(serial, at)| Ok((serial.parse().map_err(unreadable)?, Time(at))));
        parsed.collect()
    }

    /// Revokes a key, once: the first date stays. `false` if it was revoked already.
    pub async fn revoke_key(&self, id: &str, now: Time) -> Result<bool, StoreError> {
        let changed = on!(self, pool => {
            sqlx::query(
                "UPDATE device_keys SET state = 'revoked', revoked_at = $2
                 WHERE key_id = $1 AND state <> 'revoked'",
            )
            .bind(id)
            .bind(now.0)
            .execute(pool)
            .await?
            .rows_affected()
        });
        Ok(changed == 1)
    }

    /// Keeps that a document was prepared for a signer.
    pub async fn put_signing(&self, row: &SigningRow) -> Result<(), StoreError> {
        let instrument = json(&row.instrument)?;
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO signings (document, meeting, instrument, source, person, key_id, created)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (document) DO NOTHING",
            )
            .bind(row.document.hex())
            .bind(row.meeting.as_str())
            .bind(&instrument)
            .bind(row.source.hex())
            .bind(row.person.as_str())
            .bind(&row.key)
            .bind(row.created.0)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// A document that was prepared.
    pub async fn signing(&self, document: &Digest) -> Result<Option<SigningRow>, StoreError> {
        let row: Option<(String, String, String, String, String, i64)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT meeting, instrument, source, person, key_id, created FROM signings
                 WHERE document = $1",
            )
            .bind(document.hex())
            .fetch_optional(pool)
            .await?
        });
        let Some((meeting, instrument, source, person, key, created)) = row else {
            return Ok(None);
        };
        let unreadable = |what: &str| StoreError::Unreadable(format!("signing: {what}"));
        Ok(Some(SigningRow {
            document: *document,
            meeting: MeetingId::from(meeting),
            instrument: serde_json::from_str(&instrument).map_err(|_| unreadable("instrument"))?,
            source: Digest::from_hex(&source).ok_or_else(|| unreadable("source"))?,
            person: PersonId::from(person),
            key,
            created: Time(created),
        }))
    }
}
