//! A child's guardians (家长): who they are, and whom of them the school tells where the child is.
//!
//! Somebody of whom the family or a court said that they must not take the child hears neither when it can be collected
//! nor who has it (R15). Knows no text. Start at [`informed`].

use super::record::{self, Stored};
use super::{School, Service, UseCaseError};
use crate::domain::authorised_person::{PickupList, family};
use crate::domain::people::{Person, PersonId, Student, StudentId};

/// The guardians of a child in the roster's order, all of them.
///
/// # Errors
/// The store failed.
pub(super) async fn of(
    service: &Service,
    school: &School,
    student: &StudentId,
) -> Result<(Option<Student>, Vec<Person>), UseCaseError> {
    let store = service.store.as_ref();
    let key = record::key::<Student>(&school.id, &student.0);
    let Some(Stored { value: student, .. }) = record::load::<Student>(store, &key).await? else {
        return Ok((None, Vec::new()));
    };
    let mut people = Vec::new();
    for guardian in &student.guardians {
        let key = record::key::<Person>(&school.id, &guardian.person);
        people.extend(record::load::<Person>(store, &key).await?.map(|person| person.value));
    }
    Ok((Some(student), people))
}

/// The guardians who are told about a child, in the roster's order.
///
/// # Errors
/// The store failed.
pub(super) async fn informed(
    service: &Service,
    school: &School,
    student: &StudentId,
) -> Result<Vec<Person>, UseCaseError> {
    let (Some(student), mut people) = of(service, school, student).await? else { return Ok(Vec::new()) };
    let list = pickup_list(service, school, &student.id).await?;
    let members = family(&student, &people);
    people
        .retain(|person| !members.iter().any(|member| member.person == person.id && list.is_barred(member)));
    Ok(people)
}

/// The guardians who are told about a child, besides one.
///
/// # Errors
/// The store failed.
pub(super) async fn others(
    service: &Service,
    school: &School,
    student: &StudentId,
    besides: &PersonId,
) -> Result<Vec<Person>, UseCaseError> {
    let mut people = informed(service, school, student).await?;
    people.retain(|person| person.id != *besides);
    Ok(people)
}

/// Whether a guardian must not take the child.
///
/// # Errors
/// The store failed.
pub(super) async fn is_barred(
    service: &Service,
    school: &School,
    guardian: &Person,
    student: &Student,
) -> Result<bool, UseCaseError> {
    let list = pickup_list(service, school, &student.id).await?;
    Ok(family(student, [guardian]).iter().any(|member| list.is_barred(member)))
}

async fn pickup_list(
    service: &Service,
    school: &School,
    student: &StudentId,
) -> Result<PickupList, UseCaseError> {
    let key = record::key::<PickupList>(&school.id, &student.0);
    let stored = record::load::<PickupList>(service.store.as_ref(), &key).await?;
    Ok(stored.map(|stored| stored.value).unwrap_or_default())
}
