//! Where a person's ballot stands: on this device, on its way, on the server. Never here: how it got
//! there (`outbox`, `replica`).

use crate::outbox::{NotCounted, Pending};
use icabinet_models::wire::OwnBallot;

/// Where a person's ballot in a vote stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BallotStanding {
    /// There is none.
    None,
    /// Given to the connection for the first time, no answer yet.
    Sending(Pending),
    /// Still on this device only; being tried again.
    Unsent(Pending),
    Recorded(OwnBallot),
    /// Cast on another device of this person; what this one tried to send since counts for nothing.
    Elsewhere {
        own: OwnBallot,
        refused: Option<NotCounted>,
    },
    NotCounted(NotCounted),
}

/// How far a ballot is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// There is none that counts.
    #[default]
    Missing,
    OnItsWay,
    Recorded,
}

impl BallotStanding {
    /// How far the ballot is.
    pub fn reach(&self) -> Reach {
        match self {
            Self::None | Self::NotCounted(_) => Reach::Missing,
            Self::Sending(_) | Self::Unsent(_) => Reach::OnItsWay,
            Self::Recorded(_) | Self::Elsewhere { .. } => Reach::Recorded,
        }
    }

    /// Whether this device sent a ballot that the server doesn't have, or not as one that counts.
    pub fn is_unanswered(&self) -> bool {
        match self {
            Self::Sending(_) | Self::Unsent(_) | Self::NotCounted(_) => true,
            Self::None | Self::Recorded(_) | Self::Elsewhere { .. } => false,
        }
    }
}
