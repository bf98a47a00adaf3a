//! Who hears of it: the other guardians, the teacher of today's room, or the school.
//!
//! Start at [`other_guardians`].

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::super::super::custody::{self, Told};
use super::super::super::draft::Draft;
use super::super::super::{UseCaseError, notice, record};
use super::super::leave;
use super::Case;
use crate::domain::people::{Person, PersonId, Role};
use crate::outbox::Lane;

/// Texts of `bot-flows/common.yaml` about who may take a child home.
pub(super) const NOTICES: &[&str] = &[
    "told_forbidden",
    "told_forbidden_ended",
    "told_other_alone",
    "told_other_alone_ended",
    "told_other_one_day",
    "told_other_revoked",
    "told_other_standing",
];

fn words(draft: &Draft<'_>, case: &Case, text: &str, result: &[(&str, String)]) -> String {
    let fields = result.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    let (child, class) = (&case.student.name.0, case.student.class.to_string());
    let values = BTreeMap::from([
        ("child".to_owned(), json!({ "name": child, "class": class })),
        ("result".to_owned(), Json::Object(fields.collect::<Map<_, _>>())),
    ]);
    draft.flows.common_words(text, &values)
}

/// Tells the child's other guardians, but none who must not take it.
///
/// # Errors
/// A record cannot be written as JSON.
pub(super) fn other_guardians(
    draft: &mut Draft<'_>,
    case: &Case,
    text: &str,
    result: &[(&str, String)],
) -> Result<(), UseCaseError> {
    let words = words(draft, case, text, result);
    let others = case.guardians.iter().filter(|other| other.id != draft.person.id);
    let others: Vec<&Person> = others.filter(|other| !case.is_barred(&other.id)).collect();
    // Who comes today cannot wait until the morning.
    let lane =
        if leave::seat_today(draft, &case.student.id).is_some() { Lane::Urgent } else { Lane::Decision };
    let (service, school, now) = (draft.service, draft.school, draft.now);
    for other in others {
        notice::tell(service, school, (other, lane), &words, now, draft.batch_mut())?;
    }
    Ok(())
}

/// Tells the teacher of the room where the child is today, if it is open.
///
/// # Errors
/// The store failed.
pub(super) async fn room_teacher(
    draft: &mut Draft<'_>,
    case: &Case,
    words: &str,
) -> Result<(), UseCaseError> {
    let Some((place, _)) = leave::seat_today(draft, &case.student.id) else { return Ok(()) };
    let room = draft.rooms.get(place).map(|concern| concern.room.clone());
    let Some(room) = room.filter(|room| room.day.closed.is_none()) else { return Ok(()) };
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let mut told = Told { service, school, now, batch: draft.batch_mut() };
    let more = [("lines", words.to_owned())];
    custody::tell_teacher(&mut told, &room, &case.student.id, "family_says", &more).await
}

/// Tells the homeroom teacher, the school's admins and the teacher of today's room, each once and alone; nobody of the
/// child's family among them.
///
/// # Errors
/// The store failed.
pub(super) async fn school(
    draft: &mut Draft<'_>,
    case: &Case,
    text: &str,
    result: &[(&str, String)],
) -> Result<(), UseCaseError> {
    let words = words(draft, case, text, result);
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let store = service.store.as_ref();
    let mut people: BTreeMap<PersonId, Person> = BTreeMap::new();
    for role in [Role::HomeroomTeacher(case.student.class), Role::SchoolAdmin] {
        let held_by = record::people_with(store, &school.id, &record::role_key(&role)).await?;
        people.extend(held_by.into_iter().map(|person| (person.id.clone(), person)));
    }
    let seat = leave::seat_today(draft, &case.student.id);
    if let Some(concern) = seat.as_ref().and_then(|(place, _)| draft.rooms.get(*place)) {
        let key = record::key::<Person>(&school.id, &concern.room.day.teacher);
        let teacher = record::load::<Person>(store, &key).await?;
        people.extend(teacher.map(|stored| (stored.value.id.clone(), stored.value)));
    }
    let lane = if seat.is_some() { Lane::Urgent } else { Lane::Decision };
    let is_family = |person: &Person| case.guardians.iter().any(|guardian| guardian.id == person.id);
    for person in people.values().filter(|person| !is_family(person)) {
        notice::tell(service, school, (person, lane), &words, now, draft.batch_mut())?;
    }
    Ok(())
}
