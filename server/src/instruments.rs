//! Decisions and minutes as sheets for the typesetter: what the log says, in the form of Decree
//! 30/2020. Never here: PDF, signatures.

use icabinet_models::Meeting;
use icabinet_models::decisions::{Article, Decision, DecisionText, Instrument};
use icabinet_models::ids::{DecisionId, PersonId, Time};
use icabinet_models::minutes::draft::Form;
use icabinet_models::minutes::{Minutes, Section, Sentence};
use icabinet_models::participants::{Office, Participant};
use icabinet_models::text::{same, shown};
use icabinet_models::visibility::{self, ViewerClass};
use icabinet_typeset::{
    Block, DecisionSheet, Fact, Letterhead, MinutesSheet, Rendered, SheetDate, Signatory, plain,
};
use time::OffsetDateTime;

/// How the name of a People's Committee begins.
const COMMITTEE: &str = "ỦY BAN NHÂN DÂN";
/// Key of the chair's signature area.
pub const CHAIR: &str = "chair";
/// Key of the area of the minutes' secretary.
pub const SECRETARY: &str = "secretary";
/// Where the number goes while it has not been given out.
const NO_NUMBER: &str = "........";
/// Who receives the minutes.
pub const RECIPIENTS: [&str; 2] = ["Thành viên dự họp;", "Lưu: VT, hồ sơ phiên họp."];

/// Why an instrument can't be set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    #[error("there is no such document")]
    Missing,
    #[error("the meeting has no chair")]
    NoChair,
    #[error("setting it broke off")]
    Broken,
    #[error(transparent)]
    Typeset(#[from] icabinet_typeset::TypesetError),
}

/// Data for the typesetter, taken from the meeting while it is locked; setting comes later.
#[derive(Clone, Debug)]
pub enum Sheet {
    Decision(Box<DecisionSheet>),
    Minutes(Box<MinutesSheet>),
}

/// Takes what an instrument is set from out of the meeting: of what its readers may know.
pub fn sheet(m: &Meeting, instrument: Instrument) -> Result<Sheet, SetError> {
    sheet_as(m, instrument, Form::Today)
}

/// As [`sheet`], in the form that a program of a certain time gave it.
pub fn sheet_as(m: &Meeting, instrument: Instrument, form: Form) -> Result<Sheet, SetError> {
    match instrument {
        // Of a restricted item too: the chair signs it, and it is not published.
        Instrument::Decision(id) => {
            decision_sheet(&visibility::redact_state(m, ViewerClass::Member), id, form)
                .map(Box::new)
                .map(Sheet::Decision)
        }
        Instrument::Minutes => match form {
            Form::Today => minutes_sheet(&visibility::redact_state(m, ViewerClass::Reader), form),
            // To hold a document of that time against the log: what it said too much is told as it was.
            Form::First => minutes_sheet(m, form),
        }
        .map(Box::new)
        .map(Sheet::Minutes),
    }
}

/// Sets a sheet as PDF. Takes up to a second of one core: call it off the async threads.
pub fn set(sheet: &Sheet) -> Result<Rendered, SetError> {
    Ok(match sheet {
        Sheet::Decision(sheet) => icabinet_typeset::decision(sheet)?,
        Sheet::Minutes(sheet) => icabinet_typeset::minutes(sheet)?,
    })
}

/// As [`set`], off the async threads.
pub async fn set_apart(sheet: Sheet) -> Result<Rendered, SetError> {
    let set = tokio::task::spawn_blocking(move || set(&sheet)).await;
    set.unwrap_or(Err(SetError::Broken))
}

/// Number and symbol with what it is about, for the signature's reason and for screens.
pub fn name(m: &Meeting, instrument: Instrument) -> String {
    match instrument {
        Instrument::Decision(id) => match m.decisions.get(&id) {
            Some(decision) => match number(&decision.text) {
                Some(number) => format!("Quyết định số {number}"),
                None => "Quyết định".to_owned(),
            },
            None => "Quyết định".to_owned(),
        },
        Instrument::Minutes => format!("Biên bản {}", m.particulars.title.vi),
    }
}

fn number(text: &DecisionText) -> Option<String> {
    (!text.number.is_empty()).then(|| format!("{}/{}", text.number, text.symbol))
}

fn decision_sheet(m: &Meeting, id: DecisionId, form: Form) -> Result<DecisionSheet, SetError> {
    let decision: &Decision = m.decisions.get(&id).ok_or(SetError::Missing)?;
    let chair = chair(m)?;
    let text = &decision.text;
    let recipients = match form {
        Form::First => text.recipients.clone(),
        Form::Today => recipients(text),
    };
    let (number, subject, bases, articles) = match form {
        Form::First => {
            (number(text), text.subject.clone(), text.bases.clone(), text.articles.clone())
        }
        Form::Today => (
            symbol(&text.number, &text.symbol),
            subject(&text.subject),
            bases(&text.bases),
            articles(text),
        ),
    };
    let mut body = Vec::new();
    for article in &articles {
        let mut paragraphs = article.paragraphs.iter();
        let first = paragraphs.next().map(String::as_str).unwrap_or_default();
        body.push(Block::Article { label: article.heading.clone(), runs: plain(first) });
        body.extend(paragraphs.map(|text| Block::Paragraph { runs: plain(text.as_str()) }));
    }
    Ok(DecisionSheet {
        letterhead: letterhead(m, number, &text.place, decision.prepared_at),
        kind: "QUYẾT ĐỊNH".to_owned(),
        subject,
        deciding_body: m.particulars.body.vi.to_uppercase(),
        bases,
        enacting_words: Some("QUYẾT ĐỊNH:".to_owned()),
        body,
        recipients,
        signatory: signatory(m, chair),
        notice: None,
        created_unix_seconds: decision.prepared_at.0 / 1000,
        first_form: form == Form::First,
    })
}

fn minutes_sheet(m: &Meeting, form: Form) -> Result<MinutesSheet, SetError> {
    let Minutes::Approved { at, .. } = &m.minutes else { return Err(SetError::Missing) };
    let mut sections: Vec<icabinet_typeset::Section> = Vec::new();
    let mut last = None;
    for (_, sentence) in m.minutes.in_order() {
        if last != Some(sentence.section) {
            let heading = format!("{}. {}", sections.len() + 1, heading(m, sentence.section));
            sections.push(icabinet_typeset::Section { heading, blocks: Vec::new() });
            last = Some(sentence.section);
        }
        if let Some(section) = sections.last_mut() {
            section.blocks.push(block(sentence));
        }
    }
    let secretary = m.people.values().find(|p| p.office == Some(Office::Secretary));
    let secretary = Signatory {
        key: SECRETARY.to_owned(),
        title: vec!["THƯ KÝ PHIÊN HỌP".to_owned()],
        name: secretary.map(|p| p.name.clone()).unwrap_or_default(),
    };
    let mut chair = signatory(m, chair(m)?);
    chair.title = vec!["CHỦ TỌA".to_owned()];
    let last = sections.last_mut().and_then(|last| last.blocks.last_mut());
    let (number, recipients) = match form {
        Form::First => (None, Vec::new()),
        Form::Today => {
            if let Some(Block::Item { runs }) = last {
                let whole: String = runs.iter().map(|run| run.text.as_str()).collect();
                *runs = plain(closed(&whole));
            }
            (symbol("", minutes_symbol(m)), RECIPIENTS.map(str::to_owned).to_vec())
        }
    };
    Ok(MinutesSheet {
        letterhead: letterhead(m, number, &m.particulars.locality, *at),
        kind: "BIÊN BẢN".to_owned(),
        subject: m.particulars.title.vi.clone(),
        sections,
        record: vec![
            Fact { label: "Mã phiên họp".to_owned(), value: m.id.to_string() },
            Fact {
                label: "Số sự kiện trong nhật ký khi bế mạc".to_owned(),
                value: m.closed.map_or(0, |closed| closed.position).to_string(),
            },
        ],
        record_note:
            "Thời gian, thành phần, biểu quyết và kết quả được lập từ nhật ký của phiên họp."
                .to_owned(),
        recipients,
        secretary,
        chair,
        notice: None,
        created_unix_seconds: at.0 / 1000,
        first_form: form == Form::First,
    })
}

fn block(sentence: &Sentence) -> Block {
    Block::Item { runs: plain(sentence.text.as_str()) }
}

/// Words that the names of bodies begin with.
const BODIES: [&str; 3] = ["Ủy ban", "Hội đồng", "Mặt trận"];

/// What a decision is about, as the Decree begins it: "Về việc phê duyệt …" (annex I, II.5).
pub fn subject(text: &str) -> String {
    let text = text.trim();
    let begins = text.to_lowercase();
    if text.is_empty() || begins.starts_with("về việc ") || begins.starts_with("v/v ") {
        return text.to_owned();
    }
    // A name keeps its capital: two words in a row have one, or the whole word is in capitals, or it is
    // that of a body.
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let is_body = BODIES.iter().any(|body| text.starts_with(body));
    let is_name = is_body
        || words.next().is_some_and(capital)
        || first.chars().skip(1).any(char::is_uppercase);
    let mut letters = text.chars();
    match letters.next() {
        Some(letter) if !is_name => {
            let lower: String = letter.to_lowercase().chain(letters).collect();
            format!("Về việc {lower}")
        }
        _ => format!("Về việc {text}"),
    }
}

/// The legal bases with the marks the form gives them: a semicolon each, a comma after the last.
pub fn bases(texts: &[String]) -> Vec<String> {
    let bare = |text: &String| {
        text.trim_end_matches(|letter: char| letter.is_whitespace() || ";,.".contains(letter))
            .to_owned()
    };
    let bare: Vec<String> = texts.iter().map(bare).filter(|text| !text.is_empty()).collect();
    let last = bare.len().saturating_sub(1);
    let marked = |(place, text)| format!("{text}{}", if place == last { ',' } else { ';' });
    bare.into_iter().enumerate().map(marked).collect()
}

/// Who receives a decision, without dashes of their own: the form puts them.
pub fn recipients(text: &DecisionText) -> Vec<String> {
    let bare = |line: &String| line.trim_start_matches(['-', '–', '—', '+', ' ']).to_owned();
    text.recipients.iter().map(bare).filter(|line| !line.is_empty()).collect()
}

/// The articles, with the mark that closes a document after the last word.
pub fn articles(text: &DecisionText) -> Vec<Article> {
    let mut articles = text.articles.clone();
    if let Some(last) = articles.iter_mut().rev().find_map(|one| one.paragraphs.last_mut()) {
        *last = closed(last);
    }
    articles
}

/// The text with the mark "./." that ends a document (Decree 30/2020).
fn closed(text: &str) -> String {
    let text = text.trim_end();
    let bare = text.strip_suffix("./.").unwrap_or(text).trim_end().trim_end_matches('.');
    format!("{bare}./.")
}

/// "15/QĐ-UBND"; with room for the number while it has not been given out.
fn symbol(number: &str, symbol: &str) -> Option<String> {
    let number = if number.is_empty() { NO_NUMBER } else { number };
    (!symbol.is_empty()).then(|| format!("{number}/{symbol}"))
}

/// The symbol of the minutes of a body: the kind and, for the bodies that have one, its short name.
fn minutes_symbol(m: &Meeting) -> &'static str {
    let body = shown(&m.particulars.body.vi);
    if after(&body, COMMITTEE).is_some() {
        "BB-UBND"
    } else if after(&body, "HỘI ĐỒNG NHÂN DÂN").is_some() {
        "BB-HĐND"
    } else {
        "BB"
    }
}

/// The heading of a section of the minutes, without its number.
pub fn heading(m: &Meeting, section: Section) -> String {
    match section {
        Section::Opening => "Thành phần và khai mạc".to_owned(),
        Section::Agenda => "Thông qua chương trình".to_owned(),
        Section::Item(id) => {
            let number = m.number_of(id).unwrap_or_default();
            match m.items.get(&id) {
                Some(item) => format!("Nội dung {number}: {}", item.title.vi),
                // Not for the readers of this document.
                None => format!("Nội dung {number} (hạn chế phổ biến)"),
            }
        }
        Section::Closing => "Bế mạc".to_owned(),
    }
}

fn letterhead(m: &Meeting, number: Option<String>, place: &str, at: Time) -> Letterhead {
    let parent = &m.particulars.parent_body.vi;
    let place = if place.is_empty() { &m.particulars.locality } else { place };
    Letterhead {
        parent_body: (!parent.is_empty()).then(|| parent.to_uppercase()),
        issuing_body: body_lines(&m.particulars.body.vi),
        number,
        place: place.to_owned(),
        date: date(at),
    }
}

/// "Ủy ban nhân dân phường Hồ Sen" stands on two lines, as on every letterhead of that body.
fn body_lines(body: &str) -> Vec<String> {
    let upper = shown(body.split(',').next().unwrap_or(body)).to_uppercase();
    match after(&upper, COMMITTEE) {
        Some(rest) if !rest.is_empty() => vec![COMMITTEE.to_owned(), rest.to_owned()],
        _ => vec![upper],
    }
}

/// What stands after words that a text begins with, however they are spaced and toned.
fn after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let mut rest = text.trim_start();
    for word in words.split(' ') {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (first, others) = rest.split_at(end);
        if !same(first, word) {
            return None;
        }
        rest = others.trim_start();
    }
    Some(rest.trim_end())
}

fn chair(m: &Meeting) -> Result<&Participant, SetError> {
    let chair: &PersonId = m.chair.as_ref().ok_or(SetError::NoChair)?;
    m.people.get(chair).ok_or(SetError::NoChair)
}

/// Who signs, with the forms the Decree gives: TM. for the whole body, KT. for the chairman.
fn signatory(m: &Meeting, chair: &Participant) -> Signatory {
    let committee = after(&shown(&m.particulars.body.vi), COMMITTEE).is_some();
    let for_body = if committee { "TM. ỦY BAN NHÂN DÂN" } else { "TM. ĐƠN VỊ" };
    let title = match chair.office {
        Some(Office::ViceChair) => {
            vec![for_body.to_owned(), "KT. CHỦ TỊCH".to_owned(), "PHÓ CHỦ TỊCH".to_owned()]
        }
        Some(Office::Chair | Office::Secretary) | None => {
            vec![for_body.to_owned(), "CHỦ TỊCH".to_owned()]
        }
    };
    Signatory { key: CHAIR.to_owned(), title, name: chair.name.clone() }
}

/// The civil time in Vietnam (UTC+7, no summer time): what its clocks and calendars show. A time of an
/// old log that lies before the year 1 or after 9999, which no document can name, is the first or last
/// moment between.
pub fn civil(at: Time) -> OffsetDateTime {
    const OFFSET: i64 = 7 * 3_600;
    const FIRST: i64 = -62_135_596_800;
    const LAST: i64 = 253_402_300_799;
    let local = at.0.div_euclid(1000).saturating_add(OFFSET).clamp(FIRST, LAST);
    OffsetDateTime::from_unix_timestamp(local).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The civil date in Vietnam.
pub fn date(at: Time) -> SheetDate {
    let at = civil(at);
    SheetDate {
        day: at.day(),
        month: at.month().into(),
        year: u16::try_from(at.year()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{articles, bases, body_lines, civil, closed, date, subject, symbol};
    use icabinet_models::decisions::{Article, DecisionText};
    use icabinet_models::ids::Time;

    #[test]
    fn a_committee_stands_on_two_lines() {
        assert_eq!(
            body_lines("Ủy ban nhân dân phường Hồ Sen, thành phố Minh Giang"),
            ["ỦY BAN NHÂN DÂN", "PHƯỜNG HỒ SEN"]
        );
        assert_eq!(body_lines("Hội đồng quản trị"), ["HỘI ĐỒNG QUẢN TRỊ"]);
        // As other keyboards write it, and as logs from before the door may hold it.
        for body in ["Uỷ ban nhân dân phường Hồ Sen", "U\u{309}y ban\u{a0}nhân dân phường Hồ Sen"]
        {
            assert_eq!(body_lines(body), ["ỦY BAN NHÂN DÂN", "PHƯỜNG HỒ SEN"], "{body}");
        }
    }

    #[test]
    fn what_a_decision_is_about_begins_as_the_decree_has_it() {
        for (written, set) in [
            ("Phê duyệt phương án cải tạo", "Về việc phê duyệt phương án cải tạo"),
            ("Về việc phê duyệt phương án", "Về việc phê duyệt phương án"),
            ("về việc phê duyệt", "về việc phê duyệt"),
            ("V/v phê duyệt", "V/v phê duyệt"),
            ("Ủy ban nhân dân phường", "Về việc Ủy ban nhân dân phường"),
            ("Bạch Liên: cải tạo chợ", "Về việc Bạch Liên: cải tạo chợ"),
            ("UBND phường ban hành quy chế", "Về việc UBND phường ban hành quy chế"),
            ("", ""),
        ] {
            assert_eq!(subject(written), set);
        }
    }

    #[test]
    fn bases_and_the_last_word_have_their_marks() {
        let texts = ["Căn cứ Luật A.", "Căn cứ Luật B;", "  ", "Theo đề nghị của Văn phòng ; "];
        let texts = texts.map(str::to_owned);
        assert_eq!(
            bases(&texts),
            ["Căn cứ Luật A;", "Căn cứ Luật B;", "Theo đề nghị của Văn phòng,"]
        );
        assert!(bases(&[]).is_empty());
        for (text, expected) in [
            ("xong", "xong./."),
            ("xong.", "xong./."),
            ("xong./.", "xong./."),
            ("xong ./. ", "xong./."),
        ] {
            assert_eq!(closed(text), expected);
        }
        let article = |paragraphs: &[&str]| Article {
            heading: "Điều 1.".to_owned(),
            paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
        };
        let text = DecisionText {
            number: String::new(),
            symbol: "QĐ-UBND".to_owned(),
            subject: "Phê duyệt".to_owned(),
            bases: Vec::new(),
            articles: vec![article(&["Một.", "Hai."]), article(&[])],
            recipients: Vec::new(),
            place: String::new(),
        };
        let set = articles(&text);
        assert_eq!(set[0].paragraphs, ["Một.", "Hai./."], "an empty article ends nothing");
    }

    #[test]
    fn a_number_that_was_not_given_out_leaves_room_before_its_symbol() {
        assert_eq!(symbol("15", "QĐ-UBND").as_deref(), Some("15/QĐ-UBND"));
        assert_eq!(symbol("", "BB-UBND").as_deref(), Some("......../BB-UBND"));
        assert_eq!(symbol("15", ""), None);
    }

    #[test]
    fn days_are_vietnamese_days() {
        // 2026-11-25T17:30:00Z is half past midnight of the 26th in Vietnam.
        let found = date(Time(1_795_627_800_000));
        assert_eq!((found.day, found.month, found.year), (26, 11, 2026));
    }

    #[test]
    fn every_time_has_a_date_that_can_be_written() {
        const LAST_SECOND: i64 = 253_402_300_799_999;
        let hours = |hours: i64| hours * 3_600_000;
        let table = [
            (i64::MIN, (1, 1, 1)),
            (-62_135_596_800_000 - hours(7) - 1, (1, 1, 1)),
            (-1, (1, 1, 1970)),
            (Time::LATEST.0, (1, 1, 2200)),
            (LAST_SECOND - hours(8), (31, 12, 9999)),
            // The first hours of the year 10000 in Vietnam.
            (LAST_SECOND - hours(6), (31, 12, 9999)),
            (LAST_SECOND + 1, (31, 12, 9999)),
            (i64::MAX, (31, 12, 9999)),
        ];
        for (at, (day, month, year)) in table {
            let found = date(Time(at));
            assert_eq!((found.day, found.month, found.year), (day, month, year), "{at}");
            assert_eq!(civil(Time(at)).year(), i32::from(year), "{at}");
        }
    }
}
