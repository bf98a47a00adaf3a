//! The directory (通讯录) that a platform keeps of the school, and how it joins the roster of the sheets.
//!
//! Pure. Both speak of the same people, and neither is asked to forget what only the other knows: what the directory
//! changed since it was last read takes effect, everything else stays. A person is never doubled: who cannot be told
//! from somebody known is left out and named. Knows no platform. Start at [`place`], then [`Placed::join`].

mod join;
mod parents;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Roster;
use super::cell::squeeze;
use super::class;
use crate::domain::people::{
    Channel, ClassId, Grade, MobileNumber, Person, PersonId, PersonName, Relation, Role, StudentId,
};
use crate::problem::{Place, Problem};

/// How many students or parents may vanish at once without a question in a small school; in a larger one, a fifth.
const GONE_AT_ONCE: usize = 5;

/// Everything that a platform's directory lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// How its people are reached.
    pub channels: Channels,
    /// The classes that have not graduated.
    pub classes: Vec<ListedClass>,
    /// Their students.
    pub students: Vec<ListedStudent>,
}

/// By which channels the people of a directory are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// Parents are written to.
    pub parents: Channel,
    /// Staff.
    pub staff: Channel,
}

/// A class of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedClass {
    /// Its id there.
    pub id: String,
    /// The grade, where the platform says it by number.
    pub grade: Option<Grade>,
    /// The grade's name there.
    pub grade_name: String,
    /// The class's name there.
    pub name: String,
    /// The accounts of its homeroom teachers.
    pub homeroom_teachers: Vec<String>,
    /// Whose parents the school's app may write to.
    pub reach: Reach,
}

/// Whose parents an app may write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everybody's.
    Everybody,
    /// Those of these students, by their id in the directory.
    Only(BTreeSet<String>),
}

/// A student of a directory.
#[derive(Clone, PartialEq, Eq)]
pub struct ListedStudent {
    /// The id there in canonical case; schools often take the student's number.
    pub id: String,
    /// The name.
    pub name: PersonName,
    /// The ids of the classes.
    pub classes: Vec<String>,
    /// The parents.
    pub parents: Vec<ListedParent>,
}

/// A parent of a student of a directory.
#[derive(Clone, PartialEq, Eq)]
pub struct ListedParent {
    /// The account in canonical case.
    pub account: String,
    /// What they are to the student.
    pub relation: Relation,
    /// The phone, where the platform shows it.
    pub phone: Option<MobileNumber>,
    /// Whether a message reaches them, as far as the platform says.
    pub is_reachable: bool,
}

/// What the roster took from the directory when it was last read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// How its people are reached; `None` before the first reading.
    pub channels: Option<Channels>,
    /// The students by their id there.
    pub links: BTreeMap<String, Link>,
    /// The homeroom teachers.
    pub teachers: BTreeSet<LinkedTeacher>,
}

/// A student of the directory who is in the roster.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The id there.
    pub id: String,
    /// The student.
    pub student: StudentId,
    /// The name there.
    pub name: PersonName,
    /// The class there.
    pub class: ClassId,
    /// The parents there.
    pub parents: Vec<LinkedParent>,
}

/// A parent of the directory who is in the roster.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedParent {
    /// The account.
    pub account: String,
    /// What they are to the student.
    pub relation: Relation,
    /// The phone, where the platform shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<MobileNumber>,
    /// The person; `None` for one who cannot be told from somebody known.
    pub person: Option<PersonId>,
    /// Whether only the directory says that the person is a guardian.
    pub is_added: bool,
}

/// A homeroom teacher of the directory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LinkedTeacher {
    /// The class.
    pub class: ClassId,
    /// The account.
    pub account: String,
    /// Whether only the directory says it.
    pub is_added: bool,
}

/// What brings directory and roster together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The directory was read.
    Read,
    /// Sheets were imported, and what the directory adds to them is added again.
    Imported,
}

/// A listing whose classes are the school's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    channels: Channels,
    students: Vec<PlacedStudent>,
    teachers: BTreeSet<(ClassId, String)>,
    notes: Vec<Problem>,
}

#[derive(Clone, PartialEq, Eq)]
struct PlacedStudent {
    id: String,
    name: PersonName,
    /// `None` in a class that the plan does not have.
    class: Option<ClassId>,
    parents: Vec<ListedParent>,
}

/// The roster and the directory as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The roster.
    pub roster: Roster,
    /// What it took from the directory.
    pub book: Book,
    /// What somebody must look at; it names people.
    pub notes: Vec<Problem>,
    /// Students who were taken from the directory, and how many of them vanished from it.
    pub students: Gone,
    /// The same for parents.
    pub parents: Gone,
}

/// How many vanished.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// Before.
    pub before: usize,
    /// Of these, no longer there.
    pub gone: usize,
}

impl Gone {
    /// Whether so many vanish at once that the directory was rather not read as it is.
    pub fn is_implausible(self) -> bool {
        let Self { before, gone } = self;
        gone > 0 && gone == before || gone > GONE_AT_ONCE && gone * 5 > before
    }
}

/// Finds the school's own classes in a listing.
///
/// - `classes`: the classes of the plan.
pub fn place(listing: &Listing, classes: &[ClassId]) -> Placed {
    let mut notes = Vec::new();
    let mut known: BTreeMap<&str, ClassId> = BTreeMap::new();
    let mut teachers = BTreeSet::new();
    for listed in &listing.classes {
        let Some(class) = read_class(listed, classes) else {
            let name = format!("{}{}", listed.grade_name, listed.name);
            let what = format!("方案里没有班级「{name}」，它的学生没有同步");
            let instead = "在方案的 [classes] 里加上，或在通讯录里改成「三年级2班」这样的名称";
            notes.push(note(what, instead));
            continue;
        };
        known.insert(&listed.id, class);
        teachers.extend(listed.homeroom_teachers.iter().map(|account| (class, account.clone())));
    }
    let mut students: BTreeMap<&str, PlacedStudent> = BTreeMap::new();
    for listed in &listing.students {
        let mut own = listed.classes.iter().filter_map(|id| known.get(id.as_str()).copied());
        let class = own.next();
        let others: Vec<ClassId> = own.filter(|other| Some(*other) != class).collect();
        if let (Some(class), false) = (class, others.is_empty()) {
            let what = format!("{}的{}同时在几个班，按{class}同步", class, listed.name.0);
            notes.push(note(what, "在通讯录里只留一个班"));
        }
        students.entry(&listed.id).or_insert_with(|| PlacedStudent {
            id: listed.id.clone(),
            name: listed.name.clone(),
            class,
            parents: listed.parents.clone(),
        });
    }
    Placed { channels: listing.channels, students: students.into_values().collect(), teachers, notes }
}

impl Placed {
    /// The directory as it was last read; `None` before that.
    pub fn of(book: &Book) -> Option<Self> {
        let channels = book.channels?;
        let parent = |parent: &LinkedParent| ListedParent {
            account: parent.account.clone(),
            relation: parent.relation.clone(),
            phone: parent.phone.clone(),
            is_reachable: true,
        };
        let student = |link: &Link| PlacedStudent {
            id: link.id.clone(),
            name: link.name.clone(),
            class: Some(link.class),
            parents: link.parents.iter().map(parent).collect(),
        };
        let teachers = book.teachers.iter().map(|teacher| (teacher.class, teacher.account.clone()));
        Some(Self {
            channels,
            students: book.links.values().map(student).collect(),
            teachers: teachers.collect(),
            notes: Vec::new(),
        })
    }
}

fn read_class(listed: &ListedClass, classes: &[ClassId]) -> Option<ClassId> {
    let grade = listed.grade.map_or_else(|| squeeze(&listed.grade_name), |grade| grade.to_string());
    let name = squeeze(&listed.name);
    class::parse(&grade, &name, classes).or_else(|_| class::parse("", &name, classes)).ok()
}

/// Something that somebody must look at in the directory.
fn note(what: String, instead: &str) -> Problem {
    Problem::new(Place::File("通讯录".to_owned()), what).instead(instead)
}

/// What somebody is called whose name nobody told: after the child, 李小禾妈妈.
pub(super) fn called_after(child: &PersonName, relation: &Relation) -> PersonName {
    PersonName(format!("{}{}", child.0, kin(relation)))
}

/// What a homeroom teacher is called whose name nobody told.
pub(super) fn called_after_class(class: ClassId) -> PersonName {
    PersonName(format!("{class}班主任"))
}

/// Whether this name was never told: it is only what [`called_after`] or [`called_after_class`] gave.
pub(super) fn is_unnamed(person: &Person, roster: &Roster) -> bool {
    let of_class = |role: &Role| matches!(role, Role::HomeroomTeacher(class) if called_after_class(*class) == person.name);
    let of_child = |id: &StudentId| {
        roster.students.get(id).is_some_and(|student| {
            let mut own = student.guardians.iter().filter(|guardianship| guardianship.person == person.id);
            own.any(|guardianship| called_after(&student.name, &guardianship.relation) == person.name)
        })
    };
    person.roles.iter().any(of_class) || person.children.iter().any(of_child)
}

/// One word for a relation, however it is written.
fn kin(relation: &Relation) -> &str {
    match relation.0.trim() {
        "妈妈" | "母亲" | "妈" | "母" => "妈妈",
        "爸爸" | "父亲" | "爸" | "父" => "爸爸",
        "奶奶" | "祖母" => "奶奶",
        "爷爷" | "祖父" => "爷爷",
        "外婆" | "姥姥" | "外祖母" => "外婆",
        "外公" | "姥爷" | "外祖父" => "外公",
        "" => "家长",
        other => other,
    }
}

impl fmt::Debug for ListedStudent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedStudent").field("parents", &self.parents.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for PlacedStudent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlacedStudent").field("class", &self.class).finish_non_exhaustive()
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("student", &self.student).finish_non_exhaustive()
    }
}

impl fmt::Debug for ListedParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListedParent").field("is_reachable", &self.is_reachable).finish_non_exhaustive()
    }
}

impl fmt::Debug for LinkedParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedParent").field("person", &self.person).finish_non_exhaustive()
    }
}

impl fmt::Debug for LinkedTeacher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkedTeacher").field("class", &self.class).finish_non_exhaustive()
    }
}
