//! What can be done with minutes, from the draft to publication.

use super::{Row, after, check, closed};
use crate::support::Hall;
use icabinet_models::Command;
use icabinet_models::decisions::Instrument;
use icabinet_models::ids::{Digest, SentenceId};
use icabinet_models::meeting::{DecisionsCommand, MinutesCommand};
use icabinet_models::minutes::{Section, Source};
use icabinet_models::waiting::Wait;

/// A closed session with a draft to which `m2` added a sentence.
pub(crate) fn drafted() -> (Hall, SentenceId, SentenceId) {
    let write = Command::Minutes(MinutesCommand::WriteSentence {
        section: Section::Closing,
        text: "Thêm.".to_owned(),
    });
    let hall = after(
        closed(),
        &[("m2", Command::Minutes(MinutesCommand::DraftMinutes {})), ("m2", write)],
    );
    let all = hall.meeting.minutes.in_order();
    let record = all.iter().find(|(_, sentence)| sentence.is_record()).expect("a record").0;
    let own = |source: &Source| matches!(source, Source::Person { .. });
    let own = all.iter().find(|(_, sentence)| own(&sentence.source)).expect("a person's").0;
    (hall, record, own)
}

pub(crate) fn typeset(mut hall: Hall) -> Hall {
    let source = hall.meeting.source_digest(Instrument::Minutes).expect("approved");
    let document = Digest::of(b"pdf");
    let instrument = Instrument::Minutes;
    hall.system(Command::Decisions(DecisionsCommand::InstrumentTypeset {
        instrument,
        source,
        document,
        pages: 2,
    }));
    hall
}

pub(crate) fn sign() -> Command {
    let digest = Digest::of(b"signed");
    Command::Decisions(DecisionsCommand::Sign {
        instrument: Instrument::Minutes,
        document: digest,
        fingerprint: digest,
        certificate: digest,
        after: None,
    })
}

#[test]
fn minutes_every_state_and_every_command() {
    let (draft, record, own) = drafted();
    let publish =
        || Command::Decisions(DecisionsCommand::Publish { instrument: Instrument::Minutes });
    let approved =
        after(draft.clone(), &[("m1", Command::Minutes(MinutesCommand::ApproveMinutes {}))]);
    let set = typeset(approved.clone());
    let signed = after(set.clone(), &[("m1", sign())]);
    let states = [
        ("not begun", closed()),
        ("draft", draft),
        ("approved", approved),
        ("typeset", set),
        ("signed", signed.clone()),
        ("published", after(signed, &[("m2", publish())])),
    ];
    let text = || "Lời khác.".to_owned();
    let write =
        Command::Minutes(MinutesCommand::WriteSentence { section: Section::Opening, text: text() });
    let edit = |sentence: SentenceId| {
        Command::Minutes(MinutesCommand::EditSentence { sentence, text: text(), seen: None })
    };
    let remove = Command::Minutes(MinutesCommand::RemoveSentence { sentence: own, seen: None });
    const B: &str = "!minutes_not_begun";
    const A: &str = "!minutes_approved";
    const U: &str = "!unknown";
    const S: &str = "!already_signed";
    // Whoever of the two signs: the chair alone where the secretary has no key.
    let either = || vec![U, U, "!not_typeset", "signed", S, S];
    let rows: Vec<Row> = vec![
        (
            "draft",
            "m2",
            Command::Minutes(MinutesCommand::DraftMinutes {}),
            vec!["minutes_drafted", "minutes_drafted", A, A, A, A],
        ),
        ("write", "m2", write, vec![B, "sentence_written", A, A, A, A]),
        ("edit one's own", "m1", edit(own), vec![B, "sentence_edited", A, A, A, A]),
        ("edit the record", "m2", edit(record), vec![B, "!record_sentence", A, A, A, A]),
        ("edit nothing", "m2", edit(SentenceId(999)), vec![B, "!unknown", A, A, A, A]),
        ("remove", "m2", remove, vec![B, "sentence_removed", A, A, A, A]),
        (
            "approve",
            "m1",
            Command::Minutes(MinutesCommand::ApproveMinutes {}),
            vec![B, "minutes_approved", A, A, A, A],
        ),
        (
            "reopen",
            "m2",
            Command::Minutes(MinutesCommand::ReopenMinutes {}),
            vec![B, B, "minutes_reopened", "minutes_reopened", S, S],
        ),
        ("sign", "m1", sign(), either()),
        ("sign as secretary", "m2", sign(), either()),
        ("sign as member", "m3", sign(), vec!["!not_allowed"; 6]),
        (
            "publish",
            "m2",
            publish(),
            vec![U, U, "!not_signed", "!not_signed", "published", "!already_published"],
        ),
        (
            "approve as member",
            "m3",
            Command::Minutes(MinutesCommand::ApproveMinutes {}),
            vec!["!not_allowed"; 6],
        ),
    ];
    check(&states, &rows);
}

#[test]
fn who_signs_and_who_publishes_is_told() {
    let waits =
        |hall: &Hall, who: &str| icabinet_models::waiting::waits(&hall.meeting, &who.into());
    let (sign_it, publish_it) =
        (Wait::Sign(Instrument::Minutes), Wait::Publish(Instrument::Minutes));
    let (draft, ..) = drafted();
    assert_eq!(waits(&draft, "m1"), []);
    let set = typeset(after(draft, &[("m1", Command::Minutes(MinutesCommand::ApproveMinutes {}))]));
    assert_eq!((waits(&set, "m1"), waits(&set, "m2")), (vec![sign_it], vec![sign_it]));
    assert_eq!(waits(&set, "m3"), []);
    let signed = after(set, &[("m1", sign())]);
    assert_eq!((waits(&signed, "m1"), waits(&signed, "m2")), (vec![], vec![publish_it]));
    let publish = Command::Decisions(DecisionsCommand::Publish { instrument: Instrument::Minutes });
    let published = after(signed, &[("m2", publish)]);
    assert_eq!((waits(&published, "m1"), waits(&published, "m2")), (vec![], vec![]));
}
