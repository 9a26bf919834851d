//! Nothing is invented: what models write without anybody having said it is struck out, never deleted. Knows text and
//! loudness, not the engine.

use super::{Segment, Struck};

/// Below this level (root of the mean square, of 1) nobody speaks: -60 dB.
const QUIET: f32 = 0.001;
/// A phrase of one to six words said so many times in a row was not said.
const TIMES: usize = 4;
const LONGEST_PHRASE: usize = 6;
/// A phrase that people say too is struck only below this confidence.
const UNSURE: f32 = 0.5;

/// What public models write over silence and music: credits and calls of the videos they were trained on. Folded as
/// [`fold`] does. Source: the known hallucinations of Whisper models in Vietnamese and English.
const PHANTOMS: [&str; 14] = [
    "ghiền mì gõ",
    "hãy subscribe cho kênh",
    "hãy đăng ký kênh",
    "đăng ký kênh để ủng hộ",
    "đừng quên like và share",
    "để không bỏ lỡ những video",
    "hẹn gặp lại các bạn trong những video tiếp theo",
    "cảm ơn các bạn đã theo dõi và hẹn gặp lại",
    "cảm ơn các bạn đã xem video",
    "subtitles by the amara org community",
    "thanks for watching",
    "thank you for watching",
    "please subscribe",
    "like and subscribe",
];

/// What is said in meetings as well: struck as a whole segment of low confidence only.
const PERHAPS: [&str; 7] =
    ["cảm ơn các bạn", "cảm ơn", "xin cảm ơn", "thank you", "thank you very much", "you", "bye"];

/// Why the segment should be struck out. `level` is the root mean square of its sound; `before` the texts just before.
pub(super) fn judge(segment: &Segment, level: f32, before: &[String]) -> Option<Struck> {
    if level < QUIET {
        return Some(Struck::Quiet);
    }
    let folded = fold(&segment.text);
    if PHANTOMS.iter().any(|phantom| folded.contains(phantom)) {
        return Some(Struck::Phantom);
    }
    if segment.confidence < UNSURE && PERHAPS.contains(&folded.as_str()) {
        return Some(Struck::Phantom);
    }
    let again = before.iter().rev().take_while(|text| fold(text) == folded).count();
    (again + 1 >= TIMES || repeats(&folded)).then_some(Struck::Repetition)
}

/// Lower case, without punctuation, words apart by one space.
fn fold(text: &str) -> String {
    let spaced: String =
        text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    spaced.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether some phrase stands [`TIMES`] times in a row. Figures may: "0 0 0 0" is a telephone number.
fn repeats(folded: &str) -> bool {
    let words: Vec<&str> = folded.split(' ').collect();
    (1..=LONGEST_PHRASE).any(|length| {
        words.windows(length * TIMES).any(|stretch| {
            let phrase = &stretch[..length];
            let spoken = phrase.iter().any(|word| word.chars().any(char::is_alphabetic));
            spoken && stretch.chunks(length).all(|again| again == phrase)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, confidence: f32) -> Segment {
        Segment {
            start_ms: 0,
            end_ms: 1000,
            text: text.into(),
            confidence,
            words: vec![],
            struck: None,
        }
    }

    #[test]
    fn each_reason_strikes_and_plain_speech_stays() {
        let rows = [
            ("Đề nghị Văn phòng báo cáo trước ngày 15.", 0.9, 0.1, None),
            ("Hãy subscribe cho kênh Ghiền Mì Gõ!", 0.9, 0.1, Some(Struck::Phantom)),
            ("Thanks for watching!", 0.9, 0.1, Some(Struck::Phantom)),
            ("Xin cảm ơn.", 0.9, 0.1, None),
            ("Xin cảm ơn.", 0.3, 0.1, Some(Struck::Phantom)),
            ("đồng ý, đồng ý, đồng ý, đồng ý", 0.9, 0.1, Some(Struck::Repetition)),
            ("đồng ý, đồng ý, đồng ý", 0.9, 0.1, None),
            ("0 0 0 0", 0.9, 0.1, None),
            ("Đề nghị Văn phòng báo cáo.", 0.9, 0.0001, Some(Struck::Quiet)),
        ];
        for (text, confidence, level, expected) in rows {
            assert_eq!(
                judge(&said(text, confidence), level, &[]),
                expected,
                "{text} {confidence} {level}"
            );
        }
    }

    #[test]
    fn the_same_segment_again_and_again_is_a_repetition() {
        let before = vec!["Mời đại biểu.".to_owned(); 3];
        assert_eq!(judge(&said("mời đại biểu", 0.9), 0.1, &before), Some(Struck::Repetition));
        assert_eq!(judge(&said("mời đại biểu", 0.9), 0.1, &before[1..]), None);
    }
}
