//! What may happen to the servers while ballots come. Never here: whether they bore it; that is
//! `checker`'s.

use icabinet_models::Command as Do;
use icabinet_models::meeting::MotionsCommand;
use icabinet_tests::{Cluster, On, Shim, TestClient, TestServer, motion};

type Trouble = String;

/// The exit code of a server whose disk failed (`docs/operating.md`).
const DISK_FAILED: i32 = 74;

/// What happens in the middle of a vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The last node is killed; its delegates go on at the others.
    Kill,
    /// The first node is killed and started again.
    Restart,
    /// The last node stands still until the others have gone on without it.
    Stall,
    /// Every delegate's line is cut as soon as his ballot is sent, and he sends it again elsewhere.
    Cut,
    /// The chair closes the vote while ballots come.
    Race,
    /// The database is taken down at once and started again.
    Database,
    /// The database is killed, and its synchronous standby takes its place.
    Standby,
    /// No node hears a doorbell, from the beginning.
    Deaf,
    /// What the nodes send arrives byte by byte.
    Drip,
    /// Delegates take in one byte at a time.
    Sip,
    /// The last node's clock jumps an hour ahead, then an hour behind.
    Clock,
    /// Something strikes at a named point of the last node's commits.
    At { point: String, how: String },
    /// No fault, but a server without one of its guards: the checker must find it.
    Without(Guard),
}

/// What a server is robbed of, to see that the checker notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Syncing, before a power cut.
    Sync,
    /// The stored answers of commands, while every line is cut.
    Idempotence,
    /// The lock of the head row, with two nodes.
    RowLock,
}

impl std::str::FromStr for Fault {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "kill" => Self::Kill,
            "restart" => Self::Restart,
            "stall" => Self::Stall,
            "cut" => Self::Cut,
            "race" => Self::Race,
            "database" => Self::Database,
            "standby" => Self::Standby,
            "deaf" => Self::Deaf,
            "drip" => Self::Drip,
            "sip" => Self::Sip,
            "clock" => Self::Clock,
            "without-sync" => Self::Without(Guard::Sync),
            "without-idempotence" => Self::Without(Guard::Idempotence),
            "without-row-lock" => Self::Without(Guard::RowLock),
            _ => {
                let (point, how) = text.split_once(':').ok_or(())?;
                Self::At { point: point.to_owned(), how: how.to_owned() }
            }
        })
    }
}

impl Fault {
    /// A hall for a conference to which this will happen.
    pub(crate) async fn hall(fault: Option<&Self>, on: On) -> TestServer {
        if fault == Some(&Self::Standby) {
            Cluster::share_with_standby();
        }
        let shim = match fault {
            Some(Self::At { .. } | Self::Clock | Self::Without(Guard::Sync)) => Shim::new(&[]),
            Some(Self::Deaf) => Shim::new(&[(
                "ICABINET_SHIM_SWAP",
                "LISTEN \"icabinet_log\"|LISTEN \"icabinet_xxx\"",
            )]),
            Some(Self::Drip) => Shim::new(&[("ICABINET_SHIM_DRIP", "yes")]),
            Some(Self::Without(Guard::RowLock)) => {
                Shim::new(&[("ICABINET_SHIM_SWAP", " FOR UPDATE|           ")])
            }
            _ => return TestServer::open(on).await,
        };
        TestServer::open_with_shim(on, shim).await
    }

    /// What is done before the conference, once the tables are there.
    pub(crate) async fn prepare(&self, hall: &TestServer) {
        if *self == Self::Without(Guard::Idempotence) {
            // Answers are written in vain.
            let sql = match hall.database() {
                None => {
                    "CREATE TRIGGER forgotten BEFORE INSERT ON answers
                     BEGIN SELECT RAISE(IGNORE); END;"
                }
                Some(_) => "CREATE RULE forgotten AS ON INSERT TO answers DO INSTEAD NOTHING;",
            };
            hall.runs_sql(sql).await;
        }
    }

    /// Whether delegates are cut off as they vote.
    pub(crate) fn cuts(&self) -> bool {
        matches!(self, Self::Cut | Self::Without(Guard::Idempotence))
    }

    /// What is armed before the first ballot is sent.
    pub(crate) fn arm(&self, hall: &TestServer) {
        let last = hall.nodes().len() - 1;
        match self {
            Self::At { point, how } => {
                // In the middle of the answers, of which a batch has many.
                let count = if point == "answered" { 7 } else { 1 };
                hall.arm(last, &format!("{point} {count} {how}"));
            }
            Self::Without(Guard::Sync) => hall.arm(last, "answered 7 power nosync"),
            _ => {}
        }
    }

    /// Lets it happen. The ballots of the round are on their way, and nobody knows how far they are.
    pub(crate) async fn strike(
        &self,
        hall: &mut TestServer,
        chair: &mut TestClient,
    ) -> Result<(), Trouble> {
        let last = hall.nodes().len() - 1;
        match self {
            Self::Kill => hall.kill_node(last),
            Self::Restart => {
                hall.kill();
                again(hall, chair).await;
            }
            Self::Stall => {
                hall.signal_node(last, "-STOP");
                goes_on_without(hall, last, chair).await;
            }
            Self::At { how, .. } if how == "stop" => {
                hall.wait_until_stopped(last)?;
                goes_on_without(hall, last, chair).await;
            }
            Self::At { .. } | Self::Without(Guard::Sync) => {
                let code = hall.wait_until_ended(last)?;
                if matches!(self, Self::At { how, .. } if how == "eio") && code != Some(DISK_FAILED)
                {
                    return Err(format!("the node does not say that its disk failed: {code:?}"));
                }
                hall.arm(last, "");
                if last == 0 {
                    again(hall, chair).await;
                }
            }
            Self::Database => hall.restart_database(),
            Self::Standby => hall.fail_over_database(),
            Self::Clock => {
                hall.arm(last, "clock 3600 now");
                chair
                    .does(Do::Motions(MotionsCommand::AddMotion {
                        draft: motion(None, "Thông qua chương trình"),
                    }))
                    .await;
                hall.arm(last, "clock -3600 now");
            }
            // The first ballots are in the log.
            Self::Race => {
                while hall.number("SELECT COUNT(*) FROM ballots").await == 0 {
                    tokio::task::yield_now().await;
                }
            }
            Self::Cut | Self::Deaf | Self::Drip | Self::Sip | Self::Without(_) => {}
        }
        Ok(())
    }
}

/// The only node starts again. A line of the chair's own that the old one left open would be taken
/// for good.
async fn again(hall: &mut TestServer, chair: &mut TestClient) {
    hall.start();
    *chair = hall.seat("chair").await.at(&chair.meeting());
}

/// The chair's node goes on, whatever the other held when it stopped; then that one does too.
async fn goes_on_without(hall: &TestServer, stopped: usize, chair: &TestClient) {
    chair
        .does(Do::Motions(MotionsCommand::AddMotion {
            draft: motion(None, "Thông qua chương trình"),
        }))
        .await;
    hall.signal_node(stopped, "-CONT");
}
