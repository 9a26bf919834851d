//! Who can be brought onto the list, one by one and many at once.

use super::{Row, check, convened, preparing};
use crate::support::{guest, member};
use icabinet_models::Command;
use icabinet_models::meeting::ParticipantsCommand;
use icabinet_models::participants::{Office, Participant, Standing};

fn with(office: Office, mut row: Participant) -> Participant {
    row.office = Some(office);
    row
}

fn for_member(person: &str, principal: &str) -> Participant {
    let mut row = guest(person);
    row.standing = Standing::Substitute { principal: principal.into() };
    row
}

#[test]
fn people_many_at_once_are_all_added_or_none() {
    const TWO: &str = "participant_added+participant_added";
    let many = |participants: Vec<Participant>| {
        Command::Participants(ParticipantsCommand::AddParticipants { participants })
    };
    let chair = |person: &str| with(Office::Chair, member(person, 1));
    let thousand = |count: usize| many((0..count).map(|n| guest(&format!("x{n}"))).collect());
    let rows: Vec<Row> = vec![
        ("nobody", "m2", many(vec![]), vec!["!invalid", "!invalid"]),
        ("members", "m2", many(vec![member("m8", 1), member("m9", 1)]), vec![TWO, "!wrong_stage"]),
        ("a good one and a bad one", "m2", many(vec![guest("g1"), guest("")]), vec!["!invalid"; 2]),
        (
            "the same one twice",
            "m2",
            many(vec![guest("g1"), guest("g1")]),
            vec!["!already_exists"; 2],
        ),
        (
            "a substitute with whom he stands for",
            "m2",
            many(vec![member("m8", 1), for_member("s8", "m8")]),
            vec![TWO, "!wrong_stage"],
        ),
        (
            "a substitute before whom he stands for",
            "m2",
            many(vec![for_member("s8", "m8"), member("m8", 1)]),
            vec!["!unknown"; 2],
        ),
        (
            "a second chair",
            "m2",
            many(vec![guest("g1"), chair("m8")]),
            vec!["!two_chairs", "!wrong_stage"],
        ),
        (
            "two new chairs for the old one",
            "m2",
            many(vec![member("m1", 1), chair("m8"), chair("m9")]),
            vec!["!two_chairs", "!wrong_stage"],
        ),
        (
            "another chair for the old one",
            "m2",
            many(vec![member("m1", 1), chair("m8")]),
            vec![TWO, "!wrong_stage"],
        ),
        ("by a member", "m3", many(vec![guest("g1")]), vec!["!not_allowed"; 2]),
        ("more than a command takes", "m2", thousand(1_001), vec!["!invalid"; 2]),
    ];
    check(&[("preparing", preparing()), ("convened", convened())], &rows);
}
