//! Rows: who they are, what is wrong in them, what is only said.

use super::{beside, errors, meanings, people, shown};
use icabinet::people::{Around, Asked};
use icabinet::store::Account;
use icabinet_models::ids::Text;
use icabinet_models::lists::{Becomes, FaultCode, Meaning};
use icabinet_models::participants::{Courtesy, Office, Part, Participant, Standing};

const PEOPLE: &str = include_str!("../../demo/people.csv");

/// The units of the demo's body.
fn units() -> Vec<String> {
    [
        "Ủy ban nhân dân phường Hồ Sen",
        "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường",
        "Phòng Kinh tế, Hạ tầng và Đô thị",
        "Phòng Văn hóa - Xã hội",
        "Công an phường",
        "Ban Chỉ huy Quân sự phường",
        "Trung tâm Phục vụ hành chính công phường",
        "Ban Quản lý dự án phường",
        "Bộ phận Tài chính - Ngân sách",
        "Bộ phận Tư pháp - Hộ tịch",
        "Ủy ban Mặt trận Tổ quốc Việt Nam phường Hồ Sen",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn the_demo_list_has_sixty_rows_and_six_faults() {
    let around = Around { units: units(), ..Around::default() };
    let preview = beside(PEOPLE.as_bytes(), &Asked::default(), &around);
    let expected = [
        (Some(18), Some("C18"), FaultCode::DuplicateEmail, "HOA.VT@hosen.example"),
        (Some(26), Some("B26"), FaultCode::MissingName, ""),
        (Some(34), Some("D34"), FaultCode::UnknownUnit, "Phòng Thủy lợi"),
        (Some(42), Some("G42"), FaultCode::BadDate, "31/02/2026"),
        (Some(50), None, FaultCode::WrongColumnCount, "5"),
        (Some(58), Some("C58"), FaultCode::BadEmail, "tue.ld-hosen.example"),
    ];
    assert_eq!(errors(&preview), expected);
    assert_eq!(preview.errors[0].first_row, Some(5));
    assert_eq!(preview.errors[1].about, "HS025", "without a name by the code");
    assert_eq!(preview.rows.len(), 54);
    let row = |line: u32| preview.rows.iter().find(|row| row.row == line).unwrap();
    assert_eq!(row(2).participant.office, Some(Office::Chair));
    assert_eq!(row(2).since, "01/07/2025");
    assert_eq!(row(16).becomes, Becomes::Apart);
    assert_eq!(row(17).since, "29/02/2024");
    assert_eq!(row(17).participant.office, Some(Office::Secretary));
    assert_eq!(row(23).participant.name, "Ông Thị Xuyến", "a family name, no courtesy");
    assert_eq!(row(24).participant.unit.vi, "Phòng Kinh tế, Hạ tầng và Đô thị");
    assert_eq!(row(28).participant.name, "Cao Thị Bảo Yên Thư");
    assert_eq!(row(54).participant.name, "Đinh-Lê Thị Ý");
    assert_eq!(row(56).participant.position.vi, "Lễ tân, \"tiếp dân\"");
    let mut by_unit = std::collections::BTreeMap::new();
    for row in &preview.rows {
        *by_unit.entry(row.participant.unit.vi.as_str()).or_insert(0) += 1;
    }
    let counts: Vec<i32> = units().iter().map(|unit| by_unit[unit.as_str()]).collect();
    assert_eq!(counts, [3, 6, 7, 7, 4, 4, 5, 5, 4, 3, 6]);
    // Units are free texts where nobody keeps a list of them.
    let preview = shown(PEOPLE.as_bytes(), &Asked::default());
    assert_eq!((preview.rows.len(), preview.errors.len()), (55, 5));
}

#[test]
fn a_list_of_names_is_a_list() {
    let list = "DANH SÁCH ĐẠI BIỂU;\n;\nHọ và tên;Chức vụ\nÔng Lê Văn Một;Chủ tịch\nBà Trần Thị Hai;Phó Chủ tịch\n";
    let preview = shown(list.as_bytes(), &Asked::default());
    assert_eq!(preview.header, Some(3));
    assert_eq!(meanings(&preview), [Some(Meaning::Name), Some(Meaning::Position)]);
    assert_eq!(
        people(&preview),
        [(4, "le.van.mot", "Lê Văn Một"), (5, "tran.thi.hai", "Trần Thị Hai")]
    );
    let courtesies: Vec<_> = preview.rows.iter().map(|row| row.participant.courtesy).collect();
    assert_eq!(courtesies, [Some(Courtesy::Mr), Some(Courtesy::Ms)]);
    assert!(preview.rows.iter().all(|row| row.participant.standing == Standing::Guest));
    assert_eq!((preview.count, errors(&preview)), (2, vec![]));
    let members = shown(list.as_bytes(), &Asked { part: Some(Part::Member), ..Asked::default() });
    assert!(members.rows.iter().all(|row| row.participant.is_member()));
    let alone = shown("Họ và tên\nLê Văn Một\nTrần Thị Hai".as_bytes(), &Asked::default());
    assert_eq!(alone.count, 2);
}

#[test]
fn every_column_finds_its_place() {
    let list = "STT\tMã\tHọ và tên đệm\tTên\tGiới tính\tChức vụ\tĐơn vị\tVai trò\tĐiểm cầu\tGhế\tE-mail\tGhi chú\n1\tA1\tLê Văn\tMột\tNam\tChủ tịch\tXã Đông\tThành viên\tHội trường A\t12\tmot@xa.example\tđến muộn\n2\t\tTrần\tHai\tNữ\t\t\t\t\t\t\t\n";
    let preview = shown(list.as_bytes(), &Asked::default());
    assert_eq!(errors(&preview), []);
    let expected = Participant {
        person: "A1".into(),
        name: "Lê Văn Một".to_owned(),
        courtesy: Some(Courtesy::Mr),
        position: Text::vi("Chủ tịch"),
        unit: Text::vi("Xã Đông"),
        standing: Standing::Member { weight: 1 },
        office: None,
        seat: Some("12".to_owned()),
        venue: Some("Hội trường A".to_owned()),
    };
    assert_eq!(preview.rows[0].participant, expected);
    assert_eq!(preview.rows[0].email, "mot@xa.example");
    assert_eq!(preview.rows[1].participant.name, "Trần Hai");
    let read: Vec<&str> = preview
        .columns
        .iter()
        .filter(|one| one.meaning.is_none())
        .map(|one| one.heading.as_str())
        .collect();
    assert_eq!(read, ["STT", "Ghi chú"], "what is not read is named");
}

#[test]
fn what_columns_mean_can_be_chosen() {
    let list = "Đại diện,Việc\nLê Văn Một,Chủ tịch\nTrần Thị Hai,Ủy viên\n";
    let none = shown(list.as_bytes(), &Asked::default());
    assert_eq!(errors(&none), [(None, None, FaultCode::NoNameColumn, "")]);
    assert_eq!(
        none.columns.iter().map(|one| one.heading.as_str()).collect::<Vec<_>>(),
        ["Đại diện", "Việc"]
    );
    let columns = Some(vec![Some(Meaning::Name), Some(Meaning::Position)]);
    let preview = shown(list.as_bytes(), &Asked { columns: columns.clone(), ..Asked::default() });
    assert_eq!(
        people(&preview),
        [(2, "le.van.mot", "Lê Văn Một"), (3, "tran.thi.hai", "Trần Thị Hai")]
    );
    // A list without headings, and a meaning that is given twice.
    let bare = "Lê Văn Một,Chủ tịch\nTrần Thị Hai,Ủy viên\n";
    let asked = Asked { columns, header: Some(0), ..Asked::default() };
    assert_eq!(
        people(&shown(bare.as_bytes(), &asked)),
        [(1, "le.van.mot", "Lê Văn Một"), (2, "tran.thi.hai", "Trần Thị Hai")]
    );
    let twice = Asked { columns: Some(vec![Some(Meaning::Name); 2]), ..Asked::default() };
    assert_eq!(meanings(&shown(list.as_bytes(), &twice)), [Some(Meaning::Name), None]);
}

#[test]
fn one_unit_and_one_role_however_they_are_typed() {
    let list = "ma,ho_ten,don_vi,vai_tro\nA1,A B,Công an phường,Thành viên\nA2,C D,Co\u{302}ng an phươ\u{300}ng,Tha\u{300}nh vie\u{302}n\nA3,E F,Công\u{a0}an  phường,THÀNH\u{a0}VIÊN\nA4,G H,Sở Du lịch,Lao công\n";
    let around = Around { units: vec!["Công an phường".to_owned()], ..Around::default() };
    let preview = beside(list.as_bytes(), &Asked::default(), &around);
    let units: Vec<&str> =
        preview.rows.iter().map(|row| row.participant.unit.vi.as_str()).collect();
    assert_eq!(units, ["Công an phường"; 3]);
    assert!(preview.rows.iter().all(|row| row.participant.is_member()));
    assert_eq!(
        errors(&preview),
        [
            (Some(5), Some("C5"), FaultCode::UnknownUnit, "Sở Du lịch"),
            (Some(5), Some("D5"), FaultCode::UnknownRole, "Lao công")
        ]
    );
}

#[test]
fn short_rows_are_read_where_blanks_are_left_out_and_refused_where_they_were_cut() {
    // Nobody has something in every column: blanks were left out.
    let sparse = "ma,ho_ten,vai_tro,ghi\nA1,A B,Thành viên\nA2,C D\n";
    let preview = shown(sparse.as_bytes(), &Asked::default());
    assert_eq!((people(&preview).len(), errors(&preview)), (2, vec![]));
    let row = |n: u32| format!("A{n},A B{n},Thành viên,01/07/2025\n");
    let full: String = (1..=30).map(row).collect();
    // One of thirty-one ends where all the others go on.
    let cut = format!("ma,ho_ten,vai_tro,tu_ngay\n{full}A31,C D\n");
    let preview = shown(cut.as_bytes(), &Asked::default());
    assert_eq!(errors(&preview), [(Some(32), None, FaultCode::WrongColumnCount, "2")]);
    // Sixteen in a row do: so do spreadsheets with blanks at the end.
    let block: String = (31..47).map(|n| format!("A{n},C D{n}\n")).collect();
    let preview =
        shown(format!("ma,ho_ten,vai_tro,tu_ngay\n{full}{block}").as_bytes(), &Asked::default());
    assert_eq!((people(&preview).len(), errors(&preview)), (46, vec![]));
    // Something behind the headings, and nothing behind them.
    let long = "ma,ho_ten\nA1,A B,,\nA2,C D,?\n";
    let preview = shown(long.as_bytes(), &Asked::default());
    assert_eq!(errors(&preview), [(Some(3), None, FaultCode::WrongColumnCount, "3")]);
    assert_eq!(people(&preview), [(2, "A1", "A B")]);
}

#[test]
fn what_is_the_same_twice_is_said() {
    let list = "ma,ho_ten,email\nA1,A B,a@b.c\na1,C D,\nA3,E F,A@B.C\n,G H,\n,G H,\nA7,I K,x@\n";
    let preview = shown(list.as_bytes(), &Asked::default());
    assert_eq!(
        errors(&preview),
        [
            (Some(3), Some("A3"), FaultCode::DuplicateCode, "a1"),
            (Some(4), Some("C4"), FaultCode::DuplicateEmail, "A@B.C"),
            (Some(6), Some("B6"), FaultCode::SameName, "G H"),
            (Some(7), Some("C7"), FaultCode::BadEmail, "x@"),
        ]
    );
    assert_eq!(people(&preview), [(2, "A1", "A B"), (5, "g.h", "G H"), (6, "g.h-2", "G H")]);
    let firsts: Vec<_> =
        preview.errors.iter().map(|fault| (fault.first_row, fault.notice)).collect();
    assert_eq!(firsts, [(Some(2), false), (Some(2), false), (Some(5), true), (None, false)]);
}

#[test]
fn rows_without_anybody_are_passed_over_and_counted() {
    let list = "STT,Họ và tên,Chức vụ\n1,A B,\n2,,\n3,,\nCộng: 1 người,,\n4,,Chủ tịch\n";
    let preview = shown(list.as_bytes(), &Asked::default());
    assert_eq!(
        errors(&preview),
        [
            (Some(3), None, FaultCode::NobodyInRow, "3"),
            (Some(6), Some("B6"), FaultCode::MissingName, "")
        ]
    );
    assert_eq!(preview.count, 1);
}

#[test]
fn a_courtesy_that_is_not_known_keeps_nobody_out() {
    let list = "Ông/bà,Họ và tên\nÔng,A B\nTS,C D\n,E F\nbà,G H\n";
    let preview = shown(list.as_bytes(), &Asked::default());
    assert_eq!(errors(&preview), [(Some(3), Some("A3"), FaultCode::UnknownCourtesy, "TS")]);
    assert!(preview.errors[0].notice);
    let courtesies: Vec<_> = preview.rows.iter().map(|row| row.participant.courtesy).collect();
    assert_eq!(courtesies, [Some(Courtesy::Mr), None, None, Some(Courtesy::Ms)]);
}

fn participant(person: &str, name: &str, office: Option<Office>) -> Participant {
    Participant {
        person: person.into(),
        name: name.to_owned(),
        courtesy: None,
        position: Text::vi(""),
        unit: Text::vi(""),
        standing: Standing::Guest,
        office,
        seat: None,
        venue: None,
    }
}

fn account(person: &str, name: &str) -> Account {
    Account {
        person: person.into(),
        login: person.to_owned(),
        name: name.to_owned(),
        courtesy: Some(Courtesy::Mr),
        position: Text::vi("Trưởng phòng"),
        unit: Text::vi("Văn phòng"),
        organiser: false,
        administrator: false,
    }
}

#[test]
fn who_is_here_or_has_an_account_is_known_by_code_and_by_name() {
    let around = Around {
        here: vec![
            participant("p1", "Lê Văn Hoà", None),
            participant("chu", "Ngô Chủ", Some(Office::Chair)),
        ],
        accounts: vec![
            account("hai", "Trần Hai"),
            account("ba1", "Ngô Ba"),
            account("ba2", "Ngô Ba"),
        ],
        reserved: ["le.moi".to_owned()].into(),
        ..Around::default()
    };
    let list = "ma,ho_ten,vai_tro\np1,Ai Đó,\n,LÊ  VĂN HÒA,\nHAI,Trần Hai,Thành viên\n,Ngô Ba,\nx,Trần Hai,\n,Lê Mới,\nche,Người Khác,Chủ tọa\n";
    let preview = beside(list.as_bytes(), &Asked::default(), &around);
    let rows: Vec<_> = preview
        .rows
        .iter()
        .map(|row| (row.row, row.participant.person.as_str(), row.becomes, row.account))
        .collect();
    assert_eq!(
        rows,
        [
            (2, "p1", Becomes::Here, false),
            (3, "le.van.hoa", Becomes::New, false),
            (4, "hai", Becomes::New, true),
            (5, "ngo.ba", Becomes::New, false),
            (6, "x", Becomes::New, false),
            (7, "le.moi-2", Becomes::New, false),
        ],
        "of two accounts of one name neither; nobody twice; no code that is an account's"
    );
    assert_eq!(preview.rows[2].participant.unit.vi, "Văn phòng", "as the account has it");
    assert_eq!(
        errors(&preview),
        [
            (Some(6), Some("B6"), FaultCode::SameName, "Trần Hai"),
            (Some(8), Some("C8"), FaultCode::SecondChair, "Chủ tọa")
        ]
    );
    let alone = beside("ho_ten\nlê văn hòa".as_bytes(), &Asked::default(), &around);
    assert_eq!(alone.rows[0].becomes, Becomes::Here);
    let other = beside("ma,ho_ten\nhai,Người Khác".as_bytes(), &Asked::default(), &around);
    assert_eq!(errors(&other), [(Some(2), Some("A2"), FaultCode::OtherName, "Trần Hai")]);
    // A list that was added once is there the second time.
    let list = "ho_ten,chuc_vu\nA B,\nA B,\nC D,\n";
    let first = beside(list.as_bytes(), &Asked::default(), &around);
    let here = first.rows.iter().map(|row| row.participant.clone()).collect();
    let again = beside(list.as_bytes(), &Asked::default(), &Around { here, ..Around::default() });
    assert_eq!(again.count, 0);
    assert!(again.rows.iter().all(|row| row.becomes == Becomes::Here));
}

#[test]
fn in_a_conference_people_are_told_apart_by_where_they_are() {
    let list = "ho_ten,don_vi,chuc_vu\nLê An,Xã Đông,\nLê An,Xã Tây,\nLê An,Xã Tây,\n";
    let around = Around { by_venue: true, ..Around::default() };
    let preview = beside(list.as_bytes(), &Asked::default(), &around);
    assert_eq!(
        people(&preview),
        [(2, "le.an", "Lê An"), (3, "le.an-2", "Lê An"), (4, "le.an-3", "Lê An")]
    );
    let venues: Vec<_> = preview.rows.iter().map(|row| row.participant.venue.as_deref()).collect();
    assert_eq!(venues, [Some("Xã Đông"), Some("Xã Tây"), Some("Xã Tây")]);
    let here = preview.rows.iter().map(|row| row.participant.clone()).collect();
    let again = beside(
        list.as_bytes(),
        &Asked::default(),
        &Around { here, by_venue: true, ..Around::default() },
    );
    assert_eq!(again.count, 0);
    let more =
        Around { here: again.rows.iter().map(|row| row.participant.clone()).collect(), ..around };
    let preview = beside("ho_ten,don_vi\nLê An,Xã Nam\n".as_bytes(), &Asked::default(), &more);
    assert_eq!(people(&preview), [(2, "le.an-4", "Lê An")]);
}

#[test]
fn codes_tell_people_of_one_name_apart_in_a_conference_and_nowhere_else() {
    let list = "ma,ho_ten,don_vi\nD1,Lê An,Xã Đông\nD2,Lê An,Xã Tây\n";
    let counted = Around { by_venue: true, ..Around::default() };
    assert_eq!(errors(&beside(list.as_bytes(), &Asked::default(), &counted)), []);
    let named = beside(list.as_bytes(), &Asked::default(), &Around::default());
    assert_eq!(errors(&named), [(Some(3), Some("B3"), FaultCode::SameName, "Lê An")]);
    assert!(named.errors[0].notice && named.rows.len() == 2);
}

#[test]
fn nobody_comes_twice_by_name_and_then_by_code() {
    let accounts = vec![account("le.an", "Lê An")];
    let around = Around { accounts, ..Around::default() };
    let list = "ma,ho_ten\n,Lê An\nle.an,Lê An\n";
    let preview = beside(list.as_bytes(), &Asked::default(), &around);
    assert_eq!(people(&preview), [(2, "le.an", "Lê An")]);
    assert_eq!(errors(&preview), [(Some(3), Some("B3"), FaultCode::SameName, "Lê An")]);
    assert!(!preview.errors[0].notice);
}

#[test]
fn once_convened_only_guests_are_added() {
    let around = Around { convened: true, ..Around::default() };
    let list = "ho_ten,vai_tro\nA B,Thành viên\nC D,Khách mời\nE F,Thư ký\nG H,\n";
    let preview = beside(list.as_bytes(), &Asked::default(), &around);
    assert_eq!(
        errors(&preview),
        [
            (Some(2), Some("B2"), FaultCode::Convened, "Thành viên"),
            (Some(4), Some("B4"), FaultCode::Convened, "Thư ký")
        ]
    );
    assert_eq!(preview.count, 2);
    let asked = Asked { part: Some(Part::Member), ..Asked::default() };
    assert_eq!(beside(list.as_bytes(), &asked, &around).count, 1);
}

/// What the meeting would refuse is not offered.
#[test]
fn what_no_meeting_takes_is_named() {
    let list =
        format!("ho_ten,chuc_vu\n{},\nC D,{}\nE F,\n", "A ".repeat(30_000), "x".repeat(2_001));
    let preview = shown(list.as_bytes(), &Asked::default());
    let found: Vec<_> = preview.errors.iter().map(|fault| (fault.row, fault.code)).collect();
    assert_eq!(found, [(Some(2), FaultCode::NotTaken), (Some(3), FaultCode::NotTaken)]);
    assert_eq!(preview.count, 1);
}

/// Codes that are made don't try all that are taken, and nobody is looked for among all.
#[test]
fn fifty_thousand_of_one_name_are_judged() {
    let list = format!("ho_ten,don_vi\n{}", "Nguyễn Văn An,Xã Đông\n".repeat(49_999));
    let around = Around { by_venue: true, ..Around::default() };
    let preview = beside(list.as_bytes(), &Asked::default(), &around);
    assert_eq!(preview.count, 49_999);
}
