//! A person's family (一家的孩子): their children on the roll, each with its standing and its homeroom teacher.
//!
//! Part of a draft. Start at [`load`].

use std::collections::BTreeMap;

use super::super::facts::Child;
use super::super::record;
use super::super::{School, Service, UseCaseError};
use crate::domain::enrolment::Standing;
use crate::domain::people::{Person, Role, Student, StudentId};
use crate::store::Expect;

/// A person's children on the roll with where they stand, and what must still hold when that is changed.
pub(super) async fn load(
    service: &Service,
    school: &School,
    person: &Person,
) -> Result<(Vec<Child>, BTreeMap<StudentId, Expect>), UseCaseError> {
    let store = service.store.as_ref();
    let mut family = Vec::new();
    let mut expects = BTreeMap::new();
    for id in &person.children {
        let Some(student) =
            record::load::<Student>(store, &record::key::<Student>(&school.id, &id.0)).await?
        else {
            continue;
        };
        if !student.value.is_on_roll {
            continue;
        }
        let standing = record::load::<Standing>(store, &record::key::<Standing>(&school.id, &id.0)).await?;
        let (standing, expect) =
            standing.map_or((Standing::NotAsked, Expect::Absent), |stored| (stored.value, stored.expect));
        let role = record::role_key(&Role::HomeroomTeacher(student.value.class));
        let teacher = record::first_with(store, &school.id, &role).await?;
        let teacher = teacher.map(|teacher| teacher.name.0);
        expects.insert(id.clone(), expect);
        family.push(Child { student: student.value, standing, teacher });
    }
    Ok((family, expects))
}
