//! The first look at what strangers send: what is not of the form it must have goes no further, so
//! that nothing of it is kept, and both databases answer alike. Never here: whether it is right.

use icabinet_models::ids::{Digest, PersonId};

/// Longest name of a device, in characters.
pub const LONGEST_DEVICE: usize = 120;

/// A login as it is stored: 1 to 64 characters of an identifier; `None` for what nobody can have.
pub fn login(said: &str) -> Option<String> {
    // An identifier is ASCII: a longer text is not even put into lower case.
    let trimmed = said.trim_matches(' ');
    let login = PersonId::from(trimmed);
    login.is_well_formed().then(|| login.as_str().to_ascii_lowercase())
}

/// The digest of a token of this server's making: 64 hexadecimal digits.
pub fn token(said: &str) -> Option<Digest> {
    let formed = said.len() == 64 && said.bytes().all(|b| b.is_ascii_hexdigit());
    formed.then(|| super::token_digest(said))
}

/// Whether a text may be a device's name: short, on one line, in the order it is written in.
pub fn is_device_name(said: &str) -> bool {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
    };
    said.chars().count() <= LONGEST_DEVICE && !said.chars().any(hidden)
}

/// What a browser says of itself, as a person would: "Chrome, Android". Words of our own only, so
/// that no stranger's text is kept or shown.
pub fn device_in(user_agent: &str) -> String {
    // Each names those before it that it descends from: the first that is there is what it is.
    const BROWSERS: [(&str, &str); 9] = [
        ("coc_coc_browser", "Cốc Cốc"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("EdgiOS/", "Edge"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ];
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = first(&BROWSERS).or_else(|| user_agent.contains("Safari/").then_some("Safari"));
    let both: Vec<&str> = [browser, first(&SYSTEMS)].into_iter().flatten().collect();
    both.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_an_identifier_or_nothing() {
        let long = "a".repeat(64);
        for (said, expected) in [
            ("an", Some("an")),
            (" An.Nguyen ", Some("an.nguyen")),
            (long.as_str(), Some(long.as_str())),
            ("", None),
            (" ", None),
            ("ho\0a", None),
            ("hoa\n", None),
            ("\u{a0}hoa", None),
            ("hoa hoa", None),
            ("hòa", None),
            ("\u{212a}", None),
            ("'; --", None),
        ] {
            assert_eq!(login(said).as_deref(), expected, "{said:?}");
        }
        assert_eq!(login(&"a".repeat(65)), None);
        assert_eq!(login(&"a".repeat(15 << 20)), None);
    }

    #[test]
    fn a_token_has_one_form() {
        let good = super::super::new_token();
        assert_eq!(token(&good), Some(super::super::token_digest(&good)));
        for bad in [&good[1..], &format!("{good}0"), &good.replace(&good[..1], "\0"), "", "x"] {
            assert_eq!(token(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_device_has_a_name_that_can_be_read() {
        for good in ["Máy tính bảng của An", "Chrome, Android", "", &"á".repeat(LONGEST_DEVICE)]
        {
            assert!(is_device_name(good), "{good:?}");
        }
        let long = "a".repeat(LONGEST_DEVICE + 1);
        for bad in ["a\0", "a\nb", "a\u{202e}b", "a\u{200b}", "\u{f0b7}", "a\u{feff}", &long] {
            assert!(!is_device_name(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_browser_is_told_by_its_own_name() {
        let chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0";
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        for (said, expected) in [
            (chrome, "Chrome, Android"),
            (safari, "Safari, iPhone"),
            (edge, "Edge, Windows"),
            (firefox, "Firefox, Linux"),
            ("curl/8.5.0", ""),
            ("<script>alert(1)</script> Android", "Android"),
            ("", ""),
        ] {
            assert_eq!(device_in(said), expected, "{said}");
        }
    }
}
