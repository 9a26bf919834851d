//! Whole transition tables: every state against every command, the event or the refusal by name.
//! A row that fails prints itself.

mod items;
mod minutes;
mod motions;
mod people;
mod rights;
mod stages;

pub(crate) use minutes::{drafted, sign, typeset};
pub(crate) use motions::decision_text;

use crate::support::{Hall, item, motion, person};
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::ids::{Digest, ItemId, Text};
use icabinet_models::meeting::{
    AgendaCommand, MotionsCommand, PapersCommand, PreparationCommand, SessionCommand,
};
use icabinet_models::papers::PaperDraft;
use icabinet_models::profile::Profile;
use icabinet_models::{Actor, Command};
use serde_json::Value;

/// "item_started", "item_concluded+adopted_without_debate", or "!item_settled".
fn judged(hall: &Hall, actor: Actor, command: &Command) -> String {
    let name = |value: Value| match value {
        Value::Object(fields) => fields.keys().next().cloned().unwrap_or_default(),
        other => other.as_str().unwrap_or_default().to_owned(),
    };
    match hall.judge(actor, command) {
        Ok(decided) => {
            let events = decided.events.iter();
            let names = events.map(|event| name(serde_json::to_value(event).expect("an event")));
            names.collect::<Vec<_>>().join("+")
        }
        Err(refusal) => format!("!{}", name(serde_json::to_value(&refusal).expect("a refusal"))),
    }
}

type Made = (&'static str, Hall);
type Row = (&'static str, &'static str, Command, Vec<&'static str>);

/// Holds every row against every state.
fn check(states: &[Made], rows: &[Row]) {
    let mut wrong = Vec::new();
    for (what, who, command, expected) in rows {
        assert_eq!(expected.len(), states.len(), "the row of {what} is short or long");
        for ((state, hall), expected) in states.iter().zip(expected) {
            let actor = if *who == "system" { Actor::System } else { person(who) };
            let found = judged(hall, actor, command);
            if found != *expected {
                wrong.push(format!("{state} × {what}: expected {expected}, found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Item 1 regular, item 2 by consent, a motion each, and motion 3 outside any item.
fn preparing() -> Hall {
    let mut hall = Hall::preparing(Profile::board(), 5);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    let mut draft = item("B", Level::Public);
    draft.kind = ItemKind::Consent;
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft }));
    for of in [Some(1), Some(2), None] {
        hall.does(
            "m2",
            Command::Motions(MotionsCommand::AddMotion { draft: motion(of, "Ban hành.") }),
        );
    }
    hall
}

fn after(mut hall: Hall, commands: &[(&str, Command)]) -> Hall {
    for (who, command) in commands {
        hall.does(who, command.clone());
    }
    hall
}

fn convened() -> Hall {
    let mut hall =
        after(preparing(), &[("m2", Command::Preparation(PreparationCommand::Convene {}))]);
    hall.arrive(1..=4);
    hall
}

fn sitting() -> Hall {
    after(convened(), &[("m1", Command::Session(SessionCommand::OpenSession {}))])
}

fn conclude(n: u32, conclusion: Conclusion) -> Command {
    Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(n), conclusion })
}

fn closed() -> Hall {
    let ends = [1, 2].map(|n| ("m1", conclude(n, Conclusion::Withdrawn)));
    after(after(sitting(), &ends), &[("m1", Command::Session(SessionCommand::CloseSession {}))])
}

fn paper(item: u32) -> Command {
    let blob = Digest::of(b"paper");
    Command::Papers(PapersCommand::AddPaper {
        draft: PaperDraft {
            item: Some(ItemId(item)),
            title: Text::vi("Tờ trình"),
            number: String::new(),
            level: Level::Public,
            file_name: "a.pdf".to_owned(),
            blob,
            bytes: 5,
        },
    })
}

fn change(n: u32) -> Command {
    Command::Agenda(AgendaCommand::ChangeItem {
        item: ItemId(n),
        title: Text::vi("Tên"),
        presenter: None,
        unit: Text::default(),
        minutes_planned: 1,
        seen: None,
    })
}
