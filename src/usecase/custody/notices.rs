//! Who is told about a child in care: its guardians, its teachers, and the roles above them.
//!
//! Start at [`tell_guardians`].

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::{School, Service, UseCaseError, facts, guardians, notice, record};
use super::Room;
use crate::clock::Moment;
use crate::domain::custody::Rung;
use crate::domain::people::{Person, PersonId, Role, StudentId};
use crate::outbox::Lane;
use crate::store::Batch;

/// Where notices go.
pub(in crate::usecase) struct Told<'a> {
    pub(in crate::usecase) service: &'a Service,
    pub(in crate::usecase) school: &'a School,
    pub(in crate::usecase) now: Moment,
    pub(in crate::usecase) batch: &'a mut Batch,
}

/// What the texts can say of a child in a room, with more values of the occasion.
pub(super) fn values(
    told: &Told<'_>,
    room: &Room,
    student: &StudentId,
    more: &[(&str, String)],
) -> BTreeMap<String, Json> {
    let at = room.day.seat(student).map(|seat| seat.expected.pickup_at.format("%H:%M").to_string());
    let place = place(told.school, room);
    let expected = room.day.seat(student).map(|seat| &seat.expected);
    let gate = expected.and_then(|expected| {
        let slot = expected.slot.as_ref()?;
        let is_later = slot.at > expected.pickup_at;
        let at = if is_later { slot.at.format("%H:%M").to_string() } else { String::new() };
        Some(format!("{at}到{}", slot.gate))
    });
    let at = at.unwrap_or_default();
    let mut result = json!({ "at": at, "room": room.day.room, "place": place, "gate": gate });
    for (name, value) in more {
        if let Some(fields) = result.as_object_mut() {
            fields.insert((*name).to_owned(), json!(value));
        }
    }
    BTreeMap::from([
        ("child".to_owned(), json!({ "name": room.name(student) })),
        ("result".to_owned(), result),
    ])
}

/// Where the children who are still here are looked after.
pub(super) fn place<'a>(school: &'a School, room: &'a Room) -> &'a str {
    school.plan.extended_care.as_ref().map_or(room.day.room.as_str(), |care| care.place.as_str())
}

/// Tells some of a child's guardians, by their place among those who are told at all.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn tell_guardians(
    told: &mut Told<'_>,
    room: &Room,
    student: &StudentId,
    text: &str,
    more: &[(&str, String)],
    whom: fn(usize) -> bool,
) -> Result<(), UseCaseError> {
    let words = told.service.flows().common_words(text, &values(told, room, student, more));
    let people = guardians::informed(told.service, told.school, student).await?;
    for (_, person) in people.iter().enumerate().filter(|(place, _)| whom(*place)) {
        let to = (person, Lane::Urgent);
        notice::tell(told.service, told.school, to, &words, told.now, told.batch)?;
    }
    Ok(())
}

/// Tells the teacher who leads the room.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn tell_teacher(
    told: &mut Told<'_>,
    room: &Room,
    student: &StudentId,
    text: &str,
    more: &[(&str, String)],
) -> Result<(), UseCaseError> {
    let words = told.service.flows().common_words(text, &values(told, room, student, more));
    let to = (&room.day.teacher, Lane::Urgent);
    notice::tell_by_id(told.service, told.school, to, &words, told.now, told.batch).await?;
    Ok(())
}

/// Who has the duty at these rungs: the duty lead, and above it the head; admins hear of both.
pub(super) fn duty_roles(rungs: &[Rung]) -> Vec<Role> {
    let mut roles = vec![Role::SchoolAdmin];
    roles.extend(rungs.contains(&Rung::DutyLead).then_some(Role::DutyTeacher));
    roles.extend(rungs.contains(&Rung::Head).then_some(Role::Head));
    roles
}

/// Tells everybody who holds one of these roles, each once, besides one.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn tell_role(
    told: &mut Told<'_>,
    words: &str,
    roles: &[Role],
    besides: Option<&PersonId>,
) -> Result<usize, UseCaseError> {
    let mut people: BTreeMap<PersonId, Person> = BTreeMap::new();
    for role in roles {
        let store = told.service.store.as_ref();
        let held_by = record::people_with(store, &told.school.id, &record::role_key(role)).await?;
        people.extend(held_by.into_iter().map(|person| (person.id.clone(), person)));
    }
    let told_to = people.values().filter(|person| Some(&person.id) != besides);
    let mut count = 0;
    for person in told_to {
        let to = (person, Lane::Urgent);
        count += usize::from(notice::tell(told.service, told.school, to, words, told.now, told.batch)?);
    }
    Ok(count)
}

/// The room's teacher and who has the school's duty search for a missing child; said once for each time it is missed.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn search(
    told: &mut Told<'_>,
    room: &mut Room,
    student: &StudentId,
) -> Result<(), UseCaseError> {
    if !room.searched.insert(student.clone()) {
        return Ok(());
    }
    let words = told.service.flows().common_words("search", &values(told, room, student, &[]));
    tell_teacher(told, room, student, "search", &[]).await?;
    let roles = [Role::DutyTeacher, Role::SchoolAdmin, Role::Head];
    tell_role(told, &words, &roles, Some(&room.day.teacher)).await.map(drop)
}

/// The phones of a child's guardians, for who looks after it now, such as `何秋兰 13800001111`.
pub(super) async fn phones(
    service: &Service,
    school: &School,
    student: &StudentId,
) -> Result<String, UseCaseError> {
    let people = guardians::informed(service, school, student).await?;
    let phones = people.iter().map(|person| {
        let phone = person.phone.as_ref().map(|phone| format!(" {}", phone.as_str()));
        format!("{}{}", person.name.0, phone.unwrap_or_default())
    });
    let phones: Vec<_> = phones.collect();
    Ok(if phones.is_empty() { "名册里没有电话".to_owned() } else { phones.join("、") })
}

/// How a member of staff is addressed.
pub(super) fn title(person: &Person) -> String {
    facts::teacher_title(&person.name.0)
}
