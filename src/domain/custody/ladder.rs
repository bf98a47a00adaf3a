//! Ladders (升级): whom to call next for a child whom nobody collects, and for a roll that nobody called.
//!
//! A rung is never taken twice; one that an outage jumped over is taken afterwards, the lowest first. Knows no message
//! and no person: a rung names a post. Start at [`ladder_due`].

use chrono::{Duration, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::{RoomDay, Seat, SeatState};
use crate::clock::Moment;
use crate::domain::calendar::{self, Calendar};
use crate::domain::plan::Plan;

/// Who is called (升级对象), in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// A notice to the guardian who comes today: the agreed time is now.
    Notice,
    /// The guardian who comes today, urgently.
    Guardian,
    /// The other guardian.
    OtherGuardian,
    /// The homeroom teacher, who phones; for a roll call, the room's teacher.
    HomeroomTeacher,
    /// The duty lead.
    DutyLead,
    /// The head, with whom every escalation ends (R2).
    Head,
}

/// Minutes after the agreed time at which each rung is due.
pub const PICKUP_LADDER: [(Rung, i64); 6] = [
    (Rung::Notice, 0),
    (Rung::Guardian, 10),
    (Rung::OtherGuardian, 20),
    (Rung::HomeroomTeacher, 30),
    (Rung::DutyLead, 45),
    (Rung::Head, 60),
];

/// Minutes after the begin of the service at which each rung of a roll call that was not done is due.
pub const ROLL_CALL_LADDER: [(Rung, i64); 3] =
    [(Rung::HomeroomTeacher, 10), (Rung::DutyLead, 20), (Rung::Head, 40)];

/// Minutes after which a missing child is searched for, whatever the family has said meanwhile.
pub const SEARCH_AFTER_MINUTES: i64 = 15;

/// Whether a child has been missing for so long that everybody must search.
pub fn search_due(seat: &Seat, now: Moment) -> bool {
    let is_long = |since: Moment| now - since >= Duration::minutes(SEARCH_AFTER_MINUTES);
    matches!(seat.state, SeatState::Missing { since, .. } if is_long(since))
}

/// The rung that is due for a child who is still here; nothing as soon as the child has gone.
///
/// - `day`: the day of the room.
/// - `done`: the rungs that were taken, such as [`Seat::rungs`].
pub fn ladder_due(seat: &Seat, day: NaiveDate, done: &[Rung], now: Moment, plan: &Plan) -> Option<Rung> {
    let (rung, due_at) = next_pickup_rung(seat, day, done, plan)?;
    (due_at <= calendar::local(now)).then_some(rung)
}

/// When the next rung for a child will be due: when to look again.
pub fn next_rung_at(
    seat: &Seat,
    day: NaiveDate,
    done: &[Rung],
    plan: &Plan,
    calendar: &Calendar,
) -> Option<Moment> {
    let (_, due_at) = next_pickup_rung(seat, day, done, plan)?;
    Some(calendar.moment(due_at.date(), due_at.time()))
}

/// The rung that is due for a roll that was not called.
pub fn roll_call_due(day: &RoomDay, now: Moment, plan: &Plan) -> Option<Rung> {
    let is_waiting = day.closed.is_none() && day.seats.iter().any(|seat| seat.state == SeatState::Expected);
    if day.roll_called.is_some() || !is_waiting {
        return None;
    }
    let (rung, minutes) = ROLL_CALL_LADDER.into_iter().find(|(rung, _)| !day.reminded.contains(rung))?;
    let due_at = day.day.and_time(plan.begins()) + Duration::minutes(minutes);
    (due_at <= calendar::local(now)).then_some(rung)
}

fn next_pickup_rung(
    seat: &Seat,
    day: NaiveDate,
    done: &[Rung],
    plan: &Plan,
) -> Option<(Rung, NaiveDateTime)> {
    if !matches!(seat.state, SeatState::InRoom(_)) {
        return None;
    }
    let (rung, minutes) = PICKUP_LADDER.into_iter().find(|(rung, _)| !done.contains(rung))?;
    // Nobody can come before the service begins, whatever was agreed.
    let agreed = seat.expected.leaves_at().max(plan.begins());
    Some((rung, day.and_time(agreed) + Duration::minutes(minutes)))
}
