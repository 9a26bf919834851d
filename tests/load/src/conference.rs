//! The whole conference, as its secretary and chair hold it, and what it came to.

use crate::clock::{ms, now, quantiles};
use crate::helper::{Done, Order, Seen};
use crate::process::{cpu_ms, kernel_kb, resident_kb};
use icabinet_models::Command as Do;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{ItemId, MotionId, VoteId};
use icabinet_models::profile::Profile;
use icabinet_models::votes::Tally;
use icabinet_tests::{Hall, On, Seat, delegates, item, motion, office, particulars};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// How a run is made.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) delegates: usize,
    pub(crate) nodes: usize,
    pub(crate) postgres: bool,
    pub(crate) processes: usize,
    /// Nothing waits for a moment, and nothing is measured: for tests.
    pub(crate) at_once: bool,
    pub(crate) fault: Option<Fault>,
}

/// What happens to a node while ballots come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The last node is killed; its delegates go on at the others.
    Kill,
    /// The first node is killed and started again.
    Restart,
    /// The last node stands still until the others have gone on without it.
    Stall,
}

impl Plan {
    /// Over how long something is spread: not at all where nothing is measured.
    fn spread(&self, ms: u64) -> u64 {
        if self.at_once { 0 } else { ms }
    }

    /// When an order begins: a little later, so that all processes have it by then.
    fn begin(&self) -> u64 {
        now() + self.spread(100) * 1_000_000
    }
}

/// How the votes of one round come: all in this time, by an open schedule.
const BURST_MS: u64 = 1_000;
/// Bytes of a delivery whose floor is measured in the same run.
const DELIVERY: usize = 160;
/// Rounds of a vote.
const ROUNDS: u32 = 3;
/// The round in which a fault strikes.
const FAULT_ROUND: u32 = 2;

type Trouble = String;

/// A helper process with its share of the delegates.
struct Helper {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Helper {
    fn start() -> Result<Self, Trouble> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(own)
            .arg("delegates")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let orders = child.stdin.take().ok_or("no way in")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way out")?);
        Ok(Self { child, orders, answers })
    }

    fn order(&mut self, order: &Order) -> Result<(), Trouble> {
        let line = serde_json::to_string(order).map_err(|error| error.to_string())?;
        writeln!(self.orders, "{line}").map_err(|error| error.to_string())
    }

    fn done(&mut self) -> Result<Done, Trouble> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|_| "a helper ended early".to_owned())
    }
}

/// Gives all helpers an order and waits until all have carried it out.
fn all(helpers: &mut [Helper], order: &Order) -> Result<Done, Trouble> {
    for helper in helpers.iter_mut() {
        helper.order(order)?;
    }
    gather(helpers)
}

fn gather(helpers: &mut [Helper]) -> Result<Done, Trouble> {
    let mut sum = Done::default();
    for helper in helpers {
        let done = helper.done()?;
        sum.times.extend(done.times);
        sum.last = sum.last.max(done.last);
        sum.failures.extend(done.failures);
        let Seen { opened, closed, deliveries, bytes, gaps, doubled, cut } = done.seen;
        sum.seen.opened.extend(opened);
        sum.seen.closed.extend(closed);
        sum.seen.deliveries += deliveries;
        sum.seen.bytes += bytes;
        sum.seen.gaps += gaps;
        sum.seen.doubled += doubled;
        sum.seen.cut += cut;
    }
    match sum.failures.first() {
        None => Ok(sum),
        Some(first) => Err(format!("{} failures, the first: {first}", sum.failures.len())),
    }
}

/// The communes of the conference that this is measured against.
const COMMUNES: usize = 579;

pub(crate) fn run(plan: &Plan) -> Result<(), Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(hold(plan))
}

fn say(plan: &Plan, what: &str, mut said: Value) {
    said["bench"] = json!("live");
    said["what"] = json!(what);
    said["delegates"] = json!(plan.delegates);
    said["nodes"] = json!(plan.nodes);
    said["database"] = json!(if plan.postgres { "postgres" } else { "sqlite" });
    println!("{said}");
}

async fn hold(plan: &Plan) -> Result<(), Trouble> {
    if !plan.at_once {
        println!("{}", crate::floor::run(plan.delegates, DELIVERY)?);
    }
    let mut hall = Hall::open(if plan.postgres { On::Postgres } else { On::Sqlite }).await;
    for _ in 1..plan.nodes {
        hall.another_node();
    }
    let nodes = hall.nodes();
    let secretary = hall.seat("secretary").await;
    let (secretary, meeting, tokens) = prepare(plan, &secretary).await?;
    let mut chair = hall.seat("chair").await.at(&meeting);
    let mut helpers = Vec::new();
    for _ in 0..plan.processes {
        helpers.push(Helper::start()?);
    }
    let addresses: Vec<SocketAddr> =
        nodes.iter().filter_map(|(base, _)| base.strip_prefix("http://")?.parse().ok()).collect();
    for (index, helper) in helpers.iter_mut().enumerate() {
        let share: Vec<String> =
            tokens.iter().skip(index).step_by(plan.processes).cloned().collect();
        let sources = (0..8u8).map(|n| {
            let process = u8::try_from(index).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::new(127, 1, process, n + 1))
        });
        helper.order(&Order::Begin {
            nodes: addresses.clone(),
            sources: sources.collect(),
            meeting: meeting.to_string(),
            tokens: share,
        })?;
    }
    gather(&mut helpers)?;
    let pids: Vec<u32> = nodes.iter().map(|(_, pid)| *pid).collect();
    arrive(plan, &mut helpers, &pids, &secretary).await?;
    let position = open_session(&chair).await;
    // What is measured next begins when nobody is behind.
    all(&mut helpers, &Order::Reach { position })?;
    for round in 1..=ROUNDS {
        vote(plan, &mut helpers, &mut hall, &mut chair, round).await?;
    }
    let pids: Vec<u32> = hall.nodes().iter().map(|(_, pid)| *pid).collect();
    storm(plan, &mut helpers, &pids, &chair).await?;
    for helper in &mut helpers {
        // They end when their line is closed; nothing is lost by ending them.
        let _ = helper.child.kill();
        let _ = helper.child.wait();
    }
    Ok(())
}

/// A convened conference and the tokens of everyone's invitation.
async fn prepare(
    plan: &Plan,
    secretary: &Seat,
) -> Result<(Seat, icabinet_models::ids::MeetingId, Vec<String>), Trouble> {
    let mut everyone = office();
    everyone.extend(delegates(plan.delegates, COMMUNES));
    let meeting = secretary.creates_as(&particulars(), &everyone, Profile::conference()).await;
    let secretary = secretary.at(&meeting);
    secretary.does(Do::AddItem { draft: item("Báo cáo", Level::Internal) }).await;
    for round in 1..=ROUNDS {
        let text = format!("Thông qua nội dung {round}");
        secretary.does(Do::AddMotion { draft: motion(Some(ItemId(1)), &text) }).await;
    }
    secretary.does(Do::Convene {}).await;
    let began = now();
    let path = "/api/meetings/{m}/invitations";
    let (status, made) = secretary.post(path, &json!({"people": null})).await;
    let made = made.as_array().ok_or(format!("no invitations: {status}"))?;
    let tokens: Vec<String> =
        made.iter().filter_map(|row| row["token"].as_str().map(str::to_owned)).collect();
    say(plan, "invited", json!({"ms": ms(began, now()), "invitations": tokens.len()}));
    Ok((secretary, meeting, tokens))
}

async fn arrive(
    plan: &Plan,
    helpers: &mut [Helper],
    pids: &[u32],
    secretary: &Seat,
) -> Result<(), Trouble> {
    let resident = || pids.iter().map(|pid| resident_kb(*pid)).sum::<u64>();
    let (before, kernel_before, cpu_before) = (resident(), kernel_kb(), cpu(pids));
    // 1,000 a second: a hall of 579 doors that opens half an hour early sees far fewer.
    let over_ms = plan.spread(plan.delegates as u64);
    let from = plan.begin();
    let mut arrived = all(helpers, &Order::Arrive { from, over_ms })?;
    let took = ms(from, arrived.last);
    let connections = plan.delegates as u64;
    let per = |kb: u64| kb_each(kb, connections);
    say(
        plan,
        "arrived",
        json!({"ms": took, "scheduled_ms": over_ms, "each_ms": quantiles(&mut arrived.times),
            "cpu_ms_each": ms_each(cpu(pids) - cpu_before, connections),
            "process_kb_each": per(resident().saturating_sub(before)),
            "kernel_kb_each_both_ends": per(kernel_kb().saturating_sub(kernel_before))}),
    );
    let over_ms = plan.spread((plan.delegates as u64 / 4).max(500));
    let from = plan.begin();
    let cpu_before = cpu(pids);
    let mut checked = all(helpers, &Order::CheckIn { from, over_ms })?;
    say(
        plan,
        "checked_in",
        json!({"ms": ms(from, checked.last), "scheduled_ms": over_ms,
            "each_ms": quantiles(&mut checked.times), "cpu_ms": cpu(pids) - cpu_before}),
    );
    let present = secretary.snapshot().await.meeting.members_present(None);
    if present != connections {
        return Err(format!("{present} of {connections} are present"));
    }
    Ok(())
}

/// The position at which the session is open and its first item under way.
async fn open_session(chair: &Seat) -> u64 {
    chair.does(Do::CheckIn { person: None }).await;
    chair.does(Do::OpenSession {}).await;
    chair.does(Do::StartItem { item: ItemId(1) }).await
}

/// One vote: open, a burst of ballots, close; and the tally against what was sent.
async fn vote(
    plan: &Plan,
    helpers: &mut [Helper],
    hall: &mut Hall,
    chair: &mut Seat,
    round: u32,
) -> Result<(), Trouble> {
    all(helpers, &Order::Report)?;
    let pids: Vec<u32> = hall.nodes().iter().map(|(_, pid)| *pid).collect();
    let cpu_before = cpu(&pids);
    let opened_at = now();
    let position = chair.does(Do::OpenVote { motion: MotionId(round), seconds: None }).await;
    all(helpers, &Order::Reach { position })?;
    let opened = all(helpers, &Order::Report)?.seen;
    complete("the opening", &opened, &opened.opened, plan)?;
    let from = plan.begin();
    for helper in helpers.iter_mut() {
        helper.order(&Order::Vote { from, over_ms: plan.spread(BURST_MS) })?;
    }
    let fault = plan.fault.filter(|_| round == FAULT_ROUND);
    if let Some(fault) = fault {
        strike(fault, hall, chair).await;
    }
    let mut voted = gather(helpers)?;
    let ballots_ms = ms(from, voted.last);
    let meantime = all(helpers, &Order::Report)?.seen;
    if fault.is_none() && meantime.cut > 0 {
        return Err(format!("{} lines were cut", meantime.cut));
    }
    let closed_at = now();
    let position = chair.does(Do::CloseVote { vote: VoteId(round) }).await;
    all(helpers, &Order::Reach { position })?;
    let closed = all(helpers, &Order::Report)?.seen;
    complete("the result", &closed, &closed.closed, plan)?;
    let used = cpu(&pids).saturating_sub(cpu_before);
    let tally = tally(chair, round).await?;
    let votes = plan.delegates as u64;
    if tally.cast() != votes {
        return Err(format!("{} of {votes} ballots were counted", tally.cast()));
    }
    let since = |from: u64, marks: &[u64]| -> Vec<f64> {
        marks.iter().map(|mark| ms(from, *mark)).collect()
    };
    let deliveries = opened.deliveries + meantime.deliveries + closed.deliveries;
    say(
        plan,
        "vote",
        json!({"round": round, "open_to_clients_ms": quantiles(&mut since(opened_at, &opened.opened)),
            "ballots_ms": ballots_ms, "ballot_to_answer_ms": quantiles(&mut voted.times),
            "result_to_clients_ms": quantiles(&mut since(closed_at, &closed.closed)),
            "deliveries": deliveries, "bytes": opened.bytes + meantime.bytes + closed.bytes,
            "cpu_ms": used, "cpu_s_per_million_deliveries": ms_each(used * 1000, deliveries),
            "gaps": opened.gaps + meantime.gaps + closed.gaps,
            "doubled": opened.doubled + meantime.doubled + closed.doubled,
            "yes": tally.yes, "no": tally.no}),
    );
    Ok(())
}

/// Lets it happen. The ballots of the round are on their way, and nobody knows how far they are.
async fn strike(fault: Fault, hall: &mut Hall, chair: &mut Seat) {
    let last = hall.nodes().len() - 1;
    match fault {
        Fault::Kill => hall.kill_node(last),
        Fault::Restart => {
            hall.kill();
            hall.start();
            // A line of the chair's own that the killed node left open would be taken for good.
            *chair = hall.seat("chair").await.at(&chair.meeting());
        }
        Fault::Stall => {
            hall.signal_node(last, "-STOP");
            // The chair's node goes on, whatever the other held when it stopped.
            chair.does(Do::AddMotion { draft: motion(None, "Thông qua chương trình") }).await;
            hall.signal_node(last, "-CONT");
        }
    }
}

/// Everyone saw it once, in order.
fn complete(what: &str, seen: &Seen, marks: &[u64], plan: &Plan) -> Result<(), Trouble> {
    if marks.len() != plan.delegates || seen.gaps + seen.doubled + seen.cut > 0 {
        return Err(format!(
            "{what} reached {} of {}; {} gaps, {} doubled, {} lines cut",
            marks.len(),
            plan.delegates,
            seen.gaps,
            seen.doubled,
            seen.cut
        ));
    }
    Ok(())
}

async fn tally(chair: &Seat, round: u32) -> Result<Tally, Trouble> {
    let view = chair.snapshot().await.meeting;
    let vote = view.votes.get(&VoteId(round)).ok_or("the vote is not there")?;
    Ok(vote.outcome().ok_or("the vote is not closed")?.tally)
}

/// Every line is cut at once and comes back with its position, within the protocol's jitter.
async fn storm(
    plan: &Plan,
    helpers: &mut [Helper],
    pids: &[u32],
    chair: &Seat,
) -> Result<(), Trouble> {
    let cpu_before = cpu(pids);
    let from = now();
    let jitter_ms = plan.spread((plan.delegates as u64 / 3).clamp(500, 10_000));
    let back = all(helpers, &Order::Storm { jitter_ms })?;
    let took = ms(from, back.last);
    let position = chair.does(Do::CallRecess {}).await;
    all(helpers, &Order::Reach { position })?;
    let seen = all(helpers, &Order::Report)?.seen;
    if seen.gaps > 0 {
        return Err(format!("{} gaps after the storm", seen.gaps));
    }
    say(
        plan,
        "storm",
        json!({"ms": took, "jitter_ms": jitter_ms, "in_step_ms": ms(from, now()),
            "cpu_ms": cpu(pids) - cpu_before}),
    );
    Ok(())
}

fn cpu(pids: &[u32]) -> u64 {
    pids.iter().map(|pid| cpu_ms(*pid)).sum()
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
fn kb_each(kb: u64, count: u64) -> f64 {
    (kb as f64 * 10.0 / count.max(1) as f64).round() / 10.0
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
fn ms_each(ms: u64, count: u64) -> f64 {
    (ms as f64 * 100.0 / count.max(1) as f64).round() / 100.0
}
