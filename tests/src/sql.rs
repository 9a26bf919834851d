//! A hall's database, past the server: what was left by another version, and how much is there.

use crate::TestServer;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use std::path::Path;

macro_rules! on {
    ($sql:expr, $connection:ident => $body:expr) => {
        match $sql {
            Sql::Sqlite($connection) => $body,
            Sql::Postgres($connection) => $body,
        }
    };
}

/// Somebody else has what writes need, until it is released or dropped.
#[derive(Debug)]
pub struct Held(Sql);

impl TestServer {
    /// Takes the whole database on SQLite, one table on PostgreSQL.
    pub async fn holds(&self, table: &str) -> Held {
        let mut sql = self.sql().await;
        let statement = match sql {
            Sql::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
            Sql::Postgres(_) => format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"),
        };
        let statement = sqlx::raw_sql(AssertSqlSafe(statement));
        on!(&mut sql, connection => _ = statement.execute(connection).await.unwrap());
        Held(sql)
    }
}

impl Held {
    pub async fn release(self) {
        self.0.runs("COMMIT").await;
    }
}

/// A connection of a test's own.
#[derive(Debug)]
pub(crate) enum Sql {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Sql {
    /// The embedded database in a file, made if it is missing.
    pub(crate) async fn sqlite(file: &Path) -> Self {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        // Fixtures are loaded table by table, in whatever order a dump has.
        Self::Sqlite(options.foreign_keys(false).connect().await.unwrap())
    }

    /// A PostgreSQL database.
    pub(crate) async fn postgres(address: &str) -> Self {
        Self::Postgres(PgConnection::connect(address).await.unwrap())
    }

    /// Runs statements.
    pub(crate) async fn runs(self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        on!(self, connection => {
            let mut connection = connection;
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            connection.close().await.unwrap();
        });
    }

    /// The names of all tables.
    pub(crate) async fn tables(self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            Self::Postgres(_) => {
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            }
        };
        on!(self, connection => {
            let mut connection = connection;
            sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap()
        })
    }

    /// The one number that a query gives.
    pub(crate) async fn number(self, query: &str) -> i64 {
        let query = AssertSqlSafe(query.to_owned());
        on!(self, connection => {
            let mut connection = connection;
            sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
        })
    }

    /// The rows of a meeting's log.
    pub(crate) async fn entries(self, meeting: &str) -> Vec<(u64, String, Vec<u8>)> {
        let query =
            "SELECT position, record, hash FROM entries WHERE meeting = $1 ORDER BY position";
        let rows: Vec<(i64, String, Vec<u8>)> = on!(self, connection => {
            let mut connection = connection;
            sqlx::query_as(query).bind(meeting).fetch_all(&mut connection).await.unwrap()
        });
        rows.into_iter().map(|(at, record, hash)| (at.cast_unsigned(), record, hash)).collect()
    }
}
