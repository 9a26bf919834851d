//! How large a text stands on the screen in the room, so that it stays whole and apart from what is
//! around it. Pure, in pixels of a picture of 1920 by 1080. Never here: what is shown.

/// What a text shares the screen with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// The words above and below it.
    Nothing,
    /// The item's number, and who presents it.
    Number,
    /// The number, and who speaks.
    Speech,
    /// The rule of the vote, and the turnout.
    Vote,
}

/// Width between the edges.
const WIDTH: usize = 1744;
/// Height between the line on top and the lower edge.
const HEIGHT: usize = 880;
/// Smallest size of anything that is read from the last row: four hundredths of the height.
pub const SMALLEST: usize = 44;
/// The sizes with their class, as `projector.css` has them.
pub const SIZES: [(usize, &str); 5] = [
    (116, "title"),
    (82, "title small"),
    (62, "title smaller"),
    (50, "title smallest"),
    (SMALLEST, "title least"),
];
/// A line's height, in hundredths of the size.
const LINE: usize = 140;
/// What a letter of the record's bold type takes on the average, in hundredths of the size.
const LETTER: usize = 52;

/// Width and height that are left for a text.
fn room(beside: Beside) -> (usize, usize) {
    match beside {
        Beside::Nothing => (WIDTH, HEIGHT - 70 - 110),
        // A number of two digits and the gap after it.
        Beside::Number => (WIDTH - 530, HEIGHT - 66 - 75),
        Beside::Speech => (WIDTH - 530, HEIGHT - 66 - 320),
        // The rule has up to three lines.
        Beside::Vote => (WIDTH, HEIGHT - 75 - 3 * 66 - 220),
    }
}

fn lines(size: usize, height: usize) -> usize {
    height * 100 / (size * LINE)
}

/// How many letters fit; a line breaks before its end, by some three letters.
fn letters(size: usize, (width, height): (usize, usize)) -> usize {
    (width * 100 / (size * LETTER)).saturating_sub(3) * lines(size, height)
}

/// The class of a text, and how many lines of it there is room for: what is longer than any size holds
/// is cut off there, with an ellipsis.
pub fn step(text: &str, beside: Beside) -> (&'static str, usize) {
    let (length, room) = (text.chars().count(), room(beside));
    let fits = SIZES.iter().find(|(size, _)| length <= letters(*size, room));
    let (size, class) = fits.copied().unwrap_or(SIZES[SIZES.len() - 1]);
    (class, lines(size, room.1))
}

#[cfg(test)]
mod tests {
    use super::{Beside, HEIGHT, LINE, SIZES, SMALLEST, room, step};

    const EVERYWHERE: [Beside; 4] = [Beside::Nothing, Beside::Number, Beside::Speech, Beside::Vote];

    fn size_of(class: &str) -> usize {
        SIZES.iter().find(|(_, own)| *own == class).map_or(0, |(size, _)| *size)
    }

    #[test]
    fn whatever_the_length_the_text_keeps_to_its_room() {
        for beside in EVERYWHERE {
            let mut before = usize::MAX;
            for length in (0..=700).chain([2_000, 40_000]) {
                let (class, lines) = step(&"ẵ".repeat(length), beside);
                let size = size_of(class);
                assert!(size >= SMALLEST && size * 100 >= 4 * 1080, "{beside:?} {length}: {size}");
                assert!(size <= before, "{beside:?}: a longer text is larger at {length}");
                assert!(lines >= 1 && lines * size * LINE <= room(beside).1 * 100);
                before = size;
            }
        }
    }

    #[test]
    fn usual_texts_are_as_large_as_they_can_be() {
        let of = |length: usize, beside| step(&"a".repeat(length), beside).0;
        assert_eq!(of(40, Beside::Number), "title");
        assert_eq!(of(36, Beside::Vote), "title");
        assert_eq!(of(100, Beside::Number), "title small");
        assert_eq!(of(309, Beside::Number), "title smallest");
        assert_eq!(of(309, Beside::Vote), "title smallest");
        assert_eq!(of(420, Beside::Vote), "title least");
        assert_eq!(of(2_000, Beside::Speech), "title least");
    }

    #[test]
    fn the_style_sheet_has_these_sizes_and_none_that_is_smaller() {
        let css = include_str!("../../styles/screens/projector.css");
        for (size, class) in SIZES {
            let selector = class.split(' ').map(|part| format!(".{part}")).collect::<String>();
            let rule = css.lines().find(|line| line.contains(&format!(".wall {selector} {{")));
            let rule = rule.unwrap_or_else(|| panic!("no rule for {class}"));
            assert!(rule.contains(&format!("calc({size} * var(--u))")), "{rule}");
        }
        for line in css.lines() {
            for (at, _) in line.match_indices("font") {
                let declaration = line[at..].split(';').next().unwrap_or_default();
                let Some(number) = declaration.split("calc(").nth(1) else { continue };
                let number =
                    number.split(' ').next().and_then(|number| number.parse::<usize>().ok());
                assert!(number.is_some_and(|size| size >= SMALLEST), "{line}");
            }
        }
        const { assert!(HEIGHT < 1080) };
    }
}
