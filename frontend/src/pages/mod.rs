//! One module a route. A page puts widgets and features together and decides nothing of a meeting.

mod chair;
mod decisions;
mod home;
mod keys;
#[cfg(feature = "kit")]
mod kit;
mod meeting;
mod minutes;
mod new_meeting;
mod not_found;
mod prepare;
mod screen;
mod settings;
mod sign;
mod sign_in;

pub use chair::Chair;
pub use decisions::Decisions;
pub use home::Home;
pub use keys::Keys;
#[cfg(feature = "kit")]
pub use kit::Kit;
pub use meeting::Meeting;
pub use minutes::Minutes;
pub use new_meeting::NewMeeting;
pub use not_found::NotFound;
#[cfg(not(feature = "kit"))]
pub use not_found::NotFound as Kit;
pub use prepare::Prepare;
pub use screen::Screen;
pub use settings::Settings;
pub use sign::Sign;
pub use sign_in::SignIn;
