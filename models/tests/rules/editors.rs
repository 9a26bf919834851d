//! Two editors of one text: neither overwrites the other without a word, and what somebody rewrote
//! is no longer proved by the old sound.

use super::documents::recorded;
use super::recording::quoted;
use super::tables::{decision_text, drafted};
use crate::support::{Hall, item};
use icabinet_models::agenda::Level;
use icabinet_models::ids::{DecisionId, ItemId, MotionId, SegmentId, SentenceId, Text};
use icabinet_models::meeting::{
    AgendaCommand, DecisionsCommand, Edition, MinutesCommand, MinutesEvent, MotionsCommand,
    PreparationCommand, SpeechCommand,
};
use icabinet_models::minutes::{Minutes, Sentence, Source};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::{Command, Event, Refusal};

type Now = fn(&Hall) -> Option<Edition>;

/// What is edited, how it reads now, and two changes of it.
type Case = (&'static str, Hall, Now, [Command; 2]);

fn preparing() -> Hall {
    let mut hall = Hall::preparing(Profile::board(), 5);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: crate::support::motion(Some(1), "Thông qua A."),
        }),
    );
    hall
}

fn decided() -> Hall {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::Yes);
    hall.closes(vote);
    hall.does(
        "m2",
        Command::Decisions(DecisionsCommand::PrepareDecision {
            motion: MotionId(1),
            text: decision_text(),
        }),
    );
    hall
}

fn particulars(title: &str) -> Command {
    let mut particulars = preparing().meeting.particulars.clone();
    particulars.title = Text::vi(title);
    Command::Preparation(PreparationCommand::ChangeParticulars { particulars, seen: None })
}

fn change(title: &str) -> Command {
    Command::Agenda(AgendaCommand::ChangeItem {
        item: ItemId(1),
        title: Text::vi(title),
        presenter: None,
        unit: Text::default(),
        minutes_planned: 5,
        seen: None,
    })
}

fn motion(text: &str) -> Command {
    Command::Motions(MotionsCommand::ChangeMotion {
        motion: MotionId(1),
        text: Text::vi(text),
        seen: None,
    })
}

fn correct(text: &str) -> Command {
    Command::Speech(SpeechCommand::CorrectSegment {
        segment: SegmentId(1),
        text: text.to_owned(),
        seen: None,
    })
}

fn revise(subject: &str) -> Command {
    let mut text = decision_text();
    text.subject = subject.to_owned();
    Command::Decisions(DecisionsCommand::ReviseDecision {
        decision: DecisionId(1),
        text,
        seen: None,
    })
}

fn edit(sentence: SentenceId, text: &str) -> Command {
    Command::Minutes(MinutesCommand::EditSentence { sentence, text: text.to_owned(), seen: None })
}

fn sentence(hall: &Hall) -> Option<Edition> {
    let own = |(_, s): &&(SentenceId, &Sentence)| matches!(s.source, Source::Person { .. });
    let all = hall.meeting.minutes.in_order();
    all.iter().find(own).and_then(|(id, _)| hall.meeting.edition_of_sentence(*id))
}

fn cases() -> Vec<Case> {
    let (minutes, _, own) = drafted();
    let of_item: Now = |hall| hall.meeting.edition_of_item(ItemId(1));
    let of_motion: Now = |hall| hall.meeting.edition_of_motion(MotionId(1));
    let of_segment: Now = |hall| hall.meeting.edition_of_segment(SegmentId(1));
    let of_decision: Now = |hall| hall.meeting.edition_of_decision(DecisionId(1));
    let of_particulars: Now = |hall| Some(hall.meeting.edition());
    let spoken = recorded(&[("Tôi đề nghị.", None)]);
    vec![
        ("particulars", preparing(), of_particulars, [particulars("Một"), particulars("Hai")]),
        ("an item", preparing(), of_item, [change("Một"), change("Hai")]),
        ("a motion", preparing(), of_motion, [motion("Một."), motion("Hai.")]),
        ("a segment", spoken, of_segment, [correct("Một."), correct("Hai.")]),
        ("a decision", decided(), of_decision, [revise("về việc một"), revise("về việc hai")]),
        ("a sentence", minutes, sentence, [edit(own, "Một."), edit(own, "Hai.")]),
    ]
}

#[test]
fn the_later_of_two_is_told_what_the_earlier_wrote_and_may_then_decide() {
    for (what, mut hall, now, [first, second]) in cases() {
        let both_saw = now(&hall);
        hall.does("m2", first.clone().having_seen(both_saw.as_ref()));
        let theirs = first.edition().expect("an edit");
        assert_eq!(now(&hall).as_ref(), Some(&theirs), "{what}");
        let refused = hall.refuses("m2", second.clone().having_seen(both_saw.as_ref()));
        assert_eq!(refused, Refusal::Changed { now: Box::new(theirs.clone()) }, "{what}");
        assert_eq!(now(&hall).as_ref(), Some(&theirs), "{what}: the earlier one stands");
        hall.does("m2", second.clone().having_seen(Some(&theirs)));
        assert_eq!(
            now(&hall),
            second.edition(),
            "{what}: who has read it may put his in its place"
        );
    }
}

#[test]
fn who_wrote_the_same_is_not_in_the_way_and_older_programs_go_on() {
    for (what, mut hall, now, [first, second]) in cases() {
        let both_saw = now(&hall);
        hall.does("m2", first.clone().having_seen(both_saw.as_ref()));
        // Sent twice by two devices, or typed alike by two people.
        hall.does("m2", first.having_seen(both_saw.as_ref()));
        hall.does("m2", second.clone());
        assert_eq!(now(&hall), second.edition(), "{what}");
    }
}

#[test]
fn what_somebody_changed_is_not_taken_away_unread() {
    let (minutes, _, own) = drafted();
    let table = [
        (
            minutes,
            edit(own, "Một."),
            Command::Minutes(MinutesCommand::RemoveSentence { sentence: own, seen: None }),
        ),
        (
            preparing(),
            change("Một"),
            Command::Agenda(AgendaCommand::RemoveItem { item: ItemId(1), seen: None }),
        ),
        (
            preparing(),
            motion("Một."),
            Command::Motions(MotionsCommand::WithdrawMotion { motion: MotionId(1), seen: None }),
        ),
    ];
    for (mut hall, change, remove) in table {
        let before = match remove {
            Command::Minutes(MinutesCommand::RemoveSentence { sentence, .. }) => {
                hall.meeting.edition_of_sentence(sentence)
            }
            Command::Agenda(AgendaCommand::RemoveItem { item, .. }) => {
                hall.meeting.edition_of_item(item)
            }
            _ => hall.meeting.edition_of_motion(MotionId(1)),
        };
        hall.does("m2", change.clone());
        let now = change.edition().expect("an edit");
        let unread = remove.clone().having_seen(before.as_ref());
        assert_eq!(hall.refuses("m2", unread), Refusal::Changed { now: Box::new(now.clone()) });
        hall.does("m2", remove.having_seen(Some(&now)));
    }
}

#[test]
fn a_speaker_who_may_not_read_the_transcript_is_not_shown_it_by_a_refusal() {
    let mut hall = recorded(&[("Tôi đề nghị.", None)]);
    hall.does(
        "m2",
        Command::Speech(SpeechCommand::NameSpeaker { segment: SegmentId(1), person: "m4".into() }),
    );
    hall.does("m2", correct("Bí mật."));
    let stale = Edition::Segment { text: "Tôi đề nghị.".to_owned() };
    let refused = hall.refuses("m4", correct("Của tôi.").having_seen(Some(&stale)));
    assert_eq!(refused, Refusal::Changed { now: Box::new(Edition::Withheld) });
}

#[test]
fn a_command_of_an_older_program_is_read_as_it_was_written() {
    let old = r#"{"edit_sentence":{"sentence":1,"text":"Sửa."}}"#;
    let command: Command = serde_json::from_str(old).expect("a command");
    assert_eq!(command, edit(SentenceId(1), "Sửa."));
    assert_eq!(serde_json::to_string(&command).expect("JSON"), old);
}

#[test]
fn a_rewritten_passage_is_its_writers_word_and_no_longer_proved_by_the_sound() {
    let mut hall = quoted();
    let spoken = |hall: &Hall| {
        let all = hall.meeting.minutes.in_order();
        all.iter().find(|(_, s)| s.segment().is_some()).map(|(id, s)| (*id, (*s).clone()))
    };
    let (sentence, before) = spoken(&hall).expect("a quote");
    let events = hall.does("m2", edit(sentence, "Giao Văn phòng."));
    assert!(
        matches!(events[..], [Event::Minutes(MinutesEvent::SentenceRewritten { .. })]),
        "{events:?}"
    );
    let (_, after) = spoken(&hall).expect("the same sentence");
    assert!(matches!(&after.source, Source::Person { person, .. } if *person == "m2".into()));
    assert_eq!(after.based_on, before.source.passage());
    hall.does("m1", edit(sentence, "Giao Văn phòng làm."));
    let (_, again) = spoken(&hall).expect("the same sentence");
    assert!(matches!(&again.source, Source::Person { person, .. } if *person == "m1".into()));
    assert_eq!(again.based_on, before.source.passage(), "rewritten twice, it rests on the same");
}

#[test]
fn a_record_of_before_keeps_what_its_edits_meant() {
    let mut hall = quoted();
    let Minutes::Draft { sentences, .. } = &hall.meeting.minutes else { panic!("no draft") };
    let spoken = sentences.iter().find(|(_, s)| s.segment().is_some());
    let (sentence, source) = spoken.map(|(id, s)| (*id, s.source.clone())).expect("a quote");
    hall.append(Event::Minutes(MinutesEvent::SentenceEdited {
        sentence,
        text: "Sửa.".to_owned(),
        by: "m2".into(),
    }));
    let Minutes::Draft { sentences, .. } = &hall.meeting.minutes else { panic!("no draft") };
    let after = &sentences[&sentence];
    assert_eq!((&after.source, after.based_on), (&source, None));
    assert_eq!(after.rewritten().map(|edit| edit.by), Some("m2".into()));
}
