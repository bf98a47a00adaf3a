//! The room before the children go: opening the day, calling the roll by exception, and correcting it all evening.
//!
//! A child who was missing is found only when it is named: «the rest is here» never finds one. Knows no gate. Start at
//! [`open`] and [`roll_call`].

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{
    Absence, CustodyEvent, Expected, InRoom, OpenChild, Refusal, RoomDay, Seat, SeatState, What, is_recent,
};
use crate::clock::Moment;
use crate::domain::ledger::Actor;
use crate::domain::people::{ClassId, PersonId, StudentId};

/// What a room day begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The room's name.
    pub room: String,
    /// The day.
    pub day: NaiveDate,
    /// The teacher who leads it.
    pub teacher: PersonId,
    /// Volunteers.
    pub helpers: BTreeSet<PersonId>,
    /// The classes.
    pub classes: Vec<ClassId>,
    /// The children who are registered for this weekday, in the order of their numbers; the first of a student counts.
    pub children: Vec<(StudentId, Expected)>,
    /// Those of them who are on leave today.
    pub on_leave: BTreeSet<StudentId>,
}

/// A roll call by exception (点名), such as «缺3 8，请假12».
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollCall {
    /// Not here, and nobody knows why.
    pub missing: BTreeSet<StudentId>,
    /// Not here, and the family told the teacher.
    pub excused: BTreeSet<StudentId>,
    /// Who is here.
    pub present: Present,
}

/// Who is here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Present {
    /// Everybody else who was expected; finds no child that was missing.
    #[default]
    Rest,
    /// These, whatever was recorded of them.
    These(BTreeSet<StudentId>),
}

/// Opens a room day: one event, from which [`RoomDay::fold`] makes the day.
pub fn open(opening: Opening, now: Moment) -> (RoomDay, CustodyEvent) {
    let Opening { room, day, teacher, mut helpers, classes, children, on_leave } = opening;
    // Who leads the room decides there, whatever else they are.
    helpers.remove(&teacher);
    let mut seen = BTreeSet::new();
    let children = children.into_iter().filter(|(student, _)| seen.insert(student.clone()));
    let seat = |(no, (student, expected)): (u32, (StudentId, Expected))| {
        let is_on_leave = on_leave.contains(&student);
        let state = if is_on_leave { SeatState::OnLeave } else { SeatState::Expected };
        Seat { no, student, expected, state, rungs: Vec::new() }
    };
    let seats = (1..).zip(children).map(seat).collect();
    let (roll_called, reminded, closed) = (None, Vec::new(), None);
    let day = RoomDay { room, day, teacher, helpers, classes, seats, roll_called, reminded, closed };
    let event = CustodyEvent::of(None, Actor::System, now, What::Opened(Box::new(day.clone())));
    (day, event)
}

/// Adds a child who was registered during the day; one who is here already changes nothing.
///
/// # Errors
/// [`Refusal::Closed`].
pub fn add_child(
    day: &RoomDay,
    student: StudentId,
    expected: Expected,
    by: Actor,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    if let Some(closed) = &day.closed {
        return Err(Refusal::Closed(closed.clone()));
    }
    if day.seat(&student).is_some() {
        return Ok(Vec::new());
    }
    let no = day.seats.iter().map(|seat| seat.no).max().unwrap_or(0) + 1;
    let event_student = student.clone();
    let seat = Seat { no, student, expected, state: SeatState::Expected, rungs: Vec::new() };
    Ok(vec![CustodyEvent::of(Some(&event_student), by, now, What::Added(Box::new(seat)))])
}

/// Agrees on something else for today; what is agreed already changes nothing.
///
/// # Errors
/// [`Refusal::NotInRoom`], [`Refusal::Gone`].
pub fn expect(
    day: &RoomDay,
    student: &StudentId,
    expected: Expected,
    by: Actor,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    let seat = day.known(student)?;
    if seat.state.is_gone() {
        return Err(Refusal::Gone(vec![OpenChild::of(seat)]));
    }
    if seat.expected == expected {
        return Ok(Vec::new());
    }
    Ok(vec![CustodyEvent::of(Some(student), by, now, What::Agreed(expected))])
}

/// Takes a leave that a guardian asked for during the day.
///
/// # Errors
/// [`Refusal::StillHere`] when the child is in the room and has to be collected; [`Refusal::Gone`].
pub fn excuse(
    day: &RoomDay,
    student: &StudentId,
    by: Actor,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    let seat = day.known(student)?;
    match &seat.state {
        SeatState::Expected | SeatState::Missing { .. } => {
            Ok(vec![CustodyEvent::of(Some(student), by, now, What::Moved(SeatState::OnLeave))])
        }
        SeatState::OnLeave | SeatState::Absent { .. } => Ok(Vec::new()),
        SeatState::InRoom(_) => Err(Refusal::StillHere([student.clone()].into())),
        SeatState::HandedOver { .. } | SeatState::LeftAlone { .. } => {
            Err(Refusal::Gone(vec![OpenChild::of(seat)]))
        }
    }
}

/// A leave of today was taken back: the child is expected again. Who is not on leave stays where it is.
///
/// # Errors
/// [`Refusal::NotInRoom`], [`Refusal::Closed`] when the day is over.
pub fn end_leave(
    day: &RoomDay,
    student: &StudentId,
    by: Actor,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    let seat = day.known(student)?;
    if seat.state != SeatState::OnLeave {
        return Ok(Vec::new());
    }
    match &day.closed {
        Some(closed) => Err(Refusal::Closed(closed.clone())),
        None => Ok(vec![CustodyEvent::of(Some(student), by, now, What::Moved(SeatState::Expected))]),
    }
}

/// Records why a child is not here.
///
/// # Errors
/// [`Refusal::StillHere`] when it was found in the room, by another teacher or longer than a slip of the pen ago.
pub fn explain_absence(
    day: &RoomDay,
    student: &StudentId,
    why: Absence,
    by: &PersonId,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    day.decides(by)?;
    let seat = day.known(student)?;
    match &seat.state {
        SeatState::OnLeave => return Ok(Vec::new()),
        SeatState::Absent { why: known, .. } if *known == why => return Ok(Vec::new()),
        SeatState::InRoom(here) if here.by != *by || !is_recent(here.since, now) => {
            return Err(Refusal::StillHere([student.clone()].into()));
        }
        SeatState::HandedOver { .. } | SeatState::LeftAlone { .. } => {
            return Err(Refusal::Gone(vec![OpenChild::of(seat)]));
        }
        SeatState::Expected | SeatState::Missing { .. } | SeatState::Absent { .. } | SeatState::InRoom(_) => {
        }
    }
    let state = SeatState::Absent { why, by: by.clone(), at: now };
    Ok(vec![CustodyEvent::by_person(Some(student), by, now, What::Moved(state))])
}

/// Calls the roll, or corrects it; the same again changes nothing. All of it holds or none.
///
/// # Errors
/// [`Refusal::Closed`], [`Refusal::Volunteer`], [`Refusal::NotInRoom`], [`Refusal::Contradiction`],
/// [`Refusal::Gone`] and [`Refusal::StillHere`], each with all the children it is about.
pub fn roll_call(
    day: &RoomDay,
    call: &RollCall,
    by: &PersonId,
    now: Moment,
) -> Result<Vec<CustodyEvent>, Refusal> {
    day.decides(by)?;
    let nobody = BTreeSet::new();
    let named = match &call.present {
        Present::Rest => &nobody,
        Present::These(named) => named,
    };
    is_consistent(day, [&call.missing, &call.excused, named])?;
    let mut events = Vec::new();
    let mut still_here = BTreeSet::new();
    for seat in &day.seats {
        let student = &seat.student;
        if call.excused.contains(student) {
            match explain_absence(day, student, Absence::ToldTeacher, by, now) {
                Ok(explained) => events.extend(explained),
                Err(_) => {
                    still_here.insert(student.clone());
                }
            }
            continue;
        }
        let moved = if call.missing.contains(student) {
            missing(&seat.state, by, now)
        } else if named.contains(student)
            || (call.present == Present::Rest && seat.state == SeatState::Expected)
        {
            found(&seat.state, by, now)
        } else {
            None
        };
        events.extend(moved.map(|state| CustodyEvent::by_person(Some(student), by, now, What::Moved(state))));
    }
    if !still_here.is_empty() {
        return Err(Refusal::StillHere(still_here));
    }
    if day.roll_called.is_none() {
        events.push(CustodyEvent::by_person(None, by, now, What::RollCalled));
    }
    Ok(events)
}

fn is_consistent(day: &RoomDay, lists: [&BTreeSet<StudentId>; 3]) -> Result<(), Refusal> {
    let [missing, excused, named] = lists;
    let twice = missing.intersection(excused).chain(missing.intersection(named));
    let twice: BTreeSet<StudentId> = twice.chain(excused.intersection(named)).cloned().collect();
    if !twice.is_empty() {
        return Err(Refusal::Contradiction(twice));
    }
    let all = || lists.into_iter().flatten();
    let unknown: BTreeSet<StudentId> = all().filter(|student| day.seat(student).is_none()).cloned().collect();
    if !unknown.is_empty() {
        return Err(Refusal::NotInRoom(unknown));
    }
    let seats = all().filter_map(|student| day.seat(student));
    let gone: Vec<OpenChild> = seats.filter(|seat| seat.state.is_gone()).map(OpenChild::of).collect();
    if gone.is_empty() { Ok(()) } else { Err(Refusal::Gone(gone)) }
}

/// The state of a child who is said not to be here; `None` when nothing changes.
fn missing(present: &SeatState, by: &PersonId, now: Moment) -> Option<SeatState> {
    match present {
        SeatState::Expected | SeatState::InRoom(_) => Some(SeatState::Missing { since: now, by: by.clone() }),
        SeatState::OnLeave
        | SeatState::Absent { .. }
        | SeatState::Missing { .. }
        | SeatState::HandedOver { .. }
        | SeatState::LeftAlone { .. } => None,
    }
}

/// The state of a child who is said to be here; `None` when nothing changes.
pub(super) fn found(present: &SeatState, by: &PersonId, now: Moment) -> Option<SeatState> {
    match present {
        SeatState::Expected | SeatState::OnLeave | SeatState::Absent { .. } | SeatState::Missing { .. } => {
            Some(SeatState::InRoom(InRoom { since: now, by: by.clone(), taken_over_by: None }))
        }
        SeatState::InRoom(_) | SeatState::HandedOver { .. } | SeatState::LeftAlone { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::custody::Done;

    #[test]
    fn who_is_back_from_leave_is_expected_until_the_day_is_over() {
        let student = StudentId("20240301".to_owned());
        let at = "2026-11-24T16:00:00".parse::<chrono::NaiveDateTime>().unwrap().and_utc();
        let pickup_at = chrono::NaiveTime::from_hms_opt(17, 30, 0).unwrap();
        let opening = Opening {
            room: "三年级2班".into(),
            day: at.date_naive(),
            teacher: "teacher".into(),
            helpers: BTreeSet::new(),
            classes: Vec::new(),
            children: vec![(student.clone(), Expected::at(pickup_at))],
            on_leave: [student.clone()].into(),
        };
        let (day, _) = open(opening, at);
        let by = || Actor::Person("mother".into());
        let events = end_leave(&day, &student, by(), at).unwrap();
        let back = events.iter().fold(day.clone(), RoomDay::after);
        assert_eq!(back.seat(&student).unwrap().state, SeatState::Expected);
        assert_eq!(end_leave(&back, &student, by(), at), Ok(Vec::new()));
        let closed = Done { by: "teacher".into(), at };
        let over = RoomDay { closed: Some(closed.clone()), ..day };
        assert_eq!(end_leave(&over, &student, by(), at), Err(Refusal::Closed(closed)));
    }
}
