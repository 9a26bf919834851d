//! Plain widgets in the look of the cabinet room. Each takes plain values and says what was pressed.
//!
//! Never here: state of a meeting, requests, rules, and names of topics. Words come in as values, or
//! from `texts` where they are the same on every screen.

mod button;
mod calm;
mod clock;
mod frame;
mod icon;
mod list;
mod record;
mod sheet;
mod status;
mod table;
mod vote;

pub use button::{Button, ButtonLook, ButtonSize, Primary, twice};
pub use calm::{EmptyState, ErrorState};
pub use clock::{Countdown, ServerClock, use_clock};
pub use frame::{
    Connection, ConnectionBadge, Dock, DockAction, DockMark, Mark, PackBadge, TopLine, WallClock,
};
pub use icon::{Icon, IconName, IconSize};
pub use list::{DateBlock, QueueKind, QueueRow, Row, RowMark};
pub use record::{Fingerprint, ItemNumber, ItemTitle, Source, SourceChip, StateRule};
pub use sheet::Sheet;
pub use status::{Badge, BadgeTone, Banner, BannerTone, SaveMark, SaveStage, Seats};
pub use table::{Presence, Seat, TableFigure};
pub use vote::{Receipt, ReceiptState, VoteButtons, VoteChoice, VotePhase, VoteShape};
