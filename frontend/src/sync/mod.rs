//! The browser's half of keeping in step with the server: requests, the session, the socket, and the
//! replica of the meeting as signals. What is decided without a browser is in `icabinet-sync`.
//!
//! State of a meeting is written here and nowhere else: pages and features read signals and hand in
//! commands. Never here: anything to look at.

pub mod addresses;
mod awake;
mod connection;
mod device;
pub mod http;
mod live;
mod recorder;
mod session;
mod socket;
mod storage;
#[cfg(feature = "desk")]
pub mod transfer;

pub use awake::keep_awake;
pub use live::{Link, Live, Viewpoint, use_live};
pub use recorder::{Recorder, RecorderState, use_recorder};
pub use session::{DemoLogin, Session, SignedIn, use_session};
#[cfg(feature = "desk")]
pub use transfer::{fresh_id, object_address};
