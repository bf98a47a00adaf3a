//! The end of a room day: extended care for whoever is left, the close, and how late it was.
//!
//! A day closes exactly when no child is open. Knows no ladder. Start at [`close`].

use chrono::{Duration, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{CustodyEvent, Refusal, RoomDay, Seat, SeatState, What};
use crate::clock::Moment;
use crate::domain::calendar;
use crate::domain::ledger::Actor;
use crate::domain::people::PersonId;
use crate::domain::plan::Plan;

/// How late a child was collected, in whole minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// After the time that the family had agreed.
    pub after_agreed: u32,
    /// After the end of the service by the plan, however it was agreed: what a teacher works longer.
    pub after_service: u32,
}

/// Gives the children who are still here to the duty teacher of the extended care (延时托管, R9). They stay in care.
///
/// # Errors
/// [`Refusal::NoExtendedCare`] when the plan has none, [`Refusal::TooEarly`] before its latest pickup time,
/// [`Refusal::Volunteer`], [`Refusal::Closed`].
pub fn take_over(
    day: &RoomDay,
    duty_teacher: &PersonId,
    plan: &Plan,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    day.decides(duty_teacher)?;
    if plan.extended_care.is_none() {
        return Err(Refusal::NoExtendedCare);
    }
    let from = plan.pickup.latest;
    if calendar::local(now) < day.day.and_time(from) {
        return Err(Refusal::TooEarly { from });
    }
    let is_with_other = |seat: &&Seat| match &seat.state {
        SeatState::InRoom(here) => here.taken_over_by.as_ref().is_none_or(|done| done.by != *duty_teacher),
        SeatState::Expected
        | SeatState::OnLeave
        | SeatState::Absent { .. }
        | SeatState::Missing { .. }
        | SeatState::HandedOver { .. }
        | SeatState::LeftAlone { .. } => false,
    };
    let taken = |seat: &Seat| {
        let what = What::TakenOver(duty_teacher.clone());
        CustodyEvent::by_person(Some(&seat.student), duty_teacher, now, what)
    };
    Ok(day.seats.iter().filter(is_with_other).map(taken).collect())
}

/// Closes the day; a closed day changes nothing.
///
/// # Errors
/// [`Refusal::OpenChildren`] with all of them; [`Refusal::Volunteer`].
pub fn close(day: &RoomDay, by: &PersonId, now: Moment) -> Result<Vec<CustodyEvent>, Refusal> {
    if day.closed.is_some() {
        return Ok(Vec::new());
    }
    day.decides(by)?;
    let open = day.open_children();
    if !open.is_empty() {
        return Err(Refusal::OpenChildren(open));
    }
    Ok(vec![CustodyEvent::by_person(None, by, now, What::Closed)])
}

/// Closes by the clock a day in which nobody is open any more, once the service is over: where all children were on leave or
/// absent there is no hand-over that would close it.
pub fn close_due(day: &RoomDay, plan: &Plan, now: Moment) -> Option<CustodyEvent> {
    let is_over = calendar::local(now) >= day.day.and_time(plan.until);
    let is_due = is_over && day.closed.is_none() && day.open_children().is_empty();
    is_due.then_some(CustodyEvent { at: now, by: Actor::System, student: None, what: What::Closed })
}

/// How late a child was collected, or is already while it is still here.
pub fn late(day: &RoomDay, seat: &Seat, plan: &Plan, now: Moment) -> Late {
    let until = match &seat.state {
        SeatState::InRoom(_) => now,
        SeatState::HandedOver { at, .. } | SeatState::LeftAlone { at, .. } => *at,
        SeatState::Expected | SeatState::OnLeave | SeatState::Absent { .. } | SeatState::Missing { .. } => {
            return Late::default();
        }
    };
    let after = |time: NaiveTime| whole_minutes(calendar::local(until) - day.day.and_time(time));
    Late { after_agreed: after(seat.expected.leaves_at()), after_service: after(plan.until) }
}

/// Whole minutes of a span, none of one that runs backwards.
fn whole_minutes(span: Duration) -> u32 {
    u32::try_from(span.num_minutes().max(0)).unwrap_or(u32::MAX)
}
