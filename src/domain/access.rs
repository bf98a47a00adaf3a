//! Access (查阅记录): who of the staff read which children's records, and what for.
//!
//! Pure. Lines are only ever appended; a parent or an inspector may ask for them. Start at [`AccessLine`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::people::{PersonId, StudentId};
use crate::clock::Moment;

/// One reading of children's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLine {
    /// When.
    pub at: Moment,
    /// Who read.
    pub person: PersonId,
    /// What for.
    pub purpose: Purpose,
    /// Whose records were shown.
    pub students: Vec<StudentId>,
}

/// What somebody read records for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To see who stands behind a figure of a digest.
    DigestRows {
        /// The digest's day.
        day: NaiveDate,
        /// The number in front of the figure.
        number: usize,
    },
    /// To know what a child needs, while looking after it.
    HealthNotes,
}
