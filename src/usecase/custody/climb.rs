//! What the clock does in rooms: it tells families that their child can be collected, calls higher and higher until
//! somebody came, has a missing child searched for, and asks for rolls that nobody called.
//!
//! Start at [`climb_due`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::super::record::{self, Stored};
use super::super::{CONFLICTS_MAX, School, Service, UseCaseError, notice, skip};
use super::notices::{Told, duty_roles, phones, place, search, tell_guardians, tell_role};
use super::{Room, open_rooms, opening, roll_calls};
use crate::clock::Moment;
use crate::domain::custody::{CustodyEvent, Rung, What, close_due, ladder_due, roll_call_due, search_due};
use crate::domain::ledger::Actor;
use crate::domain::people::{PersonId, Role, Student, StudentId};
use crate::outbox::Lane;
use crate::store::{Batch, Key, StoreError};

/// Does what is due in all open rooms; returns how many rungs were climbed.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn climb_due(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<usize, UseCaseError> {
    let mut climbed = roll_calls::report_due(service, school, now).await?;
    for concern in open_rooms(service, school, now).await? {
        if due(school, &concern.room, now).is_none() {
            continue;
        }
        match climb_room(service, school, &concern.key, now).await {
            Ok(count) => climbed += count,
            Err(error) => skip(error, "a room")?,
        }
    }
    Ok(climbed)
}

/// What is due in a room.
enum Due {
    /// The roll was not called; the room's teacher is asked again.
    RollCall,
    /// A child was not collected.
    Pickup(StudentId, Rung),
    /// A child is missing for too long.
    Search(StudentId),
    /// Nobody is here any more, and nobody was handed over last.
    Close,
}

/// What is due first in a room.
fn due(school: &School, room: &Room, now: Moment) -> Option<Due> {
    let (day, plan) = (&room.day, &school.plan);
    if roll_call_due(day, now, plan) == Some(Rung::HomeroomTeacher) {
        return Some(Due::RollCall);
    }
    let called = day.seats.iter().find_map(|seat| {
        if search_due(seat, now) && !room.searched.contains(&seat.student) {
            return Some(Due::Search(seat.student.clone()));
        }
        let rung = ladder_due(seat, day.day, &seat.rungs, now, plan)?;
        Some(Due::Pickup(seat.student.clone(), rung))
    });
    called.or_else(|| close_due(day, plan, now).map(|_| Due::Close))
}

async fn climb_room(
    service: &Service,
    school: &School,
    key: &Key,
    now: Moment,
) -> Result<usize, UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let Some(Stored { value: mut room, expect }) =
            record::load::<Room>(service.store.as_ref(), key).await?
        else {
            return Ok(0);
        };
        let mut batch = Batch::default();
        let (mut climbed, mut late) = (0, BTreeMap::new());
        // Bound: each round takes one of a few rungs of one of the room's seats.
        while let Some(due) = due(school, &room, now) {
            take(service, school, &mut room, due, now, &mut late, &mut batch).await?;
            climbed += 1;
        }
        // Rungs that became due together for the same children are one message.
        let mut calls: BTreeMap<Vec<StudentId>, Vec<Rung>> = BTreeMap::new();
        for (rung, students) in late {
            calls.entry(students).or_default().push(rung);
        }
        for (students, rungs) in calls {
            let mut told = Told { service, school, now, batch: &mut batch };
            call_staff(&mut told, &room, &rungs, &students).await?;
        }
        record::put(&mut batch, &school.id, key.clone(), &room, expect)?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(climbed),
            // The child was handed over meanwhile, or another tick was here.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Does what is due and takes note of it. Staff is called afterwards, once for all children of a rung.
async fn take(
    service: &Service,
    school: &School,
    room: &mut Room,
    due: Due,
    now: Moment,
    late: &mut BTreeMap<Rung, Vec<StudentId>>,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let (student, what) = match &due {
        Due::RollCall => (None, What::Reminded(Rung::HomeroomTeacher)),
        Due::Pickup(student, rung) => (Some(student.clone()), What::Called(*rung)),
        Due::Search(student) => {
            let mut told = Told { service, school, now, batch };
            return search(&mut told, room, student).await;
        }
        Due::Close => {
            let over = close_due(&room.day, &school.plan, now);
            return room.take(&school.id, over.as_slice(), batch);
        }
    };
    room.take(&school.id, &[CustodyEvent { at: now, by: Actor::System, student, what }], batch)?;
    let mut told = Told { service, school, now, batch };
    match due {
        Due::RollCall => remind(&mut told, room).await,
        Due::Pickup(student, rung @ (Rung::HomeroomTeacher | Rung::DutyLead | Rung::Head)) => {
            late.entry(rung).or_default().push(student);
            Ok(())
        }
        Due::Pickup(student, rung) => call_family(&mut told, room, &student, rung).await,
        Due::Search(_) | Due::Close => Ok(()),
    }
}

/// Calls the family of a child that is still here.
async fn call_family(
    told: &mut Told<'_>,
    room: &Room,
    student: &StudentId,
    rung: Rung,
) -> Result<(), UseCaseError> {
    let (text, is_meant): (_, fn(usize) -> bool) = match rung {
        Rung::OtherGuardian => ("pickup_waiting_other", |place| place > 0),
        Rung::Guardian => ("pickup_waiting", |place| place == 0),
        Rung::Notice | Rung::HomeroomTeacher | Rung::DutyLead | Rung::Head => {
            ("pickup_notice", |place| place == 0)
        }
    };
    tell_guardians(told, room, student, text, &[], is_meant).await
}

/// Calls whom the rungs name about all children of a room that are still here.
async fn call_staff(
    told: &mut Told<'_>,
    room: &Room,
    rungs: &[Rung],
    students: &[StudentId],
) -> Result<(), UseCaseError> {
    let mut lines = Vec::new();
    for student in students {
        let (name, phones) = (room.name(student), phones(told.service, told.school, student).await?);
        let agreed = room.day.seat(student).map(|seat| seat.expected.pickup_at.format("%H:%M").to_string());
        lines.push(format!("{name}（约好{}）：{phones}", agreed.unwrap_or_default()));
    }
    let place = place(told.school, room);
    let said = json!({ "room": room.day.room, "place": place, "lines": lines.join("\n") });
    let words = told.service.flows().common_words("uncollected", &[("result".to_owned(), said)].into());
    let is_teachers = rungs.contains(&Rung::HomeroomTeacher);
    let is_duty = rungs.iter().any(|rung| *rung != Rung::HomeroomTeacher);
    let mut roles = if is_duty { duty_roles(rungs) } else { Vec::new() };
    if is_teachers {
        let mut classes = BTreeSet::new();
        for student in students {
            let key = record::key::<Student>(&told.school.id, &student.0);
            let found = record::load::<Student>(told.service.store.as_ref(), &key).await?;
            classes.extend(found.map(|student| student.value.class));
        }
        roles.extend(classes.into_iter().map(Role::HomeroomTeacher));
        tell_one(told, &room.day.teacher, &words).await?;
    }
    // Who leads the room has heard it already.
    tell_role(told, &words, &roles, is_teachers.then_some(&room.day.teacher)).await.map(drop)
}

/// The room's teacher hears of it as well, whoever else did.
async fn tell_one(told: &mut Told<'_>, person: &PersonId, words: &str) -> Result<(), UseCaseError> {
    let to = (person, Lane::Urgent);
    notice::tell_by_id(told.service, told.school, to, words, told.now, told.batch).await?;
    Ok(())
}

/// Asks the room's teacher for the roll that nobody called.
async fn remind(told: &mut Told<'_>, room: &Room) -> Result<(), UseCaseError> {
    let values = [("result".to_owned(), json!({ "room": room.day.room, "lines": opening::list(room) }))];
    let words = told.service.flows().common_words("roll_call_late", &values.into());
    tell_one(told, &room.day.teacher, &words).await
}
