//! One thing has one name: the words that `docs/glossary.md` gives up stand in no text of the product.

use crate::workspace::{sources, top};

/// Where texts for people are made.
const TEXTS: [&str; 3] =
    ["frontend/src/texts", "models/src/meeting/minutes/draft", "server/src/http/public"];
const FILES: [&str; 1] = ["server/src/instruments.rs"];

fn read(file: &str) -> String {
    std::fs::read_to_string(top().join(file)).unwrap()
}

/// The words of the glossary's last column.
fn given_up(glossary: &str) -> Vec<String> {
    let rows = glossary.lines().filter(|line| line.starts_with("| ") && line.contains('“'));
    let cells = rows.filter_map(|row| row.trim_end().strip_suffix('|')?.rsplit('|').next());
    let words = cells.flat_map(|cell| cell.split('“').skip(1));
    words.filter_map(|rest| rest.split('”').next()).map(str::to_owned).collect()
}

/// Whether a text holds words, not as a part of longer ones.
fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + words.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The texts in a file of Rust: what stands between quotation marks, with the number of its line.
/// Comments have none, and the tests of a file say what it must not.
fn texts(source: &str) -> Vec<(usize, String)> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in source.lines().enumerate() {
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match (&mut open, letter) {
                (Some((_, text)), '\\') => text.extend(letters.next()),
                (Some(_), '"') => found.extend(open.take()),
                (Some((_, text)), letter) => text.push(letter),
                (None, '/') if letters.peek() == Some(&'/') => break,
                // The character itself, not the beginning of a text.
                (None, '\'') if letters.peek() == Some(&'"') => _ = letters.next(),
                (None, '"') => open = Some((number + 1, String::new())),
                (None, _) => {}
            }
        }
    }
    found
}

#[test]
fn no_text_says_a_word_that_was_given_up() {
    let words = given_up(&read("docs/glossary.md"));
    assert!(words.len() > 40, "the glossary's last column: {words:?}");
    let folders = TEXTS.into_iter().flat_map(|folder| {
        sources(folder).into_iter().map(move |(name, text)| (format!("{folder}/{name}"), text))
    });
    let files = FILES.into_iter().map(|file| (file.to_owned(), read(file)));
    let (mut found, mut count) = (Vec::new(), 0);
    // What the records of then say is still read in their words.
    let of_today = |(name, _): &(String, String)| !name.ends_with("/first.rs");
    for (name, source) in folders.chain(files).filter(of_today) {
        for (line, text) in texts(&source) {
            count += 1;
            let wrong = words.iter().filter(|words| holds(&text, words));
            found.extend(wrong.map(|words| format!("{name}:{line}: “{words}” in {text}")));
        }
    }
    assert!(count > 1000, "only {count} texts were read");
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_given_up_word_is_found_and_a_longer_one_is_not() {
    for (text, words, expected) in [
        ("khóa ký của bạn.", "bạn", true),
        ("các bạn", "bạn", true),
        ("ban hành", "bạn", false),
        ("Gỡ", "Gỡ", true),
        ("Gỡn", "Gỡ", false),
        ("trên máy chủ", "máy này", false),
    ] {
        assert_eq!(holds(text, words), expected, "{text}");
    }
    let source = "yes: \"Phiếu trắng\", // \"bạn\"\nno: '\"', \"a \\\n  b\"\n#[cfg(test)]\n\"c\"";
    let said: Vec<String> = texts(source).into_iter().map(|(_, text)| text).collect();
    assert_eq!(said, ["Phiếu trắng", "a   b"]);
    assert_eq!(given_up("| a | b | c | “x”, “y z” |\n| d | e | “f” | |"), ["x", "y z"]);
}
