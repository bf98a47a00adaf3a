//! Who hears of a leave: the homeroom teacher, the teacher of today's room, and the child's other guardians.
//!
//! Nobody has to answer. Start at [`family_and_teachers`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::super::draft::Draft;
use super::super::super::{UseCaseError, facts, guardians, notice, record};
use super::seat_today;
use crate::domain::people::{Person, PersonId, Role, StudentId};
use crate::outbox::Lane;

/// Texts of `bot-flows/common.yaml` about leave.
pub(in super::super) const NOTICES: &[&str] =
    &["told_leave", "told_leave_back", "told_other_leave", "told_other_leave_back"];

/// What is told.
pub(super) struct Told {
    /// The common texts: for teachers, for the other guardians.
    pub(super) texts: [&'static str; 2],
    /// Whether it changes today.
    pub(super) is_today: bool,
    /// Whether the other guardians hear of it in another way.
    pub(super) family_knows: bool,
}

/// Tells them; returns which teachers know, for whoever asked.
///
/// # Errors
/// The store failed.
pub(super) async fn family_and_teachers(
    draft: &mut Draft<'_>,
    student: &StudentId,
    told: &Told,
    present: &str,
) -> Result<String, UseCaseError> {
    let child = draft.family.iter().find(|child| child.student.id == *student);
    let Some(child) = child.map(|child| child.student.clone()) else { return Ok("学校".to_owned()) };
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let store = service.store.as_ref();
    let values = BTreeMap::from([
        ("child".to_owned(), json!({ "name": child.name.0, "class": child.class.to_string() })),
        ("result".to_owned(), json!({ "present": present })),
    ]);
    let words = told.texts.map(|text| draft.flows.common_words(text, &values));
    let homeroom = record::role_key(&Role::HomeroomTeacher(child.class));
    let mut teachers = record::people_with(store, &school.id, &homeroom).await?;
    let leads = seat_today(draft, student).filter(|_| told.is_today);
    let leads = leads.and_then(|(place, _)| Some(draft.rooms.get(place)?.room.day.teacher.clone()));
    if let Some(leads) = leads.filter(|leads| !teachers.iter().any(|known| known.id == *leads)) {
        teachers.extend(load(draft, &leads).await?);
    }
    let who: Vec<_> = teachers.iter().map(|teacher| facts::teacher_title(&teacher.name.0)).collect();
    let others = if told.family_knows {
        Vec::new()
    } else {
        guardians::others(service, school, &child.id, &draft.person.id).await?
    };
    teachers.retain(|teacher| teacher.id != draft.person.id);
    let lane = if told.is_today { Lane::Urgent } else { Lane::Decision };
    for (people, words) in [(&teachers, &words[0]), (&others, &words[1])] {
        for person in people {
            notice::tell(service, school, (person, lane), words, now, draft.batch_mut())?;
        }
    }
    Ok(if who.is_empty() { "学校".to_owned() } else { who.join("、") })
}

async fn load(draft: &Draft<'_>, person: &PersonId) -> Result<Option<Person>, UseCaseError> {
    let key = record::key::<Person>(&draft.school.id, person);
    Ok(record::load::<Person>(draft.service.store.as_ref(), &key).await?.map(|stored| stored.value))
}
