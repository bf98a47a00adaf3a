//! The hand-over (交接): one child, one person, one moment; and the way back from a slip of the finger.
//!
//! Knows the verdict of the check at the gate, not how it was reached. Start at [`hand_over`].

use super::{
    Call, CustodyEvent, Done, HandedTo, OpenChild, Refusal, RoomDay, Seat, SeatState, What, is_recent, room,
};
use crate::clock::Moment;
use crate::domain::authorised_person::{Doubt, PickupList, Verdict};
use crate::domain::calendar;
use crate::domain::people::{PersonId, StudentId};

/// Hands a child over to whoever the verdict of the gate lets take it.
///
/// - `verdict`: of [`PickupList::check`] for this child and day.
///
/// A child whose roll was not called, or who was missing, is found by being here.
///
/// # Errors
/// [`Refusal::NotReleased`] with whom to call; [`Refusal::Gone`] when it went already; [`Refusal::NotHere`] on leave or
/// absent; [`Refusal::NotInRoom`], [`Refusal::Volunteer`], [`Refusal::Closed`].
pub fn hand_over(
    day: &RoomDay,
    student: &StudentId,
    verdict: &Verdict,
    by: &PersonId,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    let seat = can_go(day, student, by)?;
    let to = match verdict {
        Verdict::Guardian(person) => HandedTo::Guardian(person.clone()),
        Verdict::Family => HandedTo::Family,
        Verdict::Standing(id) => HandedTo::Listed(id.clone()),
        Verdict::OneDay(id) => HandedTo::Code(id.clone()),
        Verdict::Unlisted
        | Verdict::Forbidden(_)
        | Verdict::NeedsCode(_)
        | Verdict::WrongCode { .. }
        | Verdict::CodeBlocked
        | Verdict::CodeUsed(_)
        | Verdict::CodeExpired { .. }
        | Verdict::CodeNotYet { .. }
        | Verdict::Unsure(_) => {
            let (verdict, call) = (Box::new(verdict.clone()), call(verdict));
            return Err(Refusal::NotReleased { verdict, call });
        }
    };
    Ok(gone(seat, What::HandedOver(to), by, now))
}

/// Lets a child go home alone.
///
/// # Errors
/// [`Refusal::MayNotLeaveAlone`] without the standing permission, [`Refusal::TooEarly`] before the agreed time, and
/// those of [`hand_over`].
pub fn leave_alone(
    day: &RoomDay,
    student: &StudentId,
    list: &PickupList,
    by: &PersonId,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    let seat = can_go(day, student, by)?;
    let permission = list.may_leave_alone().ok_or(Refusal::MayNotLeaveAlone)?;
    let from = seat.expected.pickup_at;
    if calendar::local(now) < day.day.and_time(from) {
        return Err(Refusal::TooEarly { from });
    }
    Ok(gone(seat, What::LeftAlone(permission.clone()), by, now))
}

/// Takes a wrong hand-over back: the child is in the room. Opens a closed day again.
///
/// A code that was used has to be given back too, see [`PickupList::give_back`].
///
/// # Errors
/// [`Refusal::NothingToUndo`], and [`Refusal::UndoTooLate`] for another teacher or too late.
pub fn undo(
    day: &RoomDay,
    student: &StudentId,
    by: &PersonId,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    let seat = day.known(student)?;
    let (SeatState::HandedOver { at, by: teacher, .. } | SeatState::LeftAlone { at, by: teacher, .. }) =
        &seat.state
    else {
        return Err(Refusal::NothingToUndo);
    };
    if teacher != by || !is_recent(*at, now) {
        return Err(Refusal::UndoTooLate(Done { by: teacher.clone(), at: *at }));
    }
    let reopened = day.closed.as_ref().map(|_| CustodyEvent::by_person(None, by, now, What::Reopened));
    let undone = CustodyEvent::by_person(Some(student), by, now, What::Undone);
    Ok(reopened.into_iter().chain([undone]).collect())
}

fn can_go<'a>(day: &'a RoomDay, student: &StudentId, by: &PersonId) -> Result<&'a Seat, Refusal> {
    let seat = day.known(student)?;
    // Said before the close of the day, because it explains more.
    if seat.state.is_gone() {
        return Err(Refusal::Gone(vec![OpenChild::of(seat)]));
    }
    day.decides(by)?;
    match &seat.state {
        SeatState::Expected | SeatState::InRoom(_) | SeatState::Missing { .. } => Ok(seat),
        SeatState::OnLeave
        | SeatState::Absent { .. }
        | SeatState::HandedOver { .. }
        | SeatState::LeftAlone { .. } => Err(Refusal::NotHere(Box::new(OpenChild::of(seat)))),
    }
}

fn gone(seat: &Seat, what: What, by: &PersonId, now: Moment) -> Vec<CustodyEvent> {
    let found = room::found(&seat.state, by, now);
    let found = found.map(|state| CustodyEvent::by_person(Some(&seat.student), by, now, What::Moved(state)));
    found.into_iter().chain([CustodyEvent::by_person(Some(&seat.student), by, now, what)]).collect()
}

fn call(verdict: &Verdict) -> Call {
    match verdict {
        Verdict::Forbidden(_) | Verdict::Unsure(Doubt::MayBeForbidden(_)) => Call::DutyLead,
        Verdict::Guardian(_)
        | Verdict::Family
        | Verdict::Standing(_)
        | Verdict::OneDay(_)
        | Verdict::Unlisted
        | Verdict::NeedsCode(_)
        | Verdict::WrongCode { .. }
        | Verdict::CodeBlocked
        | Verdict::CodeUsed(_)
        | Verdict::CodeExpired { .. }
        | Verdict::CodeNotYet { .. }
        | Verdict::Unsure(Doubt::WhoIsIt | Doubt::MayBeOther | Doubt::CodeOfOther(_)) => Call::Guardian,
    }
}
