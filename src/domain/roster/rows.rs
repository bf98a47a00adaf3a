//! The rows of the two sheets: each cell read, every problem at its row and column.
//!
//! Knows what one row means; who is the same person across rows is `merge`'s. Start at [`students`] and [`staff`].

use std::collections::BTreeMap;

use super::Roster;
use super::cell::{self, Wrong};
use super::class::{self, NotAClass};
use super::merge::{Claim, Contacts, Entry, Source};
use super::sheet::{Cell, Column, Columns, Row, Sheet, SheetKind};
use crate::domain::people::{Channel, ClassId, Gender, Grade, PersonName, Relation, Role, StudentId};
use crate::problem::Problem;

/// What the students' sheet says.
pub(super) struct StudentRows {
    /// The students, by number.
    pub(super) students: BTreeMap<StudentId, StudentDraft>,
    /// Their guardians, one entry a row.
    pub(super) guardians: Vec<Entry>,
}

/// A student before guardians are known.
pub(super) struct StudentDraft {
    pub(super) name: PersonName,
    pub(super) class: ClassId,
    pub(super) gender: Option<Gender>,
    row: usize,
}

/// A sheet while it is read.
struct Reader<'a> {
    sheet: &'a Sheet,
    columns: Columns,
    classes: &'a [ClassId],
    problems: &'a mut Vec<Problem>,
}

/// Reads the students' sheet.
pub(super) fn students(
    sheet: &Sheet,
    classes: &[ClassId],
    current: &Roster,
    problems: &mut Vec<Problem>,
) -> StudentRows {
    let mut found = StudentRows { students: BTreeMap::new(), guardians: Vec::new() };
    let Some(columns) = sheet.columns(SheetKind::Students, problems) else { return found };
    let mut reader = Reader { sheet, columns, classes, problems };
    let mut numbers = Vec::new();
    let rows: Vec<&Row> = sheet.data(&reader.columns).collect();
    for row in rows {
        let number = reader.cell(row, Column::Number, cell::student_number);
        let student = reader.student(row);
        let guardian = reader.guardian(row);
        let Some(number) = number else { continue };
        numbers.push((row.number, number.id.clone(), number.was_number));
        if let Some(student) = student {
            reader.same_student(&mut found.students, &number.id, student);
        }
        if let Some((name, relation, contacts)) = guardian {
            let claim = Claim::Guardian { student: number.id, relation };
            let source = reader.source(row);
            found.guardians.push(Entry { name, is_unnamed: false, contacts, claim, source });
        }
    }
    reader.lost_zeros(&numbers, current);
    found
}

/// Reads the staff's sheet, one entry a row.
pub(super) fn staff(sheet: &Sheet, classes: &[ClassId], problems: &mut Vec<Problem>) -> Vec<Entry> {
    let Some(columns) = sheet.columns(SheetKind::Staff, problems) else { return Vec::new() };
    let mut reader = Reader { sheet, columns, classes, problems };
    let mut entries = Vec::new();
    let rows: Vec<&Row> = sheet.data(&reader.columns).collect();
    for row in rows {
        let name = reader.required_name(row, Column::Name);
        let roles = reader.roles(row);
        let contacts = reader.contacts(row);
        let (Some(name), Some(roles), Some(contacts)) = (name, roles, contacts) else { continue };
        if contacts.is_empty() {
            let what = "没有任何联系方式，收不到通知";
            reader.report(row, Column::Wecom, what, "填写企业微信账号，或至少填写手机");
        }
        let (claim, source) = (Claim::Staff(roles), reader.source(row));
        entries.push(Entry { name, is_unnamed: false, contacts, claim, source });
    }
    entries
}

impl Reader<'_> {
    fn report(&mut self, row: &Row, column: Column, what: impl Into<String>, instead: impl Into<String>) {
        let place = self.sheet.place(row.number, column);
        self.problems.push(Problem::new(place, what).instead(instead));
    }

    /// One cell, its problem reported.
    fn cell<T>(&mut self, row: &Row, column: Column, read: impl Fn(&Cell) -> Result<T, Wrong>) -> Option<T> {
        match read(self.columns.cell(row, column)) {
            Ok(value) => Some(value),
            Err(Wrong(what, instead)) => {
                self.report(row, column, what, instead);
                None
            }
        }
    }

    fn required_name(&mut self, row: &Row, column: Column) -> Option<PersonName> {
        let name = self.cell(row, column, cell::name)?;
        if name.is_none() {
            self.report(row, column, format!("没有填{}", column.heading()), "每一行都要填写");
        }
        name
    }

    fn student(&mut self, row: &Row) -> Option<StudentDraft> {
        let name = self.required_name(row, Column::Name);
        let class = self.class(row);
        let gender = self.cell(row, Column::Gender, cell::gender);
        Some(StudentDraft { name: name?, class: class?, gender: gender?, row: row.number })
    }

    /// The guardian of a row; `None` also when the row names none.
    fn guardian(&mut self, row: &Row) -> Option<(PersonName, Relation, Contacts)> {
        let name = self.cell(row, Column::Guardian, cell::name);
        let relation = self.cell(row, Column::Relation, cell::relation);
        let contacts = self.contacts(row);
        let (name, relation, contacts) = (name?, relation?, contacts?);
        if name.is_none() && !contacts.is_empty() {
            self.report(row, Column::Guardian, "有联系方式，却没有填家长姓名", "填写这位家长的姓名");
        }
        Some((name?, relation, contacts))
    }

    fn contacts(&mut self, row: &Row) -> Option<Contacts> {
        let columns = [(Column::Wecom, Channel::WecomApp), (Column::Dingtalk, Channel::DingtalkRobot)];
        let phone = self.cell(row, Column::Phone, cell::phone);
        let mut accounts = Vec::new();
        let mut is_whole = true;
        for (column, channel) in columns {
            match self.cell(row, column, |cell| cell::account(cell, channel)) {
                Some(account) => accounts.extend(account.map(|account| (channel, account))),
                None => is_whole = false,
            }
        }
        let listed = columns.into_iter().filter(|(column, _)| self.columns.has(*column));
        let listed = listed.map(|(_, channel)| channel).collect();
        let contacts = Contacts { phone: phone?, accounts, listed };
        is_whole.then_some(contacts)
    }

    fn source(&self, row: &Row) -> Source {
        Source::Row { sheet: self.sheet.name.clone(), row: row.number }
    }

    fn class(&mut self, row: &Row) -> Option<ClassId> {
        let grade = self.cell(row, Column::Grade, cell::text)?;
        let class = self.cell(row, Column::Class, cell::text)?;
        if class.is_empty() {
            self.report(row, Column::Class, "没有填班级", "例如「三年级3班」");
            return None;
        }
        let wrong = match class::parse(&grade, &class, self.classes) {
            Ok(class) => return Some(class),
            Err(wrong) => wrong,
        };
        let is_grade_wrong = !grade.is_empty() && Grade::parse(&grade).is_none();
        let column = if is_grade_wrong { Column::Grade } else { Column::Class };
        let (what, instead) = match wrong {
            NotAClass::Unreadable if is_grade_wrong => {
                (format!("看不懂年级「{grade}」"), "例如「三年级」".to_owned())
            }
            NotAClass::Unreadable => {
                (format!("看不懂班级「{grade}{class}」"), "例如年级写「三年级」，班级写「3班」".to_owned())
            }
            NotAClass::Unknown => {
                (format!("学校没有「{grade}{class}」"), "核对班级，或在方案的 [classes] 里加上".to_owned())
            }
            NotAClass::OtherGrade => {
                (format!("年级写「{grade}」，班级却写「{class}」"), "两处写同一个年级".to_owned())
            }
            NotAClass::NoGrade => {
                (format!("只写了「{class}」，看不出是哪个年级"), "写全，例如「三年级3班」".to_owned())
            }
            NotAClass::Ambiguous(classes) => {
                let names: Vec<String> = classes.iter().map(ToString::to_string).collect();
                (
                    format!("「{grade}{class}」有几种读法：{}", names.join("、")),
                    "写全，用阿拉伯数字".to_owned(),
                )
            }
        };
        self.report(row, column, what, instead);
        None
    }

    fn roles(&mut self, row: &Row) -> Option<Vec<Role>> {
        let written = self.cell(row, Column::Role, cell::text)?;
        let words: Vec<&str> =
            written.split(['、', ',', '/', ';', '+']).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            self.report(
                row,
                Column::Role,
                "没有填角色",
                "写「班主任」「值班教师」「志愿者」「管理员」「校长」「责任督学」或「区教体局」",
            );
            return None;
        }
        let mut roles = Vec::new();
        for word in words {
            match word {
                "班主任" => roles.push(Role::HomeroomTeacher(self.class(row)?)),
                "值班教师" | "值班老师" => roles.push(Role::DutyTeacher),
                "志愿者" => roles.push(Role::Volunteer),
                "管理员" | "学校管理员" => roles.push(Role::SchoolAdmin),
                "校长" | "园长" => roles.push(Role::Head),
                "责任督学" | "督学" => roles.push(Role::Inspector),
                "区教体局" | "教体局" => roles.push(Role::DistrictOfficer),
                _ => {
                    let what = format!("不认识角色「{word}」");
                    self.report(
                        row,
                        Column::Role,
                        what,
                        "写「班主任」「值班教师」「志愿者」「管理员」「校长」「责任督学」或「区教体局」，几个角色用顿号隔开",
                    );
                    return None;
                }
            }
        }
        Some(roles)
    }

    /// Adds a student, or compares with the row that named them first.
    fn same_student(
        &mut self,
        students: &mut BTreeMap<StudentId, StudentDraft>,
        id: &StudentId,
        student: StudentDraft,
    ) {
        let Some(first) = students.get_mut(id) else {
            students.insert(id.clone(), student);
            return;
        };
        // Two children with one number differ in everything; that they are two is told once.
        let is_other_child = first.name != student.name;
        let is_other_class = !is_other_child && first.class != student.class;
        let is_other_gender =
            !is_other_child && first.gender.zip(student.gender).is_some_and(|(one, two)| one != two);
        let differing = [
            (is_other_child, Column::Number, "姓名", "两个孩子各用各的学号；同一个孩子的姓名写成一样"),
            (is_other_class, Column::Class, "班级", "同一个孩子的班级写成一样"),
            (is_other_gender, Column::Gender, "性别", "同一个孩子的性别写成一样"),
        ];
        first.gender = first.gender.or(student.gender);
        for (differs, column, word, instead) in differing {
            if differs {
                let what = format!("学号与第 {} 行相同，{word}却不同", first.row);
                let place = self.sheet.place(student.row, column);
                self.problems.push(Problem::new(place, what).instead(instead));
            }
        }
    }

    /// Numbers that are shorter than the other student numbers have lost their leading zeros.
    fn lost_zeros(&mut self, numbers: &[(usize, StudentId, bool)], current: &Roster) {
        let known = current.on_roll().map(|student| &student.id);
        let longest =
            numbers.iter().map(|(_, id, _)| id).chain(known).map(|id| id.0.len()).max().unwrap_or(0);
        for (row, id, was_number) in numbers {
            if *was_number && id.0.len() < longest {
                let what = format!(
                    "学号是数字格式，只剩 {} 位（其他学号 {longest} 位），前面的 0 可能丢了",
                    id.0.len()
                );
                let place = self.sheet.place(*row, Column::Number);
                self.problems.push(Problem::new(place, what).instead("把这一列设为「文本」，补上前面的 0"));
            }
        }
    }
}
