//! The example schools (示例学校): invented students, their families and their teachers. 青禾路小学 has 1,200 students and
//! lives on WeCom, 云朵湾小学 has 150 and lives on DingTalk.
//!
//! Everything follows from a fixed seed, so that the rosters in `config/` can be made again cell by cell
//! (`cargo test --lib example_school -- --ignored`). Nobody in them exists; all phones begin with 138000. Knows
//! spreadsheets, not the roster's rules. Start at [`ExampleSchool::invent`].

use std::collections::BTreeSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::ids::Ids;

mod blueprint;
mod contacts;
mod directory;
mod names;

use blueprint::{Blueprint, ON_DINGTALK, ON_WECOM};

/// The headings of the sheet 学生.
pub const STUDENT_HEADINGS: [&str; 10] =
    ["年级", "班级", "学号", "姓名", "性别", "家长姓名", "关系", "手机", "企业微信账号", "钉钉账号"];
/// The headings of the sheet 教职工.
pub const STAFF_HEADINGS: [&str; 6] = ["姓名", "角色", "班级", "手机", "企业微信账号", "钉钉账号"];

const GRADES: [&str; 6] = ["一年级", "二年级", "三年级", "四年级", "五年级", "六年级"];
/// The year in which the sixth grade came to school; the first came five years later.
const OLDEST_ENTRY_YEAR: usize = 2021;

/// The rows of the example roster, each as the texts of its cells.
#[derive(Clone, PartialEq, Eq)]
pub struct ExampleSchool {
    /// What it is called.
    pub name: &'static str,
    /// The sheet 学生, without its headings.
    pub students: Vec<[String; 10]>,
    /// The sheet 教职工, without its headings.
    pub staff: Vec<[String; 6]>,
}

/// A guardian in a row; empty texts where the school knows nothing.
#[derive(Clone, Default)]
struct Guardian {
    name: String,
    relation: &'static str,
    phone: String,
    account: String,
}

/// A place in a class.
#[derive(Clone, Copy)]
struct Seat {
    grade: usize,
    class: usize,
    number: usize,
}

/// The source of everything invented.
struct Inventor {
    plan: &'static Blueprint,
    ids: Ids,
    guardians: usize,
}

impl ExampleSchool {
    /// The school on WeCom, the same each time.
    pub fn invent() -> Self {
        Self::build(&ON_WECOM)
    }

    /// The school on DingTalk, the same each time. Its sheets know the accounts of the staff; those of the guardians stand
    /// in the contacts.
    pub fn invent_on_dingtalk() -> Self {
        let mut school = Self::build(&ON_DINGTALK);
        school.staff.iter_mut().for_each(|row| row.swap(4, 5));
        school.students.iter_mut().for_each(|[.., wecom, _]| wecom.clear());
        school
    }

    fn build(plan: &'static Blueprint) -> Self {
        let mut inventor = Inventor { plan, ids: Ids::seeded(plan.seed), guardians: 0 };
        let staff = inventor.staff();
        let seats = plan.seats();
        let family_of = inventor.families(&seats);
        let families = family_of.iter().max().map_or(0, |last| last + 1);
        let siblings: BTreeSet<usize> = {
            let mut seen = BTreeSet::new();
            family_of.iter().filter(|family| !seen.insert(**family)).copied().collect()
        };
        let mut silent = inventor.choose(families, plan.without_contact, &siblings);
        let mothers: Vec<Guardian> = staff
            .iter()
            .filter(|row| row[1] == "班主任")
            .take(plan.teachers_with_child)
            .map(teacher_as_mother)
            .collect();
        silent.sort_unstable();
        let teachers_families = inventor.choose(families, mothers.len(), &silent.iter().copied().collect());
        let homes: Vec<(String, Vec<Guardian>)> = (0..families)
            .map(|family| {
                let teacher = teachers_families.iter().position(|other| *other == family);
                let mother = teacher.and_then(|at| mothers.get(at)).cloned();
                let silence = silent.iter().position(|other| *other == family);
                inventor.home(mother, silence)
            })
            .collect();
        let students = inventor.students(&seats, &family_of, &homes);
        Self { name: plan.name, students, staff }
    }

    /// The roster as an `.xlsx` file, each cell a text.
    ///
    /// # Errors
    /// When the spreadsheet cannot be written, which a fixed content does not do.
    pub fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        // A fixed date: the same school is the same file.
        let created = ExcelDateTime::from_ymd(2026, 8, 25)?;
        book.set_properties(
            &DocProperties::new()
                .set_title(format!("{}名册（虚构）", self.name))
                .set_creation_datetime(&created),
        );
        sheet(book.add_worksheet().set_name("学生")?, &STUDENT_HEADINGS, &self.students)?;
        sheet(book.add_worksheet().set_name("教职工")?, &STAFF_HEADINGS, &self.staff)?;
        book.save_to_buffer()
    }
}

fn sheet<const N: usize>(
    sheet: &mut Worksheet,
    headings: &[&str; N],
    rows: &[[String; N]],
) -> Result<(), XlsxError> {
    let heading = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    for (column, name) in (0..).zip(headings) {
        sheet.set_column_width(column, 13)?;
        sheet.set_column_format(column, &text)?;
        sheet.write_string_with_format(0, column, *name, &heading)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
    }
    Ok(())
}

fn teacher_as_mother(row: &[String; 6]) -> Guardian {
    let [name, _, _, phone, account, _] = row.clone();
    Guardian { name, relation: "妈妈", phone, account }
}

impl Inventor {
    /// A number below `end`.
    fn below(&self, end: usize) -> usize {
        let wide = u128::from(u64::from_le_bytes(self.ids.bytes::<8>()));
        let end_wide = u128::try_from(end.max(1)).unwrap_or(1);
        usize::try_from(wide % end_wide).unwrap_or(0)
    }

    fn in_a_hundred(&self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<T: Copy>(&self, items: &[T], otherwise: T) -> T {
        items.get(self.below(items.len())).copied().unwrap_or(otherwise)
    }

    /// `count` different numbers below `end`, none of them in `without`.
    fn choose(&self, end: usize, count: usize, without: &BTreeSet<usize>) -> Vec<usize> {
        let mut left: Vec<usize> = (0..end).filter(|number| !without.contains(number)).collect();
        (0..count.min(left.len())).map(|_| left.swap_remove(self.below(left.len()))).collect()
    }

    /// A surname with its spelling; common ones come up more often.
    fn surname(&self) -> (&'static str, &'static str) {
        let reach = if self.in_a_hundred(55) { 12 } else { names::SURNAMES.len() };
        names::SURNAMES.get(self.below(reach)).copied().unwrap_or(("王", "wang"))
    }

    fn given(&self, pools: [&'static str; 2]) -> String {
        let [first, second] = pools.map(|pool| self.pick(&pool.chars().collect::<Vec<_>>(), '安'));
        if self.in_a_hundred(14) || first == second { second.to_string() } else { format!("{first}{second}") }
    }

    fn staff(&self) -> Vec<[String; 6]> {
        let mut staff: Vec<(String, String, String, String)> = self
            .plan
            .staff
            .iter()
            .map(|(name, spelling, role)| ((*name).into(), (*spelling).into(), (*role).into(), String::new()))
            .collect();
        for grade in GRADES {
            for class in 1..=self.plan.classes_per_grade {
                let (surname, spelling) = self.surname();
                // The first are mothers of children here.
                let is_woman = staff.len() < self.plan.staff.len() + self.plan.teachers_with_child
                    || self.in_a_hundred(75);
                let given = self.given(if is_woman { names::WOMEN } else { names::MEN });
                staff.push((
                    format!("{surname}{given}"),
                    spelling.into(),
                    "班主任".into(),
                    format!("{grade}{class}班"),
                ));
            }
        }
        let row = |(at, (name, spelling, role, class)): (usize, (String, String, String, String))| {
            let (phone, account) = (format!("138000{:05}", 101 + at), format!("t-{spelling}-{:02}", at + 1));
            [name, role, class, phone, account, String::new()]
        };
        staff.into_iter().enumerate().map(row).collect()
    }

    /// The family of each seat: siblings sit in different grades.
    fn families(&self, seats: &[Seat]) -> Vec<usize> {
        let mut older_of = vec![None; seats.len()];
        let mut is_free = vec![true; seats.len()];
        for pair in 0..self.plan.sibling_pairs {
            let young = pair % (GRADES.len() - 1);
            let old = young + 1 + self.below(GRADES.len() - 1 - young);
            let mut take = |grade: usize| {
                let free: Vec<usize> = (0..seats.len())
                    .filter(|at| {
                        is_free.get(*at) == Some(&true)
                            && seats.get(*at).is_some_and(|seat| seat.grade == grade)
                    })
                    .collect();
                let at = self.pick(&free, 0);
                is_free.iter_mut().skip(at).take(1).for_each(|slot| *slot = false);
                at
            };
            let (one, two) = (take(young), take(old));
            older_of.iter_mut().skip(two).take(1).for_each(|slot| *slot = Some(one));
        }
        let mut families: Vec<usize> = Vec::new();
        let mut next = 0;
        for partner in older_of {
            // The younger child sits in a lower grade and so comes first.
            let known = partner.and_then(|at| families.get(at).copied());
            families.push(known.unwrap_or_else(|| {
                next += 1;
                next - 1
            }));
        }
        families
    }

    /// A family: the children's surname and the guardians in the order in which they are asked.
    fn home(&mut self, teacher: Option<Guardian>, silence: Option<usize>) -> (String, Vec<Guardian>) {
        let (surname, _) = self.surname();
        let father = format!("{surname}{}", self.given(names::MEN));
        let mother = format!("{}{}", self.surname().0, self.given(names::WOMEN));
        if let Some(at) = silence {
            let named = |name, relation| Guardian { name, relation, ..Guardian::default() };
            // Two of them are children of whom the school knows no guardian at all.
            let guardians =
                if at < 2 { Vec::new() } else { vec![named(father, "爸爸"), named(mother, "妈妈")] };
            return (surname.to_owned(), guardians);
        }
        let father = self.reachable(father, "爸爸");
        let has_teacher = teacher.is_some();
        let mother = teacher.unwrap_or_else(|| self.reachable(mother, "妈妈"));
        let mut guardians = vec![mother, father];
        if !has_teacher && self.in_a_hundred(40) {
            guardians.reverse();
        }
        if !has_teacher && self.in_a_hundred(11) {
            guardians.truncate(1);
            return (surname.to_owned(), guardians);
        }
        if self.in_a_hundred(7) {
            // The second parent gave a phone and is not in WeCom.
            guardians.iter_mut().skip(1).for_each(|guardian| guardian.account.clear());
        }
        if self.in_a_hundred(6) {
            let name = format!("{}{}", self.surname().0, self.given(names::WOMEN));
            guardians.push(self.reachable(name, if self.in_a_hundred(50) { "奶奶" } else { "外婆" }));
        }
        (surname.to_owned(), guardians)
    }

    fn reachable(&mut self, name: String, relation: &'static str) -> Guardian {
        self.guardians += 1;
        let number = self.guardians;
        Guardian {
            name,
            relation,
            phone: format!("138000{:05}", 10_000 + number),
            account: format!("g{}", 100_000 + number),
        }
    }

    fn students(
        &self,
        seats: &[Seat],
        family_of: &[usize],
        homes: &[(String, Vec<Guardian>)],
    ) -> Vec<[String; 10]> {
        let mut taken: BTreeSet<(usize, usize, String)> = BTreeSet::new();
        let mut rows = Vec::new();
        for (seat, family) in seats.iter().zip(family_of) {
            let Some((surname, guardians)) = homes.get(*family) else { continue };
            let is_girl = self.in_a_hundred(48);
            let name = loop {
                let given = self.given(if is_girl { names::GIRLS } else { names::BOYS });
                let name = format!("{surname}{given}");
                // Two children of one class never share a name; there are 400 names for 34 seats.
                if taken.insert((seat.grade, seat.class, name.clone())) {
                    break name;
                }
            };
            let year = OLDEST_ENTRY_YEAR + GRADES.len() - 1 - seat.grade;
            let number = format!("{year}{:02}{:02}", seat.class, seat.number);
            let grade = GRADES.get(seat.grade).copied().unwrap_or_default();
            let nobody = [Guardian::default()];
            let guardians = if guardians.is_empty() { nobody.as_slice() } else { guardians };
            rows.extend(guardians.iter().map(|guardian| {
                let gender = if is_girl { "女" } else { "男" };
                [
                    grade.to_owned(),
                    format!("{}班", seat.class),
                    number.clone(),
                    name.clone(),
                    gender.to_owned(),
                    guardian.name.clone(),
                    guardian.relation.to_owned(),
                    guardian.phone.clone(),
                    guardian.account.clone(),
                    String::new(),
                ]
            }));
        }
        rows
    }
}

#[cfg(test)]
mod tests;
