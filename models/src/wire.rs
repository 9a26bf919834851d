//! The frames of `docs/protocol.md`: what goes over the socket and the snapshot over HTTP.
//! Never here: how they are sent, and who the sender is (the session says so).

use crate::decisions::Instrument;
use crate::ids::{CommandId, Digest, MeetingId, PersonId, Time, VoteId};
use crate::meeting::{Command, Meeting, Refusal};
use crate::visibility::{PersonalRows, ViewEntry, ViewerClass};
use crate::votes::Ballot;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The protocol's version; a client says it when it connects. It rises with whatever the other side
/// would not understand: a command, an event, a frame.
///
/// 2: `add_participants`. 3: what stands in `docs/protocol.md` under that number.
pub const PROTOCOL: u32 = 3;
/// The oldest version that this program still speaks with a client: what came since is only asked
/// by clients, or is not sent to older ones.
pub const OLDEST_PROTOCOL: u32 = 1;
/// Shortest password a person may choose, in characters.
pub const SHORTEST_PASSWORD: usize = 10;
/// Largest frame a client may send, in bytes.
pub const LARGEST_CLIENT_FRAME: usize = 64 * 1024;

/// From the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame<C = Box<Command>> {
    /// `id` is the client's and stays when it sends again. A device may send a command as it kept it.
    Command { id: CommandId, command: C },
}

/// From the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerFrame {
    /// First frame of a connection.
    Hello {
        protocol: u32,
        meeting: MeetingId,
        /// Changes when a backup was restored: everything known before is void.
        epoch: String,
        class: ViewerClass,
        person: Option<PersonId>,
        /// Position of the log when the connection began.
        position: u64,
        server_time: Time,
        mine: Mine,
    },
    /// Entries of the log as this class sees them. `after` is the position of the frame before in
    /// this class, `to` the one that the view has reached with this frame.
    Events { after: u64, to: u64, entries: Vec<ViewEntry> },
    /// What only this person may know, when it changed otherwise than by his own command's answer.
    Mine { mine: Mine },
    /// The answer to a command, to its sender only.
    Answer { id: CommandId, answer: Answer },
    /// How many of the entitled have voted; at most once a second, never a direction.
    Turnout { vote: VoteId, cast: u32, entitled: u32 },
    /// How many participants have a tablet connected, and, for the office of a meeting where everyone
    /// is known by name, who.
    Connected { count: u32, people: Option<Vec<PersonId>> },
    /// How many members are present, where people are counted; at most once a second. The office is
    /// told by venue too.
    Attendance {
        present: u32,
        members: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        venues: Option<Vec<VenueCount>>,
    },
    /// Whether sound arrives in a recording that is under way; told at most once a second, when it
    /// changes. Without a recording it is true.
    Sound { heard: bool },
    /// For the screen in the room: a document was signed, with the fingerprint that everybody can compare.
    Signed { instrument: Instrument, fingerprint: Digest, at: Time },
    /// The position asked for can't be served: take a snapshot and connect from there.
    SnapshotNeeded { position: u64 },
    /// A frame that wasn't understood; nothing was done.
    Rejected { code: Rejection },
}

/// The members who attend at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VenueCount {
    /// As in the participants' rows; empty for those without one.
    pub venue: String,
    pub present: u32,
    pub members: u32,
}

/// Why a frame was rejected. The connection stays open unless the code says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// Not JSON, not a known frame, unknown fields.
    Malformed,
    /// Above [`LARGEST_CLIENT_FRAME`]; the connection is closed.
    TooLarge,
    /// The command's identifier isn't well-formed.
    BadIdentifier,
    /// More commands than this connection may send; wait and send again.
    TooFast,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Committed. `position` is the command's last entry; `code` is the short form of its hash, blank
    /// where the command left no entry.
    Accepted {
        position: u64,
        at: Time,
        code: String,
    },
    Refused {
        refusal: Refusal,
    },
    /// Nothing was decided: the server can't write now. Send again with the same id.
    Unavailable,
}

/// What only this person may know: his own ballots, and, where people are counted, his own rows of
/// every list, to be laid over the view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    pub ballots: BTreeMap<VoteId, OwnBallot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<PersonalRows>,
}

/// One's own ballot with its receipt code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBallot {
    pub ballot: Ballot,
    pub code: String,
}

/// `GET /api/meetings/{id}/snapshot`: the whole view at a position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub protocol: u32,
    pub epoch: String,
    pub class: ViewerClass,
    pub person: Option<PersonId>,
    pub position: u64,
    pub server_time: Time,
    pub meeting: Meeting,
    pub mine: Mine,
}

/// One meeting in the list of `GET /api/meetings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingSummary {
    pub id: MeetingId,
    pub particulars: crate::meeting::Particulars,
    pub stage: crate::meeting::Stage,
    pub class: ViewerClass,
    /// What waits there for the person who asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<crate::waiting::Wait>,
}

/// `GET /api/me`: who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub person: PersonId,
    pub name: String,
    pub position: crate::ids::Text,
    /// May create meetings and confirm keys.
    pub organiser: bool,
    pub administrator: bool,
}

/// An error of the HTTP interface, as JSON: `{"error": {"code": …}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    pub error: ErrorDetail,
}

/// The code for the screen; `reference` finds the details in the server's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    pub code: ErrorCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// With `invitation_used`: by what and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<UsedOn>,
}

/// The device that used an invitation ("Chrome, Android"; blank if it is not known), and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedOn {
    pub device: String,
    pub at: Time,
}

/// Closed list of what can go wrong over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    NotSignedIn,
    WrongPassword,
    /// The new password is among the first that are guessed.
    WeakPassword,
    /// The invitation was used on another device.
    InvitationUsed,
    TooManyAttempts,
    /// Many sign in at this moment; nothing was counted.
    Busy,
    /// More than one person may send or have open: wait, and send again.
    TooFast,
    /// Also for what exists but not for this person.
    NotFound,
    NotAllowed,
    ForeignOrigin,
    /// The page is of a version that this server no longer speaks: load it again.
    PageOutdated,
    Malformed,
    TooLarge,
    WrongMedia,
    /// The disk is full or the database doesn't answer: nothing was changed.
    StorageFull,
    Unavailable,
    Conflict,
    /// What nobody is to know could be computed from this record; the operator has it.
    RecordWithheld,
    KeyNotConfirmed,
    SignatureInvalid,
    Internal,
}
