//! argon2id, off the async threads, a few at a time so that sign-ins can't starve a meeting, and
//! which passwords are taken. Never here: who may try (`attempts`), how many wait (`gate`).

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use icabinet_models::wire::SHORTEST_PASSWORD;
use std::sync::Arc;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zxcvbn::{Score, zxcvbn};

/// Longest password that is looked at, in bytes.
const LONGEST_PASSWORD: usize = 1024;

/// What people here use as a password beside what the world does.
const USED_HERE: &[&str] = &[
    "matkhau",
    "mat khau",
    "mat-khau",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "khongbiet",
    "khongco",
    "vietnam",
    "hanoi",
    "saigon",
    "danang",
    "haiphong",
    "cantho",
    "hochiminh",
    "hcm",
    "ubnd",
    "hdnd",
    "uyban",
    "uy ban",
    "nhandan",
    "hoidong",
    "phuong",
    "congan",
    "congchuc",
    "daibieu",
    "quochoi",
    "hop",
    "phonghop",
    "khonggiay",
    "icabinet",
    "i-cabinet",
    "cabinet",
];

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    TooShort,
    TooLong,
    /// Among the first that a guesser tries.
    Weak,
}

/// Whether a person may choose this password; `about` is what others know of him: login and name.
///
/// # Errors
/// [`NotTaken`].
pub fn judge_password(password: &str, about: &[&str]) -> Result<(), NotTaken> {
    if password.len() > LONGEST_PASSWORD {
        return Err(NotTaken::TooLong);
    }
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(NotTaken::TooShort);
    }
    let mut known: Vec<String> = about.iter().flat_map(|text| guesses(text)).collect();
    known.sort_unstable();
    known.dedup();
    let known: Vec<&str> =
        known.iter().map(String::as_str).chain(USED_HERE.iter().copied()).collect();
    // As it is typed, and as it would be without marks: "Mật khẩu" is guessed as "mat khau".
    let forms = [password.to_owned(), without_marks(password)];
    match forms.iter().all(|form| zxcvbn(form, &known).score() >= Score::Three) {
        true => Ok(()),
        false => Err(NotTaken::Weak),
    }
}

/// What is tried first of a person: his name and its words, together and apart.
fn guesses(text: &str) -> Vec<String> {
    let plain = without_marks(text).to_lowercase();
    let words = plain.split_whitespace().filter(|word| word.len() > 1);
    let mut all: Vec<String> = words.map(str::to_owned).collect();
    all.push(plain.split_whitespace().collect());
    all.push(plain);
    all.push(text.to_lowercase());
    all
}

fn without_marks(text: &str) -> String {
    let plain = text.nfd().filter(|c| !is_combining_mark(*c));
    plain
        .map(|c| {
            if c == 'đ' {
                'd'
            } else if c == 'Đ' {
                'D'
            } else {
                c
            }
        })
        .collect()
}

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// What is compared where there is no password to compare with, so that it takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    /// At most `at_once` hashes are computed at the same time.
    pub fn new(at_once: usize) -> Self {
        let nobody = hash("nobody").unwrap_or_default();
        Self { turns: Arc::new(Semaphore::new(at_once)), nobody: nobody.into() }
    }

    /// The argon2id hash of a password; `None` if it can't be hashed (too long).
    pub async fn hash(&self, password: String) -> Option<String> {
        self.computed(move || hash(&password)).await.flatten()
    }

    /// Whether the password fits; where there is none (an unknown login, a closed account, somebody
    /// who only ever came by invitation) it never does and takes as long.
    pub async fn verify(&self, password: String, stored: Option<String>) -> bool {
        let stored = stored.filter(|stored| !stored.is_empty());
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let fits = self.computed(move || {
            PasswordHash::new(&stored)
                .is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
        });
        fits.await.unwrap_or(false) && known
    }

    /// Runs it in its turn. The turn lasts as long as the work: whoever asked may be gone before.
    async fn computed<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.ok()
    }
}

/// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

fn hash(password: &str) -> Option<String> {
    if password.len() > LONGEST_PASSWORD {
        return None;
    }
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).ok()?;
    let salt = SaltString::encode_b64(&salt).ok()?;
    Some(hasher().hash_password(password.as_bytes(), &salt).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_guesser_tries_first_is_not_taken() {
        let about = ["an.nguyen", "Nguyễn Văn An", "Ủy ban nhân dân phường Hồ Sen"];
        for (password, expected) in [
            ("1234567890", Err(NotTaken::Weak)),
            ("qwertyuiop", Err(NotTaken::Weak)),
            ("password123", Err(NotTaken::Weak)),
            ("aaaaaaaaaaaa", Err(NotTaken::Weak)),
            ("matkhau123", Err(NotTaken::Weak)),
            ("Mật khẩu 123", Err(NotTaken::Weak)),
            ("Hanoi@2026", Err(NotTaken::Weak)),
            ("icabinet2026", Err(NotTaken::Weak)),
            // What is known of the person himself.
            ("an.nguyen2026", Err(NotTaken::Weak)),
            ("nguyenvanan1", Err(NotTaken::Weak)),
            ("Nguyễn Văn An", Err(NotTaken::Weak)),
            ("ngắn", Err(NotTaken::TooShort)),
            ("mat-khau-thu-nghiem", Ok(())),
            ("sáu con vịt xuống ao làng", Ok(())),
            ("vR7-kq2Lm0-zx", Ok(())),
        ] {
            assert_eq!(judge_password(password, &about), expected, "{password}");
        }
        assert_eq!(judge_password(&"á".repeat(600), &[]), Err(NotTaken::TooLong));
        assert_eq!(
            judge_password("an.nguyen2026", &[]),
            Ok(()),
            "it is his own name that makes it weak"
        );
    }

    #[tokio::test]
    async fn where_there_is_no_password_none_fits() {
        let passwords = Passwords::new(1);
        let own = passwords.hash("đúng mật khẩu".to_owned()).await;
        let fits = async |password: &str, stored: Option<String>| {
            passwords.verify(password.to_owned(), stored).await
        };
        assert!(fits("đúng mật khẩu", own.clone()).await);
        assert!(!fits("sai mật khẩu", own).await);
        assert!(!fits("nobody", None).await);
        assert!(!fits("nobody", Some(String::new())).await);
        assert!(!fits("", Some(String::new())).await);
    }
}
