//! Same log, same state; decide never panics; what was decided applies (laws 3, 4, 5).

use super::generator::{begin, config, histories, step};
use crate::support::{Hall, START};
use icabinet_models::ids::{MeetingId, Time};
use icabinet_models::meeting::replay::fold_log;
use icabinet_models::meeting::{
    AgendaEvent, AttendanceEvent, DecisionsEvent, MinutesEvent, MotionsEvent, ParticipantsEvent,
    PreparationEvent, SessionEvent, SpeechEvent,
};
use icabinet_models::{Command, Entry, Event, Meeting};
use proptest::prelude::*;

/// Events that may say again what is so already.
fn may_repeat(event: &Event) -> bool {
    matches!(
        event,
        Event::Attendance(
            AttendanceEvent::QuorumLost { .. } | AttendanceEvent::QuorumRegained { .. }
        ) | Event::Preparation(PreparationEvent::ParticularsChanged { .. })
            | Event::Participants(ParticipantsEvent::ParticipantAdded { .. })
            | Event::Agenda(AgendaEvent::AgendaOrdered { .. } | AgendaEvent::ItemChanged { .. })
            | Event::Motions(MotionsEvent::MotionChanged { .. })
            | Event::Session(SessionEvent::ChairHandedOver { .. })
            | Event::Speech(
                SpeechEvent::SpeakerNamed { .. } | SpeechEvent::TranscriptUnavailable { .. }
            )
            | Event::Decisions(DecisionsEvent::DecisionRevised { .. })
            | Event::Minutes(
                MinutesEvent::SentenceEdited { .. } | MinutesEvent::SentenceRewritten { .. }
            )
    )
}

/// Applies what was decided, entry by entry, and sees that each entry did something.
fn apply_all(hall: &mut Hall, events: &[Event]) -> Result<(), TestCaseError> {
    for event in events {
        let before = hall.meeting.clone();
        hall.append(event.clone());
        prop_assert_eq!(hall.meeting.position, before.position + 1);
        let mut same = hall.meeting.clone();
        same.position = before.position;
        prop_assert!(same != before || may_repeat(event), "passed over: {:?}", event);
    }
    hall.now = hall.now.plus_ms(1000);
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn decide_is_pure_and_total_and_everything_it_decides_applies(history in histories(120)) {
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            let before = hall.meeting.clone();
            let first = hall.judge(actor.clone(), &command);
            prop_assert_eq!(&first, &hall.judge(actor, &command), "decided twice: {:?}", command);
            prop_assert_eq!(&before, &hall.meeting);
            if let Ok(decided) = first {
                apply_all(&mut hall, &decided.events)?;
            }
        }
    }

    #[test]
    fn a_log_read_back_folds_to_the_same_state(history in histories(120)) {
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            let json = serde_json::to_string(&command).expect("a command");
            let read: Command = serde_json::from_str(&json).expect("the same command");
            prop_assert_eq!(&read, &command);
            let answer = hall.run(actor, &read);
            let json = serde_json::to_string(&answer.as_ref().err()).expect("a refusal");
            let read: Option<icabinet_models::Refusal> = serde_json::from_str(&json).expect("the same");
            prop_assert_eq!(read, answer.err());
        }
        let mut again = Meeting::blank(MeetingId::from("log"));
        let mut lines = Vec::new();
        for entry in &hall.log {
            let json = serde_json::to_string(entry).expect("an entry");
            let read: Entry = serde_json::from_str(&json).expect("the same entry");
            prop_assert_eq!(&read, entry);
            again.apply(&read);
            lines.push(json);
        }
        prop_assert_eq!(&again, &hall.meeting);
        prop_assert_eq!(again.state_digest(), hall.meeting.state_digest());
        prop_assert_eq!(fold_log(&lines.join("\n")), Ok(hall.meeting.state_digest()));
        let json = serde_json::to_string(&hall.meeting).expect("a state");
        let read: Meeting = serde_json::from_str(&json).expect("the same state");
        prop_assert_eq!(&read, &hall.meeting);
    }

    #[test]
    fn no_time_makes_decide_or_the_draft_panic(history in histories(40), now in any::<i64>()) {
        let mut hall = begin(&history);
        for (index, raw) in history.steps.iter().enumerate() {
            let (actor, command) = step(&hall, *raw);
            hall.now = match index % 4 { 0 => Time(i64::MAX), 1 => Time(i64::MIN), 2 => Time(now), _ => START };
            let decided = hall.judge(actor, &command);
            for event in decided.map(|decided| decided.events).unwrap_or_default() {
                hall.append(event);
            }
            icabinet_models::minutes::draft::draft(&hall.meeting);
        }
    }
}
