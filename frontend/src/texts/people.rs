//! How people and bilingual texts of the record are written on the screen.

use icabinet_models::ids::Text;
use icabinet_models::participants::{Courtesy, Participant};

use super::Language;

/// The text in the reader's language; where there is no English, the Vietnamese.
pub fn said(text: &Text, language: Language) -> &str {
    match language {
        Language::English if !text.en.trim().is_empty() => &text.en,
        Language::English | Language::Vietnamese => &text.vi,
    }
}

/// The language a text is really in, for `lang`.
pub fn tag_of(text: &Text, language: Language) -> &'static str {
    if language == Language::English && text.en.trim().is_empty() { "vi" } else { language.tag() }
}

/// "ông Phạm Quốc Duy", "Mr Phạm Quốc Duy"; the bare name when the courtesy isn't known.
pub fn addressed(person: &Participant, language: Language) -> String {
    let courtesy = match (person.courtesy, language) {
        (None, _) => return person.name.clone(),
        (Some(Courtesy::Mr), Language::Vietnamese) => "ông",
        (Some(Courtesy::Ms), Language::Vietnamese) => "bà",
        (Some(Courtesy::Mr), Language::English) => "Mr",
        (Some(Courtesy::Ms), Language::English) => "Ms",
    };
    format!("{courtesy} {}", person.name)
}

/// [`addressed`] at the beginning of a line: "Ông Phạm Quốc Duy".
pub fn addressed_first(person: &Participant, language: Language) -> String {
    let addressed = addressed(person, language);
    let mut letters = addressed.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => addressed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Text, addressed_first, said, tag_of};
    use icabinet_models::participants::{Courtesy, Participant, Standing};

    #[test]
    fn people_are_addressed_in_the_readers_language() {
        let mut person = Participant {
            person: "m1".into(),
            name: "Đoàn Hữu Thạch".to_owned(),
            courtesy: Some(Courtesy::Mr),
            position: Text::default(),
            unit: Text::default(),
            standing: Standing::Guest,
            office: None,
            seat: None,
            venue: None,
        };
        assert_eq!(addressed_first(&person, Language::Vietnamese), "Ông Đoàn Hữu Thạch");
        assert_eq!(addressed_first(&person, Language::English), "Mr Đoàn Hữu Thạch");
        person.courtesy = None;
        assert_eq!(addressed_first(&person, Language::Vietnamese), "Đoàn Hữu Thạch");
    }

    #[test]
    fn a_missing_translation_is_read_in_vietnamese_and_says_so() {
        let text = Text::vi("Chương trình");
        assert_eq!(
            (said(&text, Language::English), tag_of(&text, Language::English)),
            ("Chương trình", "vi")
        );
        let both = Text::both("Chương trình", "Agenda");
        assert_eq!(
            (said(&both, Language::English), tag_of(&both, Language::English)),
            ("Agenda", "en")
        );
        assert_eq!(said(&both, Language::Vietnamese), "Chương trình");
    }
}
