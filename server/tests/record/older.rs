//! What earlier versions of this program made, made again: a record that is years old still verifies.

use icabinet::instruments;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::DecisionId;
use icabinet_models::meeting::DecisionsEvent;
use icabinet_models::minutes::draft::Form;
use icabinet_models::record::Record;
use icabinet_models::{Entry, Event, Meeting, ids::Digest};

/// What the last program before version 3 of records makes of the decision in it.
const DECISION: &str = "59511e5f8f67afde0ff3ca0c255d519ef25a269467d013fbff53be59590c843e";

/// The records of the database that the first version left.
fn records() -> Vec<Record> {
    let sql = include_str!("../../../tests/fixtures/first-sqlite.sql");
    let entries = sql.lines().filter(|line| line.starts_with("INSERT INTO \"entries\""));
    let json = entries.filter_map(|line| {
        let (start, end) = (line.find(",'{")? + 2, line.rfind("}',X'")? + 1);
        Some(line[start..end].replace("''", "'"))
    });
    json.map(|json| serde_json::from_str(&json).expect("a record")).collect()
}

#[test]
fn a_decision_of_before_is_set_again_to_the_byte() {
    let records = records();
    let mut meeting = Meeting::blank(records[0].meeting.clone());
    let instrument = Instrument::Decision(DecisionId(1));
    let mut compared = 0;
    for record in records {
        if let Event::Decisions(DecisionsEvent::InstrumentTypeset { .. }) = &record.event {
            let sheet = instruments::sheet_as(&meeting, instrument, Form::First).expect("a sheet");
            let then = instruments::set(&sheet).expect("set");
            assert_eq!(Digest::of(&then.pdf).hex(), DECISION, "as it was set then");
            let sheet = instruments::sheet(&meeting, instrument).expect("a sheet");
            let today = instruments::set(&sheet).expect("set");
            assert_ne!(Digest::of(&today.pdf).hex(), DECISION, "today's form is another");
            compared += 1;
        }
        let Record { position, at, event, .. } = record;
        meeting.apply(&Entry { position, at, event });
    }
    assert_eq!(compared, 1);
}
