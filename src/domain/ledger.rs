//! The ledger (台账, R13): every change of a child's standing, append-only; corrections are new lines.
//!
//! Pure. A line names its student by number and its people by opaque id, so that the ledger itself holds no names.
//! Start at [`LedgerLine`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::enrolment::{Registration, Unreachable};
use super::people::{Channel, ClassId, PersonId, StudentId};
use crate::clock::Moment;
use crate::understand::DateSpan;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// When it happened.
    pub at: Moment,
    /// Whom it is about.
    pub student: StudentId,
    /// Who did it.
    pub actor: Actor,
    /// How it came, where it came as a message.
    pub source: Option<Source>,
    /// What changed.
    pub change: Change,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A guardian or a member of staff.
    Person(PersonId),
    /// The school's office, by importing the roster.
    Office,
    /// kehou itself, by a campaign or the clock.
    System,
}

/// The message behind a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The channel.
    pub channel: Channel,
    /// The message's id there.
    pub message: String,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The student came onto the roll.
    JoinedRoll {
        /// Into this class.
        class: ClassId,
    },
    /// The student changed class.
    MovedClass {
        /// Into this class.
        class: ClassId,
    },
    /// The student left the roll.
    LeftRoll,
    /// The survey's question, or a reminder of it, was delivered to a guardian.
    Asked {
        /// The guardian.
        person: PersonId,
    },
    /// No guardian can be reached.
    Unreachable {
        /// Why.
        why: Unreachable,
    },
    /// The silent child was put on the homeroom teacher's list.
    Listed,
    /// A guardian answered or changed the answer.
    Answered(Registration),
    /// A guardian took the child out of the service.
    Withdrawn(Registration),
    /// A guardian asked for a place in mid-term (中途申请).
    JoinRequested,
    /// The school decided about such a request, and how long the family waited: evidence that it was prompt (R14).
    JoinDecided {
        /// Whether the child was placed; a refusal is an open need.
        is_arranged: bool,
        /// School minutes since the request was first made.
        school_minutes: i64,
    },
    /// A guardian asked for leave (请假).
    LeaveTaken {
        /// On these days.
        spans: Vec<DateSpan>,
    },
    /// A guardian took leave back (销假).
    LeaveTakenBack {
        /// Of these days.
        days: Vec<NaiveDate>,
    },
}
