//! What changed in a class today (今天的变化): families who changed what they had said, or took their child out.
//!
//! The teacher is informed, not asked, and once a day: one message for each change would be too many on some days.
//! Pure but for the names. Start at [`Changes`].

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::super::{School, Service, UseCaseError, facts, record};
use crate::clock::Moment;
use crate::domain::enrolment::Registration;
use crate::domain::ledger::{Change, LedgerLine};
use crate::domain::people::{ClassId, Student, StudentId};
use crate::domain::survey::Roll;

/// Children named in one message at the most.
const NAMED_MAX: usize = 15;

/// The changes of a day, the last of each child.
#[derive(Debug, Default)]
pub(super) struct Changes(BTreeMap<ClassId, BTreeMap<StudentId, Registration>>);

impl Changes {
    /// Adds a line of the day; `before` is the roll without it. A first answer is no change.
    pub(super) fn add(&mut self, before: &Roll, line: &LedgerLine) {
        let Some(seat) = before.students.get(&line.student) else { return };
        match &line.change {
            Change::Answered(new) | Change::Withdrawn(new) if seat.standing.is_answered() => {
                self.0.entry(seat.class).or_default().insert(line.student.clone(), new.clone());
            }
            Change::Answered(_)
            | Change::Withdrawn(_)
            | Change::JoinedRoll { .. }
            | Change::MovedClass { .. }
            | Change::LeftRoll
            | Change::Asked { .. }
            | Change::Unreachable { .. }
            | Change::Listed
            | Change::JoinRequested
            | Change::JoinDecided { .. }
            | Change::LeaveTaken { .. }
            | Change::LeaveTakenBack { .. } => {}
        }
    }

    /// The classes with changes, and how many children each.
    pub(super) fn classes(&self) -> impl Iterator<Item = (ClassId, usize)> {
        self.0.iter().map(|(class, children)| (*class, children.len()))
    }

    /// A line for each child of a class: the name, what holds, and from when where that is later than `day`.
    ///
    /// # Errors
    /// The store failed.
    pub(super) async fn lines(
        &self,
        service: &Service,
        school: &School,
        class: ClassId,
        day: NaiveDate,
        now: Moment,
    ) -> Result<Vec<String>, UseCaseError> {
        let offers = facts::offers(school, now);
        let Some(children) = self.0.get(&class) else { return Ok(Vec::new()) };
        let mut lines = Vec::new();
        for (id, registration) in children.iter().take(NAMED_MAX) {
            let key = record::key::<Student>(&school.id, &id.0);
            let Some(student) = record::load::<Student>(service.store.as_ref(), &key).await? else {
                continue;
            };
            let wish = facts::describe_wish(&registration.wish, &offers);
            let from = registration.from;
            let from =
                if from > day { format!("，{}起", facts::day_in_words(from)) } else { String::new() };
            lines.push(format!("{}：{wish}{from}", student.value.name.0));
        }
        let more = children.len().saturating_sub(NAMED_MAX);
        lines.extend((more > 0).then(|| format!("还有{more}个孩子")));
        Ok(lines)
    }
}
