//! R22 to R25: consent, urgency, closing with open items, recess.

use crate::support::{Hall, item, motion};
use icabinet_models::agenda::{Conclusion, ItemKind, ItemState, Level};
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{ItemId, MotionId, Text};
use icabinet_models::meeting::{
    AgendaCommand, Bound, FloorCommand, MotionsCommand, PreparationCommand, SessionCommand,
    VotesCommand,
};
use icabinet_models::motions::MotionState;
use icabinet_models::profile::Profile;
use icabinet_models::{Command, Refusal};

/// Item 1 regular, item 2 and 3 by consent with a motion each; in session.
fn with_consent() -> Hall {
    let mut hall = Hall::preparing(Profile::board(), 5);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    for title in ["B", "C"] {
        let mut draft = item(title, Level::Public);
        draft.kind = ItemKind::Consent;
        hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft }));
    }
    for n in 1..=3 {
        hall.does(
            "m2",
            Command::Motions(MotionsCommand::AddMotion { draft: motion(Some(n), "Ban hành.") }),
        );
    }
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.arrive(1..=5);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    hall
}

#[test]
fn r22_a_single_member_pulls_a_consent_item_until_it_is_adopted() {
    let mut hall = with_consent();
    let object = |n: u32| Command::Agenda(AgendaCommand::Object { item: ItemId(n) });
    let adopt = |n: u32| Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: ItemId(n) });
    hall.does("m4", object(2));
    assert_eq!(hall.refuses("m4", object(2)), Refusal::AlreadyExists);
    assert_eq!(hall.refuses("m1", adopt(2)), Refusal::ObjectionRaised { person: "m4".into() });
    assert_eq!(hall.refuses("m4", object(1)), Refusal::NotAConsentItem);
    assert_eq!(hall.refuses("m1", adopt(1)), Refusal::NotAConsentItem);
    hall.does("m1", adopt(3));
    assert_eq!(hall.refuses("m4", object(3)), Refusal::ItemSettled);
    let states = hall.meeting.motions.values().map(|motion| motion.state).collect::<Vec<_>>();
    let (proposed, adopted) = (MotionState::Proposed, MotionState::AdoptedWithoutDebate);
    assert_eq!(states, [proposed, proposed, adopted], "each is a decision of its own");
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }));
    let vote = hall.opens(2);
    assert_eq!(hall.meeting.votes[&vote].item, Some(ItemId(2)), "a pulled item is voted");
}

#[test]
fn r22_adopting_without_debate_needs_a_quorum_and_a_free_agenda() {
    let mut hall = with_consent();
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    let adopt = Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: ItemId(2) });
    assert_eq!(hall.refuses("m1", adopt.clone()), Refusal::AnotherItemOpen);
    hall.leave(3..=5);
    assert_eq!(hall.refuses("m1", adopt), Refusal::NoQuorum { present: 2, needed: 3 });
}

#[test]
fn r22_adopting_the_open_item_ends_the_speech_and_frees_the_agenda() {
    let mut hall = with_consent();
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }));
    hall.does("m1", Command::Floor(FloorCommand::GiveFloor { person: "m3".into(), seconds: None }));
    hall.does("m1", Command::Agenda(AgendaCommand::AdoptWithoutDebate { item: ItemId(2) }));
    assert!(hall.meeting.floor.speaking.is_none(), "the speech went on without its item");
    assert_eq!(hall.meeting.current, None);
    let state = &hall.meeting.items[&ItemId(2)].state;
    assert!(matches!(state, ItemState::AdoptedWithoutDebate { .. }));
}

#[test]
fn r23_a_late_item_needs_a_proposer_and_a_reason() {
    let mut hall = with_consent();
    let add = |kind: ItemKind| {
        let mut draft = item("Khẩn", Level::Public);
        draft.kind = kind;
        Command::Agenda(AgendaCommand::AddItem { draft })
    };
    let urgent = |proposer: &str, reason: &str| {
        add(ItemKind::Urgent { proposer: proposer.into(), reason: Text::vi(reason) })
    };
    assert_eq!(hall.refuses("m2", add(ItemKind::Regular)), Refusal::WrongStage);
    assert_eq!(hall.refuses("m2", add(ItemKind::Consent)), Refusal::WrongStage);
    let missing = Refusal::Invalid { bound: Bound::TextMissing };
    assert_eq!(hall.refuses("m2", urgent("m3", " ")), missing);
    assert!(matches!(hall.refuses("m2", urgent("x9", "lũ")), Refusal::Unknown { .. }));
    hall.does("m2", urgent("m3", "lũ"));
    let kept = &hall.meeting.items[&ItemId(4)].kind;
    assert_eq!(kept, &ItemKind::Urgent { proposer: "m3".into(), reason: Text::vi("lũ") });
    assert_eq!(hall.meeting.agenda.last(), Some(&ItemId(4)));
}

#[test]
fn r24_a_session_closes_only_when_each_item_is_settled() {
    let mut hall = with_consent();
    let ends = [
        Conclusion::Deferred { until: "ngày 03 tháng 12 năm 2026".to_owned() },
        Conclusion::Withdrawn,
        Conclusion::CarriedOver,
    ];
    for (n, conclusion) in (1..).zip(ends) {
        let refusal = Refusal::ItemsStillOpen { count: 4 - n };
        assert_eq!(hall.refuses("m1", Command::Session(SessionCommand::CloseSession {})), refusal);
        let decided = Conclusion::Decided;
        let early =
            Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(n), conclusion: decided });
        assert_eq!(hall.refuses("m1", early), Refusal::ItemNotOpen, "only what was dealt with");
        hall.does(
            "m1",
            Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(n), conclusion }),
        );
    }
    hall.does("m1", Command::Session(SessionCommand::CloseSession {}));
    assert!(hall.is_closed());
    let until = Conclusion::Deferred { until: " ".to_owned() };
    let nowhere =
        Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(1), conclusion: until });
    assert_eq!(
        with_consent().refuses("m1", nowhere),
        Refusal::Invalid { bound: Bound::TextMissing }
    );
}

#[test]
fn r25_recess_adjournment_and_closing_are_three_things() {
    let mut hall = with_consent();
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    hall.does("m3", Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak }));
    hall.does("m1", Command::Floor(FloorCommand::GiveFloor { person: "m4".into(), seconds: None }));
    let vote = hall.opens(1);
    assert_eq!(
        hall.refuses("m1", Command::Session(SessionCommand::CallRecess {})),
        Refusal::VoteOpen
    );
    assert_eq!(
        hall.refuses("m1", Command::Session(SessionCommand::CloseSession {})),
        Refusal::VoteOpen
    );
    hall.closes(vote);
    hall.does("m1", Command::Session(SessionCommand::CallRecess {}));
    assert!(hall.meeting.floor.speaking.is_none(), "clocks stop");
    assert_eq!(hall.meeting.floor.requests.len(), 1, "the queue waits");
    let ask = Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak });
    let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None });
    for command in [
        ask,
        open,
        Command::Session(SessionCommand::CallRecess {}),
        Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }),
    ] {
        assert_eq!(hall.refuses("m1", command.clone()), Refusal::WrongStage, "{command:?}");
    }
    hall.does("m1", Command::Session(SessionCommand::Resume {}));
    assert_eq!(
        hall.refuses("m1", Command::Session(SessionCommand::Resume {})),
        Refusal::WrongStage
    );
    assert_eq!(hall.meeting.current, Some(ItemId(1)));
}
