//! Introductions (自报家门): whether what somebody says about themselves names one guardian, and how often it may be tried.
//!
//! Pure. Knows nothing of how it is said or answered; every failure is the same to whoever tries. Start at
//! [`Introduction::names`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::people::{ClassId, Person, PersonId, Student};

/// Tries of one account in a day.
pub const TRIES_PER_ACCOUNT: u32 = 5;
/// Tries about one child in a day, whoever makes them.
pub const TRIES_PER_CHILD: u32 = 10;

/// What somebody says about themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction<'a> {
    /// The child's class.
    pub class: ClassId,
    /// The child's name.
    pub child: &'a str,
    /// The last four digits of the guardian's registered phone.
    pub digits: &'a str,
}

/// Tries of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    /// The day.
    pub on: NaiveDate,
    /// How many.
    pub count: u32,
}

impl Tries {
    /// How often it was tried `today`.
    pub fn count_on(tries: Option<&Self>, today: NaiveDate) -> u32 {
        tries.filter(|tries| tries.on == today).map_or(0, |tries| tries.count)
    }

    /// One more `today`.
    #[must_use]
    pub fn and_one(tries: Option<&Self>, today: NaiveDate) -> Self {
        Self { on: today, count: Self::count_on(tries, today).saturating_add(1) }
    }
}

impl Introduction<'_> {
    /// The one guardian whom it names; `None` when it names nobody, or more than one.
    ///
    /// - `students`: those of the class.
    /// - `guardians`: theirs.
    pub fn names<'p>(&self, students: &[Student], guardians: &'p [Person]) -> Option<&'p PersonId> {
        let solid = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
        let child = solid(self.child);
        let mut named: Vec<&PersonId> = Vec::new();
        for student in students {
            let is_child =
                student.is_on_roll && student.class == self.class && solid(&student.name.0) == child;
            let theirs = guardians.iter().filter(|person| {
                student.guardians.iter().any(|guardianship| guardianship.person == person.id)
            });
            for person in theirs {
                let phone = person.phone.as_ref().map(super::people::MobileNumber::as_str);
                let has_digits =
                    self.digits.len() == 4 && phone.is_some_and(|phone| phone.ends_with(self.digits));
                if is_child && has_digits && !named.contains(&&person.id) {
                    named.push(&person.id);
                }
            }
        }
        match named.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::{Grade, Guardianship, MobileNumber, PersonName, Relation, StudentId};
    use super::*;

    const CLASS: ClassId = ClassId { grade: Grade::School(3), number: 2 };

    fn guardian(id: &str, phone: Option<&str>) -> Person {
        Person {
            id: id.into(),
            name: PersonName("何秋兰".into()),
            phone: phone.map(|phone| MobileNumber::parse(phone).unwrap()),
            contact_points: Vec::new(),
            roles: Vec::new(),
            children: Vec::new(),
        }
    }

    fn student(id: &str, name: &str, guardians: &[&str]) -> Student {
        let guardians = guardians
            .iter()
            .map(|id| Guardianship { person: (*id).into(), relation: Relation("妈妈".into()) });
        Student {
            id: StudentId(id.into()),
            name: PersonName(name.into()),
            class: CLASS,
            gender: None,
            guardians: guardians.collect(),
            is_on_roll: true,
        }
    }

    #[test]
    fn only_what_names_exactly_one_guardian_names_anybody() {
        let mut students = vec![
            student("1", "李小禾", &["mother", "father"]),
            student("2", "王一", &["twin", "uncle"]),
            student("3", "陈小满", &["silent"]),
        ];
        students.push(Student { is_on_roll: false, ..student("4", "周小苗", &["mother"]) });
        let guardians = [
            guardian("mother", Some("13800001111")),
            guardian("father", Some("13800002222")),
            guardian("twin", Some("13900003333")),
            guardian("uncle", Some("13700003333")),
            guardian("silent", None),
        ];
        let elsewhere = ClassId { number: 3, ..CLASS };
        for (class, child, digits, want) in [
            (CLASS, "李小禾", "1111", Some("mother")),
            (CLASS, " 李 小禾", "2222", Some("father")),
            (CLASS, "李小禾", "3333", None),
            (CLASS, "李小", "1111", None),
            (CLASS, "李小禾", "111", None),
            (CLASS, "李小禾", "", None),
            (CLASS, "王一", "3333", None),
            (CLASS, "陈小满", "1111", None),
            (CLASS, "周小苗", "1111", None),
            (elsewhere, "李小禾", "1111", None),
        ] {
            let named = Introduction { class, child, digits }.names(&students, &guardians);
            assert_eq!(named.map(PersonId::as_str), want, "{class} {child} {digits}");
        }
    }

    #[test]
    fn tries_begin_anew_each_day() {
        let (today, tomorrow) = ("2026-11-23".parse().unwrap(), "2026-11-24".parse().unwrap());
        let twice = Tries::and_one(Some(&Tries::and_one(None, today)), today);
        assert_eq!(Tries::count_on(Some(&twice), today), 2);
        assert_eq!(Tries::count_on(Some(&twice), tomorrow), 0);
        assert_eq!(Tries::and_one(Some(&twice), tomorrow).count, 1);
    }
}
