//! What happened to coming, going and absence.

use super::How;
use crate::ids::PersonId;
use serde::{Deserialize, Serialize};

/// What happened to coming, going and absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AttendanceEvent {
    CheckedIn {
        person: PersonId,
        how: How,
    },
    CheckedOut {
        person: PersonId,
        how: How,
        reason: String,
    },
    AbsenceRecorded {
        person: PersonId,
        reason: String,
    },
    /// The quorum went while the session was open; earlier decisions stand (R4).
    QuorumLost {
        present: u64,
        members: u64,
    },
    QuorumRegained {
        present: u64,
        members: u64,
    },
}
