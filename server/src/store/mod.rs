//! All SQL and all blobs. Two databases, one set of questions: SQLite (embedded, one node) and
//! PostgreSQL (several nodes). Never here: a rule about meetings; what a list shows of them is in
//! `projections`.

mod accounts;
mod blobs;
mod carried;
mod endings;
mod invitations;
mod jobs;
mod keys;
mod log;
mod projections;
mod screens;
mod sessions;
mod sign_ins;
mod uploads;

pub use accounts::{Account, NewAccount};
pub use blobs::{BlobError, Blobs};
pub use carried::Carried;
pub use endings::{Because, Ended};
pub use invitations::{Admission, Arrival, Invitation};
pub use jobs::Job;
pub use keys::{DeviceKey, KeyState, SigningRow};
pub use log::{Append, Batch, Logged};
pub use projections::{Changes, Cursor, Listed};
pub(crate) use projections::{Touched, Unfinished};
pub use screens::ScreenRow;
pub use sessions::{Beginning, Begun, DEVICE_MS, OwnSession, Principal};
pub use sign_ins::{Failed, Failure};

use icabinet_models::record::RECORD_VERSION;
use sqlx::Connection as _;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::net::IpAddr;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::{RwLock, watch};

/// The channel that rings when a log grows: the meeting and the position.
pub(crate) const LOG_BELL: &str = "icabinet_log";
/// The channel that rings when a session ends: the digest of its token.
pub(crate) const SESSION_BELL: &str = "icabinet_session";

/// SQLite's codes for a write, a sync of a file and a sync of its folder that failed
/// (SQLITE_IOERR_WRITE, _FSYNC, _DIR_FSYNC). PostgreSQL ends by itself in that case.
const DISK_FAILED: [&str; 3] = ["778", "1034", "1290"];

/// Connections that the rooms of a node share.
const ROOM_CONNECTIONS: u32 = 4;
/// How long anybody but a room waits for SQLite's one writer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long SQLite itself lets a room wait for the writer: `log` asks again, more often.
const ROOM_PATIENCE: Duration = Duration::from_millis(5);

/// How long a node may hold a transaction without saying anything, in milliseconds.
const STALLED_MS: &str = "3000";

/// What went wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full")]
    Full,
    #[error("the database doesn't answer: {0}")]
    Database(sqlx::Error),
    /// What was written may not be on the disk, and writing it again would not tell.
    #[error("the disk failed under the database: {0}")]
    Disk(sqlx::Error),
    #[error("the disk failed before; this server is ending")]
    Ending,
    #[error("the database can't be brought up to date: {0}")]
    Migration(MigrateError),
    #[error(
        "a newer i-Cabinet has written this database (its version is {found}, this program knows {known}): start the newer program, or restore a backup from before the upgrade; nothing was changed"
    )]
    Newer { found: i64, known: i64 },
    #[error(
        "a newer i-Cabinet on another node has written a record of version {found}, this program knows {known}: upgrade this node; what is stored is whole"
    )]
    Outdated { found: u32, known: u32 },
    #[error("what is stored can't be read: {0}")]
    Unreadable(String),
    #[error("something can't be written: {0}")]
    Unwritable(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_FULL is 13; PostgreSQL's class 53 says insufficient resources, 53100 disk full.
        let full = error.as_database_error().and_then(|e| e.code().map(|code| code.into_owned()));
        match full.as_deref() {
            Some("13" | "53100") => Self::Full,
            Some(code) if DISK_FAILED.contains(&code) => Self::Disk(error),
            _ => Self::Database(error),
        }
    }
}

/// A value as the database keeps it. What can't be written fails whatever it is for: a row that says less
/// would be worse.
pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unwritable(error.to_string()))
}

/// Why the database wasn't brought up to date. One that knows more than this program was written
/// by a newer one: nothing is tried on it.
fn not_migrated(error: MigrateError, migrations: &Migrator) -> StoreError {
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or_default();
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library may add errors")]
    match error {
        MigrateError::VersionMissing(found) if found > known => StoreError::Newer { found, known },
        error => StoreError::Migration(error),
    }
}

/// The connection pool of the configured database.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The store.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: Pool,
    /// Changes when a backup is restored.
    epoch: String,
    /// Set for good when the disk failed: nothing more is committed by this process.
    failed: Arc<watch::Sender<bool>>,
    /// The version of a record that this program is too old for, once one was met; 0 before.
    outdated: Arc<AtomicU32>,
    /// Whose turn it is with SQLite's one writer: held by a room while it commits, passed by everybody
    /// else on the way to a connection. It is fair, so neither waits for more than what came before.
    turn: Arc<RwLock<()>>,
}

/// Runs the same code on whichever pool there is; the SQL is common to both.
macro_rules! on {
    ($store:expr, $pool:ident => $body:expr) => {
        match &$store.pool {
            $crate::store::Pool::Sqlite($pool) => $body,
            $crate::store::Pool::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on;

/// Runs a statement with these values in a transaction; how many rows it changed.
macro_rules! changes {
    ($tx:ident, $sql:expr $(, $value:expr)* $(,)?) => {
        sqlx::query($sql)$(.bind($value))*.execute(&mut *$tx).await?.rows_affected()
    };
}
pub(crate) use changes;

/// A database on another machine has to prove that it is the one, unless the operator says how sure he
/// wants to be (`sslmode`).
fn proven(options: PgConnectOptions, url: &str) -> PgConnectOptions {
    let host = options.get_host();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let mut asked = url.split_once('?').map_or("", |(_, asked)| asked).split('&');
    let said = asked.any(|asked| asked.starts_with("sslmode=") || asked.starts_with("ssl-mode="))
        || std::env::var_os("PGSSLMODE").is_some();
    match (here, said) {
        (true, _) => options,
        (false, false) => options.ssl_mode(PgSslMode::VerifyFull),
        (false, true) => {
            if !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
                tracing::warn!(
                    host,
                    "the database is on another machine and need not prove that it is the one: say \
                     sslmode=verify-full"
                );
            }
            options
        }
    }
}

/// A full disk makes SQLite roll back by itself; what sqlx then sends in vain leaves it believing that
/// the transaction is still open. Such a connection would refuse every later one: it is closed instead
/// of being kept.
fn kept_whole(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_release(
        |connection, _| {
            Box::pin(async move {
                // Behind the rollback in the connection's queue.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        },
    )
}

impl Store {
    /// Opens the embedded database at `path`, creating and migrating it.
    pub async fn open_sqlite(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE);
        let turn = Arc::<RwLock<()>>::default();
        let rooms = Arc::clone(&turn);
        // A room that came first commits first: what strangers cause never stands before a vote but for
        // the few that are at work already.
        let pool = kept_whole(4).before_acquire(move |_, _| {
            let rooms = Arc::clone(&rooms);
            Box::pin(async move {
                drop(rooms.read().await);
                Ok(true)
            })
        });
        let pool = pool.connect_with(options).await?;
        let migrations = sqlx::migrate!("../migrations/sqlite");
        migrations.run(&pool).await.map_err(|error| not_migrated(error, &migrations))?;
        Self::finish(Pool::Sqlite(pool), turn).await
    }

    /// Opens a PostgreSQL database, migrating it.
    pub async fn open_postgres(url: &str, connections: u32) -> Result<Self, StoreError> {
        // A node that stalls in the middle of a batch holds the meeting's head row: after this long
        // its transaction is ended, and the other nodes go on. It reads the log anew when it wakes.
        let options = proven(PgConnectOptions::from_str(url)?, url)
            .options([("idle_in_transaction_session_timeout", STALLED_MS)]);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await?;
        let migrations = sqlx::migrate!("../migrations/postgres");
        migrations.run(&pool).await.map_err(|error| not_migrated(error, &migrations))?;
        Self::finish(Pool::Postgres(pool), Arc::default()).await
    }

    async fn finish(pool: Pool, turn: Arc<RwLock<()>>) -> Result<Self, StoreError> {
        let failed = Arc::new(watch::Sender::new(false));
        let outdated = Arc::default();
        let mut store = Self { pool, epoch: String::new(), failed, outdated, turn };
        let fresh = uuid::Uuid::new_v4().simple().to_string();
        on!(store, pool => {
            sqlx::query("INSERT INTO meta (name, value) VALUES ('epoch', $1) ON CONFLICT (name) DO NOTHING")
                .bind(&fresh)
                .execute(pool)
                .await?;
        });
        store.epoch = on!(store, pool => {
            sqlx::query_scalar("SELECT value FROM meta WHERE name = 'epoch'").fetch_one(pool).await?
        });
        Ok(store)
    }

    /// The same database for the rooms, with connections of their own: no vote waits until strangers
    /// are done with theirs. They belong to the runtime that first uses them.
    pub fn for_rooms(&self) -> Self {
        let pool = match &self.pool {
            Pool::Sqlite(pool) => {
                let options = (*pool.connect_options()).clone().busy_timeout(ROOM_PATIENCE);
                Pool::Sqlite(kept_whole(ROOM_CONNECTIONS).connect_lazy_with(options))
            }
            Pool::Postgres(pool) => {
                let options = PgPoolOptions::new()
                    .max_connections(ROOM_CONNECTIONS)
                    .acquire_timeout(Duration::from_secs(10));
                Pool::Postgres(options.connect_lazy_with((*pool.connect_options()).clone()))
            }
        };
        let (failed, outdated) = (Arc::clone(&self.failed), Arc::clone(&self.outdated));
        let turn = Arc::clone(&self.turn);
        Self { pool, epoch: self.epoch.clone(), failed, outdated, turn }
    }

    /// The epoch of this database: views of another epoch are void.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// The disk failed under a commit: from now on this process commits nothing.
    pub fn fail(&self) {
        self.failed.send_replace(true);
    }

    /// Whether the disk failed under a commit.
    pub fn has_failed(&self) -> bool {
        *self.failed.borrow()
    }

    /// A newer program has written what this one can't read: other nodes serve from now on.
    ///
    /// # Errors
    /// [`StoreError::Outdated`].
    pub fn up_to_date(&self) -> Result<(), StoreError> {
        match self.outdated.load(Ordering::Relaxed) {
            0 => Ok(()),
            found => Err(StoreError::Outdated { found, known: RECORD_VERSION }),
        }
    }

    /// Waits until the disk fails.
    pub async fn failure(&self) {
        // The channel is open as long as `self` lives.
        let _ = self.failed.subscribe().wait_for(|failed| *failed).await;
    }

    /// Begins a new epoch: what was read of this database before is void. After a backup was
    /// restored, when tablets may have seen more than is there.
    pub async fn begin_epoch(&self) -> Result<(), StoreError> {
        let fresh = uuid::Uuid::new_v4().simple().to_string();
        on!(self, pool => {
            sqlx::query("UPDATE meta SET value = $1 WHERE name = 'epoch'")
                .bind(fresh)
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Whether several nodes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.pool, Pool::Postgres(_))
    }

    /// Whether the database can be written to right now, by this program.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.up_to_date()?;
        let now = crate::clock::now().0.to_string();
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO meta (name, value) VALUES ('ready', $1)
                 ON CONFLICT (name) DO UPDATE SET value = $1",
            )
            .bind(now)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// What rings when another node appends or ends a session; `None` where there is one node only.
    pub async fn doorbells(&self) -> Result<Option<PgListener>, StoreError> {
        match &self.pool {
            Pool::Sqlite(_) => Ok(None),
            Pool::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen_all([LOG_BELL, SESSION_BELL]).await?;
                Ok(Some(listener))
            }
        }
    }

    /// Closes the pool; waits for what is under way.
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

#[cfg(test)]
mod tests {
    use super::{PgConnectOptions, PgSslMode, proven};
    use std::str::FromStr as _;

    #[test]
    fn a_database_on_another_machine_proves_itself_unless_the_operator_says_otherwise() {
        for (url, verified) in [
            ("postgres://ica@db.hop.vn/icabinet", true),
            ("postgres://ica@10.0.0.7/icabinet", true),
            ("postgres://ica@db.hop.vn/icabinet?sslrootcert=/etc/ca.pem", true),
            ("postgres://ica@127.0.0.1.hop.vn/icabinet", true),
            ("postgres://ica@db.hop.vn/sslmode=require", true),
            ("postgres://ica@db.hop.vn/icabinet?sslmode=require", false),
            ("postgres://ica@localhost/icabinet", false),
            ("postgres://ica@127.0.0.1:5433/icabinet", false),
            ("postgres://ica@[::1]/icabinet", false),
            ("postgres:///icabinet?host=/var/run/postgresql", false),
        ] {
            let options = proven(PgConnectOptions::from_str(url).unwrap(), url);
            let full = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
            assert_eq!(full, verified, "{url}");
        }
    }
}
