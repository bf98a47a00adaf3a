//! The rows behind a digest's figures (是谁): names by class, as far as the reader's role goes (R16), each reading logged.
//!
//! The children are those of that evening, at the position that the digest names, so the names add up to the figure.
//! Start at [`rows_behind`].

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate};

use super::super::record::{self, DigestRecord};
use super::super::{School, Service, UseCaseError, access, ledger};
use crate::clock::Moment;
use crate::domain::access::{AccessLine, Purpose, Sight};
use crate::domain::digest::rows::{NumberedRow, most_pressing, numbered};
use crate::domain::people::{ClassId, Person, PersonId, Role, Student, StudentId};

/// Names in one answer at the most; the classes after that are counted only.
const NAMES_MAX: usize = 200;

/// The children behind line `number` of a day's digest in words, or behind the most pressing line without a number.
///
/// Admins and the head see the whole school, a homeroom teacher the own class.
///
/// # Errors
/// [`UseCaseError::Refused`] with a sentence: no digest that day, no such number, or no right; the store failed.
pub async fn rows_behind(
    service: &Service,
    school: &School,
    reader: &PersonId,
    day: NaiveDate,
    number: Option<usize>,
    now: Moment,
) -> Result<String, UseCaseError> {
    let store = service.store.as_ref();
    let key = record::key::<Person>(&school.id, reader);
    let roles = record::load::<Person>(store, &key).await?.map(|person| person.value.roles);
    let sight = sight(roles.as_deref().unwrap_or_default())?;
    let key = record::key::<DigestRecord>(&school.id, day);
    let Some(digest) = record::load::<DigestRecord>(store, &key).await? else {
        return Err(refused(format!("{}月{}日没有日报。", day.month(), day.day())));
    };
    let roll = ledger::roll_at(service, &school.id, digest.value.position).await?;
    let lines = numbered(&roll);
    let chosen = match number {
        Some(number) => lines.iter().find(|line| line.number == number).copied(),
        None => most_pressing(&lines),
    };
    let Some(line) = chosen else { return Err(refused(no_such_line(number, lines.len()))) };
    let mut classes = BTreeMap::<ClassId, Vec<StudentId>>::new();
    for (student, seat) in roll.students {
        if sight.covers(seat.class) && line.rows.has(&seat.standing) {
            classes.entry(seat.class).or_default().push(student);
        }
    }
    let (words, students) = words(service, school, day, line, &classes).await?;
    if !students.is_empty() {
        let purpose = Purpose::DigestRows { day, number: line.number };
        let reading = AccessLine { at: now, person: reader.clone(), purpose, students };
        access::record_reading(service, &school.id, &reading).await?;
    }
    Ok(words)
}

/// The words, and whose names are in them.
async fn words(
    service: &Service,
    school: &School,
    day: NaiveDate,
    line: NumberedRow,
    classes: &BTreeMap<ClassId, Vec<StudentId>>,
) -> Result<(String, Vec<StudentId>), UseCaseError> {
    let count: usize = classes.values().map(Vec::len).sum();
    let (name, month, date) = (line.rows.name(), day.month(), day.day());
    let mut words = format!("{name} {count} 人（{month}月{date}日日报第 {} 项）", line.number);
    let mut shown = Vec::new();
    for (class, students) in classes {
        // Writing to a string does not fail.
        let _ = write!(words, "\n{class}（{}人）", students.len());
        if shown.len() + students.len() > NAMES_MAX {
            continue;
        }
        let mut names = Vec::new();
        for id in students {
            let key = record::key::<Student>(&school.id, &id.0);
            if let Some(student) = record::load::<Student>(service.store.as_ref(), &key).await? {
                names.push(student.value.name.0);
                shown.push(id.clone());
            }
        }
        let _ = write!(words, "：{}", names.join("、"));
    }
    if shown.len() < count {
        let _ = write!(words, "\n名字太多，有的班只写了人数；请问那个班的班主任。");
    }
    Ok((words, shown))
}

fn sight(roles: &[Role]) -> Result<Sight, UseCaseError> {
    Sight::of_names(roles).ok_or_else(|| refused("名单只给管理员、校长和本班的班主任看。".to_owned()))
}

fn no_such_line(number: Option<usize>, last: usize) -> String {
    match (number, last) {
        (_, 0) => "这一天的日报里没有名单。".to_owned(),
        (None, _) => "这一天没有需要处理的人。".to_owned(),
        (Some(number), last) => format!("日报里没有第 {number} 项，编号是 1 到 {last}。"),
    }
}

fn refused(sentence: String) -> UseCaseError {
    UseCaseError::Refused(sentence)
}
