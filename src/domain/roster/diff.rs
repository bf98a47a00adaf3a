//! The difference (变化) between two rosters, field by field, and its text for the person who imports.
//!
//! [`RosterDiff::apply`] over the old roster gives the new one. The text names people and is for the terminal of the
//! school's own staff, never for a log. Start at [`diff`].

use std::collections::BTreeMap;
use std::fmt;

use super::Roster;
use crate::domain::people::{Channel, Gender, Person, Student};

/// What an import changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterDiff {
    /// Students who were never on record.
    pub added: Vec<Student>,
    /// Students who left the roll.
    pub left: Vec<Student>,
    /// Students who are back on the roll, with their changes.
    pub returned: Vec<StudentChange>,
    /// Students on the roll whose record differs.
    pub changed: Vec<StudentChange>,
    /// Guardians and staff who were never on record.
    pub persons_added: Vec<Person>,
    /// Guardians and staff whose record differs; one without a role any more is among them.
    pub persons_changed: Vec<PersonChange>,
    /// Students on the roll before and after.
    pub on_roll: (usize, usize),
    /// Students on the roll whom nobody can be reached for, after.
    pub unreachable: Vec<Student>,
}

/// A student's record before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentChange {
    /// The record after.
    pub after: Student,
    /// What differs.
    pub fields: Vec<FieldChange>,
}

/// A person's record before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonChange {
    /// The record after.
    pub after: Person,
    /// What differs.
    pub fields: Vec<FieldChange>,
}

/// One field before and after, as people read it.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field, by its heading.
    pub field: &'static str,
    /// Its value before, 无 when there was none.
    pub before: String,
    /// Its value after.
    pub after: String,
}

/// How many names each part of the text lists before it only counts.
const NAMES_MAX: usize = 20;

/// How many students may leave in one import of a small school without a question; in a larger one, a tenth.
const LEFT_AT_ONCE: usize = 5;

/// What leads from `current` to `new`.
pub fn diff(current: &Roster, new: &Roster) -> RosterDiff {
    let mut found = RosterDiff {
        on_roll: (current.on_roll().count(), new.on_roll().count()),
        unreachable: new.unreachable().cloned().collect(),
        ..RosterDiff::default()
    };
    for student in new.students.values() {
        let Some(before) = current.students.get(&student.id) else {
            found.added.push(student.clone());
            continue;
        };
        if before == student {
            continue;
        }
        let fields = changes(student_fields(current, before), student_fields(new, student));
        match (before.is_on_roll, student.is_on_roll) {
            (true, false) => found.left.push(student.clone()),
            (false, true) => found.returned.push(StudentChange { after: student.clone(), fields }),
            _ => found.changed.push(StudentChange { after: student.clone(), fields }),
        }
    }
    for person in new.persons.values() {
        match current.persons.get(&person.id) {
            None => found.persons_added.push(person.clone()),
            Some(before) if before == person => {}
            Some(before) => {
                let fields = changes(person_fields(current, before), person_fields(new, person));
                found.persons_changed.push(PersonChange { after: person.clone(), fields });
            }
        }
    }
    // New ids say nothing about people; the same files read the same.
    found.persons_added.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
    found
}

impl RosterDiff {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        let students = self.added.len() + self.left.len() + self.returned.len() + self.changed.len();
        students + self.persons_added.len() + self.persons_changed.len() == 0
    }

    /// Whether so many students leave at once that the file may be half a roster: ask before it is committed.
    pub fn is_drastic(&self) -> bool {
        let left = self.left.len();
        left > LEFT_AT_ONCE && left * 10 > self.on_roll.0
    }

    /// The roster after the changes.
    #[must_use]
    pub fn apply(&self, current: &Roster) -> Roster {
        let mut roster = current.clone();
        let changed = self.returned.iter().chain(&self.changed).map(|change| &change.after);
        let students = self.added.iter().chain(&self.left).chain(changed);
        roster.students.extend(students.map(|student| (student.id.clone(), student.clone())));
        let persons =
            self.persons_added.iter().chain(self.persons_changed.iter().map(|change| &change.after));
        roster.persons.extend(persons.map(|person| (person.id.clone(), person.clone())));
        roster
    }

    /// The changes as a text for the person who imports.
    pub fn render(&self) -> String {
        let mut lines = Vec::new();
        if self.is_empty() {
            lines.push(format!("名册没有变化，在册学生 {} 名。", thousands(self.on_roll.1)));
        } else {
            let (before, after) = self.on_roll;
            lines.push(format!("在册学生 {} → {} 名", thousands(before), thousands(after)));
        }
        if self.is_drastic() {
            lines.push("注意：一次有超过一成的学生离开名册，请核对文件是不是完整的名册".to_owned());
        }
        part(&mut lines, "新增学生", "名", self.added.iter().map(student_line));
        part(&mut lines, "离开名册", "名", self.left.iter().map(student_line));
        part(&mut lines, "回到名册", "名", self.returned.iter().map(|change| student_line(&change.after)));
        part(&mut lines, "学生资料变化", "名", self.changed.iter().map(student_change_line));
        part(&mut lines, "新增家长和教职工", "人", self.persons_added.iter().map(person_line));
        part(&mut lines, "家长和教职工资料变化", "人", self.persons_changed.iter().map(person_change_line));
        part(&mut lines, "没有一位家长联系得上", "名学生", self.unreachable.iter().map(student_line));
        lines.join("\n")
    }
}

/// A heading with the count, and the first lines below it.
fn part(lines: &mut Vec<String>, heading: &str, unit: &str, items: impl ExactSizeIterator<Item = String>) {
    let total = items.len();
    if total == 0 {
        return;
    }
    lines.push(format!("{heading} {} {unit}", thousands(total)));
    lines.extend(items.take(NAMES_MAX).map(|item| format!("  {item}")));
    if total > NAMES_MAX {
        lines.push(format!("  ……还有 {} {unit}", thousands(total - NAMES_MAX)));
    }
}

fn student_line(student: &Student) -> String {
    format!("{} {}（学号 {}）", student.class, student.name.0, student.id.0)
}

fn student_change_line(change: &StudentChange) -> String {
    format!("{}：{}", student_line(&change.after), fields_line(&change.fields))
}

fn person_line(person: &Person) -> String {
    format!("{}（{}）", person.name.0, roles(person))
}

fn person_change_line(change: &PersonChange) -> String {
    format!("{}：{}", person_line(&change.after), fields_line(&change.fields))
}

fn fields_line(fields: &[FieldChange]) -> String {
    let line = |field: &FieldChange| format!("{} {} → {}", field.field, field.before, field.after);
    fields.iter().map(line).collect::<Vec<_>>().join("；")
}

type Fields = Vec<(&'static str, String)>;

fn changes(before: Fields, after: Fields) -> Vec<FieldChange> {
    let mut before: BTreeMap<&str, String> = before.into_iter().collect();
    let change = |(field, after): (&'static str, String)| {
        let before = before.remove(field).unwrap_or_default();
        let shown = |value: String| if value.is_empty() { "无".to_owned() } else { value };
        (before != after).then(|| FieldChange { field, before: shown(before), after: shown(after) })
    };
    after.into_iter().filter_map(change).collect()
}

fn student_fields(roster: &Roster, student: &Student) -> Fields {
    let guardian = |guardianship: &crate::domain::people::Guardianship| {
        let name = roster.persons.get(&guardianship.person).map_or("", |person| person.name.0.as_str());
        format!("{name}（{}）", guardianship.relation.0)
    };
    let gender = match student.gender {
        Some(Gender::Girl) => "女",
        Some(Gender::Boy) => "男",
        None => "",
    };
    vec![
        ("姓名", student.name.0.clone()),
        ("班级", student.class.to_string()),
        ("性别", gender.to_owned()),
        ("家长", student.guardians.iter().map(guardian).collect::<Vec<_>>().join("、")),
    ]
}

fn person_fields(roster: &Roster, person: &Person) -> Fields {
    let account = |channel: Channel| {
        let points = person.contact_points.iter().filter(|point| point.channel == channel);
        points.map(|point| point.account.clone()).collect::<Vec<_>>().join("、")
    };
    let notices = person.contact_points.iter().find(|point| point.channel == Channel::WecomNotice);
    let notices = notices.map_or("", |point| if point.is_reachable { "收得到" } else { "收不到" });
    let child = |id| roster.students.get(id).map_or(String::new(), |student| student.name.0.clone());
    vec![
        ("姓名", person.name.0.clone()),
        ("手机", person.phone.as_ref().map_or(String::new(), |phone| phone.as_str().to_owned())),
        ("企业微信账号", account(Channel::WecomApp)),
        ("钉钉账号", account(Channel::DingtalkRobot)),
        ("学校通知", notices.to_owned()),
        ("角色", roles(person)),
        ("孩子", person.children.iter().map(child).collect::<Vec<_>>().join("、")),
    ]
}

fn roles(person: &Person) -> String {
    let names: Vec<String> = person.roles.iter().map(ToString::to_string).collect();
    if names.is_empty() { "已不在名册".to_owned() } else { names.join("、") }
}

/// A count with separators, such as 1,200.
fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Debug for FieldChange {
    /// The values are people's data; only the field prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldChange({})", self.field)
    }
}
