//! A text under somebody's hands while others may change it too: whose words stand in the field, and
//! when both are shown. Pure. Never here: what is edited, and how it is shown.

/// What to do with a field when the meeting's words for it are `now`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Nothing else is there than this editor knows of.
    Known,
    /// He has not touched it: the field follows.
    Follow,
    /// He has: both are shown, his stay in the field.
    Clash,
}

/// What became of words that somebody `saw` and has made into `own`, now that they are `now`.
pub fn arrival<T: PartialEq + ?Sized>(saw: &T, own: &T, now: &T) -> Arrival {
    if now == saw || now == own {
        Arrival::Known
    } else if own == saw {
        Arrival::Follow
    } else {
        Arrival::Clash
    }
}

/// What a device keeps of a sentence that is not on the server yet: the words it began from, where
/// they are known, and what was made of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub saw: Option<String>,
    pub own: String,
}

/// Between the two texts; no text of a meeting has it.
const BETWEEN: char = '\u{1f}';

impl Kept {
    /// As it is stored.
    pub fn store(&self) -> String {
        match &self.saw {
            Some(saw) => format!("{saw}{BETWEEN}{}", self.own),
            None => self.own.clone(),
        }
    }

    /// What was stored; programs before this one stored the text alone.
    pub fn read(stored: &str) -> Self {
        match stored.split_once(BETWEEN) {
            Some((saw, own)) => Self { saw: Some(saw.to_owned()), own: own.to_owned() },
            None => Self { saw: None, own: stored.to_owned() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Kept, arrival};

    #[test]
    fn nobodys_words_are_overwritten() {
        for (saw, own, now, expected) in [
            ("a", "a", "a", Arrival::Known),
            ("a", "b", "a", Arrival::Known),
            // Both wrote the same.
            ("a", "b", "b", Arrival::Known),
            ("a", "a", "c", Arrival::Follow),
            ("a", "b", "c", Arrival::Clash),
            ("", "b", "c", Arrival::Clash),
        ] {
            assert_eq!(arrival(&saw, &own, &now), expected, "{saw} {own} {now}");
        }
    }

    #[test]
    fn a_device_keeps_what_was_seen_beside_what_was_made_of_it() {
        let kept =
            Kept { saw: Some("Câu cũ.".to_owned()), own: "Câu mới.\nHai dòng.".to_owned() };
        assert_eq!(Kept::read(&kept.store()), kept);
        let empty = Kept { saw: Some(String::new()), own: String::new() };
        assert_eq!(Kept::read(&empty.store()), empty);
        let older = Kept { saw: None, own: "Câu mới.".to_owned() };
        assert_eq!(Kept::read("Câu mới."), older);
        assert_eq!(Kept::read(&older.store()), older);
    }
}
