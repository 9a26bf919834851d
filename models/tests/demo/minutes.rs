//! The drafted minutes of the demo against what good minutes of it say, sentence by sentence.
//! The lines are those of the reference minutes where the system has the same facts; V7 was
//! secret, so its lines are missing.

use super::play::{Play, list};
use icabinet_models::ids::ItemId;
use icabinet_models::minutes::{Kind, Section, Sentence, Source, draft};

const OPENING: &[&str] = &[
    "Phiên họp khai mạc lúc 08 giờ 00 phút ngày 26 tháng 11 năm 2026 tại Phòng họp số 2, tầng 2, Trụ sở Ủy ban nhân dân phường Hồ Sen.",
    "Chủ tọa: ông Đoàn Hữu Thạch, Chủ tịch Ủy ban nhân dân phường; Thư ký phiên họp: bà Vương Thị Hòa, Ủy viên, Chánh Văn phòng, Thư ký phiên họp.",
    "Có mặt khi khai mạc: Đoàn Hữu Thạch, Lương Thị Uyển, Phùng Quốc Đạc, Vương Thị Hòa, Mạc Đình Khuê, Kiều Văn Lẫm, Âu Thị Thúy, Doãn Trí Tường, Lục Thị Huyên, Khương Duy Hoạch.",
    "Vắng mặt cả phiên: bà Tạ Thị Diệu Oanh, lý do đi học; cử bà Cù Thị Lệ Giang, Phó Trưởng phòng Văn hóa - Xã hội, dự họp thay, không biểu quyết.",
    "Khách mời: ông Lại Văn Nhượng, Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam phường; bà Clara Wrenfield, Cố vấn kỹ thuật, Open Lakes Partnership.",
    "Khi khai mạc có mặt 10/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên theo quy định.",
];

const AGENDA: &[&str] = &[
    "Chương trình dự kiến có 5 nội dung, bổ sung 1 nội dung khẩn.",
    "Nội dung biểu quyết: “Thông qua chương trình phiên họp gồm 5 nội dung và bổ sung nội dung khẩn về xử lý sụt lún cống hộp đường Bờ Đông.”",
    "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 01 phút và khi kết thúc lúc 08 giờ 01 phút có mặt 10/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên.",
    "Kết quả: tán thành 10, không tán thành 0, không biểu quyết 0, ý kiến khác 0, có mặt nhưng không bỏ phiếu 0, vắng mặt 2.",
    "Nội dung được thông qua: có 10/12 thành viên tán thành (83,33%), quá nửa tổng số thành viên.",
];

const ITEM_1: &[&str] = &[
    "Nội dung 1 được thông qua không thảo luận lúc 08 giờ 01 phút.",
    "Nội dung thông qua không thảo luận: “Ban hành Lịch tiếp công dân tháng 12 năm 2026 của Ủy ban nhân dân phường Hồ Sen: các ngày 03, 10, 17, 24 và 31 tháng 12 năm 2026, từ 08 giờ đến 11 giờ, tại trụ sở Ủy ban nhân dân phường.”",
    "Không có thành viên nào phản đối hoặc yêu cầu thảo luận; Lịch tiếp công dân tháng 12 năm 2026 được thông qua không thảo luận.",
    "Ông Thái Bá Nghiêm có mặt từ 08 giờ 02 phút.",
];

const ITEM_2: &[&str] = &[
    "Nội dung 2 bắt đầu lúc 08 giờ 02 phút, kết thúc lúc 08 giờ 04 phút.",
    "Nội dung biểu quyết: “Thông qua Báo cáo số 214 về kết quả thực hiện nhiệm vụ phát triển kinh tế - xã hội 11 tháng năm 2026 và nhiệm vụ trọng tâm tháng 12 năm 2026.”",
    "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 03 phút và khi kết thúc lúc 08 giờ 03 phút có mặt 11/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên.",
    "Kết quả: tán thành 9, không tán thành 0, không biểu quyết 1, ý kiến khác 1, có mặt nhưng không bỏ phiếu 0, vắng mặt 1.",
    "Không biểu quyết: Khương Duy Hoạch.",
    "Ý kiến khác: Phùng Quốc Đạc.",
    "Ý kiến khác của ông Phùng Quốc Đạc: “Tán thành nhưng đề nghị bổ sung số liệu hộ cận nghèo theo từng tổ dân phố.”",
    "Nội dung được thông qua: có 9/12 thành viên tán thành (75%), quá nửa tổng số thành viên.",
];

const ITEM_3: &[&str] = &[
    "Nội dung 3 bắt đầu lúc 08 giờ 04 phút, kết thúc lúc 08 giờ 07 phút.",
    "Ông Khương Duy Hoạch nêu ý kiến về trình tự, thủ tục lúc 08 giờ 05 phút.",
    "Nội dung biểu quyết: “Phê duyệt phương án cải tạo, chỉnh trang khuôn viên ven hồ Sen với tổng kinh phí 4.410 triệu đồng, thực hiện trong năm 2027.”",
    "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 06 phút và khi kết thúc lúc 08 giờ 06 phút có mặt 11/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên.",
    "Kết quả: tán thành 8, không tán thành 1, không biểu quyết 1, ý kiến khác 0, có mặt nhưng không bỏ phiếu 1, vắng mặt 1.",
    "Không tán thành: Lục Thị Huyên.",
    "Không biểu quyết: Doãn Trí Tường.",
    "Không bỏ phiếu: Thái Bá Nghiêm.",
    "Nội dung được thông qua: có 8/12 thành viên tán thành (66,66%), quá nửa tổng số thành viên.",
    "Nội dung biểu quyết: “Thí điểm phố đi bộ cuối tuần quanh hồ Sen từ ngày 01 tháng 01 năm 2027 đến ngày 30 tháng 6 năm 2027.”",
    "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 07 phút và khi kết thúc lúc 08 giờ 07 phút có mặt 11/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên.",
    "Kết quả: tán thành 6, không tán thành 4, không biểu quyết 1, ý kiến khác 0, có mặt nhưng không bỏ phiếu 0, vắng mặt 1.",
    "Không tán thành: Đoàn Hữu Thạch, Kiều Văn Lẫm, Thái Bá Nghiêm, Doãn Trí Tường.",
    "Không biểu quyết: Khương Duy Hoạch.",
    "Nội dung không được thông qua: có 6/12 thành viên tán thành (50%), chưa quá nửa tổng số thành viên.",
];

const ITEM_4: &[&str] = &[
    "Nội dung 4 bắt đầu lúc 08 giờ 07 phút, kết thúc lúc 08 giờ 09 phút.",
    "Nội dung biểu quyết: “Sửa khoản 1 Điều 6 của dự thảo Quyết định: thay cụm từ “chậm nhất 03 ngày làm việc” bằng cụm từ “chậm nhất 02 ngày làm việc”.”",
    "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 08 phút và khi kết thúc lúc 08 giờ 08 phút có mặt 11/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên.",
    "Kết quả: tán thành 7, không tán thành 3, không biểu quyết 1, ý kiến khác 0, có mặt nhưng không bỏ phiếu 0, vắng mặt 1.",
    "Không tán thành: Vương Thị Hòa, Lục Thị Huyên, Khương Duy Hoạch.",
    "Không biểu quyết: Doãn Trí Tường.",
    "Nội dung được thông qua: có 7/12 thành viên tán thành (58,33%), quá nửa tổng số thành viên.",
    "Nội dung biểu quyết: “Thông qua Quyết định quy định về tổ chức phiên họp không giấy của Ủy ban nhân dân phường Hồ Sen với nội dung đã sửa đổi tại khoản 1 Điều 6.”",
    "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 08 phút và khi kết thúc lúc 08 giờ 09 phút có mặt 11/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên.",
    "Kết quả: tán thành 11, không tán thành 0, không biểu quyết 0, ý kiến khác 0, có mặt nhưng không bỏ phiếu 0, vắng mặt 1.",
    "Nội dung được thông qua: có 11/12 thành viên tán thành (91,66%), quá nửa tổng số thành viên.",
];

const ITEM_5: &[&str] = &[
    "Nội dung 5 bắt đầu lúc 08 giờ 09 phút, kết thúc lúc 08 giờ 10 phút.",
    "Bà Âu Thị Thúy không tham gia thảo luận và biểu quyết nội dung này từ 08 giờ 09 phút, lý do: là người được đề nghị khen thưởng; vẫn được tính là có mặt.",
    "Nội dung chưa được biểu quyết: “Đề nghị Chủ tịch Ủy ban nhân dân thành phố Minh Giang tặng Bằng khen cho bà Âu Thị Thúy, Giám đốc Trung tâm Phục vụ hành chính công phường.”",
    "Nội dung 5 được chuyển sang phiên họp sau.",
];

const ITEM_6: &[&str] = &[
    "Nội dung 6 bắt đầu lúc 08 giờ 10 phút, kết thúc lúc 08 giờ 11 phút.",
    "Bà Lương Thị Uyển đề nghị bổ sung nội dung khẩn này, lý do: Cống hộp bị sụt trong đêm, mặt đường lún 40 cm; chờ đến phiên sau thì không an toàn.",
    "Nội dung khẩn không có tài liệu gửi trước.",
    "Rời phiên họp sớm: ông Kiều Văn Lẫm, lúc 08 giờ 10 phút, lý do chỉ huy tại hiện trường.",
    "Nội dung biểu quyết: “Sử dụng 320 triệu đồng từ dự phòng ngân sách phường năm 2026 để xử lý khẩn cấp đoạn cống hộp bị sụt lún trên đường Bờ Đông.”",
    "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 10 phút và khi kết thúc lúc 08 giờ 10 phút có mặt 10/12 thành viên, đủ ít nhất hai phần ba tổng số thành viên.",
    "Kết quả: tán thành 9, không tán thành 0, không biểu quyết 0, ý kiến khác 1, có mặt nhưng không bỏ phiếu 0, vắng mặt 2.",
    "Ý kiến khác: Lục Thị Huyên.",
    "Ý kiến khác của bà Lục Thị Huyên: “Tán thành, đề nghị quyết toán riêng khoản kinh phí này.”",
    "Nội dung được thông qua: có 9/12 thành viên tán thành (75%), quá nửa tổng số thành viên.",
];

const CLOSING: &[&str] = &[
    "Phiên họp hoàn thành 5 trên 6 nội dung, bế mạc lúc 08 giờ 11 phút; khi bế mạc có mặt 10/12 thành viên.",
    "Có mặt khi bế mạc: Đoàn Hữu Thạch, Lương Thị Uyển, Phùng Quốc Đạc, Vương Thị Hòa, Mạc Đình Khuê, Thái Bá Nghiêm, Âu Thị Thúy, Doãn Trí Tường, Lục Thị Huyên, Khương Duy Hoạch.",
];

/// The tasks of the demo, K1 to K8: owner as it was said, the date as it was said.
const TASKS: [(u32, &str, &str, Option<&str>); 8] = [
    (
        2,
        "khắc phục 18 hồ sơ trễ hạn",
        "Trung tâm Phục vụ hành chính công",
        Some("ngày 10 tháng 12"),
    ),
    (2, "số liệu hộ cận nghèo", "Phòng Văn hóa - Xã hội", Some("ngày 05 tháng 12")),
    (3, "hồ sơ thiết kế và dự toán", "Phòng Kinh tế", Some("ngày 15 tháng 12")),
    (
        3,
        "lấy ý kiến các hộ dân ven hồ",
        "Phòng Văn hóa - Xã hội",
        Some("ngày 20 tháng 01 năm 2027"),
    ),
    (4, "hoàn thiện Quyết định, trình ký", "Văn phòng", Some("ngày 30 tháng 11")),
    (6, "sửa chữa xong đoạn cống", "Ban Quản lý dự án", Some("ngày 05 tháng 12")),
    (6, "phân luồng giao thông", "Công an phường", None),
    (0, "gửi dự thảo biên bản", "Văn phòng", Some("ngày 01 tháng 12")),
];

fn drafted() -> (Play, Vec<Sentence>) {
    let play = Play::whole();
    let sentences = draft::draft(&play.hall.meeting);
    (play, sentences)
}

#[test]
fn the_record_tells_what_the_reference_minutes_tell() {
    let (_, sentences) = drafted();
    let item = |n: u32| Section::Item(ItemId(n));
    let expected = [
        (Section::Opening, OPENING),
        (Section::Agenda, AGENDA),
        (item(1), ITEM_1),
        (item(2), ITEM_2),
        (item(3), ITEM_3),
        (item(4), ITEM_4),
        (item(5), ITEM_5),
        (item(6), ITEM_6),
        (Section::Closing, CLOSING),
    ];
    for (section, lines) in expected {
        let of = sentences.iter().filter(|s| s.section == section && s.is_record());
        let found: Vec<&str> = of.map(|sentence| sentence.text.as_str()).collect();
        for (number, line) in lines.iter().enumerate() {
            assert_eq!(found.get(number), Some(line), "{section:?}, line {number}");
        }
        assert_eq!(found.len(), lines.len(), "{section:?} says more: {found:#?}");
    }
}

#[test]
fn a_record_of_before_is_read_in_the_words_of_then() {
    let play = Play::whole();
    let told = draft::draft_as(&play.hall.meeting, draft::Form::First);
    let said: Vec<&str> = told.iter().filter(|s| s.is_record()).map(|s| s.text.as_str()).collect();
    let then: Vec<&str> = include_str!("../golden/demo-minutes-first.txt").lines().collect();
    assert_eq!(said, then);
    let quotes = |told: &[Sentence]| told.iter().filter(|s| !s.is_record()).cloned().collect();
    let (then, now): (Vec<Sentence>, Vec<Sentence>) =
        (quotes(&told), quotes(&draft::draft(&play.hall.meeting)));
    assert_eq!(then, now, "what was said is quoted alike");
}

#[test]
fn every_quote_stands_in_the_script_word_for_word() {
    let (play, sentences) = drafted();
    let script: Vec<&str> =
        list(&play.script["timeline"]).iter().filter_map(|step| step["text"].as_str()).collect();
    let spoken = sentences.iter().filter(|s| matches!(s.source, Source::Speech { .. }));
    let mut count = 0;
    for sentence in spoken {
        let (speaker, quote) = sentence.text.split_once(": ").expect("a speaker");
        let turns = script.iter().filter(|text| text.contains(quote)).count();
        assert!(turns > 0, "nobody said: {quote}");
        assert!(speaker.starts_with("Ông ") || speaker.starts_with("Bà "), "{speaker}");
        count += 1;
    }
    assert!(count > 15, "only {count} quotes");
}

#[test]
fn every_task_is_found_with_its_owner_and_its_date_and_no_other() {
    let (play, sentences) = drafted();
    let tasks: Vec<&Sentence> = sentences.iter().filter(|s| s.kind == Kind::Task).collect();
    for (item, words, owner, due) in TASKS {
        let mut named = tasks.iter().filter(|sentence| sentence.text.contains(words));
        let task = named.next().unwrap_or_else(|| panic!("no task says {words}"));
        assert!(named.next().is_none(), "two tasks say {words}");
        let section = if item == 0 { Section::Closing } else { Section::Item(ItemId(item)) };
        assert_eq!(task.section, section, "{words}");
        let found = draft::assignment(&play.hall.meeting, &task.text).expect("an assignment");
        assert_eq!((found.owner.as_deref(), found.due.as_deref()), (Some(owner), due), "{words}");
    }
    assert_eq!(tasks.len(), TASKS.len(), "{tasks:#?}");
}

#[test]
fn what_must_not_be_told_is_not_told() {
    let (_, sentences) = drafted();
    let record = sentences.iter().filter(|sentence| sentence.is_record());
    let text: Vec<&str> = record.map(|sentence| sentence.text.as_str()).collect();
    let text = text.join("\n");
    for never in ["bỏ phiếu kín", "quá nửa số thành viên có mặt", "11/15", "Phiếu trắng", " × "]
    {
        assert!(!text.contains(never), "{never}");
    }
    for line in text.lines().filter(|line| line.starts_with("Có mặt")) {
        for stranger in ["Cù Thị Lệ Giang", "Lại Văn Nhượng", "Clara Wrenfield", "Tạ Thị Diệu Oanh"]
        {
            assert!(!line.contains(stranger), "{stranger} in {line}");
        }
    }
    let guest_task =
        sentences.iter().any(|s| s.kind == Kind::Task && s.text.starts_with("Bà Clara Wrenfield"));
    assert!(!guest_task, "an offer by a guest isn't a task");
}

#[test]
fn a_new_draft_is_the_same_to_the_byte() {
    let (play, sentences) = drafted();
    assert_eq!(sentences, draft::draft(&play.hall.meeting));
    let read: icabinet_models::Meeting =
        serde_json::from_str(&serde_json::to_string(&play.hall.meeting).expect("a state"))
            .expect("the same state");
    assert_eq!(sentences, draft::draft(&read));
}
