//! A plain server: axum, and for each ballot one insert, which is answered when it is committed. What
//! anybody would write first; the room's batches are held against it. Never here: order, receipts, a
//! log.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Threads of the server: as many as a peer has workers.
const WORKERS: usize = 2;
/// Connections to PostgreSQL: as many as a node opens.
const CONNECTIONS: u32 = 16;
/// How long a ballot may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(600);

/// Where the ballots are kept: the first line that the server is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    /// A file, written as a node writes its own: a write-ahead log, synced at every commit.
    Sqlite(PathBuf),
    /// The address of an empty database.
    Postgres(String),
}

/// One ballot, as it is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ballot {
    pub(crate) voter: i64,
    pub(crate) choice: String,
}

const TABLE: &str = "CREATE TABLE ballots (voter BIGINT PRIMARY KEY, choice TEXT NOT NULL)";
const INSERT: &str = "INSERT INTO ballots (voter, choice) VALUES ($1, $2)";

#[derive(Clone, Debug)]
enum Ballots {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Ballots {
    async fn open(place: &Place) -> sqlx::Result<Self> {
        Ok(match place {
            Place::Sqlite(file) => {
                let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
                let options = options
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full);
                // It has one writer at a time: more would only wait for each other's lock.
                let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
                let pool = pool.connect_with(options).await?;
                sqlx::query(TABLE).execute(&pool).await?;
                Self::Sqlite(pool)
            }
            Place::Postgres(address) => {
                let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
                let pool = pool.acquire_timeout(PATIENCE).connect(address).await?;
                sqlx::query(TABLE).execute(&pool).await?;
                Self::Postgres(pool)
            }
        })
    }

    /// Keeps a ballot; done when it is on the disk.
    async fn keep(&self, ballot: &Ballot) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(pool) => {
                let query = sqlx::query(INSERT).bind(ballot.voter).bind(&ballot.choice);
                query.execute(pool).await.map(|_| ())
            }
            Self::Postgres(pool) => {
                let query = sqlx::query(INSERT).bind(ballot.voter).bind(&ballot.choice);
                query.execute(pool).await.map(|_| ())
            }
        }
    }
}

async fn vote(State(ballots): State<Ballots>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| answer(socket, ballots))
}

/// Answers each ballot of a line; what goes wrong ends it, and the run with it.
async fn answer(mut socket: WebSocket, ballots: Ballots) {
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let Ok(ballot) = serde_json::from_str::<Ballot>(text.as_str()) else { return };
        if ballots.keep(&ballot).await.is_err() {
            return;
        }
        if socket.send(Message::Text("{\"accepted\":true}".into())).await.is_err() {
            return;
        }
    }
}

/// Serves until it is ended; says where it listens.
pub(crate) fn serve() -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| told(&error))?;
    let place: Place = serde_json::from_str(&line).map_err(|error| told(&error))?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(WORKERS).enable_all().build();
    runtime.map_err(|error| told(&error))?.block_on(async {
        let ballots = Ballots::open(&place).await.map_err(|error| told(&error))?;
        let router = Router::new().route("/vote", any(vote)).with_state(ballots);
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener =
            tokio::net::TcpListener::bind(anywhere).await.map_err(|error| told(&error))?;
        let address = listener.local_addr().map_err(|error| told(&error))?;
        println!("{}", serde_json::json!(address));
        axum::serve(listener, router).await.map_err(|error| told(&error))
    })
}
