//! Roster (名册): the students, guardians and staff of a school, read from its spreadsheets.
//!
//! Pure: [`read`] takes sheets that somebody else opened, and either gives a whole new roster or every problem with
//! its sheet, row and column; nothing is half imported. Guardians are told apart by account and phone, so that
//! siblings share a parent and a teacher with a child here is one person. [`diff()`] says what an import changes.
//! Start at [`read`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::domain::people::{Channel, ClassId, Person, PersonId, Role, Student, StudentId};
use crate::ids::Ids;
use crate::problem::Problem;

mod build;
mod cell;
mod class;
mod diff;
pub mod directory;
mod merge;
mod rows;
mod sheet;

pub use diff::{FieldChange, PersonChange, RosterDiff, StudentChange, diff};
pub use sheet::{Cell, Row, Sheet, SheetKind};

/// The name of the students' sheet.
pub const STUDENTS_SHEET: &str = "学生";
/// The name of the staff's sheet.
pub const STAFF_SHEET: &str = "教职工";

/// Everybody of a school. Students who left and people without a role stay on record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// The students by number.
    pub students: BTreeMap<StudentId, Student>,
    /// Guardians and staff by id.
    pub persons: BTreeMap<PersonId, Person>,
}

/// The sheets of one import. One that is not there leaves its half of the roster as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheets {
    /// The sheet 学生.
    pub students: Option<Sheet>,
    /// The sheet 教职工.
    pub staff: Option<Sheet>,
}

/// Reads an import over the `current` roster.
///
/// - `classes`: the classes of the school, from its plan.
/// - `ids`, `now`: for people who are new; known people keep their id, found by account, then phone, then by name
///   among the guardians of the same student.
///
/// # Errors
/// Every problem, in the order of sheets and rows.
pub fn read(
    sheets: &Sheets,
    classes: &[ClassId],
    current: &Roster,
    ids: &Ids,
    now: Moment,
) -> Result<Roster, Vec<Problem>> {
    let mut problems = Vec::new();
    let students =
        sheets.students.as_ref().map(|sheet| rows::students(sheet, classes, current, &mut problems));
    let staff = sheets.staff.as_ref().map(|sheet| rows::staff(sheet, classes, &mut problems));
    let merged = merge::merge(students, staff, current, &mut problems);
    if problems.is_empty() {
        return Ok(merged.into_roster(current, ids, now));
    }
    problems.sort();
    problems.dedup();
    Err(problems)
}

impl Roster {
    /// The students on the roll, by number.
    pub fn on_roll(&self) -> impl Iterator<Item = &Student> {
        self.students.values().filter(|student| student.is_on_roll)
    }

    /// A student's guardians in the roster's order.
    pub fn guardians<'a>(&'a self, student: &'a Student) -> impl Iterator<Item = &'a Person> {
        student.guardians.iter().filter_map(|guardianship| self.persons.get(&guardianship.person))
    }

    /// The homeroom teachers of a class.
    pub fn homeroom_teachers(&self, class: ClassId) -> impl Iterator<Item = &Person> {
        self.with_role(Role::HomeroomTeacher(class))
    }

    /// The people with a role.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Person> {
        self.persons.values().filter(move |person| person.roles.contains(&role))
    }

    /// The person behind an account; at most one has it.
    pub fn by_account(&self, channel: Channel, account: &str) -> Option<&Person> {
        let has = |person: &&Person| {
            person.contact_points.iter().any(|point| point.channel == channel && point.account == account)
        };
        self.persons.values().find(has)
    }

    /// The students on the roll of whom no guardian can be reached (谁都联系不上).
    pub fn unreachable(&self) -> impl Iterator<Item = &Student> {
        let is_reachable = |person: &Person| {
            person.contact_points.iter().any(|point| point.is_reachable && point.channel.can_begin())
        };
        self.on_roll().filter(move |student| !self.guardians(student).any(is_reachable))
    }
}

#[cfg(test)]
mod tests;
