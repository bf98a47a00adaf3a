//! Custody day (在管): who has each child now, from the roll call to the hand of whoever takes it home.
//!
//! Pure. One [`RoomDay`] per room and school day; every decision returns [`CustodyEvent`]s for an append-only log, and
//! [`RoomDay::after`] adds one, so that the log folded again is the same day. Knows no store and no message. Start at
//! [`open`], then [`roll_call`], [`hand_over`] and [`close()`]; [`ladder_due`] says whom to call next. Source: R7, R9, R15.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::authorised_person::{AuthorisedId, LeaveAlone, Verdict};
use super::ledger::Actor;
use super::people::{ClassId, PersonId, StudentId};
use super::plan::Pickup;
use crate::clock::Moment;
use crate::understand::TimeAnswer;

mod close;
mod fold;
mod handover;
mod ladder;
mod room;

pub use close::{Late, close, close_due, late, take_over};
pub use handover::{hand_over, leave_alone, undo};
pub use ladder::{
    PICKUP_LADDER, ROLL_CALL_LADDER, Rung, SEARCH_AFTER_MINUTES, ladder_due, next_rung_at, roll_call_due,
    search_due,
};
pub use room::{
    Opening, Present, RollCall, add_child, end_leave, excuse, expect, explain_absence, open, roll_call,
};

/// One room on one school day (在管日).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomDay {
    /// The room's name.
    pub room: String,
    /// The day.
    pub day: NaiveDate,
    /// The teacher who leads it.
    pub teacher: PersonId,
    /// Volunteers who help; they neither call the roll nor hand children over (R19).
    pub helpers: BTreeSet<PersonId>,
    /// The classes whose children are here.
    pub classes: Vec<ClassId>,
    /// The children by number, from 1; a number is one child's for the whole day.
    pub seats: Vec<Seat>,
    /// Who called the roll first, and when.
    pub roll_called: Option<Done>,
    /// The steps of [`roll_call_due`] that were taken.
    pub reminded: Vec<Rung>,
    /// Who closed the day, and when.
    pub closed: Option<Done>,
}

/// One child's place in a room day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The number that the teacher types.
    pub no: u32,
    /// The child; names are not stored here.
    pub student: StudentId,
    /// What was agreed for today.
    pub expected: Expected,
    /// Where the child is.
    pub state: SeatState,
    /// The rungs of [`ladder_due`] that were taken.
    pub rungs: Vec<Rung>,
}

/// What was agreed with the family for today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// When somebody comes, at the latest; see [`agreed_time`].
    pub pickup_at: NaiveTime,
    /// Who, where that is known.
    pub by: Option<Comes>,
    /// The gate and the minute by which the child leaves, where the school staggers (错峰离校); gone with the agreed time
    /// that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<GateSlot>,
}

/// By which gate a child leaves, and when (离校安排).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateSlot {
    /// The gate's name.
    pub gate: String,
    /// The minute.
    pub at: NaiveTime,
}

/// Who is expected to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comes {
    /// A guardian.
    Guardian(PersonId),
    /// Somebody of the pickup list.
    Listed(AuthorisedId),
    /// Nobody: the child goes alone.
    Alone,
}

/// Where a child is (去向): exactly one of these at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    /// Expected, the roll was not called yet (待点名).
    Expected,
    /// In the room (在管).
    InRoom(InRoom),
    /// On leave, asked by a guardian (请假).
    OnLeave,
    /// Not here, and the teacher knows why (缺席).
    Absent {
        /// Why.
        why: Absence,
        /// Who says so.
        by: PersonId,
        /// When.
        at: Moment,
    },
    /// Expected, not here, no leave (未到): the parents are asked at once.
    Missing {
        /// Since which roll call.
        since: Moment,
        /// Who called it.
        by: PersonId,
    },
    /// Handed over (已交接).
    HandedOver {
        /// To whom.
        to: HandedTo,
        /// When.
        at: Moment,
        /// By which teacher.
        by: PersonId,
        /// How it was in the room until then.
        was: InRoom,
    },
    /// Went home alone by standing permission (自行离校).
    LeftAlone {
        /// When.
        at: Moment,
        /// The teacher who let the child go.
        by: PersonId,
        /// The permission as it stood.
        permission: LeaveAlone,
        /// How it was in the room until then.
        was: InRoom,
    },
}

/// A child in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InRoom {
    /// Since when.
    pub since: Moment,
    /// Who found it there.
    pub by: PersonId,
    /// Who looks after it since the extended care began (延时托管), where it did.
    pub taken_over_by: Option<Done>,
}

/// Why a child is not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// The family told the teacher.
    ToldTeacher,
    /// Called sick.
    Sick,
    /// Went home before the service began.
    WentHome,
    /// With another teacher of the school.
    Elsewhere(String),
    /// As the teacher says it.
    Other(String),
}

/// To whom a child was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandedTo {
    /// A guardian.
    Guardian(PersonId),
    /// The family; the teacher named nobody.
    Family,
    /// Somebody of the standing list.
    Listed(AuthorisedId),
    /// Somebody with the code of the day.
    Code(AuthorisedId),
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Moment,
}

/// One line of a room day's log (在管记录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyEvent {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: Actor,
    /// About which child; `None` when it is about the room.
    pub student: Option<StudentId>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The day began with these seats.
    Opened(Box<RoomDay>),
    /// A child was added, with a number of its own.
    Added(Box<Seat>),
    /// Something else was agreed for today.
    Agreed(Expected),
    /// The roll was called for the first time.
    RollCalled,
    /// The child is somewhere else now: a roll call, a correction, a leave.
    Moved(SeatState),
    /// Handed over.
    HandedOver(HandedTo),
    /// Went home alone.
    LeftAlone(LeaveAlone),
    /// The hand-over was a mistake; the child is in the room.
    Undone,
    /// Extended care began with this duty teacher.
    TakenOver(PersonId),
    /// A rung of the ladder was taken.
    Called(Rung),
    /// A reminder of the roll call was sent.
    Reminded(Rung),
    /// The day was closed.
    Closed,
    /// A mistake was undone after the close; the day is open again.
    Reopened,
}

/// A child that is not accounted for yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChild {
    /// The number.
    pub no: u32,
    /// The child.
    pub student: StudentId,
    /// Where it is.
    pub state: SeatState,
}

/// Whom to call before a child may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// A guardian, who can put the person on the list or pass the code on.
    Guardian,
    /// The duty lead first, then the guardian who forbade the person.
    DutyLead,
}

/// The school's rules say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The day is closed.
    Closed(Done),
    /// A volunteer helps and does not decide.
    Volunteer,
    /// These are not in this room.
    NotInRoom(BTreeSet<StudentId>),
    /// These were said to be here and not here in one breath.
    Contradiction(BTreeSet<StudentId>),
    /// These went home already; their seats say with whom.
    Gone(Vec<OpenChild>),
    /// These are in the room by the record: say first that they are missing.
    StillHere(BTreeSet<StudentId>),
    /// The child is on leave or absent by the record: correct the roll call first.
    NotHere(Box<OpenChild>),
    /// The person may not take the child.
    NotReleased {
        /// What the check said.
        verdict: Box<Verdict>,
        /// Whom to call.
        call: Call,
    },
    /// The child has no permission to go alone.
    MayNotLeaveAlone,
    /// It is too early.
    TooEarly {
        /// When it may be.
        from: NaiveTime,
    },
    /// There is nothing to undo.
    NothingToUndo,
    /// Only the teacher who did it, and only within [`UNDO_MINUTES`].
    UndoTooLate(Done),
    /// The plan has no extended care.
    NoExtendedCare,
    /// The day cannot close with these.
    OpenChildren(Vec<OpenChild>),
}

/// How long a teacher can take back a hand-over, or turn a child just found present into one with an explained absence.
pub const UNDO_MINUTES: i64 = 10;

/// The latest time that a family's answer allows; the latest of the plan where it says nothing.
pub fn agreed_time(answer: Option<TimeAnswer>, pickup: &Pickup) -> NaiveTime {
    match answer {
        Some(TimeAnswer::At(time) | TimeAnswer::By(time) | TimeAnswer::Between(_, time)) => time,
        Some(TimeAnswer::After(_)) | None => pickup.latest,
    }
}

impl Expected {
    /// At this time, by whoever comes, without a gate.
    pub fn at(pickup_at: NaiveTime) -> Self {
        Self { pickup_at, by: None, slot: None }
    }

    /// When the child can be collected: the minute of its gate, or the agreed time.
    pub fn leaves_at(&self) -> NaiveTime {
        self.slot.as_ref().map_or(self.pickup_at, |slot| slot.at)
    }
}

impl RoomDay {
    /// The seat of a student.
    pub fn seat(&self, student: &StudentId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.student == *student)
    }

    /// The seat of a number.
    pub fn seat_no(&self, no: u32) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.no == no)
    }

    /// The children that are not accounted for yet.
    pub fn open_children(&self) -> Vec<OpenChild> {
        self.seats.iter().filter(|seat| seat.state.is_open()).map(OpenChild::of).collect()
    }

    /// The children in the room now.
    pub fn in_care(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| matches!(seat.state, SeatState::InRoom(_)))
    }

    /// Refuses who may not decide, and every change of a closed day.
    fn decides(&self, by: &PersonId) -> Result<(), Refusal> {
        if self.helpers.contains(by) {
            return Err(Refusal::Volunteer);
        }
        self.closed.as_ref().map_or(Ok(()), |closed| Err(Refusal::Closed(closed.clone())))
    }

    fn known(&self, student: &StudentId) -> Result<&Seat, Refusal> {
        self.seat(student).ok_or_else(|| Refusal::NotInRoom([student.clone()].into()))
    }
}

impl SeatState {
    /// Whether the child is not accounted for yet; a day does not close with one.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Expected | Self::InRoom(_) | Self::Missing { .. } => true,
            Self::OnLeave | Self::Absent { .. } | Self::HandedOver { .. } | Self::LeftAlone { .. } => false,
        }
    }

    /// Whether the child went home.
    pub fn is_gone(&self) -> bool {
        match self {
            Self::HandedOver { .. } | Self::LeftAlone { .. } => true,
            Self::Expected | Self::InRoom(_) | Self::OnLeave | Self::Absent { .. } | Self::Missing { .. } => {
                false
            }
        }
    }
}

impl OpenChild {
    fn of(seat: &Seat) -> Self {
        Self { no: seat.no, student: seat.student.clone(), state: seat.state.clone() }
    }
}

impl CustodyEvent {
    fn of(student: Option<&StudentId>, by: Actor, at: Moment, what: What) -> Self {
        Self { at, by, student: student.cloned(), what }
    }

    fn by_person(student: Option<&StudentId>, by: &PersonId, at: Moment, what: What) -> Self {
        Self::of(student, Actor::Person(by.clone()), at, what)
    }
}

fn is_recent(at: Moment, now: Moment) -> bool {
    now - at <= Duration::minutes(UNDO_MINUTES)
}

#[cfg(test)]
mod tests;
