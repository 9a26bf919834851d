//! Codes that people read to each other: groups of four, so that none is lost on the way.

/// `5c1e08a7…` as `5C1E 08A7`: the first `groups` groups of four characters, in capitals.
pub fn spoken(code: &str, groups: usize) -> String {
    let mut text = String::with_capacity(groups * 5);
    for (place, character) in
        code.chars().filter(|c| c.is_ascii_alphanumeric()).take(groups * 4).enumerate()
    {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(character.to_ascii_uppercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn groups_of_four() {
        assert_eq!(spoken("5c1e08a7ffff", 2), "5C1E 08A7");
        assert_eq!(spoken("5c1e-08", 2), "5C1E 08");
        assert_eq!(spoken("", 2), "");
    }
}
