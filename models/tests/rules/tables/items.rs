//! What can be done with an item of the agenda.

use super::{Row, after, change, check, conclude, paper, preparing, sitting};
use crate::support::motion;
use icabinet_models::Command;
use icabinet_models::agenda::Conclusion;
use icabinet_models::ids::ItemId;
use icabinet_models::meeting::{AgendaCommand, MotionsCommand, PreparationCommand, SessionCommand};

#[test]
fn items_every_state_and_every_command() {
    let two = ItemId(2);
    let start = || ("m1", Command::Agenda(AgendaCommand::StartItem { item: two }));
    let removed = after(
        preparing(),
        &[("m2", Command::Agenda(AgendaCommand::RemoveItem { item: two, seen: None }))],
    );
    let mut removed =
        after(removed, &[("m2", Command::Preparation(PreparationCommand::Convene {}))]);
    removed.arrive(1..=4);
    let removed = after(removed, &[("m1", Command::Session(SessionCommand::OpenSession {}))]);
    let states = [
        ("waiting", sitting()),
        ("open", after(sitting(), &[start()])),
        (
            "adopted",
            after(
                sitting(),
                &[("m1", Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: two }))],
            ),
        ),
        ("concluded", after(sitting(), &[("m1", conclude(2, Conclusion::Withdrawn))])),
        ("removed", removed),
    ];
    let reason = || "việc".to_owned();
    let recuse =
        Command::Agenda(AgendaCommand::Recuse { item: two, person: None, reason: reason() });
    let settled = ["!item_settled", "!item_settled", "!unknown"];
    let row = |waiting: &'static str, open: &'static str| {
        vec![waiting, open, settled[0], settled[1], settled[2]]
    };
    let rows: Vec<Row> = vec![
        ("start", "m1", start().1, row("item_started", "!item_already_open")),
        ("decide", "m1", conclude(2, Conclusion::Decided), row("!item_not_open", "item_concluded")),
        (
            "withdraw",
            "m1",
            conclude(2, Conclusion::Withdrawn),
            row("item_concluded", "item_concluded"),
        ),
        (
            "carry over",
            "m1",
            conclude(2, Conclusion::CarriedOver),
            row("item_concluded", "item_concluded"),
        ),
        (
            "adopt",
            "m1",
            Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: two }),
            row("adopted_without_debate", "item_concluded+adopted_without_debate"),
        ),
        (
            "object",
            "m3",
            Command::Agenda(AgendaCommand::Object { item: two }),
            row("objected", "objected"),
        ),
        ("recuse", "m3", recuse, row("recused", "recused")),
        ("change", "m2", change(2), row("item_changed", "!item_already_open")),
        (
            "move",
            "m2",
            Command::Agenda(AgendaCommand::MoveItem { item: two, to: 0 }),
            row("agenda_ordered", "!item_already_open"),
        ),
        (
            "motion",
            "m2",
            Command::Motions(MotionsCommand::AddMotion { draft: motion(Some(2), "B.") }),
            row("motion_added", "motion_added"),
        ),
        (
            "remove",
            "m2",
            Command::Agenda(AgendaCommand::RemoveItem { item: two, seen: None }),
            vec!["!wrong_stage", "!wrong_stage", "!wrong_stage", "!wrong_stage", "!wrong_stage"],
        ),
        (
            "paper",
            "m2",
            paper(2),
            vec!["paper_added", "paper_added", "paper_added", "paper_added", "!unknown"],
        ),
    ];
    check(&states, &rows);
}
