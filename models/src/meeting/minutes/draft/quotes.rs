//! Quotes from the transcript, chosen by cue phrases, the speaker's role and the item's words.
//! Never here: a word that nobody said. A quote is the segment's text as it is.

use super::words::capital;
use super::{Kind, Line, Page, Section, Sentence, Source};
use crate::agenda::{ItemState, Level};
use crate::ids::{ItemId, PersonId, Time};
use crate::meeting::Meeting;
use crate::participants::{Office, Standing};
use crate::speech::Segment;
use std::collections::BTreeSet;

/// What a segment must score to be quoted.
const ENOUGH: u32 = 4;
/// Phrases that mark what minutes tell, with what they score.
const CUES: [(&str, u32); 18] = [
    ("kết luận", 3),
    ("phân công", 3),
    ("thống nhất", 3),
    ("đề nghị", 2),
    ("yêu cầu", 2),
    ("trước ngày", 2),
    ("chịu trách nhiệm", 2),
    ("chủ trì", 2),
    ("hoàn thành", 1),
    ("hoàn thiện", 1),
    ("báo cáo", 1),
    ("tiếp thu", 1),
    ("ủng hộ", 2),
    ("chưa đồng ý", 2),
    ("không đồng ý", 2),
    ("i propose", 2),
    ("we propose", 2),
    ("we agree", 3),
];
/// Words after "giao" with which it doesn't mean to assign (giao thông).
const GIAO_NOT_BEFORE: [&str; 6] = ["thông", "lưu", "dịch", "tiếp", "nhận", "diện"];
/// Words before it with which it doesn't (bàn giao, được giao).
const GIAO_NOT_AFTER: [&str; 5] = ["bàn", "ngoại", "chuyển", "xã", "được"];
/// Numbers as they are spoken; "năm" is five or year and is told apart by where it stands.
const NUMERALS: [&str; 23] = [
    "không", "một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "bẩy", "tám",
    "chín", "mười", "mươi", "linh", "lẻ", "trăm", "nghìn", "ngàn", "mồng", "mùng",
];

/// What a task's quote names; both are passages of the quote, word for word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// A person or unit of the roster; `None` when none is named.
    pub owner: Option<String>,
    /// An explicit date; `None` when none is named.
    pub due: Option<String>,
}

/// Adds the quotes to the page.
pub(super) fn quotes(page: &mut Page) {
    let m = page.m;
    for (id, segment) in &m.transcript {
        let when = said_at(m, segment);
        let section = section_at(m, when);
        if matches!(section, Section::Item(id) if m.level_of(Some(id)) > Level::Internal) {
            continue;
        }
        let speaker = segment.speaker.person().and_then(|person| m.people.get(person));
        let speaker = speaker.map_or_else(
            || "Chưa rõ người nói".to_owned(),
            |participant| capital(&participant.addressed_vi()),
        );
        for passage in passages(m, segment) {
            let Some(kind) = kind_of(m, segment, section, passage) else { continue };
            let source = Source::Speech {
                recording: segment.recording,
                segment: *id,
                start_ms: segment.heard.start_ms,
                end_ms: segment.heard.end_ms,
            };
            let text = format!("{speaker}: {passage}");
            let sentence = Sentence { section, kind, text, source, edited: None, based_on: None };
            page.lines.push(Line { when: when.unwrap_or(Time(i64::MAX - 1)), sentence });
        }
    }
}

/// The passages that are judged: each sentence that assigns work alone, what stands between
/// them together. All are the segment's text, word for word.
fn passages<'m>(m: &Meeting, segment: &'m Segment) -> Vec<&'m str> {
    let text = segment.text();
    let mut found = Vec::new();
    let mut pending: Option<(usize, usize)> = None;
    for (start, end) in sentences(text) {
        if is_task(m, segment, &text[start..end]) {
            found.extend(pending.take().map(|(from, to)| text[from..to].trim()));
            found.push(text[start..end].trim());
        } else {
            pending = Some((pending.map_or(start, |(from, _)| from), end));
        }
    }
    found.extend(pending.map(|(from, to)| text[from..to].trim()));
    found.retain(|passage| !passage.is_empty());
    found
}

/// Where the sentences stand: cut after a stop that white space and a capital letter follow,
/// unless a short capitalised word before it may be an abbreviation (TP., TS.).
fn sentences(text: &str) -> Vec<(usize, usize)> {
    let mut cuts = vec![0];
    for (index, stop) in text.char_indices().filter(|(_, letter)| ".!?".contains(*letter)) {
        let end = index + stop.len_utf8();
        let rest = &text[end..];
        let next = rest.trim_start();
        let spaced = next.len() < rest.len();
        let word = text[..index].rsplit(|letter: char| !letter.is_alphanumeric()).next();
        let short = word
            .is_some_and(|word| word.chars().count() < 4 && word.starts_with(char::is_uppercase));
        if spaced && next.starts_with(char::is_uppercase) && !(short && stop == '.') {
            cuts.push(end);
        }
    }
    cuts.push(text.len());
    cuts.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// When it was said; `None` for a file whose time nobody knows.
fn said_at(m: &Meeting, segment: &Segment) -> Option<Time> {
    let started = m.recordings.get(&segment.recording)?.started?;
    Some(started.plus_ms(i64::try_from(segment.heard.start_ms).unwrap_or(i64::MAX)))
}

/// The item that was open then; before the first item the opening, otherwise the closing.
fn section_at(m: &Meeting, when: Option<Time>) -> Section {
    let Some(when) = when else { return Section::Closing };
    let mut first = None;
    for id in &m.agenda {
        let (since, until) = match m.items.get(id).map(|item| &item.state) {
            Some(ItemState::Open { since, .. }) => (*since, Time(i64::MAX)),
            Some(ItemState::Concluded { since: Some(since), at, .. }) => (*since, *at),
            Some(ItemState::AdoptedWithoutDebate { at, .. }) => (*at, *at),
            _ => continue,
        };
        if (since..until).contains(&when) {
            return Section::Item(*id);
        }
        first = Some(first.map_or(since, |first: Time| first.min(since)));
    }
    match (first, m.opened) {
        (Some(first), _) if when < first => Section::Opening,
        (None, Some(_)) if m.closed.is_none_or(|closed| when < closed.at) => Section::Opening,
        (None, None) => Section::Opening,
        _ => Section::Closing,
    }
}

/// Whether the passage is quoted, and as what.
fn kind_of(m: &Meeting, segment: &Segment, section: Section, text: &str) -> Option<Kind> {
    if is_task(m, segment, text) {
        return Some(Kind::Task);
    }
    let words = words_of(text);
    let plain: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    let said = CUES.iter().filter(|(cue, _)| has(&plain, cue)).map(|(_, points)| *points);
    let (cues, strongest) =
        said.fold((0, 0), |(sum, most), points| (sum + points, most.max(points)));
    let item = match section {
        Section::Item(id) => Some(id),
        Section::Opening | Section::Agenda | Section::Closing => None,
    };
    let person = segment.speaker.person();
    let presents = presents(m, person, item);
    let score = cues + role(m, person) + 2 * u32::from(presents) + shared(m, &plain, item);
    // Calling the next speaker or reading out a motion isn't a statement.
    (score >= ENOUGH && (strongest > 1 || presents)).then_some(Kind::Statement)
}

/// Somebody who isn't a guest assigns work, or asks a named owner for it by a date.
fn is_task(m: &Meeting, segment: &Segment, text: &str) -> bool {
    if is_guest(m, segment.speaker.person()) {
        return false;
    }
    let words = words_of(text);
    let asks_for = |from: usize| {
        let rest = &words[from + 1..];
        due(rest, text).is_some() && owner(m, rest, text).is_some()
    };
    verb(&words).is_some() || request(&words).is_some_and(asks_for)
}

fn is_guest(m: &Meeting, person: Option<&PersonId>) -> bool {
    let participant = person.and_then(|person| m.people.get(person));
    participant.is_some_and(|p| p.standing == Standing::Guest && p.office.is_none())
}

/// What the speaker's part in the meeting scores.
fn role(m: &Meeting, person: Option<&PersonId>) -> u32 {
    let Some(participant) = person.and_then(|person| m.people.get(person)) else { return 0 };
    let office = match participant.office {
        Some(Office::Chair) => 2,
        Some(Office::ViceChair | Office::Secretary) => 1,
        None => 0,
    };
    office + u32::from(participant.is_member())
}

/// Whether the speaker is the one who presents the item.
fn presents(m: &Meeting, person: Option<&PersonId>, item: Option<ItemId>) -> bool {
    let item = item.and_then(|id| m.items.get(&id));
    person.is_some() && item.is_some_and(|item| item.presenter.as_ref() == person)
}

/// How many of the item's words are in it: one point for two, two for four.
fn shared(m: &Meeting, plain: &[&str], item: Option<ItemId>) -> u32 {
    let Some(item) = item.and_then(|id| m.items.get(&id)) else { return 0 };
    let title = words_of(&item.title.vi);
    let mut of_title: BTreeSet<&str> = title.iter().map(|word| word.plain.as_str()).collect();
    of_title.retain(|word| word.chars().count() > 2 && plain.contains(word));
    match of_title.len() {
        0 | 1 => 0,
        2 | 3 => 1,
        _ => 2,
    }
}

/// A word with where it stands in the text, in bytes.
struct Word {
    plain: String,
    start: usize,
    end: usize,
}

/// The words in lower case, without the punctuation around them.
fn words_of(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    let ends = text.char_indices().chain(std::iter::once((text.len(), ' ')));
    for (index, letter) in ends {
        match (letter.is_alphanumeric(), start) {
            (true, None) => start = Some(index),
            (false, Some(from)) => {
                words.push(Word {
                    plain: text[from..index].to_lowercase(),
                    start: from,
                    end: index,
                });
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn has(plain: &[&str], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    plain.windows(phrase.len()).any(|window| window == phrase.as_slice())
}

/// Where the words say that somebody is to do something.
fn verb(words: &[Word]) -> Option<usize> {
    let plain = |index: usize| words.get(index).map_or("", |word| word.plain.as_str());
    (0..words.len()).find(|&index| {
        let before = index.checked_sub(1).map_or("", plain);
        match plain(index) {
            "giao" => {
                !GIAO_NOT_BEFORE.contains(&plain(index + 1)) && !GIAO_NOT_AFTER.contains(&before)
            }
            "phân" => plain(index + 1) == "công",
            _ => false,
        }
    })
}

/// Where the words ask for something.
fn request(words: &[Word]) -> Option<usize> {
    let pair = |pair: &[Word]| {
        matches!((pair[0].plain.as_str(), pair[1].plain.as_str()), ("đề", "nghị") | ("yêu", "cầu"))
    };
    words.windows(2).position(pair)
}

/// The owner and the date that a text assigning work names; `None` if it assigns nothing.
pub fn assignment(m: &Meeting, text: &str) -> Option<Assignment> {
    let words = words_of(text);
    let from = verb(&words).or_else(|| request(&words))?;
    let rest = &words[from + 1..];
    Some(Assignment { owner: owner(m, rest, text), due: due(rest, text) })
}

/// The first person or unit named: a full name, or at least two first words of a unit's name.
fn owner(m: &Meeting, words: &[Word], text: &str) -> Option<String> {
    let mut known: BTreeSet<(&str, usize)> = BTreeSet::new();
    for participant in m.people.values() {
        known.insert((&participant.name, participant.name.split_whitespace().count()));
        known.insert((&participant.unit.vi, 2));
    }
    known.extend(m.items.values().map(|item| (item.unit.vi.as_str(), 2)));
    let known: Vec<(Vec<Word>, usize)> =
        known.into_iter().map(|(name, least)| (words_of(name), least.max(2))).collect();
    for start in 0..words.len() {
        let run = |name: &[Word]| {
            name.iter().zip(&words[start..]).take_while(|(a, b)| a.plain == b.plain).count()
        };
        let found = known.iter().map(|(name, least)| (run(name), *least));
        let longest =
            found.filter(|(length, least)| length >= least).map(|(length, _)| length).max();
        if let Some(length) = longest {
            return Some(text[words[start].start..words[start + length - 1].end].to_owned());
        }
    }
    None
}

/// The first explicit date: "ngày … tháng …", with its year if it is said.
fn due(words: &[Word], text: &str) -> Option<String> {
    let number = |index: usize| {
        words.get(index).is_some_and(|word| {
            word.plain.bytes().all(|b| b.is_ascii_digit())
                || NUMERALS.contains(&word.plain.as_str())
        })
    };
    let is = |index: usize, text: &str| words.get(index).is_some_and(|word| word.plain == text);
    let run = |from: usize| (from..words.len()).take_while(|index| number(*index)).count();
    for start in (0..words.len()).filter(|index| is(*index, "ngày")) {
        let day = run(start + 1);
        let month = start + 1 + day;
        if day == 0 || !is(month, "tháng") {
            continue;
        }
        // "năm" ends the month unless it is the month itself ("tháng năm").
        let mut end = month + 1;
        while number(end) && (!is(end, "năm") || end == month + 1) {
            end += 1;
        }
        if end == month + 1 {
            continue;
        }
        if is(end, "năm") && number(end + 1) {
            end = end + 1 + run(end + 1);
        }
        return Some(text[words[start].start..words[end - 1].end].to_owned());
    }
    None
}
