//! Words for two who edited one text, and what of their editions differs.

use icabinet_models::agenda::ItemWords;
use icabinet_models::ids::{PersonId, Text, Time};
use icabinet_models::meeting::{Edition, Particulars};

use super::Texts;
use super::dates::{LocalTime, VIETNAM_OFFSET_MINUTES};

/// Words for two who edited one text.
#[derive(Debug)]
pub struct Editing {
    pub clash: &'static str,
    pub clash_text: &'static str,
    pub theirs: &'static str,
    pub mine: &'static str,
    pub keep_mine: &'static str,
    pub take_theirs: &'static str,
    /// Where the words of the other may not be read.
    pub withheld: &'static str,
    /// A sentence was taken out while this device held something newer.
    pub gone: &'static str,
    pub gone_text: &'static str,
    pub write_again: &'static str,
    pub let_go: &'static str,
}

pub(super) const VI: Editing = Editing {
    clash: "Có người khác vừa sửa nội dung này.",
    clash_text: "Cả hai bản đều còn; chưa bản nào bị ghi đè.",
    theirs: "Bản mới của người khác",
    mine: "Bản của tôi",
    keep_mine: "Giữ bản của tôi",
    take_theirs: "Lấy bản mới",
    withheld: "(chỉ chủ tọa và thư ký xem được)",
    gone: "Câu này không còn trong dự thảo.",
    gone_text: "Nội dung đã viết vẫn giữ trên thiết bị này.",
    write_again: "Thêm lại thành câu mới",
    let_go: "Bỏ bản của tôi",
};

pub(super) const EN: Editing = Editing {
    clash: "Somebody else has just changed this.",
    clash_text: "Both texts are kept; neither was overwritten.",
    theirs: "The other's new text",
    mine: "My text",
    keep_mine: "Keep mine",
    take_theirs: "Take the new one",
    withheld: "(for the chair and the secretary only)",
    gone: "This sentence is no longer in the draft.",
    gone_text: "What you wrote is kept on this device.",
    write_again: "Add it as a new sentence",
    let_go: "Discard mine",
};

/// A part of an edition: its name on the form, if it has several, and its words.
pub type Part = (String, String);

/// The parts in which `theirs` differs from `mine`, as theirs and as mine. `name` gives people's names.
pub fn differing(
    theirs: &Edition,
    mine: &Edition,
    texts: &Texts,
    name: &dyn Fn(&PersonId) -> String,
) -> Vec<(Part, String)> {
    let (theirs, mine) = (parts(theirs, texts, name), parts(mine, texts, name));
    let other = |label: &str| {
        mine.iter()
            .find(|(own, _)| own == label)
            .map(|(_, words)| words.clone())
            .unwrap_or_default()
    };
    let differs = |(label, words): Part| {
        let own = other(&label);
        (own != words).then_some(((label, words), own))
    };
    theirs.into_iter().filter_map(differs).collect()
}

fn parts(edition: &Edition, texts: &Texts, name: &dyn Fn(&PersonId) -> String) -> Vec<Part> {
    let words = &texts.prepare;
    let one = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    match edition {
        Edition::Particulars { particulars } => of_particulars(particulars, texts),
        Edition::Item(ItemWords { title, presenter, unit, minutes_planned }) => vec![
            one(words.item_title, &title.vi),
            one(words.item_title_en, &title.en),
            one(words.presenter, &presenter.as_ref().map(name).unwrap_or_default()),
            one(words.unit, &unit.vi),
            one(words.minutes, &minutes_planned.to_string()),
        ],
        Edition::Motion { text } => vec![one("", &both(text))],
        Edition::Sentence { text } | Edition::Segment { text } => vec![one("", text)],
        Edition::Decision { text } => {
            let words = &texts.sign;
            let article = |article: &icabinet_models::decisions::Article| {
                format!("{} {}", article.heading, article.paragraphs.join("\n"))
            };
            let articles: Vec<String> = text.articles.iter().map(article).collect();
            vec![
                one(words.number, &text.number),
                one(words.symbol, &text.symbol),
                one(words.subject, &text.subject),
                one(words.place, &text.place),
                one(words.bases, &text.bases.join("\n")),
                one(words.recipients, &text.recipients.join("\n")),
                one(words.articles, &articles.join("\n")),
            ]
        }
        Edition::Withheld => vec![one("", texts.editing.withheld)],
    }
}

fn of_particulars(particulars: &Particulars, texts: &Texts) -> Vec<Part> {
    let words = &texts.prepare;
    let one = |label: &str, text: String| (label.to_owned(), text);
    vec![
        one(words.meeting_title, both(&particulars.title)),
        one(words.body, both(&particulars.body)),
        one(words.parent_body, both(&particulars.parent_body)),
        one(words.when, moment(particulars.scheduled)),
        one(words.minutes, particulars.minutes_planned.to_string()),
        one(words.place, both(&particulars.place)),
        one(words.locality, particulars.locality.clone()),
    ]
}

fn moment(time: Time) -> String {
    let at = LocalTime::at(time.0, VIETNAM_OFFSET_MINUTES);
    format!("{} {:02}/{:02}/{:04}", at.clock(), at.day, at.month, at.year)
}

fn both(text: &Text) -> String {
    if text.en.is_empty() { text.vi.clone() } else { format!("{}\n{}", text.vi, text.en) }
}

#[cfg(test)]
mod tests {
    use super::differing;
    use crate::texts::VI;
    use icabinet_models::agenda::ItemWords;
    use icabinet_models::ids::{PersonId, Text, Time};
    use icabinet_models::meeting::{Edition, Particulars};

    fn name(person: &PersonId) -> String {
        format!("ông {person}")
    }

    #[test]
    fn only_what_differs_is_shown() {
        let item = |title: &str, minutes_planned: u32| {
            let (presenter, unit) = (Some("m1".into()), Text::default());
            Edition::Item(ItemWords { title: Text::vi(title), presenter, unit, minutes_planned })
        };
        let shown = differing(&item("A", 15), &item("B", 15), &VI, &name);
        assert_eq!(shown, [(("Tên mục".to_owned(), "A".to_owned()), "B".to_owned())]);
        assert!(differing(&item("A", 15), &item("A", 15), &VI, &name).is_empty());
    }

    #[test]
    fn every_part_of_the_particulars_is_told() {
        let before = Particulars::default();
        let after = Particulars {
            title: Text::vi("a"),
            body: Text::vi("b"),
            parent_body: Text::vi("c"),
            place: Text::both("d", "e"),
            locality: "f".to_owned(),
            scheduled: Time(60_000),
            minutes_planned: 5,
        };
        let edition = |particulars| Edition::Particulars { particulars };
        let shown = differing(&edition(after), &edition(before), &VI, &name);
        assert_eq!(shown.len(), 7, "{shown:?}");
    }

    #[test]
    fn sentences_have_one_part() {
        let sentence = |text: &str| Edition::Sentence { text: text.to_owned() };
        let shown = differing(&sentence("Của họ."), &sentence("Của tôi."), &VI, &name);
        assert_eq!(shown, [((String::new(), "Của họ.".to_owned()), "Của tôi.".to_owned())]);
    }
}
