//! The secrecy square and what refusals may tell (law 6, R12, R32).

use super::generator::{OPINION, REASON, RESTRICTED, SPOKEN, begin, config, histories, step};
use icabinet_models::ids::MeetingId;
use icabinet_models::meeting::{Act, SpeechCommand, Stage, VotesEvent};
use icabinet_models::visibility::{
    ViewerClass, class_of, fold, personal_rows, redact_event, redact_state,
};
use icabinet_models::votes::{Ballots, VoteState};
use icabinet_models::{Actor, Command, Context, Event, Meeting, Refusal};
use proptest::prelude::*;

fn markers(class: ViewerClass) -> &'static [&'static str] {
    match class {
        ViewerClass::Staff | ViewerClass::Member => &[],
        ViewerClass::Guest => &[RESTRICTED, REASON, SPOKEN],
        ViewerClass::Projector => &[RESTRICTED, REASON, SPOKEN, OPINION],
        // Minutes tell reasons and opinions, and what people wrote (R19, R31).
        ViewerClass::Reader => &[RESTRICTED],
    }
}

fn clean(class: ViewerClass, json: &str) -> Result<(), TestCaseError> {
    for marker in markers(class) {
        prop_assert!(!json.contains(marker), "{:?} may not see {} in {}", class, marker, json);
    }
    Ok(())
}

/// No ballot of an open vote in a view.
fn no_open_ballot(view: &Meeting) -> Result<(), TestCaseError> {
    for vote in view.votes.values() {
        if let VoteState::Open { ballots } = &vote.state {
            prop_assert_eq!(ballots, &Ballots::Withheld);
        }
    }
    Ok(())
}

/// Whether a step changes more of a state than its position.
fn changes(m: &mut Meeting, step: impl FnOnce(&mut Meeting)) -> bool {
    let mut before = m.clone();
    step(m);
    before.position = m.position;
    before != *m
}

/// Folds a log for a class, looking at every frame on the way.
fn watch(log: &[icabinet_models::Entry], class: ViewerClass) -> Result<(), TestCaseError> {
    let mut whole = Meeting::blank(MeetingId::from("log"));
    let mut view = Meeting::blank(MeetingId::from("log"));
    for entry in log {
        let shown = redact_event(&whole, entry, class);
        let changed = changes(&mut whole, |whole| whole.apply(entry));
        if let Some(shown) = shown {
            prop_assert_eq!(shown.position, entry.position);
            let ballot =
                matches!(shown.event.event(), Some(Event::Votes(VotesEvent::BallotCast { .. })));
            prop_assert!(!ballot, "a ballot was shown to {:?}", class);
            clean(class, &serde_json::to_string(&shown).expect("an entry"))?;
            // A frame that its reader's view passes over tells of something hidden from him.
            let seen = changes(&mut view, |view| fold(view, &shown));
            prop_assert!(seen || !changed, "{:?} has no use for {:?}", class, shown);
        }
        let mut masked = redact_state(&whole, class);
        masked.position = view.position;
        prop_assert_eq!(&view, &masked, "{:?} after {:?}", class, entry);
        no_open_ballot(&view)?;
    }
    let masked = redact_state(&whole, class);
    clean(class, &serde_json::to_string(&masked).expect("a state"))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_shown_folds_to_what_is_masked(history in histories(120)) {
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            // A refusal changes nothing; it is looked at in the other laws.
            if hall.judge(actor.clone(), &command).is_ok() {
                hall.run(actor, &command).expect("judged before");
            }
        }
        for class in ViewerClass::ALL.into_iter().chain([ViewerClass::Reader]) {
            watch(&hall.log, class)?;
        }
    }

    /// What a guest is answered doesn't depend on anything that is hidden from him.
    #[test]
    fn an_answer_tells_a_guest_nothing_that_is_hidden_from_him(history in histories(120)) {
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            for id in ["g1", "s1"] {
                let guest = Context { actor: Actor::Person(id.into()), now: hall.now };
                let Some(class) = class_of(&hall.meeting, &id.into()) else { continue };
                // His own words are the one thing he may know of beyond his class.
                if matches!(command, Command::Speech(SpeechCommand::CorrectSegment { .. })) {
                    continue;
                }
                if class != ViewerClass::Guest {
                    continue;
                }
                let answer = hall.meeting.decide(&guest, &command).err();
                let mut masked = redact_state(&hall.meeting, class);
                if let Some(own) = personal_rows(&hall.meeting, &id.into()) {
                    own.lay_over(&mut masked);
                }
                let masked = masked.decide(&guest, &command).err();
                prop_assert_eq!(&answer, &masked, "{} {:?}", id, command);
                clean(class, &serde_json::to_string(&answer).expect("a refusal"))?;
            }
            if hall.judge(actor.clone(), &command).is_ok() {
                hall.run(actor, &command).expect("judged before");
            }
        }
    }

    #[test]
    fn a_stranger_is_always_told_the_same(history in histories(120)) {
        let mut hall = begin(&history);
        for raw in &history.steps {
            let (actor, command) = step(&hall, *raw);
            for id in ["x1", "m4", "g1"] {
                if class_of(&hall.meeting, &id.into()).is_none() {
                    let stranger = Actor::Person(id.into());
                    let told = Err(Refusal::NotAllowed { act: Act::TakePart });
                    prop_assert_eq!(hall.judge(stranger, &command), told, "{} {:?}", id, command);
                }
            }
            if hall.judge(actor.clone(), &command).is_ok() {
                hall.run(actor, &command).expect("judged before");
            }
        }
    }
}

#[test]
fn the_demo_is_seen_by_every_class_as_it_is_masked() {
    let play = crate::demo::play::Play::whole();
    for class in ViewerClass::ALL {
        let mut whole = Meeting::blank(MeetingId::from("log"));
        let mut view = whole.clone();
        for entry in &play.hall.log {
            if let Some(shown) = redact_event(&whole, entry, class) {
                fold(&mut view, &shown);
            }
            whole.apply(entry);
        }
        let mut masked = redact_state(&whole, class);
        masked.position = view.position;
        assert_eq!(view, masked, "{class:?}");
    }
}

#[test]
fn nobody_but_the_office_knows_of_a_meeting_in_preparation() {
    let hall = crate::support::Hall::preparing(icabinet_models::profile::Profile::board(), 4);
    assert_eq!(hall.meeting.stage, Stage::Preparing);
    assert_eq!(class_of(&hall.meeting, &"m1".into()), Some(ViewerClass::Staff));
    assert_eq!(class_of(&hall.meeting, &"m3".into()), None);
    assert_eq!(class_of(&hall.meeting, &"x1".into()), None);
}
