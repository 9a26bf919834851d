//! What can be asked about coming, going and absence.

use crate::ids::PersonId;
use serde::{Deserialize, Serialize};

/// What can be asked about coming, going and absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AttendanceCommand {
    CheckIn { person: Option<PersonId> },
    CheckOut { person: Option<PersonId>, reason: String },
    RecordAbsence { person: PersonId, reason: String },
}
