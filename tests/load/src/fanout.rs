//! The same load on a peer: one message is published, and every client is to have it, once. Nothing
//! else happens: a peer knows no ballots, no order and no log. It has two workers, and the clients
//! are in processes of their own, as delegates are.

use crate::clock::{ms, now, quantiles};
use crate::floor;
use crate::helpers::Helper;
use crate::line;
use crate::listeners::{Ask, Heard, message};
use crate::peer::{Peer, Running};
use crate::process::cpu_ms;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

type Trouble = String;

fn told(error: impl std::fmt::Display) -> Trouble {
    error.to_string()
}

/// Processes that the clients are in, and workers of a peer.
const PROCESSES: usize = 2;
/// How long the answer to publishing may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a run is made.
#[derive(Debug)]
pub(crate) struct Plan {
    peer: Peer,
    connections: usize,
    bytes: usize,
    rounds: u64,
    /// Where the peers are kept.
    peers: PathBuf,
    /// What starts the peer, if not the usual command.
    command: Option<String>,
}

impl Plan {
    /// What the words of a command line say, if they make sense.
    pub(crate) fn told(word: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let number = |name: &str, usual: usize| match word(name) {
            None => Some(usual),
            Some(text) => text.parse().ok().filter(|number| *number > 0),
        };
        Some(Self {
            peer: word("--peer")?.parse().ok()?,
            connections: number("--connections", 1_000)?,
            // A message begins with its number.
            bytes: number("--bytes", 160).filter(|bytes| *bytes >= 12)?,
            rounds: number("--rounds", 5)? as u64,
            peers: word("--peers").map_or_else(|| PathBuf::from("tests/load/peers"), PathBuf::from),
            command: word("--command"),
        })
    }

    fn say(&self, mut said: Value) {
        said["bench"] = json!("fanout");
        said["peer"] = json!(self.peer.name());
        said["connections"] = json!(self.connections);
        said["bytes"] = json!(self.bytes);
        println!("{said}");
    }
}

/// All helper processes with all clients.
struct Audience(Vec<Helper>);

impl Audience {
    /// Lets everyone come; done when everyone is there.
    fn come(plan: &Plan, address: SocketAddr) -> Result<Self, Trouble> {
        let helpers = (0..PROCESSES).map(|_| Helper::start("listeners"));
        let mut audience = Self(helpers.collect::<Result<_, _>>()?);
        for (index, helper) in (0u8..).zip(&mut audience.0) {
            let sources = (1..=8).map(|n| IpAddr::V4(Ipv4Addr::new(127, 1, index, n)));
            helper.order(&Ask::Come {
                peer: plan.peer,
                address,
                sources: sources.collect(),
                count: (plan.connections + usize::from(index)) / PROCESSES,
                bytes: plan.bytes,
            })?;
        }
        audience.wait()?;
        audience.report()?;
        Ok(audience)
    }

    fn ask(&mut self, ask: &Ask) -> Result<(), Trouble> {
        self.0.iter_mut().try_for_each(|helper| helper.order(ask))
    }

    /// Waits for an answer of each.
    fn wait(&mut self) -> Result<Heard, Trouble> {
        let mut sum = Heard::default();
        for helper in &mut self.0 {
            let Heard { times, doubled, failures } = helper.done()?;
            sum.times.extend(times);
            sum.doubled += doubled;
            sum.failures.extend(failures);
        }
        match sum.failures.first() {
            None => Ok(sum),
            Some(first) => Err(format!("{} failures, the first: {first}", sum.failures.len())),
        }
    }

    /// What was heard since the last report.
    fn report(&mut self) -> Result<Heard, Trouble> {
        self.ask(&Ask::Report)?;
        self.wait()
    }

    /// Processor time of the clients so far.
    fn cpu_ms(&self) -> u64 {
        self.0.iter().map(|helper| cpu_ms(helper.pid())).sum()
    }
}

/// Measures the kernel's floor and then the peer; a line for each round, and one for all of them.
pub(crate) fn run(plan: &Plan) -> Result<(), Trouble> {
    // One writer is what a node has; the peers have two.
    for writers in [1, PROCESSES] {
        let mut floor = floor::for_writers(plan.connections, plan.bytes, writers)?;
        floor["bench"] = json!("fanout");
        println!("{floor}");
    }
    let running = Running::start(plan.peer, &plan.peers, plan.command.as_deref())?;
    let (empty, before) = (running.descriptors(), running.memory_kb());
    let began = now();
    let mut audience = Audience::come(plan, running.address)?;
    let took = ms(began, now());
    // Everyone has been sent to once: what coming needed has been put away.
    publish(plan, &running, &mut audience, 1)?;
    audience.report()?;
    let kb = each(running.memory_kb().saturating_sub(before), plan.connections as u64);
    let taken = running.descriptors();
    let by_worker: Vec<usize> =
        taken.iter().zip(&empty).map(|(taken, empty)| taken.saturating_sub(*empty)).collect();
    plan.say(
        json!({"what": "connected", "ms": took.round(), "kb_each": kb, "by_worker": by_worker}),
    );
    let cpu_before = running.cpu_ms();
    for round in 1..=plan.rounds {
        hear(plan, &running, &mut audience, round, kb)?;
    }
    let (cpu, deliveries) = (running.cpu_ms() - cpu_before, plan.connections as u64 * plan.rounds);
    plan.say(json!({"what": "sum", "rounds": plan.rounds, "cpu_ms": cpu,
        "cpu_s_per_million_deliveries": each(cpu * 1000, deliveries)}));
    // A second copy of the last message would come before the one after it.
    publish(plan, &running, &mut audience, plan.rounds + 2)?;
    once(&audience.report()?)
}

/// Publishes a message and waits until every client has it; when it went off.
fn publish(
    plan: &Plan,
    running: &Running,
    audience: &mut Audience,
    sequence: u64,
) -> Result<u64, Trouble> {
    audience.ask(&Ask::Expect { sequence })?;
    audience.wait()?;
    let mut line = TcpStream::connect(running.address).map_err(told)?;
    line.set_nodelay(true).and_then(|()| line.set_read_timeout(Some(PATIENCE))).map_err(told)?;
    // Whatever is answered, a worker has taken the line.
    let asking = format!("GET /publish HTTP/1.1\r\nhost: {}\r\n\r\n", running.address);
    line.write_all(asking.as_bytes()).map_err(told)?;
    answered(&mut line)?;
    let request = publishing(running.address, &message(sequence, plan.bytes));
    let published = now();
    line.write_all(&request).map_err(told)?;
    audience.wait()?;
    let head = answered(&mut line)?;
    if head.starts_with("http/1.1 2") { Ok(published) } else { Err(head) }
}

/// One message, from just before it is published to every client. Copies of earlier ones count as
/// doubled here too.
fn hear(
    plan: &Plan,
    running: &Running,
    audience: &mut Audience,
    round: u64,
    kb_each: f64,
) -> Result<(), Trouble> {
    let (cpu_before, load_before) = (running.cpu_ms(), audience.cpu_ms());
    let published = publish(plan, running, audience, round + 1)?;
    let (cpu, load) = (running.cpu_ms() - cpu_before, audience.cpu_ms() - load_before);
    let heard = audience.report()?;
    let mut times: Vec<f64> = heard.times.iter().map(|at| ms(published, *at)).collect();
    let lost = plan.connections.saturating_sub(times.len());
    plan.say(json!({"round": round, "deliveries": times.len(), "lost": lost,
        "doubled": heard.doubled, "to_clients_ms": quantiles(&mut times), "cpu_ms": cpu,
        "load_cpu_ms": load, "kb_each": kb_each}));
    if lost > 0 {
        return Err(format!("{lost} deliveries were lost"));
    }
    once(&heard)
}

fn once(heard: &Heard) -> Result<(), Trouble> {
    match heard.doubled {
        0 => Ok(()),
        doubled => Err(format!("{doubled} deliveries came twice")),
    }
}

/// The request that publishes a message.
fn publishing(address: SocketAddr, message: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /publish HTTP/1.1\r\nhost: {address}\r\ncontent-type: text/plain\r\n\
         content-length: {}\r\n\r\n",
        message.len()
    );
    [head.as_bytes(), message].concat()
}

/// Reads an answer; its head.
fn answered(line: &mut TcpStream) -> Result<String, Trouble> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        if let Some((head, _)) = line::answer(&bytes) {
            return Ok(head);
        }
        match line.read(&mut buffer).map_err(told)? {
            0 => return Err("nothing answered".to_owned()),
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
fn each(sum: u64, count: u64) -> f64 {
    (sum as f64 * 100.0 / count.max(1) as f64).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(words: &[(&str, &str)]) -> Option<Plan> {
        let word = |name: &str| {
            let found = words.iter().find(|(called, _)| *called == name)?;
            Some(found.1.to_owned())
        };
        Plan::told(word)
    }

    #[test]
    fn a_plan_that_makes_no_sense_is_none() {
        let plan = told(&[("--peer", "nchan"), ("--bytes", "1000")]).unwrap();
        assert_eq!((plan.peer, plan.bytes, plan.rounds), (Peer::Nchan, 1000, 5));
        assert!(told(&[]).is_none());
        assert!(told(&[("--peer", "nginx")]).is_none());
        assert!(told(&[("--peer", "ws"), ("--bytes", "11")]).is_none());
        assert!(told(&[("--peer", "ws"), ("--rounds", "0")]).is_none());
        assert!(told(&[("--peer", "ws"), ("--connections", "many")]).is_none());
    }

    #[test]
    fn publishing_says_how_long_the_message_is() {
        let text = publishing(SocketAddr::from(([127, 0, 0, 1], 80)), b"000000000001");
        let text = String::from_utf8(text).unwrap();
        assert!(text.starts_with("POST /publish HTTP/1.1\r\nhost: 127.0.0.1:80\r\n"));
        assert!(text.ends_with("content-length: 12\r\n\r\n000000000001"));
    }
}
