//! The law over everything that is made for readers: no text of a higher level in it, whatever the
//! meeting was like. The meetings are those of the laws of `models`.

use super::pages::{self, Frame};
use super::{Language, ics};
use crate::instruments;
use crate::published;
use generator::{RESTRICTED, begin, histories, step};
use icabinet_models::agenda::ItemState;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{DecisionId, Digest, ItemId, MotionId, Time};
use icabinet_models::meeting::{
    AgendaCommand, DecisionsCommand, FloorCommand, MinutesCommand, SessionCommand, VotesCommand,
};
use icabinet_models::motions::MotionState;
use icabinet_models::{Actor, Command};
use proptest::prelude::*;

#[path = "../../../../models/tests/laws/commands.rs"]
mod commands;
#[path = "../../../../models/tests/laws/generator.rs"]
mod generator;

use crate::support::Hall;

/// Ends the session and publishes what can be, one refusal or the other notwithstanding.
fn publish_all(hall: &mut Hall) {
    let desk = || Actor::Person("m1".into());
    let try_all = |hall: &mut Hall, commands: Vec<Command>| {
        for command in commands {
            // What doesn't fit this meeting is refused; the rest is what is looked at.
            let _ = hall.run(desk(), &command);
        }
    };
    if let Some((vote, _)) = hall.meeting.open_vote() {
        try_all(hall, vec![Command::Votes(VotesCommand::CloseVote { vote })]);
    }
    let open: Vec<ItemId> = hall
        .meeting
        .items
        .iter()
        .filter(|(_, item)| matches!(item.state, ItemState::Waiting | ItemState::Open { .. }))
        .map(|(id, _)| *id)
        .collect();
    let carried = icabinet_models::agenda::Conclusion::CarriedOver;
    let ends = open.into_iter().map(|item| {
        Command::Agenda(AgendaCommand::ConcludeItem { item, conclusion: carried.clone() })
    });
    try_all(hall, ends.collect());
    try_all(
        hall,
        vec![
            Command::Floor(FloorCommand::EndFloor {}),
            Command::Session(SessionCommand::Resume {}),
            Command::Session(SessionCommand::CloseSession {}),
            Command::Minutes(MinutesCommand::DraftMinutes {}),
            Command::Minutes(MinutesCommand::ApproveMinutes {}),
        ],
    );
    let adopted: Vec<MotionId> = hall
        .meeting
        .motions
        .iter()
        .filter(|(_, motion)| {
            matches!(motion.state, MotionState::Adopted | MotionState::AdoptedWithoutDebate)
        })
        .map(|(id, _)| *id)
        .collect();
    for motion in adopted {
        let text = commands::decision(hall, motion);
        let _ = hall.run(
            Actor::Person("m2".into()),
            &Command::Decisions(DecisionsCommand::PrepareDecision { motion, text }),
        );
    }
    let decisions = hall.meeting.decisions.keys().copied().map(Instrument::Decision);
    let instruments: Vec<Instrument> = decisions.chain([Instrument::Minutes]).collect();
    for instrument in instruments {
        let document = Digest::of(format!("{instrument:?}").as_bytes());
        if let Some(source) = hall.meeting.source_digest(instrument) {
            let set = Command::Decisions(DecisionsCommand::InstrumentTypeset {
                instrument,
                source,
                document,
                pages: 1,
            });
            let _ = hall.run(Actor::System, &set);
        }
        let (fingerprint, certificate) = (document, document);
        let sign = Command::Decisions(DecisionsCommand::Sign {
            instrument,
            document,
            fingerprint,
            certificate,
            after: None,
        });
        if let Some(signer) = hall.meeting.chair.clone() {
            let _ = hall.run(Actor::Person(signer), &sign);
        }
        try_all(hall, vec![Command::Decisions(DecisionsCommand::Publish { instrument })]);
    }
}

/// Everything that is made of a meeting for readers, as text.
fn outputs(hall: &Hall) -> Vec<(&'static str, String)> {
    let m = &hall.meeting;
    let mut all =
        vec![("invitation", ics::Invitation::of(m).file(Time(0), Some("https://host/m")))];
    if let Ok(sheet) = instruments::sheet(m, Instrument::Minutes) {
        all.push(("sheet of the minutes", format!("{sheet:?}")));
    }
    all.push(("name of the minutes", instruments::name(m, Instrument::Minutes)));
    let Some(published) = published::published(m) else { return all };
    let invitation = ics::Invitation::of(m);
    assert_eq!(
        ics::Invitation::published(&published),
        invitation,
        "from the log and from the rows"
    );
    all.push(("rows of the read model", serde_json::to_string(&published).expect("JSON")));
    for language in [Language::Vi, Language::En] {
        let frame = Frame { language, path: "/public", style: "" };
        all.push(("index", pages::index(&frame, &[published.line()], true, None)));
        all.push(("meeting", pages::meeting(&frame, &published)));
        for decision in &published.decisions {
            all.push(("decision", pages::decision(&frame, &published, decision, 1)));
            let id: DecisionId = decision.id;
            all.push(("name", instruments::name(m, Instrument::Decision(id))));
            let sheet = instruments::sheet(m, Instrument::Decision(id)).expect("a sheet");
            all.push(("sheet of a decision", format!("{sheet:?}")));
        }
        if let Some(minutes) = &published.minutes {
            all.push(("minutes", pages::minutes(&frame, &published, minutes, 1)));
        }
    }
    all
}

proptest! {
    #![proptest_config(generator::config())]

    #[test]
    fn nothing_for_readers_tells_of_what_is_above_them(history in histories(60)) {
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            // Refused or not: the law is about what comes out.
            let _ = hall.run(actor, &command);
        }
        publish_all(&mut hall);
        for (name, text) in outputs(&hall) {
            prop_assert!(!text.contains(RESTRICTED), "{name} tells of it: {text}");
        }
    }
}

/// The law looks at something: a meeting in which a restricted item was voted on and everything else
/// published.
#[test]
fn a_restricted_item_that_was_voted_on_is_named_nowhere() {
    let history = generator::History {
        phase: generator::Phase::Closed,
        lenient: true,
        roll: icabinet_models::profile::RosterMode::Named,
        steps: Vec::new(),
    };
    let mut hall = begin(&history);
    publish_all(&mut hall);
    let all = outputs(&hall);
    assert!(all.iter().any(|(name, _)| *name == "minutes"), "the minutes are public");
    let told: Vec<&str> =
        all.iter().filter(|(_, text)| text.contains(RESTRICTED)).map(|(name, _)| *name).collect();
    assert_eq!(told, Vec::<&str>::new());
    let (_, minutes) = all.iter().find(|(name, _)| *name == "minutes").expect("minutes");
    assert!(minutes.contains("hạn chế phổ biến"), "that there was one is told");
    let decisions = hall.meeting.decisions.len();
    assert_eq!(decisions, 1, "of the restricted item; the chair signed it");
    assert!(published::published(&hall.meeting).is_some_and(|found| found.decisions.is_empty()));
}
