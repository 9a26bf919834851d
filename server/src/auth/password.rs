//! argon2id, off the async threads, a few at a time so that sign-ins can't starve a meeting.

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Shortest password a person may choose, in characters.
pub const SHORTEST_PASSWORD: usize = 10;
/// Longest password that is looked at, in bytes.
const LONGEST_PASSWORD: usize = 1024;

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// What unknown logins are checked against, so that they take as long as known ones.
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
        let _turn = self.turns.acquire().await.ok()?;
        tokio::task::spawn_blocking(move || hash(&password)).await.ok().flatten()
    }

    /// Whether the password fits; an unknown login (`None`) never does and takes as long.
    pub async fn verify(&self, password: String, stored: Option<String>) -> bool {
        let Ok(_turn) = self.turns.acquire().await else { return false };
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&stored)
                .is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
        });
        fits.await.unwrap_or(false) && known
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
