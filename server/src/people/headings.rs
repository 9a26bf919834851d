//! What the headings of a list mean, in the words that offices use. Never here: what is in the rows.

use super::cells::bare;
use icabinet_engines::lists::Row;
use icabinet_models::lists::Meaning;

/// Rows among which the headings are looked for: a list has a title above it, and the body's name.
const ROWS_LOOKED_AT: usize = 30;

/// Headings, as [`key`] makes them.
const EXACT: [(Meaning, &[&str]); 11] = [
    (
        Meaning::Code,
        &[
            "ma",
            "ma so",
            "ma nguoi",
            "ma can bo",
            "ma cb",
            "ma nhan vien",
            "ma nv",
            "ma dai bieu",
            "ma thanh vien",
            "ma hieu",
            "so hieu",
            "ten dang nhap",
            "tai khoan",
            "code",
            "id",
            "person id",
            "login",
            "user",
            "username",
            "account",
        ],
    ),
    (
        Meaning::Name,
        &[
            "ten",
            "hoten",
            "ten day du",
            "ten nguoi",
            "ten dai bieu",
            "ten thanh vien",
            "nguoi du",
            "nguoi du hop",
            "dai bieu",
            "thanh vien",
            "name",
            "full name",
            "fullname",
            "first name",
            "given name",
            "person",
            "participant",
            "delegate",
        ],
    ),
    (
        Meaning::FamilyName,
        &[
            "ho",
            "ho dem",
            "ho va dem",
            "ho lot",
            "ho va lot",
            "ho chu dem",
            "ho va chu dem",
            "ho va chu lot",
            "ho va ten dem",
            "ho va ten lot",
            "ho ten dem",
            "ho ten lot",
            "last name",
            "family name",
            "surname",
        ],
    ),
    (
        Meaning::Courtesy,
        &[
            "ong ba",
            "ong",
            "ba ong",
            "danh xung",
            "xung ho",
            "cach xung ho",
            "gioi tinh",
            "gioi",
            "phai",
            "nam nu",
            "courtesy",
            "salutation",
            "mr ms",
            "gender",
            "sex",
        ],
    ),
    (
        Meaning::Position,
        &["cv", "chuc", "nhiem vu", "vi tri cong tac", "position", "job title", "title", "post"],
    ),
    (
        Meaning::Unit,
        &[
            "dv",
            "phong",
            "phong ban",
            "ban",
            "to chuc",
            "noi cong tac",
            "noi lam viec",
            "don vi co quan",
            "co quan don vi",
            "unit",
            "department",
            "organisation",
            "organization",
            "agency",
            "office",
        ],
    ),
    (
        Meaning::Role,
        &[
            "tu cach",
            "tu cach du",
            "tu cach du hop",
            "thanh phan",
            "thanh phan du hop",
            "role",
            "part",
        ],
    ),
    (
        Meaning::Venue,
        &[
            "noi du",
            "noi du hop",
            "diem du",
            "diem hop",
            "dia diem",
            "dia diem du",
            "dia diem du hop",
            "venue",
            "site",
            "place",
            "location",
        ],
    ),
    (
        Meaning::Seat,
        &[
            "ghe",
            "so ghe",
            "cho",
            "cho ngoi",
            "so cho",
            "vi tri ngoi",
            "vi tri ghe",
            "seat",
            "seat no",
        ],
    ),
    (
        Meaning::Email,
        &[
            "email",
            "e mail",
            "mail",
            "thu dien tu",
            "hop thu",
            "hop thu dien tu",
            "dia chi email",
            "dia chi thu dien tu",
            "dia chi e mail",
            "email address",
        ],
    ),
    (
        Meaning::Since,
        &[
            "ngay bat dau",
            "tu ngay",
            "ngay vao",
            "ngay nhan nhiem vu",
            "bat dau tu",
            "since",
            "start",
            "start date",
            "from",
        ],
    ),
];

/// What a longer heading begins with: "Chức vụ hiện nay", "Họ và tên đại biểu".
const BEGINS: [(Meaning, &[&str]); 7] = [
    (Meaning::Name, &["ho va ten ", "ho ten ", "ho va ten", "ho ten"]),
    (Meaning::Courtesy, &["ong ba "]),
    (Meaning::Position, &["chuc vu", "chuc danh"]),
    (Meaning::Unit, &["don vi", "co quan"]),
    (Meaning::Role, &["vai tro"]),
    (Meaning::Venue, &["diem cau"]),
    (Meaning::Seat, &["ghe so", "so ghe "]),
];

/// A heading without tones, case, signs and what stands in brackets.
fn key(heading: &str) -> String {
    let outside = heading.split(['(', '[']).next().unwrap_or(heading);
    let bare = bare(outside);
    let words = bare.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What a heading means; `None` for one that isn't known.
pub(super) fn meaning(heading: &str) -> Option<Meaning> {
    let key = key(heading);
    let exact = EXACT.iter().find(|(_, names)| names.contains(&key.as_str()));
    let begins = || BEGINS.iter().find(|(_, names)| names.iter().any(|name| key.starts_with(name)));
    exact.or_else(begins).map(|(meaning, _)| *meaning)
}

/// The meanings of a row of headings. Of two columns that mean the same, the first is read.
pub(super) fn meanings<'h>(headings: impl Iterator<Item = &'h str>) -> Vec<Option<Meaning>> {
    let mut found: Vec<Option<Meaning>> = Vec::new();
    for heading in headings {
        let new = meaning(heading).filter(|meaning| !found.contains(&Some(*meaning)));
        found.push(new);
    }
    // What is left of a name is none: "Họ" alone stands over whole names.
    if !found.contains(&Some(Meaning::Name))
        && let Some(family) = found.iter_mut().find(|one| **one == Some(Meaning::FamilyName))
    {
        *family = Some(Meaning::Name);
    }
    found
}

/// Which of the rows has the headings: the first that names a column of names.
pub(super) fn header(rows: &[Row]) -> Option<usize> {
    rows.iter().take(ROWS_LOOKED_AT).position(|row| {
        let headings = row.cells.iter().map(|cell| cell.text.as_str());
        meanings(headings).contains(&Some(Meaning::Name))
    })
}

#[cfg(test)]
mod tests {
    use super::{EXACT, Meaning, key, meaning, meanings};

    #[test]
    fn every_name_is_written_as_it_is_compared() {
        for name in EXACT.iter().flat_map(|(_, names)| names.iter()) {
            assert_eq!(key(name), *name);
        }
        let all: Vec<&str> = EXACT.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let once: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), once.len(), "a name means one thing");
    }

    #[test]
    fn headings_are_known_however_they_are_written() {
        for (heading, expected) in [
            ("Họ và tên", Some(Meaning::Name)),
            ("HỌ VÀ TÊN", Some(Meaning::Name)),
            ("ho_ten", Some(Meaning::Name)),
            ("Ho\u{323} va\u{300} te\u{302}n", Some(Meaning::Name)),
            ("Họ\u{a0}và  tên (*)", Some(Meaning::Name)),
            ("Họ tên đại biểu", Some(Meaning::Name)),
            ("Tên", Some(Meaning::Name)),
            ("Full name", Some(Meaning::Name)),
            ("Chức vụ", Some(Meaning::Position)),
            ("Chức vụ, đơn vị công tác", Some(Meaning::Position)),
            ("chuc_vu", Some(Meaning::Position)),
            ("Chức danh/Chức vụ", Some(Meaning::Position)),
            ("Đơn vị", Some(Meaning::Unit)),
            ("Cơ quan, đơn vị", Some(Meaning::Unit)),
            ("Đơn vị công tác", Some(Meaning::Unit)),
            ("Ông/bà", Some(Meaning::Courtesy)),
            ("ông, bà", Some(Meaning::Courtesy)),
            ("Giới tính", Some(Meaning::Courtesy)),
            ("Vai trò", Some(Meaning::Role)),
            ("Vai trò trong phiên họp", Some(Meaning::Role)),
            ("Mã", Some(Meaning::Code)),
            ("Mã số", Some(Meaning::Code)),
            ("Ghế", Some(Meaning::Seat)),
            ("Số ghế", Some(Meaning::Seat)),
            ("Điểm cầu", Some(Meaning::Venue)),
            ("E-mail", Some(Meaning::Email)),
            ("Thư điện tử", Some(Meaning::Email)),
            ("ngay_bat_dau", Some(Meaning::Since)),
            ("STT", None),
            ("Mã số thuế", None),
            ("Ghi chú", None),
            ("", None),
            ("Danh sách đại biểu", None),
        ] {
            assert_eq!(meaning(heading), expected, "{heading}");
        }
    }

    #[test]
    fn of_two_columns_that_mean_the_same_the_first_is_read() {
        use Meaning::{FamilyName, Name, Position};
        let of = |headings: &[&str]| meanings(headings.iter().copied());
        assert_eq!(of(&["Chức vụ", "Chức danh", "Tên"]), [Some(Position), None, Some(Name)]);
        assert_eq!(of(&["Họ và tên đệm", "Tên"]), [Some(FamilyName), Some(Name)]);
        assert_eq!(of(&["Họ", "Chức vụ"]), [Some(Name), Some(Position)]);
    }
}
