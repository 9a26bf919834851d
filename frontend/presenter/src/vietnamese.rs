//! How Vietnamese names are sorted and searched, and what stays on one line in a title.
//! Works on any Unicode form: tone marks may be part of the letter or follow it.

use std::cmp::Ordering;

const NO_BREAK: char = '\u{a0}';

/// The vowels in the order of the alphabet, each with its six tones: level, falling, dipping,
/// rising-glottalised, rising, dropping.
const VOWELS: [&str; 12] = [
    "aàảãáạ",
    "ăằẳẵắặ",
    "âầẩẫấậ",
    "eèẻẽéẹ",
    "êềểễếệ",
    "iìỉĩíị",
    "oòỏõóọ",
    "ôồổỗốộ",
    "ơờởỡớợ",
    "uùủũúụ",
    "ưừửữứự",
    "yỳỷỹýỵ",
];

/// The alphabet, with f, j, w, z where foreign names put them.
const ALPHABET: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// One syllable: its letters without tone, then its tone. So "hòa" and "hoà" are the same.
type Syllable = (Vec<char>, usize);

fn syllable(word: &str) -> Syllable {
    let mut letters: Vec<char> = Vec::with_capacity(word.len());
    let mut tone = 0;
    for character in word.chars().flat_map(char::to_lowercase) {
        match mark(character) {
            Some(Mark::Tone(marked)) => tone = marked,
            Some(Mark::Shape(shape)) => {
                if let Some(last) = letters.last_mut() {
                    *last = shaped(*last, shape);
                }
            }
            None => match VOWELS
                .iter()
                .find_map(|row| row.chars().position(|c| c == character).map(|at| (row, at)))
            {
                Some((row, at)) => {
                    letters.extend(row.chars().next());
                    if at > 0 {
                        tone = at;
                    }
                }
                None => letters.push(character),
            },
        }
    }
    (letters, tone)
}

enum Mark {
    Tone(usize),
    /// Circumflex, breve or horn, as in NFD.
    Shape(char),
}

fn mark(character: char) -> Option<Mark> {
    match character {
        '\u{300}' => Some(Mark::Tone(1)),
        '\u{309}' => Some(Mark::Tone(2)),
        '\u{303}' => Some(Mark::Tone(3)),
        '\u{301}' => Some(Mark::Tone(4)),
        '\u{323}' => Some(Mark::Tone(5)),
        '\u{302}' | '\u{306}' | '\u{31b}' => Some(Mark::Shape(character)),
        _ => None,
    }
}

fn shaped(letter: char, shape: char) -> char {
    match (letter, shape) {
        ('a', '\u{302}') => 'â',
        ('a', '\u{306}') => 'ă',
        ('e', '\u{302}') => 'ê',
        ('o', '\u{302}') => 'ô',
        ('o', '\u{31b}') => 'ơ',
        ('u', '\u{31b}') => 'ư',
        _ => letter,
    }
}

fn rank(letter: char) -> (usize, char) {
    (ALPHABET.chars().position(|c| c == letter).unwrap_or(usize::MAX), letter)
}

fn compare_words(a: &str, b: &str) -> Ordering {
    let (a, b) = (syllable(a), syllable(b));
    a.0.iter().map(|&c| rank(c)).cmp(b.0.iter().map(|&c| rank(c))).then(a.1.cmp(&b.1))
}

/// The given name: the last word. "Lê Thị Minh Nguyệt" is called "Nguyệt".
pub fn given_name(full_name: &str) -> &str {
    full_name.split_whitespace().next_back().unwrap_or(full_name)
}

/// The order of a Vietnamese list of people: by given name, then family name, then what is between.
/// Letters decide before tones, syllable by syllable (TCVN 6909's alphabet).
pub fn by_given_name(a: &str, b: &str) -> Ordering {
    compare_words(given_name(a), given_name(b)).then_with(|| {
        let (mut a, mut b) = (a.split_whitespace(), b.split_whitespace());
        loop {
            match (a.next(), b.next()) {
                (Some(x), Some(y)) => match compare_words(x, y) {
                    Ordering::Equal => {}
                    decided @ (Ordering::Less | Ordering::Greater) => return decided,
                },
                (None, None) => return Ordering::Equal,
                (None, Some(_)) => return Ordering::Less,
                (Some(_), None) => return Ordering::Greater,
            }
        }
    })
}

/// What a search compares: letters without case and tone, "đ" as "d", one space between words. So
/// "hoà" finds "hòa", and "nguyet" finds "Nguyệt".
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase).filter_map(plain));
    }
    key
}

/// A letter without its tone and shape; nothing for a mark that stands by itself.
fn plain(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter);
    }
    if mark(letter).is_some() {
        return None;
    }
    let row = VOWELS.iter().find(|row| row.contains(letter));
    Some(match row.and_then(|row| row.chars().next()).unwrap_or(letter) {
        'ă' | 'â' => 'a',
        'đ' => 'd',
        'ê' => 'e',
        'ô' | 'ơ' => 'o',
        'ư' => 'u',
        other => other,
    })
}

/// Words that a number follows: "tháng 9", "Điều 1".
const BEFORE_NUMBER: [&str; 16] = [
    "ngày", "tháng", "năm", "mục", "điều", "khoản", "điểm", "số", "lần", "tổ", "khu", "án", "quý",
    "item", "page", "article",
];

/// Words that follow a number: "18,6 tỷ đồng", "24 phiếu".
const AFTER_NUMBER: [&str; 21] = [
    "tỷ", "triệu", "nghìn", "đồng", "%", "m", "m²", "m2", "km", "ha", "mm", "kg", "tấn", "phiếu",
    "mục", "trang", "phút", "giờ", "người", "hộ", "thành",
];

/// Words of two syllables that titles and motions are made of, and units of two words.
const PAIRS: [&str; 44] = [
    "ủy ban",
    "nhân dân",
    "hội đồng",
    "việt nam",
    "tỷ đồng",
    "triệu đồng",
    "nghìn đồng",
    "thành viên",
    "phương án",
    "nâng cấp",
    "cải tạo",
    "chủ trương",
    "tổng mức",
    "đầu tư",
    "thực hiện",
    "thông qua",
    "phê duyệt",
    "ban hành",
    "quyết định",
    "nghị quyết",
    "kế hoạch",
    "dự án",
    "dự toán",
    "dự thảo",
    "ngân sách",
    "kinh tế",
    "xã hội",
    "hạ tầng",
    "đô thị",
    "thủ tục",
    "trực tuyến",
    "công tác",
    "cán bộ",
    "tình hình",
    "biểu quyết",
    "tờ trình",
    "báo cáo",
    "quy chế",
    "quy hoạch",
    "điều chỉnh",
    "nhiệm vụ",
    "giải pháp",
    "phiên họp",
    "chuyên đề",
];

/// Puts no-break spaces between numbers and what they count or name, between the syllables of common
/// words and between two capitalised ones, so that a title never breaks inside "18,6 tỷ đồng",
/// "nâng cấp" or "Bạch Liên". Other white space becomes one ordinary space.
pub fn no_break(text: &str) -> String {
    let mut joined = String::with_capacity(text.len() + 8);
    let mut previous: Option<&str> = None;
    for word in
        text.split(|c: char| c.is_whitespace() && c != NO_BREAK).filter(|word| !word.is_empty())
    {
        if let Some(previous) = previous {
            joined.push(if belong_together(previous, word) { NO_BREAK } else { ' ' });
        }
        joined.push_str(word);
        previous = Some(word);
    }
    joined
}

fn belong_together(left: &str, right: &str) -> bool {
    let plain = |word: &str| word.trim_end_matches([',', '.', ';', ':', ')']).to_lowercase();
    let ends_a_clause = left.ends_with([',', ';', ':', '.']);
    if ends_a_clause {
        return false;
    }
    let (left_plain, right_plain) = (plain(left), plain(right));
    (is_number(&left_plain) && AFTER_NUMBER.contains(&right_plain.as_str()))
        || (is_number(&right_plain) && BEFORE_NUMBER.contains(&left_plain.as_str()))
        || PAIRS
            .iter()
            .any(|pair| pair.split_once(' ') == Some((left_plain.as_str(), right_plain.as_str())))
        || (is_name(left) && is_name(right))
}

/// A capital and then a small letter: "Bạch", but not "QUYẾT".
fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || ",./-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::{by_given_name, given_name, no_break, search_key};

    #[test]
    fn people_are_listed_by_given_name() {
        let mut people = vec![
            "Trần Quang Vinh",
            "Lê Thị Minh Nguyệt",
            "Phạm Quốc Duy",
            "Đỗ Thanh Hằng",
            "Nguyễn Hữu Phước",
            "Vũ Mạnh Cường",
            "Bùi Xuân Thọ",
            "Hoàng Ngọc Ánh",
            "Ngô Thị Lụa",
            "Trần Văn Đạt",
            "Lê Văn An",
            "Lê Văn Ân",
            "An",
            "Bùi Văn An",
        ];
        people.sort_by(|a, b| by_given_name(a, b));
        assert_eq!(
            people,
            [
                "An",
                "Bùi Văn An",
                "Lê Văn An",
                "Hoàng Ngọc Ánh",
                "Lê Văn Ân",
                "Vũ Mạnh Cường",
                "Phạm Quốc Duy",
                "Trần Văn Đạt",
                "Đỗ Thanh Hằng",
                "Ngô Thị Lụa",
                "Lê Thị Minh Nguyệt",
                "Nguyễn Hữu Phước",
                "Bùi Xuân Thọ",
                "Trần Quang Vinh",
            ]
        );
    }

    #[test]
    fn letters_decide_before_tones() {
        let mut words = vec!["mạ", "ma", "má", "mã", "mả", "mà", "măn", "mân", "man"];
        words.sort_by(|a, b| by_given_name(a, b));
        assert_eq!(words, ["ma", "mà", "mả", "mã", "má", "mạ", "man", "măn", "mân"]);
    }

    #[test]
    fn two_ways_to_write_a_tone_are_one_name() {
        assert!(by_given_name("Nguyễn Văn Hòa", "Nguyễn Văn Hoà").is_eq());
        assert!(by_given_name("Ho\u{300}a", "Hòa").is_eq());
        assert!(by_given_name("Nguye\u{302}\u{323}t", "Nguyệt").is_eq());
        assert!(by_given_name("Hòa", "Hóa").is_lt());
    }

    #[test]
    fn the_last_word_is_the_given_name() {
        assert_eq!(given_name("Lê Thị Minh Nguyệt "), "Nguyệt");
        assert_eq!(given_name("Duy"), "Duy");
        assert_eq!(given_name(""), "");
    }

    #[test]
    fn a_search_needs_no_marks() {
        assert_eq!(search_key("  Đỗ  Thanh HẰNG"), "do thanh hang");
        assert_eq!(search_key("hoà"), search_key("hòa"));
        assert_eq!(search_key("Nguye\u{302}\u{323}t"), "nguyet");
    }

    #[test]
    fn numbers_stay_with_what_they_count() {
        for (text, parts) in [
            (
                "tổng mức đầu tư 18,6 tỷ đồng, thực hiện",
                vec!["tổng·mức", "đầu·tư", "18,6·tỷ·đồng,", "thực·hiện"],
            ),
            ("cải tạo, nâng cấp chợ Bạch Liên", vec!["cải·tạo,", "nâng·cấp", "chợ", "Bạch·Liên"]),
            ("VỀ VIỆC: Chợ", vec!["VỀ", "VIỆC:", "Chợ"]),
            (
                "từ tháng 01 đến tháng 9 năm 2027.",
                vec!["từ", "tháng·01", "đến", "tháng·9", "năm·2027."],
            ),
            ("phương án 2, 3 phiếu", vec!["phương·án·2,", "3·phiếu"]),
            ("trong năm, 5 người", vec!["trong", "năm,", "5·người"]),
            ("không có số", vec!["không", "có", "số"]),
        ] {
            let joined = no_break(text);
            let got: Vec<String> =
                joined.split(' ').map(|part| part.replace('\u{a0}', "·")).collect();
            assert_eq!(got, parts, "{text}");
        }
    }
}
