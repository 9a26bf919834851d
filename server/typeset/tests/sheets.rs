//! The documents as a reader of PDF finds them: pages, archive conformance, texts, places.
//!
//! Every rendered file is kept in cargo's folder for test outputs, to be looked at.

use std::path::PathBuf;

use icabinet_typeset::{
    Align, Block, DecisionSheet, Fact, Letterhead, MinutesSheet, Rendered, Run, Section, SheetDate,
    Signatory, Style, decision, minutes, paper, paper_front, plain,
};
use lopdf::{Document, Object};

/// 26 November 2026, 08:40 in Hanoi.
const CREATED: i64 = 1_795_657_200;

fn letterhead() -> Letterhead {
    Letterhead {
        parent_body: Some("THÀNH PHỐ MINH GIANG".into()),
        issuing_body: vec!["ỦY BAN NHÂN DÂN".into(), "PHƯỜNG HỒ SEN".into()],
        number: Some("15/QĐ-UBND".into()),
        place: "Hồ Sen".into(),
        date: SheetDate { day: 26, month: 11, year: 2026 },
    }
}

fn chair() -> Signatory {
    Signatory {
        key: "chair".into(),
        title: vec!["TM. ỦY BAN NHÂN DÂN".into(), "CHỦ TỊCH".into()],
        name: "Đoàn Hữu Thạch".into(),
    }
}

fn article(label: &str, text: &str) -> Block {
    Block::Article { label: label.into(), runs: plain(text) }
}

fn decision_sheet() -> DecisionSheet {
    DecisionSheet {
        letterhead: letterhead(),
        kind: "QUYẾT ĐỊNH".into(),
        subject: "Về việc phê duyệt phương án cải tạo, chỉnh trang khuôn viên ven hồ Sen".into(),
        deciding_body: "ỦY BAN NHÂN DÂN PHƯỜNG HỒ SEN".into(),
        bases: vec![
            "Căn cứ Luật Tổ chức chính quyền địa phương (căn cứ mẫu);".into(),
            "Căn cứ Luật Ngân sách nhà nước (căn cứ mẫu);".into(),
            "Căn cứ kết quả biểu quyết tại phiên họp thường kỳ tháng 11 năm 2026 của Ủy ban nhân dân phường;".into(),
            "Theo đề nghị của Phòng Kinh tế, Hạ tầng và Đô thị tại Tờ trình số 86/TTr-KTHTĐT ngày 18 tháng 11 năm 2026,".into(),
        ],
        enacting_words: Some("QUYẾT ĐỊNH:".into()),
        body: vec![
            article("Điều 1.", "Phê duyệt phương án cải tạo, chỉnh trang khuôn viên ven hồ Sen với tổng kinh phí 4.410 triệu đồng, thực hiện trong năm 2027, gồm các nội dung sau:"),
            Block::Clause { label: "1.".into(), runs: plain("Đường dạo: thay 1.850 m² gạch cũ bằng gạch thấm nước, bố trí lối đi cho xe lăn tại 9 vị trí.") },
            Block::Clause { label: "2.".into(), runs: plain("Thoát nước: xây mới 420 m rãnh kín có hố ga; phải hoàn thành trước mùa mưa năm 2027.") },
            Block::Table {
                caption: Some(vec![Run::new("Bảng 1. Nguồn vốn", Style::Bold), Run::new(" (đơn vị tính: triệu đồng)", Style::Italic)]),
                columns: vec![Align::Center, Align::Left, Align::Right],
                header: vec![plain("TT"), plain("Nguồn vốn"), plain("Cộng")],
                rows: vec![
                    vec![plain("1"), plain("Ngân sách phường"), plain("2.910")],
                    vec![plain("2"), plain("Ngân sách thành phố hỗ trợ có mục tiêu"), plain("1.000")],
                    vec![plain("3"), plain("Xã hội hóa"), plain("500")],
                ],
            },
            article("Điều 2.", "Giao Phòng Kinh tế, Hạ tầng và Đô thị hoàn thiện hồ sơ thiết kế và dự toán trước ngày 15 tháng 12 năm 2026."),
            article("Điều 3.", "Chánh Văn phòng, Trưởng phòng Kinh tế, Hạ tầng và Đô thị và các đơn vị có liên quan chịu trách nhiệm thi hành Quyết định này./."),
        ],
        recipients: vec![
            "Như Điều 3;".into(),
            "UBND thành phố Minh Giang (để báo cáo);".into(),
            "Thường trực HĐND phường;".into(),
            "Lưu: VT, KTHTĐT.".into(),
        ],
        signatory: chair(),
        notice: None,
        created_unix_seconds: CREATED,
        first_form: false,
    }
}

fn minutes_sheet() -> MinutesSheet {
    let item = |text: &str| Block::Item { runs: plain(text) };
    let opening = Section {
        heading: "1. Thành phần và khai mạc".into(),
        blocks: vec![
            item(
                "Phiên họp khai mạc lúc 08 giờ 00 phút ngày 26 tháng 11 năm 2026 tại Phòng họp số 2, tầng 2, trụ sở Ủy ban nhân dân phường Hồ Sen.",
            ),
            item(
                "Chủ tọa: ông Đoàn Hữu Thạch, Chủ tịch Ủy ban nhân dân phường; Thư ký phiên họp: bà Vương Thị Hòa, Chánh Văn phòng.",
            ),
            item(
                "Khi khai mạc có mặt 10/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên theo quy định.",
            ),
        ],
    };
    let vote = Section {
        heading: "2. Thông qua chương trình".into(),
        blocks: vec![
            Block::Paragraph {
                runs: vec![
                    Run::new("Nội dung biểu quyết: ", Style::Plain),
                    Run::new(
                        "“Thông qua chương trình phiên họp gồm 5 nội dung và bổ sung nội dung khẩn về xử lý sụt lún cống hộp đường Bờ Đông.”",
                        Style::Italic,
                    ),
                ],
            },
            Block::Table {
                caption: Some(plain("Kết quả biểu quyết")),
                columns: vec![Align::Left, Align::Right],
                header: vec![plain("Phương án"), plain("Số thành viên")],
                rows: vec![
                    vec![plain("Tán thành"), plain("10")],
                    vec![plain("Không tán thành"), plain("0")],
                    vec![plain("Vắng mặt"), plain("2")],
                ],
            },
            item(
                "Nội dung được thông qua: có 10/12 thành viên tán thành (83,33%), quá nửa tổng số thành viên./.",
            ),
        ],
    };
    MinutesSheet {
        letterhead: Letterhead {
            number: Some("11/BB-UBND".into()),
            ..letterhead()
        },
        kind: "BIÊN BẢN".into(),
        subject: "Phiên họp thường kỳ tháng 11 năm 2026 của Ủy ban nhân dân phường Hồ Sen".into(),
        sections: vec![opening, vote],
        record: vec![
            Fact { label: "Số sự kiện trong nhật ký".into(), value: "148".into() },
            Fact { label: "Dấu vân tay của nhật ký".into(), value: "K7QF 2M9D XR4T 8HPA".into() },
        ],
        record_note: "Điểm danh, giờ giấc và kết quả biểu quyết trong biên bản này được lập từ nhật ký của phiên họp.".into(),
        recipients: vec!["Thành viên dự họp;".into(), "Lưu: VT, hồ sơ phiên họp.".into()],
        secretary: Signatory {
            key: "secretary".into(),
            title: vec!["THƯ KÝ".into()],
            name: "Vương Thị Hòa".into(),
        },
        chair: Signatory {
            title: vec!["CHỦ TỌA".into()],
            ..chair()
        },
        notice: None,
        created_unix_seconds: CREATED,
        first_form: false,
    }
}

fn keep(name: &str, rendered: &Rendered) -> Document {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(path, &rendered.pdf).expect("the test output folder can be written");
    Document::load_mem(&rendered.pdf).expect("a PDF that lopdf reads")
}

fn metadata(document: &Document) -> String {
    let catalog = document.catalog().expect("catalog");
    let stream = document
        .get_dictionary(document.trailer.get(b"Root").and_then(Object::as_reference).expect("root"))
        .and_then(|_| catalog.get(b"Metadata"))
        .and_then(Object::as_reference)
        .and_then(|id| document.get_object(id))
        .and_then(Object::as_stream)
        .expect("XMP metadata");
    let content = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
    String::from_utf8(content).expect("XMP is UTF-8")
}

fn text(document: &Document) -> String {
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).expect("text can be taken out").replace('\n', " ")
}

/// What PDF/A-2b asks for and a parser can see.
fn assert_archive(document: &Document) {
    let metadata = metadata(document);
    assert!(metadata.contains("pdfaid:part>2<"), "{metadata}");
    assert!(metadata.contains("pdfaid:conformance>B<"), "{metadata}");
    let catalog = document.catalog().expect("catalog");
    let intents = catalog
        .get(b"OutputIntents")
        .and_then(|intents| document.dereference(intents))
        .and_then(|(_, intents)| intents.as_array())
        .expect("output intents");
    assert!(!intents.is_empty());
    for object in document.objects.values() {
        let Ok(dict) = object.as_dict() else { continue };
        if dict.has_type(b"FontDescriptor") {
            let embedded = [&b"FontFile"[..], b"FontFile2", b"FontFile3"];
            assert!(embedded.iter().any(|key| dict.has(key)), "{dict:?}");
        }
        assert!(!dict.has_type(b"Action"));
    }
    assert!(!document.trailer.has(b"Encrypt"));
}

#[test]
fn a_decision_is_an_archive_file_with_a_place_to_sign() {
    let rendered = decision(&decision_sheet()).expect("set");
    let document = keep("decision.pdf", &rendered);
    assert_archive(&document);
    assert_eq!(rendered.pages as usize, document.get_pages().len());
    let [area] = rendered.signature_areas.as_slice() else {
        panic!("one area, not {:?}", rendered.signature_areas);
    };
    assert_eq!(area.key, "chair");
    assert_eq!(area.page + 1, rendered.pages, "the signature is on the last page");
    let [left, bottom, right, top] = area.rect;
    // The right half of A4 inside its margins.
    assert!(left > 297.0 && right < 595.0 - 42.0, "{area:?}");
    assert!(bottom > 56.0 && top < 842.0 - 56.0, "{area:?}");
    assert!((top - bottom - 68.03).abs() < 0.1, "{area:?}");
}

#[test]
fn the_same_sheet_gives_the_same_bytes_and_another_time_others() {
    let sheet = decision_sheet();
    let first = decision(&sheet).expect("set");
    assert_eq!(first, decision(&sheet).expect("set again"));
    let later = DecisionSheet { created_unix_seconds: CREATED + 1, ..sheet };
    assert_ne!(first.pdf, decision(&later).expect("set later").pdf);
}

#[test]
fn minutes_have_two_places_to_sign() {
    let rendered = minutes(&minutes_sheet()).expect("set");
    assert_archive(&keep("minutes.pdf", &rendered));
    let keys: Vec<&str> = rendered.signature_areas.iter().map(|area| area.key.as_str()).collect();
    assert_eq!(keys, ["secretary", "chair"]);
    let [secretary, chair] = rendered.signature_areas.as_slice() else {
        panic!("two areas");
    };
    assert!(secretary.rect[2] < chair.rect[0], "side by side");
}

#[test]
fn minutes_name_who_receives_them_below_the_signatures() {
    let rendered = minutes(&minutes_sheet()).expect("set");
    let text = text(&Document::load_mem(&rendered.pdf).expect("a PDF"));
    let at = |words: &str| text.rfind(words).unwrap_or_else(|| panic!("{words} isn't in {text}"));
    assert!(at("Vương Thị Hòa") < at("Nơi nhận:"), "{text}");
    assert!(at("Nơi nhận:") < at("- Lưu: VT, hồ sơ phiên họp."), "{text}");
    let nobody = MinutesSheet { recipients: Vec::new(), ..minutes_sheet() };
    let document = Document::load_mem(&minutes(&nobody).expect("set").pdf).expect("a PDF");
    assert!(!self::text(&document).contains("Nơi nhận"));
}

/// Minutes of so many sentences, the last of which says so.
fn long_minutes(sentences: usize) -> MinutesSheet {
    let mut sheet = minutes_sheet();
    let item = |text: String| Block::Item { runs: plain(text) };
    let last = "Phiên họp bế mạc lúc 11 giờ 30 phút./.";
    sheet.sections[1].blocks = (1..sentences)
        .map(|number| item(format!("Ủy ban nhân dân phường thống nhất nội dung thứ {number}.")))
        .chain([item(last.to_owned())])
        .collect();
    sheet
}

#[test]
fn signatures_never_stand_alone_on_a_page() {
    for sentences in 1..46 {
        let rendered = minutes(&long_minutes(sentences)).expect("set");
        let document = Document::load_mem(&rendered.pdf).expect("a PDF");
        let last = document.extract_text(&[rendered.pages]).expect("text").replace('\n', " ");
        for words in ["Đoàn Hữu Thạch", "Vương Thị Hòa", "Nơi nhận:", "11 giờ 30 phút./."]
        {
            assert!(last.contains(words), "{sentences} sentences: {words} isn't in {last}");
        }
        for area in &rendered.signature_areas {
            assert_eq!(area.page + 1, rendered.pages, "{sentences} sentences");
        }
    }
}

#[test]
fn pages_have_their_number_at_the_top_from_the_second_on() {
    let rendered = minutes(&long_minutes(120)).expect("set");
    let document = Document::load_mem(&rendered.pdf).expect("a PDF");
    assert!(rendered.pages > 2);
    for page in 1..=rendered.pages {
        let text = document.extract_text(&[page]).expect("text");
        let first = text.split_whitespace().next().expect("words").to_owned();
        let numbered = first == page.to_string();
        assert_eq!(numbered, page > 1, "page {page} begins with {first}");
    }
}

#[test]
fn the_papers_of_the_demo_have_their_pages() {
    let table = [
        ("to-trinh-86", include_str!("papers/to-trinh-86.md"), 5),
        ("bao-cao-214", include_str!("papers/bao-cao-214.md"), 4),
        ("du-thao-quyet-dinh", include_str!("papers/du-thao-quyet-dinh.md"), 4),
    ];
    for (name, markdown, pages) in table {
        let rendered = paper(markdown, CREATED).expect(name);
        let document = keep(&format!("{name}.pdf"), &rendered);
        assert_archive(&document);
        assert_eq!(rendered.pages, pages, "{name}");
        assert!(rendered.signature_areas.is_empty(), "{name}");
        let front = paper_front(markdown).expect("front matter");
        assert!(metadata(&document).contains(&front.title_vi), "{name}");
    }
}

#[test]
fn texts_are_set_and_never_evaluated() {
    // Each would fail, vanish or change the page if Typst took it for source.
    let hostile = [
        "#panic(\"no\")",
        "#read(\"/etc/passwd\")",
        "#import \"@preview/x:1.0.0\": *",
        "$ x^2 $ *not bold* _not italic_ `raw` = heading",
        "\"); #let sheet = (title: \"x\") //",
        "\\u{41} \\ #h(10cm) <label> @ref // comment /* block */",
        "{{ }} ]] [[ #] #[",
    ];
    let mut sheet = decision_sheet();
    sheet.body = hostile.iter().map(|text| Block::Paragraph { runs: plain(*text) }).collect();
    sheet.subject = hostile.join(" ");
    sheet.letterhead.place = hostile[0].into();
    sheet.letterhead.number = Some(hostile[1].into());
    sheet.recipients = hostile.iter().map(|text| (*text).to_owned()).collect();
    sheet.signatory.name = hostile[4].into();
    sheet.signatory.key = hostile[4].into();
    let rendered = decision(&sheet).expect("set as it stands");
    assert_eq!(rendered.signature_areas[0].key, hostile[4]);
    let text = text(&keep("hostile.pdf", &rendered)).replace(char::is_whitespace, "");
    for hostile in hostile {
        let wanted = hostile.replace(char::is_whitespace, "");
        assert!(text.contains(&wanted), "{hostile} is not in {text}");
    }
}

#[test]
fn what_would_deceive_is_left_out() {
    let mut sheet = decision_sheet();
    sheet.subject = "4.410 \u{202E}014.4 triệu \u{200B}đồng\0".into();
    let text = text(&keep("deceiving.pdf", &decision(&sheet).expect("set")));
    assert!(text.contains("4.410 014.4 triệu đồng"), "{text}");
}

#[test]
fn a_long_decision_keeps_its_signature_with_its_text() {
    for articles in 8..28 {
        let mut sheet = decision_sheet();
        sheet.body = (1..=articles)
            .map(|number| article(&format!("Điều {number}."), "Ủy ban nhân dân phường quyết định."))
            .collect();
        let rendered = decision(&sheet).expect("set");
        let document = Document::load_mem(&rendered.pdf).expect("a PDF");
        let last = document.extract_text(&[rendered.pages]).expect("text");
        assert!(last.contains("Đoàn Hữu Thạch"), "{articles} articles");
        assert!(last.contains(&format!("Điều {articles}.")), "{articles} articles: {last}");
    }
}
