//! The whole conference, as its secretary and chair hold it, and what it came to.

use crate::checker::{self, Row};
use crate::clock::{ms, now, quantiles};
use crate::faults::Fault;
use crate::helpers::Helpers;
use crate::ipc::Order;
use crate::plan::{Plan, Trouble, cpu, ms_each, per_second, say};
use crate::process::{kernel_kb, resident_kb, sent_again};
use crate::rounds::{Slowest, vote};
use crate::stalled_clients::StalledClients;
use icabinet_models::Command as Do;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{ItemId, MeetingId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, MotionsCommand, PreparationCommand, SessionCommand,
};
use icabinet_models::profile::Profile;
use icabinet_tests::{
    Cluster, On, TestClient, TestServer, delegates, item, motion, office, particulars,
};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Bytes of a delivery whose floor is measured in the same run.
const DELIVERY: usize = 160;
/// Rounds of a vote.
const ROUNDS: u32 = 3;
/// Motions as long as may be, which stalled tablets can't take in, and their bytes.
const LONG_MOTIONS: usize = 6;
const LONG_TEXT: usize = 39_000;

/// The communes of the conference that this is measured against.
const COMMUNES: usize = 579;

pub(crate) fn run(plan: &Plan) -> Result<(), Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(hold(plan))
}

async fn hold(plan: &Plan) -> Result<(), Trouble> {
    if !plan.at_once {
        if plan.postgres {
            Cluster::share_durable();
        }
        println!("{}", crate::floor::run(plan.delegates, DELIVERY)?);
    }
    let on = if plan.postgres { On::Postgres } else { On::Sqlite };
    let mut hall = Fault::hall(plan.fault.as_ref(), on).await;
    for _ in 1..plan.nodes {
        hall.another_node();
    }
    if let Some(fault) = &plan.fault {
        fault.prepare(&hall).await;
    }
    let secretary = hall.seat("secretary").await;
    let (secretary, meeting, tokens) = prepare(plan, &secretary).await?;
    let mut helpers = Helpers::start(plan.processes)?;
    let addresses = addresses(&hall);
    helpers.each(|index, history| {
        let sources = (0..8u8).map(|n| {
            let process = u8::try_from(index).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::new(127, 1, process, n + 1))
        });
        Order::Begin {
            nodes: addresses.clone(),
            sources: sources.collect(),
            meeting: meeting.to_string(),
            tokens: tokens.iter().skip(index).step_by(plan.processes).cloned().collect(),
            history: plan.check.then_some(history),
            sips: plan.fault == Some(Fault::Sip),
            at_once: plan.at_once,
        }
    })?;
    let held = held(plan, &mut helpers, &mut hall, &secretary).await;
    if !plan.check {
        return held;
    }
    // What went wrong shows in the histories too, and there one sees what it was.
    let proven = match helpers.report() {
        Ok(_) => prove(plan, &hall, &helpers, &meeting).await,
        Err(trouble) => Err(trouble),
    };
    match (held, proven) {
        (Err(trouble), Err(found)) => Err(format!("{trouble}; {found}")),
        (held, proven) => held.and(proven),
    }
}

/// From the first arrival to the storm.
async fn held(
    plan: &Plan,
    helpers: &mut Helpers,
    hall: &mut TestServer,
    secretary: &TestClient,
) -> Result<(), Trouble> {
    let pids =
        |hall: &TestServer| -> Vec<u32> { hall.nodes().iter().map(|(_, pid)| *pid).collect() };
    let mut chair = hall.seat("chair").await.at(&secretary.meeting());
    arrive(plan, helpers, &pids(hall), secretary).await?;
    let position = open_session(&chair).await;
    // What is measured next begins when nobody is behind.
    helpers.all(&Order::Reach { position })?;
    let mut slowest = Vec::new();
    for round in 1..=ROUNDS {
        slowest.push(vote(plan, helpers, hall, &mut chair, round).await?);
    }
    if plan.stalled > 0 {
        beside_the_stalled(plan, helpers, hall, &mut chair, slowest).await?;
    }
    storm(plan, helpers, &pids(hall), &chair).await
}

/// Holds what every delegate heard against the log.
async fn prove(
    plan: &Plan,
    hall: &TestServer,
    helpers: &Helpers,
    meeting: &MeetingId,
) -> Result<(), Trouble> {
    let rows: Vec<Row> = hall.entries(meeting).await.into_iter().map(Row::from).collect();
    let mut clients = Vec::new();
    for index in 0..plan.processes {
        let bytes = std::fs::read(helpers.history(index)).map_err(|error| error.to_string())?;
        clients.extend(checker::read(index, &String::from_utf8_lossy(&bytes)));
    }
    let findings = checker::check(&rows, &clients);
    let moments: usize = clients.iter().map(|client| client.moments.len()).sum();
    say(
        plan,
        "checked",
        json!({"entries": rows.len(), "clients": clients.len(), "moments": moments,
            "sent_again": sent_again(),
            "findings": findings.iter().map(ToString::to_string).collect::<Vec<_>>()}),
    );
    match findings.first() {
        None => Ok(()),
        Some(_) => {
            let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
            Err(format!("{} findings:\n{}", told.len(), told.join("\n")))
        }
    }
}

/// A convened conference and the tokens of everyone's invitation.
async fn prepare(
    plan: &Plan,
    secretary: &TestClient,
) -> Result<(TestClient, MeetingId, Vec<String>), Trouble> {
    let mut everyone = office();
    everyone.extend(delegates(plan.delegates, COMMUNES));
    let meeting = secretary.creates_as(&particulars(), &everyone, Profile::conference()).await;
    let secretary = secretary.at(&meeting);
    secretary
        .does(Do::Agenda(AgendaCommand::AddItem { draft: item("Báo cáo", Level::Internal) }))
        .await;
    let rounds = if plan.stalled > 0 { 2 * ROUNDS } else { ROUNDS };
    for round in 1..=rounds {
        let text = format!("Thông qua nội dung {round}");
        secretary
            .does(Do::Motions(MotionsCommand::AddMotion { draft: motion(Some(ItemId(1)), &text) }))
            .await;
    }
    secretary.does(Do::Preparation(PreparationCommand::Convene {})).await;
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
    helpers: &mut Helpers,
    pids: &[u32],
    secretary: &TestClient,
) -> Result<(), Trouble> {
    let resident = || pids.iter().map(|pid| resident_kb(*pid)).sum::<u64>();
    let (before, kernel_before, cpu_before) = (resident(), kernel_kb(), cpu(pids));
    // 1,000 a second: a hall of 579 doors that opens half an hour early sees far fewer.
    let over_ms = plan.spread(plan.delegates as u64);
    let from = plan.begin();
    let mut arrived = helpers.all(&Order::Arrive { from, over_ms })?;
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
    let mut checked = helpers.all(&Order::CheckIn { from, over_ms })?;
    say(
        plan,
        "checked_in",
        json!({"ms": ms(from, checked.last), "scheduled_ms": over_ms,
            "each_ms": quantiles(&mut checked.times), "cpu_ms": cpu(pids) - cpu_before}),
    );
    everyone_present(secretary, connections).await;
    Ok(())
}

/// Waits until the secretary's node knows of everyone: without doorbells it looks every second.
async fn everyone_present(secretary: &TestClient, members: u64) {
    let mut desk = secretary.watches().await;
    desk.until(|meeting| meeting.members_present(None) == members).await;
}

/// The position at which the session is open and its first item under way.
async fn open_session(chair: &TestClient) -> u64 {
    chair.does(Do::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    chair.does(Do::Session(SessionCommand::OpenSession {})).await;
    chair.does(Do::Agenda(AgendaCommand::StartItem { item: ItemId(1) })).await
}

/// The same votes again, beside tablets for which frames already wait at the server.
async fn beside_the_stalled(
    plan: &Plan,
    helpers: &mut Helpers,
    hall: &mut TestServer,
    chair: &mut TestClient,
    before: Vec<Slowest>,
) -> Result<(), Trouble> {
    let pids: Vec<u32> = hall.nodes().iter().map(|(_, pid)| *pid).collect();
    let nodes: Vec<SocketAddr> = addresses(hall);
    let resident = || pids.iter().map(|pid| resident_kb(*pid)).sum::<u64>();
    let resident_before = resident();
    let path = format!("/api/meetings/{}/live?view=projector", chair.meeting());
    let stalled = StalledClients::sit(
        plan.stalled,
        &nodes,
        &path,
        &screens(hall, chair, plan.stalled).await?,
    )?;
    let long = "dài ".repeat(LONG_TEXT / "dài ".len());
    let mut position = 0;
    for _ in 0..LONG_MOTIONS {
        position =
            chair.does(Do::Motions(MotionsCommand::AddMotion { draft: motion(None, &long) })).await;
    }
    helpers.all(&Order::Reach { position })?;
    let mut after = Vec::new();
    for round in ROUNDS + 1..=2 * ROUNDS {
        after.push(vote(plan, helpers, hall, chair, round).await?);
    }
    let more = resident().saturating_sub(resident_before);
    let median = |votes: &[Slowest], of: fn(&Slowest) -> f64| {
        let mut times: Vec<f64> = votes.iter().map(of).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let compared = |of: fn(&Slowest) -> f64| {
        let (alone, beside) = (median(&before, of), median(&after, of));
        json!({"alone_ms": alone, "beside_ms": beside, "ratio": beside / alone})
    };
    say(
        plan,
        "stalled",
        json!({"stalled": stalled.count(), "open_p99": compared(|votes| votes.open),
            "result_p99": compared(|votes| votes.result),
            // Of all: what long frames leave behind for each connection, whoever takes them in.
            "process_kb_more_each": kb_each(more, (plan.delegates + stalled.count()) as u64)}),
    );
    Ok(())
}

/// The cookies of as many screens as so many sockets need.
async fn screens(
    hall: &TestServer,
    chair: &TestClient,
    sockets: usize,
) -> Result<Vec<String>, Trouble> {
    let (_, made) = chair.post("/api/meetings/{m}/screens", &json!({})).await;
    let token = made["address"].as_str().and_then(|address| address.split('#').nth(1));
    let token = token.ok_or_else(|| format!("no screen: {made}"))?;
    let mut cookies = Vec::new();
    for _ in 0..sockets.div_ceil(crate::stalled_clients::OF_A_SESSION) {
        let screen = TestClient::screen(hall.base(), &chair.meeting(), token).await;
        cookies.push(screen.cookie().to_owned());
    }
    Ok(cookies)
}

fn addresses(hall: &TestServer) -> Vec<SocketAddr> {
    let nodes = hall.nodes();
    nodes.iter().filter_map(|(base, _)| base.strip_prefix("http://")?.parse().ok()).collect()
}

/// Every line is cut at the same moment and comes back with its position, as tablets do.
async fn storm(
    plan: &Plan,
    helpers: &mut Helpers,
    pids: &[u32],
    chair: &TestClient,
) -> Result<(), Trouble> {
    let cpu_before = cpu(pids);
    let from = now();
    let back = helpers.all(&Order::Storm)?;
    let took = ms(from, back.last);
    let position = chair.does(Do::Session(SessionCommand::CallRecess {})).await;
    helpers.all(&Order::Reach { position })?;
    let mut seen = helpers.report()?;
    if seen.gaps > 0 {
        return Err(format!("{} gaps after the storm", seen.gaps));
    }
    say(
        plan,
        "storm",
        json!({"ms": took, "away_ms": quantiles(&mut seen.away), "in_step_ms": ms(from, now()),
            "connects_per_s": per_second(plan.delegates as u64, took),
            "cpu_ms": cpu(pids) - cpu_before}),
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
fn kb_each(kb: u64, count: u64) -> f64 {
    (kb as f64 * 10.0 / count.max(1) as f64).round() / 10.0
}
