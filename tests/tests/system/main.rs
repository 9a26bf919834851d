//! System tests: a real server, from outside, through HTTP and websockets. Each test runs on
//! SQLite and on PostgreSQL.

/// Declares each test twice, once for each database.
macro_rules! on_both {
    ($($(#[$doc:meta])* $name:ident)*) => {
        mod sqlite {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(icabinet_tests::On::Sqlite).await; })*
        }
        mod postgres {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(icabinet_tests::On::Postgres).await; })*
        }
    };
}

mod access;
mod conference;
mod editors;
mod faults;
mod first_load;
mod frames;
mod full;
mod limits;
mod lists;
mod load;
mod metrics;
mod nodes;
mod papers;
mod people;
mod restore;
mod revoked;
mod rolling;
mod secrecy;
mod signing;
mod sound;
mod strangers;
mod texts;
mod upgrade;
mod verify;
mod votes;
mod workers;
