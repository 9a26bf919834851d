//! What the drafted minutes say of what the demo session has not: every ending, every reason.

use crate::support::{Hall, guest, item, member, motion, substitute, with};
use icabinet_models::Command;
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::ids::{Digest, ItemId, MotionId, Text};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, MotionsCommand, PapersCommand, PreparationCommand,
    SessionCommand, VotesCommand,
};
use icabinet_models::minutes::{Section, draft};
use icabinet_models::participants::Office;
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::rule::{Base, Rule, Threshold, Tie};
use icabinet_models::votes::BallotKind;

fn lines(hall: &Hall) -> Vec<String> {
    draft::draft(&hall.meeting).into_iter().map(|sentence| sentence.text).collect()
}

#[track_caller]
fn says(hall: &Hall, expected: &str) {
    let lines = lines(hall);
    assert!(
        lines.iter().any(|line| line == expected),
        "{expected}\nisn't in\n{}",
        lines.join("\n")
    );
}

#[track_caller]
fn says_nothing_of(hall: &Hall, words: &str) {
    let lines = lines(hall);
    assert!(!lines.iter().any(|line| line.contains(words)), "{words} is in\n{}", lines.join("\n"));
}

fn end(hall: &mut Hall, n: u32, conclusion: Conclusion) {
    hall.does("m1", Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(n), conclusion }));
}

fn committee() -> Hall {
    Hall::sitting(Profile::vn_peoples_committee(), 6, 5)
}

#[test]
fn an_item_ends_in_each_of_its_ways() {
    let table = [
        (
            Conclusion::Deferred { until: "ngày 03 tháng 12 năm 2026".to_owned() },
            "Nội dung 1 được hoãn đến ngày 03 tháng 12 năm 2026.",
        ),
        (Conclusion::Withdrawn, "Nội dung 1 được rút khỏi chương trình."),
        (Conclusion::CarriedOver, "Nội dung 1 được chuyển sang phiên họp sau."),
    ];
    for (conclusion, expected) in table {
        let mut hall = committee();
        end(&mut hall, 1, conclusion);
        hall.does("m1", Command::Session(SessionCommand::CloseSession {}));
        says(&hall, expected);
        says(
            &hall,
            "Phiên họp hoàn thành 0 trên 1 nội dung, bế mạc lúc 08 giờ 00 phút; khi bế mạc có mặt 5/6 thành viên.",
        );
    }
    let mut hall = Hall::convened(Profile::board(), 3);
    hall.arrive(1..=3);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    end(&mut hall, 1, Conclusion::CarriedOver);
    says(&hall, "Nội dung 1 không được xem xét tại phiên họp này.");
}

#[test]
fn a_vote_ends_for_each_of_its_reasons() {
    let mut hall = committee();
    let vote = hall.opens(1);
    hall.closes(vote);
    says(&hall, "Không có quyết định: không có phiếu nào được bỏ.");
    let vote = hall.opens(1);
    hall.casts("m2", vote, Choice::Yes);
    hall.leave([4, 5]);
    hall.closes(vote);
    says(
        &hall,
        "Không có quyết định: khi kết thúc có mặt 3/6 thành viên, chưa đủ hai phần ba tổng số thành viên theo quy định.",
    );
    says(
        &hall,
        "Khi bắt đầu biểu quyết công khai trên hệ thống lúc 08 giờ 00 phút có mặt 5/6 thành viên, đủ ít nhất hai phần ba tổng số thành viên; khi kết thúc lúc 08 giờ 00 phút có mặt 3/6, chưa đủ hai phần ba.",
    );
    hall.arrive([4, 5, 6]);
    let vote = hall.opens(1);
    for (n, choice) in (1..=6).zip([Choice::Yes, Choice::No].into_iter().cycle()) {
        hall.casts(&format!("m{n}"), vote, choice);
    }
    hall.closes(vote);
    says(
        &hall,
        "Nội dung được thông qua: số phiếu tán thành (3) và không tán thành (3) ngang nhau, quyết định theo phía có ý kiến của chủ tọa.",
    );
}

#[test]
fn a_void_vote_is_told_without_its_content() {
    let mut hall = committee();
    let vote = hall.opens(1);
    hall.casts("m3", vote, Choice::No);
    hall.does(
        "m1",
        Command::Votes(VotesCommand::VoidVote { vote, reason: "máy chủ lỗi".to_owned() }),
    );
    says(
        &hall,
        "Lần biểu quyết mở lúc 08 giờ 00 phút bị hủy lúc 08 giờ 00 phút, lý do: máy chủ lỗi. Nội dung các phiếu không được công bố.",
    );
    says_nothing_of(&hall, "Không tán thành:");
}

#[test]
fn each_base_and_threshold_has_its_words() {
    let two_thirds = Threshold::TWO_THIRDS;
    let half = Threshold::MORE_THAN_HALF;
    let table = [
        (
            Base::YesAndNo,
            half,
            "Nội dung được thông qua: có 2/3 phiếu tán thành (66,66%), quá nửa số phiếu tán thành và không tán thành.",
        ),
        (
            Base::Cast,
            two_thirds,
            "Nội dung không được thông qua: có 2/4 phiếu tán thành (50%), chưa đủ hai phần ba tổng số phiếu.",
        ),
        (
            Base::Present,
            half,
            "Nội dung không được thông qua: có 2/5 thành viên có mặt tán thành (40%), chưa quá nửa số thành viên có mặt.",
        ),
        (
            Base::Entitled,
            half,
            "Nội dung không được thông qua: có 2/5 thành viên được biểu quyết tán thành (40%), chưa quá nửa số thành viên được biểu quyết.",
        ),
    ];
    for (base, threshold, expected) in table {
        let mut hall = committee();
        let mut draft = motion(Some(1), "B.");
        draft.rule = Some(Rule { base, threshold, tie: Tie::ByThreshold });
        hall.does("m2", Command::Motions(MotionsCommand::AddMotion { draft }));
        let vote = hall.opens(2);
        for (who, choice) in
            [("m1", Choice::Yes), ("m2", Choice::Yes), ("m3", Choice::No), ("m4", Choice::Abstain)]
        {
            hall.casts(who, vote, choice);
        }
        hall.closes(vote);
        says(&hall, expected);
    }
}

#[test]
fn the_quorum_that_went_and_came_back_is_told() {
    let mut hall = Hall::sitting(Profile::vn_peoples_committee(), 6, 4);
    hall.leave([4]);
    hall.arrive([5]);
    says(
        &hall,
        "Từ 08 giờ 00 phút có mặt 3/6 thành viên, chưa đủ hai phần ba tổng số thành viên theo quy định; không còn đủ số lượng để họp.",
    );
    says(
        &hall,
        "Từ 08 giờ 00 phút có mặt 4/6 thành viên, đủ ít nhất hai phần ba tổng số thành viên theo quy định; trở lại đủ số lượng để họp.",
    );
}

#[test]
fn who_left_and_came_back_isnt_told_to_have_left_early() {
    let mut hall = committee();
    hall.leave([4]);
    hall.arrive([4]);
    hall.leave([5]);
    says(
        &hall,
        "Rời phòng họp: ông Tên m4, lúc 08 giờ 00 phút, lý do việc gấp; trở lại lúc 08 giờ 00 phút.",
    );
    says(&hall, "Rời phiên họp sớm: ông Tên m5, lúc 08 giờ 00 phút, lý do việc gấp.");
    says_nothing_of(&hall, "Rời phiên họp sớm: ông Tên m4");
}

#[test]
fn who_left_before_the_opening_was_absent() {
    let mut hall = Hall::convened(Profile::board(), 4);
    hall.arrive(1..=4);
    hall.leave([4]);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    says(&hall, "Vắng mặt cả phiên: ông Tên m4.");
    says(&hall, "Có mặt khi khai mạc: Tên m1, Tên m2, Tên m3.");
    says_nothing_of(&hall, "Rời phiên họp sớm");
}

#[test]
fn a_substitute_of_somebody_who_came_is_told_apart() {
    let people = vec![
        with(Office::Chair, member("m1", 1)),
        with(Office::Secretary, member("m2", 1)),
        member("m3", 1),
        substitute("s1", "m3"),
        guest("g1"),
    ];
    let mut hall = Hall::preparing_with(Profile::board(), people);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    for who in ["m1", "m2", "m3", "s1"] {
        hall.does(who, Command::Attendance(AttendanceCommand::CheckIn { person: None }));
    }
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    says(&hall, "Dự họp thay ông Tên m3: ông Tên s1, Ủy viên, không biểu quyết.");
    says_nothing_of(&hall, "Khách mời");
}

#[test]
fn the_recused_are_told_with_the_vote_and_how_they_count() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let reason = "người thân".to_owned();
    hall.does(
        "m5",
        Command::Agenda(AgendaCommand::Recuse { item: ItemId(1), person: None, reason }),
    );
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::Yes);
    hall.closes(vote);
    says(
        &hall,
        "Ông Tên m5 không tham gia thảo luận và biểu quyết nội dung này từ 08 giờ 00 phút, lý do: người thân; không được tính vào số có mặt khi xem xét nội dung này.",
    );
    says(
        &hall,
        "Kết quả: tán thành 1, không tán thành 0, không biểu quyết 0, có mặt nhưng không bỏ phiếu 3, không tham gia 1, vắng mặt 0.",
    );
    says(&hall, "Không tham gia: Tên m5.");
}

#[test]
fn weights_are_named_where_they_count() {
    let people =
        vec![with(Office::Chair, member("m1", 3)), with(Office::Secretary, member("m2", 1))];
    let mut hall = Hall::preparing_with(Profile::board(), people);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    hall.does("m2", Command::Motions(MotionsCommand::AddMotion { draft: motion(None, "A.") }));
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.arrive(1..=2);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::Yes);
    hall.closes(vote);
    says(
        &hall,
        "Kết quả: tán thành 3, không tán thành 0, không biểu quyết 0, có mặt nhưng không bỏ phiếu 1, vắng mặt 0 (tính theo trọng số phiếu).",
    );
}

#[test]
fn motions_that_never_came_to_a_vote_are_told() {
    let mut hall = committee();
    let mut secret = motion(Some(1), "Bổ nhiệm.");
    secret.ballot = BallotKind::Secret;
    hall.does("m2", Command::Motions(MotionsCommand::AddMotion { draft: secret }));
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::WithdrawMotion { motion: MotionId(1), seen: None }),
    );
    end(&mut hall, 1, Conclusion::CarriedOver);
    says(&hall, "Nội dung được rút, không đưa ra biểu quyết: “Thông qua A.”");
    says(&hall, "Nội dung chưa được biểu quyết: “Bổ nhiệm.”");
}

#[test]
fn an_urgent_item_with_a_paper_in_time_isnt_told_to_have_none() {
    let mut hall = Hall::convened(Profile::board(), 3);
    hall.arrive(1..=3);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    let mut draft = item("Khẩn", Level::Public);
    draft.kind = ItemKind::Urgent { proposer: "m3".into(), reason: Text::vi("lũ về") };
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft }));
    let paper = icabinet_models::papers::PaperDraft {
        item: Some(ItemId(2)),
        title: Text::vi("Tờ trình"),
        number: String::new(),
        level: Level::Public,
        file_name: "a.pdf".to_owned(),
        blob: Digest::of(b"a"),
        bytes: 1,
    };
    let without = {
        let mut hall = hall.clone();
        hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }));
        hall.does("m2", Command::Papers(PapersCommand::AddPaper { draft: paper.clone() }));
        hall
    };
    says(&without, "Nội dung khẩn không có tài liệu gửi trước.");
    hall.does("m2", Command::Papers(PapersCommand::AddPaper { draft: paper }));
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }));
    says(&hall, "Ông Tên m3 đề nghị bổ sung nội dung khẩn này, lý do: lũ về.");
    says_nothing_of(&hall, "không có tài liệu gửi trước");
}

#[test]
fn a_chair_who_handed_over_is_told() {
    let mut hall = committee();
    hall.does("m1", Command::Session(SessionCommand::HandOverChair { to: "m3".into() }));
    says(&hall, "Ông Tên m1 giao quyền chủ tọa cho ông Tên m3, Ủy viên lúc 08 giờ 00 phút.");
    hall.does("m3", Command::Session(SessionCommand::HandOverChair { to: "m1".into() }));
    says(&hall, "Ông Tên m3 giao quyền chủ tọa cho ông Tên m1, Ủy viên lúc 08 giờ 00 phút.");
    says(&hall, "Chủ tọa: ông Tên m1, Ủy viên; Thư ký phiên họp: ông Tên m2, Ủy viên.");
}

#[test]
fn r19_a_hand_over_outside_the_session_is_told_as_such() {
    let mut hall = Hall::convened(Profile::board(), 5);
    hall.arrive(1..=5);
    hall.does("m1", Command::Session(SessionCommand::HandOverChair { to: "m3".into() }));
    hall.does("m3", Command::Session(SessionCommand::OpenSession {}));
    end_as(&mut hall, "m3");
    hall.does("m3", Command::Session(SessionCommand::CloseSession {}));
    hall.does("m3", Command::Session(SessionCommand::HandOverChair { to: "m4".into() }));
    says(&hall, "Ông Tên m1 giao quyền chủ tọa cho ông Tên m3, Ủy viên trước khi khai mạc.");
    says(&hall, "Ông Tên m3 giao quyền chủ tọa cho ông Tên m4, Ủy viên sau khi bế mạc.");
}

fn end_as(hall: &mut Hall, who: &str) {
    let conclusion = Conclusion::Withdrawn;
    hall.does(who, Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(1), conclusion }));
}

#[test]
fn r25_each_recess_is_told_with_who_was_there_afterwards() {
    let mut hall = committee();
    hall.does("m1", Command::Session(SessionCommand::CallRecess {}));
    hall.now = hall.now.plus_ms(15 * 60_000);
    hall.leave([5]);
    hall.does("m1", Command::Session(SessionCommand::Resume {}));
    says(
        &hall,
        "Phiên họp tạm nghỉ từ 08 giờ 00 phút đến 08 giờ 15 phút; khi tiếp tục có mặt 4/6 thành viên.",
    );
    hall.does("m1", Command::Session(SessionCommand::CallRecess {}));
    end_as(&mut hall, "m1");
    hall.does("m1", Command::Session(SessionCommand::CloseSession {}));
    says(&hall, "Phiên họp tạm nghỉ từ 08 giờ 15 phút và không tiếp tục.");
}

#[test]
fn an_appointed_chair_who_never_came_isnt_told_to_have_presided() {
    let mut hall = Hall::convened(Profile::board(), 5);
    hall.arrive(2..=5);
    hall.does("m2", Command::Session(SessionCommand::OpenSession {}));
    says(&hall, "Thư ký phiên họp: ông Tên m2, Ủy viên.");
    says(&hall, "Vắng mặt cả phiên: ông Tên m1.");
    says_nothing_of(&hall, "Chủ tọa:");
}

#[test]
fn a_conference_of_many_is_told_in_numbers() {
    let mut people: Vec<_> = (1..=3).map(|n| member(&format!("m{n}"), 1)).collect();
    people[0].office = Some(Office::Chair);
    people[1].office = Some(Office::Secretary);
    people.extend((1..=61).map(|n| guest(&format!("g{n}"))));
    let mut hall = Hall::preparing_with(Profile::board(), people);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.arrive(1..=3);
    for n in 1..=61 {
        hall.does(
            &format!("g{n}"),
            Command::Attendance(AttendanceCommand::CheckIn { person: None }),
        );
    }
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    says(&hall, "Có 61 khách mời dự họp.");
    says_nothing_of(&hall, "Tên g7");
    says_nothing_of(&hall, "đến lúc");
}

/// The section and the text of the one sentence that holds `words`.
#[track_caller]
fn told(hall: &Hall, words: &str) -> Section {
    let all = draft::draft(&hall.meeting).into_iter();
    let found: Vec<_> = all.filter(|sentence| sentence.text.contains(words)).collect();
    assert_eq!(found.len(), 1, "{words}: {found:#?}");
    found[0].section
}

#[test]
fn what_happened_stands_where_the_room_was_then() {
    let mut hall = Hall::convened(Profile::board(), 6);
    let another = item("Nội dung B", Level::Public);
    let urgent = ItemKind::Urgent { proposer: "m3".into(), reason: Text::vi("gấp") };
    hall.does(
        "m2",
        Command::Agenda(AgendaCommand::AddItem {
            draft: icabinet_models::agenda::ItemDraft { kind: urgent, ..another },
        }),
    );
    hall.arrive(1..=4);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    hall.arrive([5]);
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
    hall.does("m1", Command::Session(SessionCommand::CallRecess {}));
    hall.does("m1", Command::Session(SessionCommand::Resume {}));
    hall.arrive([6]);
    end(&mut hall, 1, Conclusion::Withdrawn);
    hall.leave([5]);
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(2) }));
    hall.does("m1", Command::Session(SessionCommand::HandOverChair { to: "m3".into() }));
    hall.does(
        "m3",
        Command::Agenda(AgendaCommand::ConcludeItem {
            item: ItemId(2),
            conclusion: Conclusion::Withdrawn,
        }),
    );
    hall.does("m3", Command::Session(SessionCommand::CloseSession {}));
    hall.does("m3", Command::Session(SessionCommand::HandOverChair { to: "m1".into() }));
    let (first, second) = (Section::Item(ItemId(1)), Section::Item(ItemId(2)));
    assert_eq!(told(&hall, "Ông Tên m5 có mặt từ"), Section::Opening);
    assert_eq!(told(&hall, "Phiên họp tạm nghỉ"), first);
    assert_eq!(told(&hall, "Ông Tên m6 có mặt từ"), first);
    assert_eq!(
        told(&hall, "Rời phiên họp sớm: ông Tên m5"),
        first,
        "between items: the one before"
    );
    assert_eq!(told(&hall, "Ông Tên m1 giao quyền"), second);
    assert_eq!(told(&hall, "Ông Tên m3 giao quyền"), Section::Closing);
    says_nothing_of(&hall, "Đến muộn");
}

#[test]
fn what_happened_during_a_restricted_item_stands_at_the_one_before() {
    let mut hall = Hall::preparing(Profile::board(), 5);
    hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft: item("A", Level::Public) }));
    hall.does(
        "m2",
        Command::Agenda(AgendaCommand::AddItem { draft: item("Kín", Level::Restricted) }),
    );
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    hall.arrive(1..=4);
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    for n in [1, 2] {
        hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(n) }));
        if n == 2 {
            hall.arrive([5]);
        }
        end(&mut hall, n, Conclusion::Withdrawn);
    }
    assert_eq!(told(&hall, "Ông Tên m5 có mặt từ"), Section::Item(ItemId(1)));
}

#[test]
fn one_choice_has_one_word_and_no_ballot_another() {
    let mut hall = committee();
    let vote = hall.opens(1);
    hall.casts("m1", vote, Choice::Abstain);
    hall.casts("m2", vote, Choice::Yes);
    hall.closes(vote);
    says(&hall, "Không biểu quyết: Tên m1.");
    says(&hall, "Không bỏ phiếu: Tên m3, Tên m4, Tên m5.");
    says(
        &hall,
        "Kết quả: tán thành 1, không tán thành 0, không biểu quyết 1, ý kiến khác 0, có mặt nhưng không bỏ phiếu 3, vắng mặt 1.",
    );
    says_nothing_of(&hall, "trắng");
}

#[test]
fn a_meeting_that_never_opened_has_no_attendance() {
    let hall = Hall::convened(Profile::board(), 3);
    let sentences = draft::draft(&hall.meeting);
    assert!(sentences.iter().all(|sentence| sentence.section == Section::Agenda), "{sentences:#?}");
}
