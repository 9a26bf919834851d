//! The door: whatever string comes in a command, it stands clean in the log or is refused by name.

use super::carried::{At, HALLS, commands, particulars, transcribed};
use super::coverage::name;
use super::generator::config;
use crate::support::{item, member, motion, person};
use icabinet_models::agenda::Level;
use icabinet_models::ids::{Digest, Text, Time};
use icabinet_models::meeting::{
    AgendaCommand, Bound, DecisionsCommand, MotionsCommand, ParticipantsCommand, Particulars,
    PreparationCommand, SpeechCommand,
};
use icabinet_models::speech::{Heard, Language};
use icabinet_models::text::{Shape, cleaned, folded, is_invisible, most, same, shown};
use icabinet_models::{Actor, Command, Refusal};
use proptest::prelude::*;
use unicode_normalization::is_nfc;

/// Characters by what they do: letters of here, marks, what is not seen, spaces and breaks, signs of
/// private use, other scripts, and any at all.
fn characters() -> impl Strategy<Value = char> {
    prop_oneof![
        4 => prop::sample::select("aăâbcdđeêoôơuưyỷộHSg 1.".chars().collect::<Vec<_>>()),
        2 => prop::sample::select(vec!['\u{300}', '\u{301}', '\u{302}', '\u{309}', '\u{31b}', '\u{323}']),
        2 => prop::sample::select(vec![
            '\u{0}', '\u{1}', '\u{7f}', '\u{ad}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{2066}',
            '\u{feff}', '\u{fe0f}', '\u{e0041}', '\u{3164}', '\u{34f}', '\u{115f}', '\u{fffa}',
        ]),
        2 => prop::sample::select(vec![
            ' ', '\t', '\n', '\r', '\u{b}', '\u{85}', '\u{a0}', '\u{2003}', '\u{2028}', '\u{3000}',
        ]),
        1 => prop::sample::select(vec!['\u{f0b7}', '\u{e000}', '\u{f8ff}', '\u{f0000}', '\u{ffff}', '\u{fdd0}']),
        2 => prop::sample::select(vec!['😀', '✓', '漢', 'ក', '្', 'ا', '\u{1100}', '\u{1161}', 'Å', 'Ω', 'ﬁ']),
        1 => any::<char>(),
    ]
}

fn strings() -> impl Strategy<Value = String> {
    prop::collection::vec(characters(), 0..24).prop_map(|letters| letters.into_iter().collect())
}

/// What must hold of each text in a log.
fn assert_clean(text: &str, shape: Shape) {
    assert!(is_nfc(text), "{text:?} is not in NFC");
    assert!(!text.contains(is_invisible), "{text:?} holds what is not seen");
    assert!(!text.contains("  ") && text.trim() == text, "{text:?} holds spaces to spare");
    let plain = |c: char| !c.is_whitespace() || c == ' ' || (c == '\n' && shape == Shape::Passage);
    assert!(text.chars().all(plain), "{text:?} holds a space that is none");
    assert!(!text.contains("\n\n\n") && !text.contains(" \n") && !text.contains("\n "));
    assert!(!text.contains(is_private), "{text:?} holds a sign of one font");
}

fn is_private(character: char) -> bool {
    matches!(u32::from(character), 0xE000..=0xF8FF | 0xF_0000..)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..config() })]

    #[test]
    fn a_text_is_clean_or_refused_by_name_and_cleaning_it_again_changes_nothing(text in strings()) {
        for shape in [Shape::Line, Shape::Passage] {
            match cleaned(&text, shape) {
                Ok(clean) => {
                    assert_clean(&clean, shape);
                    prop_assert_eq!(cleaned(&clean, shape).unwrap(), clean.clone());
                    // Signs that have a character of their own get it.
                    if !text.contains(is_private) {
                        prop_assert_eq!(folded(&clean), folded(&text), "it says something else");
                    }
                    prop_assert_eq!(shown(&clean), clean.clone());
                }
                Err(refused) => prop_assert!(text.contains(refused.0)),
            }
        }
    }

    #[test]
    fn folding_twice_is_folding_once(text in strings()) {
        let once = folded(&text);
        prop_assert_eq!(folded(&once), once.clone());
        prop_assert!(same(&text, &once));
    }

    #[test]
    fn every_text_of_every_command_goes_through_the_door(text in strings()) {
        for (hall, who, command) in commands(&text) {
            match HALLS.with(|halls| halls[hall as usize].clone()).run(who, &command) {
                Ok(decided) => {
                    let events = serde_json::to_value(&decided.events).unwrap();
                    each_text(&events, &mut |text| assert_clean(text, Shape::Passage));
                }
                Err(Refusal::Invalid { bound: Bound::Character(code) }) => {
                    let character = char::from_u32(code).unwrap();
                    prop_assert!(text.contains(character), "{}", name(&command));
                }
                // Nothing to read was left.
                Err(Refusal::Invalid { bound: Bound::TextMissing } | Refusal::OpinionMissing) => {
                    prop_assert!(cleaned(&text, Shape::Line).is_ok_and(|text| text.is_empty()));
                }
                Err(refusal) => prop_assert!(false, "{}: {refusal:?}", name(&command)),
            }
        }
    }
}

/// The texts of a value; of what is no text (identifiers, digests, names of variants) they are clean.
fn each_text(value: &serde_json::Value, look: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => look(text),
        serde_json::Value::Array(values) => values.iter().for_each(|value| each_text(value, look)),
        serde_json::Value::Object(fields) => {
            fields.values().for_each(|value| each_text(value, look));
        }
        _ => {}
    }
}

#[test]
fn what_the_system_reports_is_made_to_fit() {
    let bad = format!("\u{e123}\u{0}{}", "ộ".repeat(60_000));
    let mut hall = HALLS.with(|halls| halls[At::Closed as usize].clone());
    let Command::Speech(SpeechCommand::Transcribed { recording, heard, .. }) = transcribed(&bad)
    else {
        unreachable!()
    };
    let heard =
        Command::Speech(SpeechCommand::Transcribed { recording, to_ms: 20, heard: later(heard) });
    let model = Command::Speech(SpeechCommand::TranscriptFinished {
        recording,
        model: bad.clone(),
        synthetic: true,
    });
    let instrument =
        icabinet_models::decisions::Instrument::Decision(icabinet_models::ids::DecisionId(1));
    let source = hall.meeting.source_digest(instrument).expect("a decision");
    let failed =
        Command::Decisions(DecisionsCommand::InstrumentFailed { instrument, source, detail: bad });
    for command in [heard, model, failed] {
        let decided = hall.run(Actor::System, &command).unwrap_or_else(|refusal| {
            panic!("{}: {refusal:?}", name(&command));
        });
        assert!(!decided.events.is_empty(), "{}", name(&command));
        let events = serde_json::to_value(&decided.events).unwrap();
        each_text(&events, &mut |text| {
            assert_clean(text, Shape::Passage);
            assert!(text.len() <= most::PASSAGE);
        });
    }
}

fn later(mut heard: Vec<Heard>) -> Vec<Heard> {
    heard[0].end_ms = 20;
    heard
}

#[test]
fn texts_are_cleaned_by_a_rule_each() {
    let table = [
        ("letters are composed", "Ho\u{302}\u{300} Sen", "Hồ Sen"),
        ("a no-break space is a space", "Hồ\u{a0}Sen", "Hồ Sen"),
        ("so are wide ones and tabs", "Hồ\u{3000}\tSen", "Hồ Sen"),
        ("spaces at the ends go", "  Hồ Sen \u{2009}", "Hồ Sen"),
        ("zero-width spaces go", "Hồ\u{200b} Sen", "Hồ Sen"),
        ("soft hyphens go", "H\u{ad}ồ Sen", "Hồ Sen"),
        ("byte order marks go", "\u{feff}Hồ Sen", "Hồ Sen"),
        ("overrides of direction go", "\u{202e}Hồ\u{2066} Sen", "Hồ Sen"),
        ("variation selectors go", "✔\u{fe0f}", "✔"),
        ("tags go", "a\u{e0067}\u{e007f}", "a"),
        ("fillers go", "a\u{3164}\u{115f}", "a"),
        ("NUL and other controls go", "a\0\u{1}\u{7f}\u{9c}b", "ab"),
        ("Word's bullet is a bullet", "\u{f0b7} một", "• một"),
        ("so are its other signs", "\u{f0a7}\u{f0d8}\u{f0fc}\u{f076}", "▪➢✓❖"),
        ("emoji stay", "Bận việc nhà 😀", "Bận việc nhà 😀"),
        ("other scripts stay", "漢 ភ្នំពេញ ✓", "漢 ភ្នំពេញ ✓"),
        ("a line has no breaks", "a\r\nb\u{2028}c\u{b}d", "a b c d"),
    ];
    for (rule, text, expected) in table {
        assert_eq!(cleaned(text, Shape::Line).as_deref(), Ok(expected), "{rule}");
    }
    let table = [
        ("a passage has breaks of one kind", "a\r\nb\rc\u{2029}d\u{85}e", "a\nb\nc\nd\ne"),
        ("one line stays empty", "a\n\n\n \n\nb", "a\n\nb"),
        ("no space hangs at a line", " a \n\t b ", "a\nb"),
    ];
    for (rule, text, expected) in table {
        assert_eq!(cleaned(text, Shape::Passage).as_deref(), Ok(expected), "{rule}");
    }
    for refused in ['\u{e123}', '\u{f8ff}', '\u{f0041}', '\u{10fffd}', '\u{ffff}', '\u{fdd0}'] {
        let found = cleaned(&format!("a{refused}b"), Shape::Line).map(drop).unwrap_err();
        assert_eq!(found.0, refused);
    }
}

#[test]
fn what_says_the_same_is_the_same() {
    let table = [
        (
            "composed or not",
            "Phường Hồ Sen",
            "Phu\u{31b}o\u{31b}\u{300}ng Ho\u{302}\u{300} Sen",
            true,
        ),
        ("by case", "PHƯỜNG HỒ SEN", "phường hồ sen", true),
        ("by spaces", "thư\u{a0}ký", " Thư  ký", true),
        ("by what is not seen", "Thư\u{200b} ký", "Thư ký", true),
        ("by where the tone stands", "Phòng Văn hoá, uỷ viên", "phòng văn hóa, ủy viên", true),
        ("not by tones", "Hồ Sen", "Hổ Sen", false),
        ("not by letters", "Đông", "Dông", false),
    ];
    for (rule, one, other, expected) in table {
        assert_eq!(same(one, other), expected, "{rule}");
    }
}

/// A meeting takes a text of the most bytes, and none of one more.
#[test]
fn every_text_has_a_bound() {
    let text = |bytes: usize| "a".repeat(bytes);
    let by = |bytes: usize| (text(bytes), text(bytes + 1));
    let too_long = Refusal::Invalid { bound: Bound::TextTooLong };
    let mut rules: Vec<(&str, Command, Command)> = Vec::new();
    let row = |change: &dyn Fn(&mut icabinet_models::participants::Participant, String), most| {
        let (fits, longer) = by(most);
        let [fits, longer] = [fits, longer].map(|text| {
            let mut participant = member("n1", 1);
            change(&mut participant, text);
            Command::Participants(ParticipantsCommand::AddParticipant { participant })
        });
        (fits, longer)
    };
    let mut rule = |name, (fits, longer)| rules.push((name, fits, longer));
    rule("name", row(&|row, text| row.name = text, most::NAME));
    rule("position", row(&|row, text| row.position = Text::vi(text), most::POSITION));
    rule("unit", row(&|row, text| row.unit = Text::both("", text), most::POSITION));
    rule("seat", row(&|row, text| row.seat = Some(text), most::PLACE_IN_ROOM));
    rule("venue", row(&|row, text| row.venue = Some(text), most::PLACE_IN_ROOM));
    let place = |text| {
        let locality = text;
        Command::Preparation(PreparationCommand::ChangeParticulars {
            particulars: Particulars { locality, ..particulars("a") },
            seen: None,
        })
    };
    let (fits, longer) = by(most::SHORT);
    rule("locality", (place(fits), place(longer)));
    let unit = |text: String| {
        let mut draft = item("a", Level::Public);
        draft.unit = Text::vi(text);
        Command::Agenda(AgendaCommand::AddItem { draft })
    };
    let (fits, longer) = by(most::POSITION);
    rule("an item's unit", (unit(fits), unit(longer)));
    let words =
        |text: String| Command::Motions(MotionsCommand::AddMotion { draft: motion(None, &text) });
    let (fits, longer) = by(most::PASSAGE);
    rule("motion", (words(fits), words(longer)));
    for (rule, fits, longer) in rules {
        let hall = HALLS.with(|halls| halls[At::Preparing as usize].clone());
        assert!(hall.judge(person("m2"), &fits).is_ok(), "{rule}");
        assert_eq!(hall.judge(person("m2"), &longer), Err(too_long.clone()), "{rule}");
    }
    // Whatever the command and the field: nothing takes a megabyte.
    let megabyte = text(1 << 20);
    for (at, who, command) in commands(&megabyte) {
        let hall = HALLS.with(|halls| halls[at as usize].clone());
        assert_eq!(hall.judge(who, &command), Err(too_long.clone()), "{}", name(&command));
    }
}

#[test]
fn every_time_lies_in_the_years_that_calendars_here_know() {
    let out_of_range = Refusal::Invalid { bound: Bound::OutOfRange };
    let scheduled = |at: i64| {
        let particulars = Particulars { scheduled: Time(at), ..particulars("a") };
        (
            At::Preparing,
            Command::Preparation(PreparationCommand::ChangeParticulars { particulars, seen: None }),
        )
    };
    let started = |at: i64| {
        let (started, language) = (Some(Time(at)), Language::Vi);
        let (file_name, blob) = ("a.mp3".to_owned(), Digest::ZERO);
        (
            At::Closed,
            Command::Speech(SpeechCommand::ImportRecording { file_name, blob, started, language }),
        )
    };
    let judge = |(at, command): (At, Command)| {
        HALLS.with(|halls| halls[at as usize].judge(person("m2"), &command))
    };
    for time in [0, 1_795_654_800_000, Time::LATEST.0] {
        assert!(judge(scheduled(time)).is_ok() && judge(started(time)).is_ok(), "{time}");
    }
    for time in [i64::MIN, -1, Time::LATEST.0 + 1, 253_402_300_799_000, i64::MAX] {
        assert_eq!(judge(scheduled(time)), Err(out_of_range.clone()), "{time}");
        assert_eq!(judge(started(time)), Err(out_of_range.clone()), "{time}");
    }
}
