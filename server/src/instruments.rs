//! Decisions and minutes as sheets for the typesetter: what the log says, in the form of Decree
//! 30/2020. Never here: PDF, signatures.

use icabinet_models::Meeting;
use icabinet_models::decisions::{Decision, DecisionText, Instrument};
use icabinet_models::ids::{DecisionId, PersonId, Time};
use icabinet_models::minutes::{Minutes, Section, Sentence};
use icabinet_models::people::{Office, Participant};
use icabinet_models::seen::{self, Class};
use icabinet_typeset::{
    Block, DecisionSheet, Fact, Letterhead, MinutesSheet, Rendered, SheetDate, Signatory, plain,
};

/// Key of the chair's signature area.
pub const CHAIR: &str = "chair";

/// Why an instrument can't be set.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    #[error("there is no such document")]
    Missing,
    #[error("the meeting has no chair")]
    NoChair,
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
    match instrument {
        // Of a restricted item too: the chair signs it, and it is not published.
        Instrument::Decision(id) => {
            decision_sheet(&seen::mask(m, Class::Member), id).map(Box::new).map(Sheet::Decision)
        }
        Instrument::Minutes => {
            minutes_sheet(&seen::mask(m, Class::Reader)).map(Box::new).map(Sheet::Minutes)
        }
    }
}

/// Sets a sheet as PDF. Takes up to a second of one core: call it off the async threads.
pub fn set(sheet: &Sheet) -> Result<Rendered, SetError> {
    Ok(match sheet {
        Sheet::Decision(sheet) => icabinet_typeset::decision(sheet)?,
        Sheet::Minutes(sheet) => icabinet_typeset::minutes(sheet)?,
    })
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

fn decision_sheet(m: &Meeting, id: DecisionId) -> Result<DecisionSheet, SetError> {
    let decision: &Decision = m.decisions.get(&id).ok_or(SetError::Missing)?;
    let chair = chair(m)?;
    let text = &decision.text;
    let mut body = Vec::new();
    for article in &text.articles {
        let mut paragraphs = article.paragraphs.iter();
        let first = paragraphs.next().map(String::as_str).unwrap_or_default();
        body.push(Block::Article { label: article.heading.clone(), runs: plain(first) });
        body.extend(paragraphs.map(|text| Block::Paragraph { runs: plain(text.as_str()) }));
    }
    Ok(DecisionSheet {
        letterhead: letterhead(m, number(text), &text.place, decision.prepared_at),
        kind: "QUYẾT ĐỊNH".to_owned(),
        subject: text.subject.clone(),
        deciding_body: m.particulars.body.vi.to_uppercase(),
        bases: text.bases.clone(),
        enacting_words: Some("QUYẾT ĐỊNH:".to_owned()),
        body,
        recipients: text.recipients.clone(),
        signatory: signatory(m, chair),
        notice: None,
        created_unix_seconds: decision.prepared_at.0 / 1000,
    })
}

fn minutes_sheet(m: &Meeting) -> Result<MinutesSheet, SetError> {
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
        key: "secretary".to_owned(),
        title: vec!["THƯ KÝ PHIÊN HỌP".to_owned()],
        name: secretary.map(|p| p.name.clone()).unwrap_or_default(),
    };
    let mut chair = signatory(m, chair(m)?);
    chair.title = vec!["CHỦ TỌA".to_owned()];
    Ok(MinutesSheet {
        letterhead: letterhead(m, None, &m.particulars.locality, *at),
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
        secretary,
        chair,
        notice: None,
        created_unix_seconds: at.0 / 1000,
    })
}

fn block(sentence: &Sentence) -> Block {
    Block::Item { runs: plain(sentence.text.as_str()) }
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
    const COMMITTEE: &str = "ỦY BAN NHÂN DÂN";
    let upper = body.split(',').next().unwrap_or(body).to_uppercase();
    match upper.strip_prefix(COMMITTEE) {
        Some(rest) if !rest.trim().is_empty() => vec![COMMITTEE.to_owned(), rest.trim().to_owned()],
        _ => vec![upper],
    }
}

fn chair(m: &Meeting) -> Result<&Participant, SetError> {
    let chair: &PersonId = m.chair.as_ref().ok_or(SetError::NoChair)?;
    m.people.get(chair).ok_or(SetError::NoChair)
}

/// Who signs, with the forms the Decree gives: TM. for the whole body, KT. for the chairman.
fn signatory(m: &Meeting, chair: &Participant) -> Signatory {
    let committee = m.particulars.body.vi.to_uppercase().starts_with("ỦY BAN NHÂN DÂN");
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

/// The civil date in Vietnam (UTC+7, no summer time).
pub fn date(at: Time) -> SheetDate {
    let at = time::OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000))
        .unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
        .to_offset(time::UtcOffset::from_hms(7, 0, 0).unwrap_or(time::UtcOffset::UTC));
    SheetDate {
        day: at.day(),
        month: at.month().into(),
        year: u16::try_from(at.year()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{body_lines, date};
    use icabinet_models::ids::Time;

    #[test]
    fn a_committee_stands_on_two_lines() {
        assert_eq!(
            body_lines("Ủy ban nhân dân phường Hồ Sen, thành phố Minh Giang"),
            ["ỦY BAN NHÂN DÂN", "PHƯỜNG HỒ SEN"]
        );
        assert_eq!(body_lines("Hội đồng quản trị"), ["HỘI ĐỒNG QUẢN TRỊ"]);
    }

    #[test]
    fn days_are_vietnamese_days() {
        // 2026-11-25T17:30:00Z is half past midnight of the 26th in Vietnam.
        let found = date(Time(1_795_627_800_000));
        assert_eq!((found.day, found.month, found.year), (26, 11, 2026));
    }
}
