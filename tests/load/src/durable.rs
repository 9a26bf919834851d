//! A burst of ballots at the plain server (`plain.rs`), by the same open schedule as delegates': all
//! within one second, each timed from the moment it was due. Every one has to be answered.

use crate::clock::{ms, now, quantiles};
use crate::helpers::Helper;
use crate::line::{self, Kind, Line};
use crate::plain::{Ballot, Place};
use icabinet_tests::Cluster;
use mio::{Events, Poll, Token};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How the ballots come: all in this time.
const BURST_NS: u64 = 1_000_000_000;
/// So many connect at the same time.
const AT_ONCE: usize = 64;
/// After so long what is missing is lost.
const PATIENCE_NS: u64 = 600_000_000_000;

/// How far a voter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Joining,
    Live,
    Answered,
}

#[derive(Debug)]
struct Voter {
    line: Line,
    stage: Stage,
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Runs one burst, and prints what it came to.
pub(crate) fn run(connections: usize, postgres: bool) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(told)?;
    let place = if postgres {
        Cluster::share_durable();
        Place::Postgres(Cluster::shared().database())
    } else {
        Place::Sqlite(folder.path().join("ballots.sqlite"))
    };
    let mut server = Helper::start("plain-server")?;
    server.order(&place)?;
    let address: SocketAddr = server.done()?;
    let mut crowd =
        Crowd { poll: Poll::new().map_err(told)?, voters: Vec::new(), times: Vec::new() };
    crowd.come(address, connections)?;
    let last = crowd.vote()?;
    println!(
        "{}",
        json!({"bench": "durable", "peer": "axum, one insert a ballot", "connections": connections,
            "database": if postgres { "postgres" } else { "sqlite" }, "ballots_ms": last,
            "ballots_per_s": per_second(connections, last),
            "ballot_to_answer_ms": quantiles(&mut crowd.times)})
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
fn per_second(count: usize, took_ms: f64) -> f64 {
    (count as f64 * 1e3 / took_ms).round()
}

/// Everybody who votes, on one thread.
struct Crowd {
    poll: Poll,
    voters: Vec<Voter>,
    times: Vec<f64>,
}

impl Crowd {
    /// Lets everyone come; done when everyone has a line.
    fn come(&mut self, address: SocketAddr, count: usize) -> Result<(), String> {
        let request = format!(
            "GET /vote HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let (mut live, give_up) = (0, now() + PATIENCE_NS);
        while live < count {
            while self.voters.len() < count && self.voters.len() < live + AT_ONCE {
                let index = self.voters.len();
                let source = Ipv4Addr::new(127, 1, 9, u8::try_from(index % 8).unwrap_or(0) + 1);
                let (registry, token) = (self.poll.registry(), Token(index));
                let line = Line::connect(registry, token, address, IpAddr::V4(source));
                let mut line = line.map_err(told)?;
                line.send(request.as_bytes()).map_err(told)?;
                self.voters.push(Voter { line, stage: Stage::Joining });
            }
            live += self.hear(u64::MAX, give_up, &|_| 0)?;
        }
        Ok(())
    }

    /// Sends all ballots, and waits for all answers; how long after the first was due the last came.
    fn vote(&mut self) -> Result<f64, String> {
        let count = self.voters.len();
        let from = now();
        let due = |index: usize| from + BURST_NS * index as u64 / count as u64;
        let (mut sent, mut answered) = (0, 0);
        while answered < count {
            while sent < count && due(sent) <= now() {
                let choice = if sent % 5 == 0 { "no" } else { "yes" };
                let voter = i64::try_from(sent).unwrap_or(0);
                let ballot = serde_json::to_vec(&Ballot { voter, choice: choice.to_owned() });
                let ballot = line::masked(Kind::Text, &ballot.map_err(told)?);
                self.voters[sent].line.send(&ballot).map_err(told)?;
                sent += 1;
            }
            let next = if sent < count { due(sent) } else { u64::MAX };
            answered += self.hear(next, from + PATIENCE_NS, &due)?;
        }
        Ok(ms(from, now()))
    }

    /// Takes in what comes until something is due; how many got further.
    fn hear(
        &mut self,
        until: u64,
        give_up: u64,
        due: &dyn Fn(usize) -> u64,
    ) -> Result<usize, String> {
        let mut events = Events::with_capacity(1024);
        let wait = until.min(now() + BURST_NS).saturating_sub(now());
        self.poll.poll(&mut events, Some(Duration::from_nanos(wait))).map_err(told)?;
        if now() > give_up {
            return Err("waited in vain".to_owned());
        }
        let mut further = 0;
        for event in &events {
            let index = event.token().0;
            let Some(voter) = self.voters.get_mut(index) else { continue };
            if voter.further()? {
                further += 1;
                if voter.stage == Stage::Answered {
                    self.times.push(ms(due(index), now()));
                }
            }
        }
        Ok(further)
    }
}

impl Voter {
    /// Reads what is there; whether the line stands now, or the ballot is answered.
    fn further(&mut self) -> Result<bool, String> {
        let mut buffer = [0; 1024];
        self.line.flush().map_err(told)?;
        while let Some(read) = self.line.fill(&mut buffer).map_err(told)? {
            if read == 0 {
                return Err("a line was closed".to_owned());
            }
            self.line.unread.extend_from_slice(&buffer[..read]);
        }
        let next = match self.stage {
            Stage::Joining => match line::answer(&self.line.unread) {
                None => return Ok(false),
                Some((head, _)) if !head.starts_with("http/1.1 101") => return Err(head),
                Some(_) => Stage::Live,
            },
            Stage::Live => match line::frame(&self.line.unread) {
                None => return Ok(false),
                Some(_) => Stage::Answered,
            },
            Stage::Answered => return Ok(false),
        };
        self.line.unread.clear();
        self.stage = next;
        Ok(true)
    }
}
