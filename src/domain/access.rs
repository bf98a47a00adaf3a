//! Access (查阅): how far each role sees (R16), and who of the staff read which children's records, and what for.
//!
//! Pure. Lines are only ever appended; a parent or an inspector may ask for them. Start at [`Sight`] and
//! [`AccessLine`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::people::{ClassId, PersonId, Role, StudentId};
use crate::clock::Moment;

/// How far somebody sees (可见范围).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// The whole school.
    School,
    /// These classes, and the rooms that they lead themselves.
    Own(Vec<ClassId>),
}

impl Sight {
    /// Of whose children somebody may read the names: admins and the head of all, a homeroom teacher of the own class.
    pub fn of_names(roles: &[Role]) -> Option<Self> {
        if Self::is_school(roles) {
            return Some(Self::School);
        }
        let classes = Self::own_classes(roles);
        (!classes.is_empty()).then_some(Self::Own(classes))
    }

    /// Of what somebody may read figures; `None` for who neither works for the school nor supervises it.
    pub fn of_figures(roles: &[Role]) -> Option<Self> {
        let is_supervisor = roles.iter().any(Role::is_supervisor);
        match Self::of_names(roles) {
            Some(Self::School) => Some(Self::School),
            _ if is_supervisor => Some(Self::School),
            Some(own) => Some(own),
            None => roles.iter().any(Role::is_staff).then(|| Self::Own(Vec::new())),
        }
    }

    /// Whether somebody may read all names of the school, and so its figures.
    pub fn is_school(roles: &[Role]) -> bool {
        roles.iter().any(|role| matches!(role, Role::SchoolAdmin | Role::Head))
    }

    /// The classes that somebody is the homeroom teacher of, whatever else they see.
    pub fn own_classes(roles: &[Role]) -> Vec<ClassId> {
        let own = |role: &Role| if let Role::HomeroomTeacher(class) = role { Some(*class) } else { None };
        roles.iter().filter_map(own).collect()
    }

    /// Whether it reaches to a class.
    pub fn covers(&self, class: ClassId) -> bool {
        match self {
            Self::School => true,
            Self::Own(classes) => classes.contains(&class),
        }
    }
}

/// One reading of children's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLine {
    /// When.
    pub at: Moment,
    /// Who read.
    pub person: PersonId,
    /// What for.
    pub purpose: Purpose,
    /// Whose records were shown.
    pub students: Vec<StudentId>,
}

/// What somebody read records for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To see who stands behind a figure of a digest.
    DigestRows {
        /// The digest's day.
        day: NaiveDate,
        /// The number in front of the figure.
        number: usize,
    },
    /// To know what a child needs, while looking after it.
    HealthNotes,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Grade;

    #[test]
    fn each_role_sees_as_far_as_its_work_goes() {
        let class = ClassId { grade: Grade::School(3), number: 2 };
        let other = ClassId { grade: Grade::School(3), number: 1 };
        let teacher = Role::HomeroomTeacher(class);
        let (school, own, rooms) =
            (Some(Sight::School), Some(Sight::Own(vec![class])), Some(Sight::Own(vec![])));
        for (roles, names, figures) in [
            (vec![], None, None),
            (vec![Role::Guardian], None, None),
            (vec![Role::Volunteer, Role::Guardian], None, None),
            (vec![Role::DutyTeacher], None, rooms),
            (vec![Role::Guardian, teacher.clone()], own.clone(), own.clone()),
            (vec![teacher, Role::SchoolAdmin], school.clone(), school.clone()),
            (vec![Role::Head], school.clone(), school.clone()),
            (vec![Role::Inspector], None, school.clone()),
            (vec![Role::DistrictOfficer], None, school),
        ] {
            assert_eq!((Sight::of_names(&roles), Sight::of_figures(&roles)), (names, figures), "{roles:?}");
        }
        assert!(
            Sight::School.covers(other) && own.is_some_and(|own| own.covers(class) && !own.covers(other))
        );
    }
}
