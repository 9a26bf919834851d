//! One module a route. A page puts widgets and features together and decides nothing of a meeting.

#[cfg(feature = "desk")]
mod account;
#[cfg(feature = "desk")]
mod chair;
#[cfg(feature = "desk")]
mod decisions;
mod home;
mod join;
#[cfg(feature = "desk")]
mod keys;
#[cfg(feature = "kit")]
mod kit;
mod meeting;
#[cfg(feature = "desk")]
mod minutes;
#[cfg(feature = "desk")]
mod new_meeting;
mod not_found;
#[cfg(feature = "desk")]
mod prepare;
#[cfg(feature = "desk")]
mod screen;
mod settings;
#[cfg(feature = "desk")]
mod sign;
mod sign_in;

#[cfg(feature = "desk")]
pub use account::Account;
#[cfg(feature = "desk")]
pub use chair::Chair;
#[cfg(feature = "desk")]
pub use decisions::Decisions;
pub use home::Home;
pub use join::Join;
#[cfg(feature = "desk")]
pub use keys::Keys;
#[cfg(feature = "kit")]
pub use kit::Kit;
pub use meeting::Meeting;
#[cfg(feature = "desk")]
pub use minutes::Minutes;
#[cfg(feature = "desk")]
pub use new_meeting::NewMeeting;
pub use not_found::NotFound;
#[cfg(feature = "desk")]
pub use prepare::Prepare;
#[cfg(feature = "desk")]
pub use screen::Screen;
pub use settings::Settings;
#[cfg(feature = "desk")]
pub use sign::Sign;
pub use sign_in::SignIn;
