//! The example school's directory in WeCom (家校通讯录), from the same rows as its sheets.
//!
//! Start at [`ExampleSchool::fill_directory`].

use std::collections::BTreeMap;

use super::ExampleSchool;
use crate::simulator::wecom::{Department, Parent, Pupil, ROOT, WecomSimulator};

/// The kinds of departments, as WeCom numbers them.
const CLASS: u8 = 1;
const GRADE: u8 = 2;
const SCHOOL: u8 = 5;
/// A homeroom teacher, as WeCom numbers the people of a class.
const HOMEROOM_TEACHER: u8 = 3;

impl ExampleSchool {
    /// Puts every class, student and parent with a phone into a directory, all of them followers, and calls nobody back.
    ///
    /// - `parent_id`: the id of the parent of a row; the same person must get the same.
    pub fn fill_directory(&self, simulator: &WecomSimulator, parent_id: impl Fn(&[String; 10]) -> String) {
        let node = |id, parent, name: &str, kind| Department {
            id,
            parent,
            name: name.to_owned(),
            kind,
            standard_grade: None,
            is_graduated: false,
            admins: Vec::new(),
        };
        simulator.put_department(node(ROOT, 0, self.name, SCHOOL));
        let mut departments: BTreeMap<String, i64> = BTreeMap::new();
        let mut parents: BTreeMap<String, Parent> = BTreeMap::new();
        let mut last = ROOT;
        for row in &self.students {
            let [grade, class, number, name, _, _, relation, phone, _, _] = row;
            let grade_id = *departments.entry(grade.clone()).or_insert_with(|| {
                last += 1;
                simulator.put_department(node(last, ROOT, grade, GRADE));
                last
            });
            let whole = format!("{grade}{class}");
            let class_id = *departments.entry(whole.clone()).or_insert_with(|| {
                last += 1;
                let teachers = self.staff.iter().filter(|[_, _, of, ..]| *of == whole);
                let admins = teachers.map(|[_, _, _, _, account, _]| (account.clone(), HOMEROOM_TEACHER));
                simulator.put_department(Department {
                    admins: admins.collect(),
                    ..node(last, grade_id, class, CLASS)
                });
                last
            });
            simulator.put_pupil(Pupil { id: number.clone(), name: name.clone(), classes: vec![class_id] });
            if phone.is_empty() {
                continue;
            }
            let id = parent_id(row);
            let parent = parents.entry(id.clone()).or_insert_with(|| Parent {
                id,
                mobile: None,
                follows: true,
                children: Vec::new(),
            });
            parent.children.push((number.clone(), relation.clone()));
        }
        for parent in parents.into_values() {
            simulator.put_parent(parent);
        }
        simulator.keep_quiet();
    }
}
