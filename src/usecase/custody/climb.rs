//! What the clock does in rooms: it tells families that their child can be collected, calls higher and higher until
//! somebody came, and asks for rolls that nobody called.
//!
//! Start at [`climb_due`].

use serde_json::json;

use super::super::record::{self, Stored};
use super::super::{CONFLICTS_MAX, School, Service, UseCaseError, notice, skip};
use super::notices::{Told, phones, tell_guardians, tell_role, values};
use super::{Room, open_rooms, opening};
use crate::clock::Moment;
use crate::domain::custody::{CustodyEvent, Rung, Seat, What, ladder_due, roll_call_due};
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
    let mut climbed = 0;
    for concern in open_rooms(service, school).await? {
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

/// What is due first in a room: a rung for the roll, or for one child.
fn due(school: &School, room: &Room, now: Moment) -> Option<(Option<StudentId>, Rung)> {
    let (day, plan) = (&room.day, &school.plan);
    if let Some(rung) = roll_call_due(day, now, plan) {
        return Some((None, rung));
    }
    let of_seat = |seat: &Seat| {
        let rung = ladder_due(seat, day.day, &seat.rungs, now, plan)?;
        Some((Some(seat.student.clone()), rung))
    };
    day.seats.iter().find_map(of_seat)
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
        let mut climbed = 0;
        // Bound: each round takes one of a few rungs of one of the room's seats.
        while let Some((student, rung)) = due(school, &room, now) {
            let what = if student.is_some() { What::Called(rung) } else { What::Reminded(rung) };
            let event = CustodyEvent { at: now, by: Actor::System, student: student.clone(), what };
            room.take(&school.id, &[event], &mut batch)?;
            let mut told = Told { service, school, now, batch: &mut batch };
            match &student {
                Some(student) => call(&mut told, &room, student, rung).await?,
                None => remind(&mut told, &room, rung).await?,
            }
            climbed += 1;
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

/// Calls whom the rung names about a child that is still here.
async fn call(told: &mut Told<'_>, room: &Room, student: &StudentId, rung: Rung) -> Result<(), UseCaseError> {
    match rung {
        Rung::Notice => tell_guardians(told, room, student, "pickup_notice", &[], |place| place == 0).await,
        Rung::Guardian => {
            tell_guardians(told, room, student, "pickup_waiting", &[], |place| place == 0).await
        }
        Rung::OtherGuardian => {
            tell_guardians(told, room, student, "pickup_waiting_other", &[], |place| place > 0).await
        }
        Rung::HomeroomTeacher => {
            let key = record::key::<Student>(&told.school.id, &student.0);
            let found = record::load::<Student>(told.service.store.as_ref(), &key).await?;
            let role = found.map(|student| Role::HomeroomTeacher(student.value.class));
            let words = uncollected(told, room, student).await?;
            tell_role(told, &words, role.as_slice(), Some(&room.day.teacher)).await?;
            tell_one(told, &room.day.teacher, &words).await
        }
        Rung::DutyLead => {
            let words = uncollected(told, room, student).await?;
            tell_role(told, &words, &[Role::DutyTeacher, Role::SchoolAdmin], None).await.map(drop)
        }
        Rung::Head => {
            let words = uncollected(told, room, student).await?;
            tell_role(told, &words, &[Role::Head, Role::SchoolAdmin], None).await.map(drop)
        }
    }
}

/// The room's teacher hears of it as well, whoever else did.
async fn tell_one(told: &mut Told<'_>, person: &PersonId, words: &str) -> Result<(), UseCaseError> {
    let to = (person, Lane::Urgent);
    notice::tell_by_id(told.service, told.school, to, words, told.now, told.batch).await?;
    Ok(())
}

async fn uncollected(told: &Told<'_>, room: &Room, student: &StudentId) -> Result<String, UseCaseError> {
    let phones = phones(told.service, told.school, student).await?;
    let values = values(told, room, student, &[("lines", phones)]);
    Ok(told.service.flows().common_words("uncollected", &values))
}

/// Asks for the roll that nobody called.
async fn remind(told: &mut Told<'_>, room: &Room, rung: Rung) -> Result<(), UseCaseError> {
    let values = [("result".to_owned(), json!({ "room": room.day.room, "lines": opening::list(room) }))];
    let words = told.service.flows().common_words("roll_call_late", &values.into());
    match rung {
        Rung::DutyLead | Rung::Head => {
            tell_role(told, &words, &[Role::DutyTeacher, Role::SchoolAdmin], None).await.map(drop)
        }
        Rung::Notice | Rung::Guardian | Rung::OtherGuardian | Rung::HomeroomTeacher => {
            tell_one(told, &room.day.teacher, &words).await
        }
    }
}
