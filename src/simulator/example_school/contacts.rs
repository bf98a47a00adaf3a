//! The example school's contacts in DingTalk (家校通讯录), from the same rows as its sheets.
//!
//! Start at [`ExampleSchool::fill_contacts`].

use super::{ExampleSchool, GRADES};
use crate::simulator::dingtalk::{ClassInContacts, DingtalkSimulator};

/// The id of the first class.
const FIRST_CLASS: i64 = 101;
/// The code of a guardian who is neither father nor mother, as DingTalk writes it; kehou goes by the name.
const OTHER_GUARDIAN: &str = "O";

impl ExampleSchool {
    /// Puts every class into the contacts, and calls nobody back.
    pub fn fill_contacts(&self, simulator: &DingtalkSimulator) {
        for class in self.contacts() {
            simulator.put_class(class);
        }
    }

    /// Every class with its students and the guardians who have a phone.
    ///
    /// Students have their number as account, guardians the end of their phone, staff what the sheets say.
    pub fn contacts(&self) -> Vec<ClassInContacts> {
        let mut classes: Vec<(String, ClassInContacts)> = Vec::new();
        for row in &self.students {
            let [grade, name, number, student, _, _, relation, phone, ..] = row;
            let whole = format!("{grade}{name}");
            if classes.iter().all(|(other, _)| *other != whole) {
                let adviser = self.staff.iter().find(|[_, _, of, ..]| *of == whole);
                let class = ClassInContacts {
                    id: FIRST_CLASS + i64::try_from(classes.len()).unwrap_or_default(),
                    grade: (1..).zip(GRADES).find(|(_, one)| one == grade).map_or(1, |(level, _)| level),
                    name: name.clone(),
                    adviser: adviser.map(|[.., account]| account.clone()),
                    ..ClassInContacts::default()
                };
                classes.push((whole.clone(), class));
            }
            let Some((_, class)) = classes.iter_mut().find(|(other, _)| *other == whole) else { continue };
            if class.students.iter().all(|(id, _)| id != number) {
                class.students.push((number.clone(), student.clone()));
            }
            if let Some(end) = phone.get(6..).filter(|end| !end.is_empty()) {
                // A teacher with a child here has one account for both; DingTalk keeps the case of all.
                let own = self.staff.iter().find(|[_, _, _, other, ..]| other == phone);
                let account = own.map_or(format!("G{end}"), |[.., account]| account.clone());
                class.guardians.push((account, number.clone(), OTHER_GUARDIAN.to_owned(), relation.clone()));
            }
        }
        classes.into_iter().map(|(_, class)| class).collect()
    }
}
