//! Joining (合并): the students and teachers of the directory in the roster; their parents are `parents`'s.
//!
//! Three sides: the directory now, the directory when it was last read, and the roster. Start at [`Placed::join`].

use std::collections::{BTreeMap, BTreeSet};

use super::super::build::set_children;
use super::{
    Book, Gone, Joined, Link, LinkedTeacher, Occasion, Placed, PlacedStudent, called_after_class, note,
};
use crate::clock::Moment;
use crate::domain::people::{ClassId, ContactPoint, Person, PersonId, Role, Student, StudentId};
use crate::domain::roster::Roster;
use crate::ids::Ids;
use crate::problem::Problem;

/// Directory and roster on their way to be one.
pub(super) struct Join<'a> {
    pub(super) placed: &'a Placed,
    pub(super) book: &'a Book,
    pub(super) occasion: Occasion,
    pub(super) roster: Roster,
    pub(super) next: Book,
    pub(super) notes: Vec<Problem>,
    /// The guardians that only the directory knows, as they are found.
    pub(super) added: BTreeSet<(StudentId, PersonId)>,
    pub(super) ids: &'a Ids,
    pub(super) now: Moment,
}

impl Placed {
    /// Joins the directory to the roster.
    ///
    /// - `book`: what the roster took from the directory before.
    /// - `ids`, `now`: for people who are new.
    pub fn join(self, book: &Book, current: &Roster, occasion: Occasion, ids: &Ids, now: Moment) -> Joined {
        let next = Book { channels: Some(self.channels), ..Book::default() };
        let (roster, notes) = (current.clone(), self.notes.clone());
        let added = BTreeSet::new();
        let mut join = Join { placed: &self, book, occasion, roster, next, notes, added, ids, now };
        let seats = join.seat_students();
        let students = join.let_go();
        let parents = join.join_parents(&seats);
        join.join_teachers();
        join.set_guardian_roles();
        set_children(&mut join.roster);
        join.notes.sort();
        join.notes.dedup();
        Joined { roster: join.roster, book: join.next, notes: join.notes, students, parents }
    }
}

impl<'a> Join<'a> {
    /// Finds or makes the student of each entry; returns those whose parents are to be joined.
    fn seat_students(&mut self) -> Vec<(StudentId, &'a PlacedStudent)> {
        let found = self.find_students();
        let mut seats = Vec::new();
        for listed in &self.placed.students {
            let Some(class) = listed.class else {
                // Nothing is known of the class, so nothing is changed for who was taken from it before.
                let before = self.book.links.get(&listed.id);
                self.next.links.extend(before.map(|link| (listed.id.clone(), link.clone())));
                continue;
            };
            let Some(id) = found.get(listed.id.as_str()) else { continue };
            if self.seat(id, listed, class) {
                seats.push((id.clone(), listed));
            }
        }
        seats
    }

    /// The student of each entry: as before, by number, by class and name, or a new one. Who cannot be told is named.
    fn find_students(&mut self) -> BTreeMap<&'a str, StudentId> {
        let by_number: BTreeMap<String, &StudentId> =
            self.roster.students.keys().map(|id| (id.0.to_ascii_lowercase(), id)).collect();
        let mut found: BTreeMap<&str, StudentId> = BTreeMap::new();
        for listed in &self.placed.students {
            let linked = self.book.links.get(&listed.id).map(|link| &link.student);
            let linked = linked.filter(|id| self.roster.students.contains_key(id));
            let known = linked.or_else(|| by_number.get(&listed.id).copied());
            found.extend(known.map(|id| (listed.id.as_str(), id.clone())));
        }
        let taken: BTreeSet<&StudentId> = found.values().collect();
        let mut by_name: BTreeMap<(ClassId, &str), Vec<&StudentId>> = BTreeMap::new();
        for student in self.roster.on_roll().filter(|student| !taken.contains(&student.id)) {
            by_name.entry((student.class, &student.name.0)).or_default().push(&student.id);
        }
        let mut asked: BTreeMap<(ClassId, &str), Vec<&'a PlacedStudent>> = BTreeMap::new();
        for listed in self.placed.students.iter().filter(|listed| !found.contains_key(listed.id.as_str())) {
            let Some(class) = listed.class else { continue };
            asked.entry((class, &listed.name.0)).or_default().push(listed);
        }
        let mut notes = Vec::new();
        let mut more = Vec::new();
        for ((class, name), listed) in asked {
            match (listed.as_slice(), by_name.get(&(class, name)).map_or(&[][..], Vec::as_slice)) {
                ([one], [id]) => more.push((one.id.as_str(), (*id).clone())),
                (all, []) => more.extend(all.iter().map(|one| (one.id.as_str(), StudentId(one.id.clone())))),
                _ => {
                    let what = format!("{class}有几位叫{name}的学生，分不清谁是谁，没有同步");
                    notes.push(note(what, "在通讯录里把这几位学生的账号改成学号"));
                }
            }
        }
        self.notes.extend(notes);
        found.extend(more);
        found
    }

    /// Puts an entry into the roster as far as it changed; returns whether the student is on the roll.
    fn seat(&mut self, id: &StudentId, listed: &PlacedStudent, class: ClassId) -> bool {
        let before = self.book.links.get(&listed.id);
        let link = Link {
            id: listed.id.clone(),
            student: id.clone(),
            name: listed.name.clone(),
            class,
            parents: before.map(|link| link.parents.clone()).unwrap_or_default(),
        };
        self.next.links.insert(listed.id.clone(), link);
        let Some(student) = self.roster.students.get_mut(id) else {
            let student = Student {
                id: id.clone(),
                name: listed.name.clone(),
                class,
                gender: None,
                guardians: Vec::new(),
                is_on_roll: true,
            };
            self.roster.students.insert(id.clone(), student);
            return true;
        };
        match before {
            Some(before) => {
                if before.name != listed.name {
                    student.name = listed.name.clone();
                }
                if before.class != class {
                    student.class = class;
                }
            }
            // Who comes into the directory anew is on the roll again.
            None if !student.is_on_roll => {
                student.is_on_roll = true;
                student.class = class;
            }
            None if student.class != class => {
                let what = format!("{}在通讯录里是{class}，名册里是{}", student.name.0, student.class);
                self.notes.push(note(what, "核对后改正其中一处；现在按名册"));
            }
            None => {}
        }
        student.is_on_roll
    }

    /// Who was in the directory and is no longer leaves the roll; who stands in the sheets alone stays.
    fn let_go(&mut self) -> Gone {
        let mut sum = Gone::default();
        for (id, link) in &self.book.links {
            let Some(student) = self.roster.students.get_mut(&link.student) else { continue };
            if !student.is_on_roll {
                continue;
            }
            sum.before += 1;
            let is_elsewhere = || self.next.links.values().any(|other| other.student == link.student);
            if !self.next.links.contains_key(id) && !is_elsewhere() {
                student.is_on_roll = false;
                sum.gone += 1;
            }
        }
        sum
    }

    fn join_teachers(&mut self) {
        let staff = self.placed.channels.staff;
        let by_account = |roster: &Roster, account: &str| {
            roster.by_account(staff, account).map(|person| person.id.clone())
        };
        for old in self.book.teachers.iter().filter(|old| old.is_added) {
            if !self.placed.teachers.contains(&(old.class, old.account.clone()))
                && let Some(id) = by_account(&self.roster, &old.account)
                && let Some(person) = self.roster.persons.get_mut(&id)
            {
                person.roles.retain(|role| *role != Role::HomeroomTeacher(old.class));
            }
        }
        for (class, account) in &self.placed.teachers {
            let role = Role::HomeroomTeacher(*class);
            let id = by_account(&self.roster, account).unwrap_or_else(|| {
                let id = self.new_id();
                let point = ContactPoint { channel: staff, account: account.clone(), is_reachable: true };
                let name = called_after_class(*class);
                let person = Person {
                    id: id.clone(),
                    name,
                    phone: None,
                    contact_points: vec![point],
                    roles: Vec::new(),
                    children: Vec::new(),
                };
                self.roster.persons.insert(id.clone(), person);
                id
            });
            let Some(person) = self.roster.persons.get_mut(&id) else { continue };
            let is_new = !person.roles.contains(&role);
            if is_new {
                person.roles.push(role);
                person.roles.sort();
            }
            let was_added = self.occasion == Occasion::Read
                && self
                    .book
                    .teachers
                    .iter()
                    .any(|old| old.is_added && old.class == *class && old.account == *account);
            let is_added = is_new || was_added;
            self.next.teachers.insert(LinkedTeacher { class: *class, account: account.clone(), is_added });
        }
    }

    /// A guardian is who has a child on the roll.
    fn set_guardian_roles(&mut self) {
        let guardians: BTreeSet<&PersonId> = self
            .roster
            .students
            .values()
            .filter(|student| student.is_on_roll)
            .flat_map(|student| student.guardians.iter().map(|guardianship| &guardianship.person))
            .collect();
        for (id, person) in &mut self.roster.persons {
            let is_guardian = guardians.contains(id);
            if is_guardian != person.roles.contains(&Role::Guardian) {
                person.roles.retain(|role| *role != Role::Guardian);
                person.roles.extend(is_guardian.then_some(Role::Guardian));
                person.roles.sort();
            }
        }
    }

    pub(super) fn new_id(&self) -> PersonId {
        PersonId(self.ids.new_id("p_", self.now))
    }
}
