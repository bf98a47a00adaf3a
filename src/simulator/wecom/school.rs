//! The school's directory (家校通讯录) at WeCom: classes, students, their parents, and the phones of those who follow 学校通知.
//!
//! Edits note what a real directory would call back; [`WecomSimulator::announce`] sends it. Knows nothing of the server.
//! Start at [`WecomSimulator::put_parent`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/92338> and `…/92343`, read 2026-08.

mod api;
mod events;
mod notice;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use api::routes;

use super::WecomSimulator;
use super::limits::Window;
use super::phone::Phone;

/// The root of the directory.
pub const ROOT: i64 = 1;

/// A node of the directory's tree (家校部门).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its number; [`ROOT`] is the school.
    pub id: i64,
    /// The node above; 0 for the root.
    pub parent: i64,
    /// The name.
    pub name: String,
    /// 1 class, 2 grade, 3 stage, 4 campus, 5 school.
    pub kind: u8,
    /// The grade's number, 31 for the first year of a primary school.
    pub standard_grade: Option<u8>,
    /// Whether the grade has left school.
    pub is_graduated: bool,
    /// The members in charge, each with the kind of charge; 3 is a homeroom teacher.
    pub admins: Vec<(String, u8)>,
}

/// A student of the directory.
#[derive(Clone, PartialEq, Eq)]
pub struct Pupil {
    /// The id, often the student's number.
    pub id: String,
    /// The name.
    pub name: String,
    /// The classes, by department.
    pub classes: Vec<i64>,
}

/// A parent of the directory.
#[derive(Clone, PartialEq, Eq)]
pub struct Parent {
    /// The id.
    pub id: String,
    /// The phone, where the app may see it.
    pub mobile: Option<String>,
    /// Whether the parent follows 学校通知.
    pub follows: bool,
    /// The children, each with what the parent is to them.
    pub children: Vec<(String, String)>,
}

/// What the admin lets the app do for parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// 家校沟通 → API → 可调用接口的应用.
    pub reads_directory: bool,
    /// 家校沟通 → 配置 → 家长可使用的应用.
    pub writes_to_parents: bool,
    /// The students whose parents may use the app.
    pub students: BTreeSet<String>,
    /// The departments whose parents may.
    pub departments: BTreeSet<i64>,
}

impl Default for Rights {
    /// Everything, for the whole school.
    fn default() -> Self {
        let departments = BTreeSet::from([ROOT]);
        Self { reads_directory: true, writes_to_parents: true, students: BTreeSet::new(), departments }
    }
}

/// The directory and what became of it.
#[derive(Default)]
pub(super) struct SchoolBook {
    departments: BTreeMap<i64, Department>,
    pupils: BTreeMap<String, Pupil>,
    parents: BTreeMap<String, Parent>,
    phones: BTreeMap<String, (Phone, Window)>,
    rights: Rights,
    /// What changed and was not called back yet.
    changes: Vec<(&'static str, String)>,
}

impl SchoolBook {
    fn parents_of<'a>(&'a self, pupil: &'a str) -> impl Iterator<Item = (&'a Parent, &'a str)> {
        self.parents.values().filter_map(move |parent| {
            let child = parent.children.iter().find(|(id, _)| id.eq_ignore_ascii_case(pupil))?;
            Some((parent, child.1.as_str()))
        })
    }

    /// Whether the app may be used by the parents of one of these children.
    fn is_in_scope(&self, parent: &Parent) -> bool {
        parent.children.iter().filter_map(|(id, _)| self.pupils.get(&id.to_lowercase())).any(|pupil| {
            self.rights.students.iter().any(|id| id.eq_ignore_ascii_case(&pupil.id))
                || pupil.classes.iter().any(|class| self.is_below_scope(*class))
        })
    }

    fn is_below_scope(&self, department: i64) -> bool {
        let mut at = Some(department);
        // A tree is never deeper than it is large.
        for _ in 0..=self.departments.len() {
            let Some(id) = at else { return false };
            if self.rights.departments.contains(&id) {
                return true;
            }
            at = self.departments.get(&id).map(|department| department.parent);
        }
        false
    }
}

impl WecomSimulator {
    /// Adds a department, or changes the one with this id.
    pub fn put_department(&self, department: Department) {
        let mut state = self.state();
        // As in the samples of the documentation.
        let is_new = !state.school.departments.contains_key(&department.id);
        let change = if is_new { "create_deparmtment" } else { "update_deparmtment" };
        state.school.changes.push((change, department.id.to_string()));
        state.school.departments.insert(department.id, department);
    }

    /// Removes a department.
    pub fn remove_department(&self, id: i64) {
        let mut state = self.state();
        if state.school.departments.remove(&id).is_some() {
            state.school.changes.push(("delete_deparmtment", id.to_string()));
        }
    }

    /// Adds a student, or changes the one with this id.
    pub fn put_pupil(&self, pupil: Pupil) {
        let mut state = self.state();
        let is_new = !state.school.pupils.contains_key(&pupil.id.to_lowercase());
        let change = if is_new { "create_student" } else { "update_student" };
        state.school.changes.push((change, pupil.id.clone()));
        state.school.pupils.insert(pupil.id.to_lowercase(), pupil);
    }

    /// Removes a student.
    pub fn remove_pupil(&self, id: &str) {
        let mut state = self.state();
        if state.school.pupils.remove(&id.to_lowercase()).is_some() {
            state.school.changes.push(("delete_student", id.to_owned()));
        }
    }

    /// Adds a parent, or changes the one with this id.
    pub fn put_parent(&self, parent: Parent) {
        let mut state = self.state();
        let key = parent.id.to_lowercase();
        let is_new = !state.school.parents.contains_key(&key);
        let change = if is_new { "create_parent" } else { "update_parent" };
        state.school.changes.push((change, parent.id.clone()));
        state.school.phones.entry(key.clone()).or_default();
        state.school.parents.insert(key, parent);
    }

    /// Removes a parent.
    pub fn remove_parent(&self, id: &str) {
        let mut state = self.state();
        if state.school.parents.remove(&id.to_lowercase()).is_some() {
            state.school.changes.push(("delete_parent", id.to_owned()));
        }
    }

    /// A parent follows 学校通知, or no longer does.
    pub fn set_follows(&self, id: &str, follows: bool) {
        let mut state = self.state();
        if let Some(parent) = state.school.parents.get_mut(&id.to_lowercase()) {
            parent.follows = follows;
            let change = if follows { "subscribe" } else { "unsubscribe" };
            state.school.changes.push((change, id.to_owned()));
        }
    }

    /// Sets what the admin lets the app do; calls nobody back.
    pub fn set_rights(&self, rights: Rights) {
        self.state().school.rights = rights;
    }

    /// The parents of the directory.
    pub fn parents(&self) -> Vec<Parent> {
        self.state().school.parents.values().cloned().collect()
    }

    /// A parent's phone, with the notices on it.
    pub fn parent_phone(&self, id: &str) -> Option<Phone> {
        self.state().school.phones.get(&id.to_lowercase()).map(|(phone, _)| phone.clone())
    }
}

impl std::fmt::Debug for Parent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parent").field("follows", &self.follows).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Pupil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pupil").field("classes", &self.classes).finish_non_exhaustive()
    }
}
