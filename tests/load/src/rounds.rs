//! One vote of a conference: the opening that everyone hears, a burst of ballots in which something may
//! happen to a server, the close; and the tally against what was sent. Never here: what is proven at
//! the end (`checker`).

use crate::clock::{ms, now, quantiles};
use crate::faults::{Fault, Guard};
use crate::helpers::Helpers;
use crate::ipc::{Order, Seen};
use crate::plan::{Plan, Trouble, cpu, ms_each, per_second, say};
use icabinet_models::Command as Do;
use icabinet_models::ids::{CommandId, MotionId, VoteId};
use icabinet_models::meeting::VotesCommand;
use icabinet_models::votes::Tally;
use icabinet_models::wire::Answer;
use icabinet_tests::{TestClient, TestServer};
use serde_json::{Value, json};

/// How the votes of one round come: all in this time, by an open schedule.
const BURST_MS: u64 = 1_000;
/// The round in which a fault strikes.
const FAULT_ROUND: u32 = 2;
/// How often the chair sends again what was not decided.
const TRIES: usize = 1_000;
/// After a fault everyone is in step again within this time.
const IN_STEP_MS: f64 = 30_000.0;

/// One vote: open, a burst of ballots, close; and the tally against what was sent.
pub(crate) async fn vote(
    plan: &Plan,
    helpers: &mut Helpers,
    hall: &mut TestServer,
    chair: &mut TestClient,
    round: u32,
) -> Result<Slowest, Trouble> {
    helpers.report()?;
    let pids: Vec<u32> = hall.nodes().iter().map(|(_, pid)| *pid).collect();
    let cpu_before = cpu(&pids);
    let opened_at = now();
    let position = chair
        .does(Do::Votes(VotesCommand::OpenVote { motion: MotionId(round), seconds: None }))
        .await;
    helpers.all(&Order::Reach { position })?;
    let opened = helpers.report()?;
    complete("the opening", &opened, &opened.opened, plan)?;
    let fault = plan.fault.as_ref().filter(|_| round == FAULT_ROUND);
    let from = plan.begin();
    if let Some(fault) = fault {
        fault.arm(hall);
    }
    helpers.tell(&Order::Vote {
        from,
        over_ms: plan.spread(BURST_MS),
        cut: fault.is_some_and(Fault::cuts),
        refusable: fault == Some(&Fault::Race),
    })?;
    if let Some(fault) = fault {
        fault.strike(hall, chair).await?;
    }
    let struck_at = now();
    // Who closes early doesn't wait for the ballots.
    let early = fault == Some(&Fault::Race);
    let close = Do::Votes(VotesCommand::CloseVote { vote: VoteId(round) });
    let closed_early = if early { Some(presides(chair, &close).await?) } else { None };
    let mut voted = helpers.gather()?;
    let ballots_ms = ms(from, voted.last);
    let mut meantime = helpers.report()?;
    undisturbed(plan, fault, &meantime)?;
    let closed_at = now();
    let position = match closed_early {
        Some(position) => position,
        None => presides(chair, &close).await?,
    };
    helpers.all(&Order::Reach { position })?;
    let in_step_ms = ms(struck_at, now());
    if fault.is_some() && in_step_ms > IN_STEP_MS {
        return Err(format!("in step {in_step_ms} ms after the fault"));
    }
    let closed = helpers.report()?;
    if !early {
        complete("the result", &closed, &closed.closed, plan)?;
    }
    let used = cpu(&pids).saturating_sub(cpu_before);
    let tally = tally(chair, round).await?;
    let votes = plan.delegates as u64 - voted.refused;
    if tally.cast() != votes {
        return Err(format!("{} of {votes} ballots were counted", tally.cast()));
    }
    let since = |from: u64, marks: &[u64]| -> Vec<f64> {
        marks.iter().map(|mark| ms(from, *mark)).collect()
    };
    let deliveries = opened.deliveries + meantime.deliveries + closed.deliveries;
    let heard_open = quantiles(&mut since(opened_at, &opened.opened));
    let heard_result = quantiles(&mut since(closed_at, &closed.closed));
    let p99 = |heard: &Value| heard["p99"].as_f64().unwrap_or_default();
    let slowest = Slowest { open: p99(&heard_open), result: p99(&heard_result) };
    say(
        plan,
        "vote",
        json!({"round": round, "open_to_clients_ms": heard_open,
            "ballots_ms": ballots_ms, "ballots_per_s": per_second(votes, ballots_ms), "ballot_to_answer_ms": quantiles(&mut voted.times),
            "result_to_clients_ms": heard_result,
            "deliveries": deliveries, "bytes": opened.bytes + meantime.bytes + closed.bytes,
            "cpu_ms": used, "cpu_s_per_million_deliveries": ms_each(used * 1000, deliveries),
            "gaps": opened.gaps + meantime.gaps + closed.gaps,
            "doubled": opened.doubled + meantime.doubled + closed.doubled,
            "yes": tally.yes, "no": tally.no, "refused": voted.refused,
            "cut": meantime.cut, "away_ms": quantiles(&mut meantime.away)}),
    );
    Ok(slowest)
}

/// Until 99 of 100 delegates heard of a vote's opening and of its result, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slowest {
    pub(crate) open: f64,
    pub(crate) result: f64,
}

/// Without a fault no line is cut, and nobody hears that nothing could be decided.
fn undisturbed(plan: &Plan, fault: Option<&Fault>, seen: &Seen) -> Result<(), Trouble> {
    let robbed = plan.fault == Some(Fault::Without(Guard::RowLock));
    if fault.is_none() && seen.cut > 0 {
        return Err(format!("{} lines were cut", seen.cut));
    }
    if (fault.is_none() || robbed) && seen.unavailable > 0 {
        return Err(format!("{} commands were not decided", seen.unavailable));
    }
    Ok(())
}

/// What the chair does until it is decided, as his tablet would.
async fn presides(chair: &TestClient, command: &Do) -> Result<u64, Trouble> {
    let id = CommandId::from(format!("chair-{}", now()));
    for _ in 0..TRIES {
        match chair.sends_as(id.clone(), command.clone()).await {
            Answer::Accepted { position, .. } => return Ok(position),
            Answer::Refused { refusal } => return Err(format!("{command:?}: {refusal:?}")),
            // The database is up again by now: what is used up are connections to the old one.
            Answer::Unavailable => tokio::task::yield_now().await,
        }
    }
    Err(format!("{command:?}: never decided"))
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

async fn tally(chair: &TestClient, round: u32) -> Result<Tally, Trouble> {
    let view = chair.snapshot().await.meeting;
    let vote = view.votes.get(&VoteId(round)).ok_or("the vote is not there")?;
    Ok(vote.outcome().ok_or("the vote is not closed")?.tally)
}
