//! The audience of a campaign (调查对象): the whole roll, with who is asked about whom.
//!
//! Loaded once and then pure. A family is one question: the first reachable guardian is asked about all children for
//! whom they come first. Start at [`Audience::load`].

use std::collections::BTreeMap;

use crate::domain::enrolment::{Standing, Unreachable};
use crate::domain::people::{Person, PersonId, Student, StudentId};
use crate::store::Expect;
use crate::usecase::reach::is_reachable;
use crate::usecase::record::Stored;
use crate::usecase::{School, Service, UseCaseError, record};

/// The roll of a school with its people.
pub(super) struct Audience<'a> {
    school: &'a School,
    /// The students on the roll.
    pub(super) students: BTreeMap<StudentId, Student>,
    standings: BTreeMap<StudentId, Stored<Standing>>,
    people: BTreeMap<PersonId, Person>,
}

impl<'a> Audience<'a> {
    /// Loads everybody.
    ///
    /// # Errors
    /// The store failed.
    pub(super) async fn load(service: &Service, school: &'a School) -> Result<Audience<'a>, UseCaseError> {
        let store = service.store.as_ref();
        let students =
            record::all::<Student>(store, &school.id).await?.into_iter().map(|(_, stored)| stored.value);
        let people =
            record::all::<Person>(store, &school.id).await?.into_iter().map(|(_, stored)| stored.value);
        let standings = record::all::<Standing>(store, &school.id).await?;
        Ok(Self {
            school,
            students: students
                .filter(|student| student.is_on_roll)
                .map(|student| (student.id.clone(), student))
                .collect(),
            people: people.map(|person| (person.id.clone(), person)).collect(),
            standings: standings.into_iter().map(|(id, stored)| (StudentId(id), stored)).collect(),
        })
    }

    /// Where a student stands.
    pub(super) fn standing(&self, student: &StudentId) -> &Standing {
        self.standings.get(student).map_or(&Standing::NotAsked, |stored| &stored.value)
    }

    /// What must still hold of a student's standing when it is changed.
    pub(super) fn expect(&self, student: &StudentId) -> Expect {
        self.standings.get(student).map_or(Expect::Absent, |stored| stored.expect)
    }

    /// The guardian who is asked about a student: the first who can be reached.
    pub(super) fn asked_guardian(&self, student: &Student) -> Option<&PersonId> {
        let mut guardians = student.guardians.iter().filter_map(|known| self.people.get(&known.person));
        guardians.find(|person| is_reachable(self.school, person)).map(|person| &person.id)
    }

    /// The children without an answer about whom this guardian is asked, eldest first.
    pub(super) fn children_of(&self, guardian: &PersonId) -> Vec<StudentId> {
        let family = self.people.get(guardian).map(|person| person.children.as_slice()).unwrap_or_default();
        family
            .iter()
            .filter(|id| !self.standing(id).is_answered())
            .filter(|id| {
                self.students
                    .get(id)
                    .and_then(|child| self.asked_guardian(child))
                    .is_some_and(|asked| asked == guardian)
            })
            .cloned()
            .collect()
    }

    /// Why nobody can be asked about a student.
    pub(super) fn why_unreachable(&self, student: &Student) -> Unreachable {
        let mut guardians = student.guardians.iter().filter_map(|known| self.people.get(&known.person));
        if guardians.any(|person| !person.contact_points.is_empty()) {
            Unreachable::NotDelivered
        } else {
            Unreachable::NoContact
        }
    }
}
