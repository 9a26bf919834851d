//! Who somebody is: passwords, session tokens, attempts, and the first look at what strangers send. Never here: what he may do in a meeting.

mod arrivals;
mod attempts;
mod endings;
mod gate;
mod history;
pub mod judged;
mod password;
mod sessions;

pub use arrivals::Arrivals;
pub use attempts::Asker;
pub use endings::{Ending, Endings};
pub use gate::{Gate, Shut, Turn};
pub use history::History;
pub use password::{NotTaken, Passwords, judge_password};
pub use sessions::Sessions;

use icabinet_models::ids::Digest;

/// How long a session lasts, in milliseconds: two working days.
pub const SESSION_MS: i64 = 48 * 3_600_000;

/// A new random token: 256 bits in hexadecimal. Only its digest is stored.
pub fn new_token() -> String {
    let mut bytes = [0u8; 32];
    // Without randomness there is no safe way on: the process must not hand out tokens.
    getrandom::fill(&mut bytes).expect("the operating system gives no random numbers");
    Digest(bytes).hex()
}

/// What is stored of a token.
pub fn token_digest(token: &str) -> Digest {
    Digest::of(token.as_bytes())
}
