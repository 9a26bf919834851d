//! Whatever characters a text holds, it is set as an archive file and can be read out of it.

use icabinet_models::text::{Shape, cleaned};
use icabinet_typeset::{
    Block, Fact, Letterhead, MinutesSheet, Rendered, Section, SheetDate, Signatory, minutes, plain,
};
use lopdf::Document;
use proptest::prelude::*;
use std::process::Command;

/// Minutes with a text wherever one goes.
fn sheet(text: &str) -> MinutesSheet {
    let signatory =
        |key: &str| Signatory { key: key.into(), title: vec![text.into()], name: text.into() };
    let blocks = vec![
        Block::Item { runs: plain(text) },
        Block::Paragraph { runs: plain(format!("{text} {text}")) },
        Block::Article { label: "Điều 1.".into(), runs: plain(text) },
    ];
    MinutesSheet {
        letterhead: Letterhead {
            parent_body: Some(text.into()),
            issuing_body: vec![text.into()],
            number: Some(text.into()),
            place: text.into(),
            date: SheetDate { day: 26, month: 11, year: 2026 },
        },
        kind: "BIÊN BẢN".into(),
        subject: text.into(),
        sections: vec![Section { heading: text.into(), blocks }],
        record: vec![Fact { label: text.into(), value: text.into() }],
        record_note: text.into(),
        recipients: vec![text.into()],
        secretary: signatory("secretary"),
        chair: signatory("chair"),
        notice: Some(text.into()),
        created_unix_seconds: 1_795_657_200,
        first_form: false,
    }
}

/// The minutes with one sentence.
fn sentence(text: &str) -> MinutesSheet {
    let blocks = vec![Block::Item { runs: plain(text) }];
    let sections = vec![Section { heading: "1. Khai mạc".into(), blocks }];
    MinutesSheet { sections, ..sheet("Hồ Sen") }
}

fn assert_sound(rendered: &Rendered) {
    let document = Document::load_mem(&rendered.pdf).expect("a PDF that lopdf reads");
    assert_eq!(document.get_pages().len(), rendered.pages as usize);
    assert_eq!(rendered.signature_areas.len(), 2);
    for object in document.objects.values() {
        let Ok(dict) = object.as_dict() else { continue };
        if dict.has_type(b"FontDescriptor") {
            let embedded = [&b"FontFile"[..], b"FontFile2", b"FontFile3"];
            assert!(embedded.iter().any(|key| dict.has(key)), "{dict:?}");
        }
    }
}

/// What a reader of PDF finds; `None` on a machine without `pdftotext`.
fn read(name: &str, rendered: &Rendered) -> Option<String> {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, &rendered.pdf).expect("the test output folder can be written");
    let out = Command::new("pdftotext").arg("-raw").arg(&path).arg("-").output().ok()?;
    Some(String::from_utf8(out.stdout).expect("UTF-8").replace('\n', " "))
}

/// Characters of every kind that people and other programs bring, and any at all.
fn characters() -> impl Strategy<Value = char> {
    let of = |text: &str| prop::sample::select(text.chars().collect::<Vec<char>>());
    prop_oneof![
        4 => of("aăâbcdđeêoôơuưyỷộHSg 1.\n"),
        2 => of("\u{300}\u{301}\u{302}\u{309}\u{31b}\u{323}\u{20dd}\u{20e3}\u{489}"),
        2 => of("\0\u{1}\t\r\u{7f}\u{9c}\u{ad}\u{200b}\u{200c}\u{200d}\u{202e}\u{2066}\u{feff}\u{fe0f}\u{e0041}"),
        2 => of("\u{f0b7}\u{e000}\u{f8ff}\u{f0000}\u{ffff}\u{fdd0}\u{fffd}\u{fffc}"),
        2 => of("😀👍🏽🇻🇳❤✓➢❖⇒∑𝐁☐"),
        2 => of("漢字国語かカ、。ａＢ한\u{1100}\u{1161}\u{20000}\u{f900}"),
        2 => of("កខ្មែរ្ាុំ។ລາວ່ไทยก็ำ\u{25cc}\u{17d2}\u{eb1}\u{e33}"),
        2 => of("אבالعربيةहिन्दीதமிழ်မြန်မာ\u{64b}\u{5b0}"),
        2 => any::<char>(),
        2 => (0x1F000_u32..0x1FB00).prop_map(|code| char::from_u32(code).unwrap_or(' ')),
        2 => (0x2000_u32..0x2C00).prop_map(|code| char::from_u32(code).unwrap_or(' ')),
    ]
}

fn config() -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 96;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = proptest::test_runner::RngSeed::Fixed(2_026);
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_stands_in_a_text_it_is_set(letters in prop::collection::vec(characters(), 0..40)) {
        let text: String = letters.into_iter().collect();
        // As an old log may hold it, and as the door lets it in.
        assert_sound(&minutes(&sheet(&text)).expect("set"));
        if let Ok(clean) = cleaned(&text, Shape::Passage) {
            assert_sound(&minutes(&sheet(&clean)).expect("set"));
        }
    }
}

#[test]
fn what_is_set_can_be_read() {
    let table = [
        ("emoji", "Bận việc nhà 😀", "Bận việc nhà 😀"),
        ("ticks", "✓ xong ➢ tiếp ❖", "✓ xong ➢ tiếp ❖"),
        ("han", "họ 阮 tên 漢字", "họ 阮 tên 漢字"),
        ("lao", "ລາວ", "ລາວ"),
        ("decomposed", "Ho\u{302}\u{300} Sen", "Hồ Sen"),
        ("bullet", "\u{f0b7} một", "• một"),
        ("hangul", "họ 한", "họ [U+D55C]"),
        ("private", "mã \u{e123}", "mã [U+E123]"),
    ];
    for (name, text, expected) in table {
        let rendered = minutes(&sentence(text)).expect(name);
        assert_sound(&rendered);
        if let Some(found) = read(&format!("{name}.pdf"), &rendered) {
            assert!(found.contains(expected), "{name}: {found}");
        }
    }
}
