//! Who can do what.

use super::{Row, change, check, sitting};
use crate::support::Hall;
use icabinet_models::Command;
use icabinet_models::ids::{Digest, ItemId};
use icabinet_models::meeting::{AgendaCommand, SpeechCommand};

#[test]
fn rights_every_role_and_every_kind_of_command() {
    let roles: [(&str, Hall); 1] = [("sitting", sitting())];
    // who, preparing, presiding, a member's right, a job's report
    let table = [
        ("m1", "!not_allowed", "item_started", "objected", "!not_allowed"),
        ("m2", "item_changed", "item_started", "objected", "!not_allowed"),
        ("m3", "!not_allowed", "!not_allowed", "objected", "!not_allowed"),
        ("x9", "!not_allowed", "!not_allowed", "!not_allowed", "!not_allowed"),
        ("system", "!not_allowed", "!not_allowed", "!not_allowed", "!unknown"),
    ];
    let start = Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) });
    let object = Command::Agenda(AgendaCommand::Object { item: ItemId(2) });
    let recording = icabinet_models::ids::RecordingId(1);
    let report = Command::Speech(SpeechCommand::StoreRecording {
        recording,
        samples: 1,
        digest: Digest::ZERO,
    });
    for (who, prepares, presides, votes, reports) in table {
        let rows: Vec<Row> = vec![
            ("prepare", who, change(1), vec![prepares]),
            ("preside", who, start.clone(), vec![presides]),
            ("take part", who, object.clone(), vec![votes]),
            ("report", who, report.clone(), vec![reports]),
        ];
        check(&roles, &rows);
    }
}
