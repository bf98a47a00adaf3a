//! The homeroom teachers' lists of an evening, by name: whom to ask in person because no channel reaches the family or it
//! stayed silent (待联系名单, R3), and whose family changed what it had said.
//!
//! One message of each kind per teacher and school day, as long as somebody is on it. Start at [`send_due`].

mod changes;

use std::collections::BTreeMap;

use chrono::NaiveTime;
use serde_json::json;

use self::changes::Changes;
use super::record::{self, ListsSent};
use super::{School, Service, UseCaseError, campaign, facts, ledger, notice, progress};
use crate::clock::Moment;
use crate::domain::enrolment::Standing;
use crate::domain::people::{ClassId, Role};
use crate::domain::survey::Roll;
use crate::outbox::Lane;
use crate::store::{Batch, Expect, StoreError};

/// The text in `bot-flows/common.yaml` about whom to ask.
const TO_ASK: &str = "teacher_list";
/// The text there about what changed.
const CHANGED: &str = "teacher_changes";

/// Sends today's lists, if it is a school day and `at` has come. Returns how many were sent.
///
/// # Errors
/// The store failed.
pub async fn send_due(
    service: &Service,
    school: &School,
    at: NaiveTime,
    now: Moment,
) -> Result<usize, UseCaseError> {
    let day = school.calendar.local_date(now);
    if !school.calendar.is_school_day(day) || school.calendar.local_time(now) < at {
        return Ok(0);
    }
    let marker = record::key::<ListsSent>(&school.id, day);
    if service.store.load(&marker).await?.is_some() {
        return Ok(0);
    }
    let (mut roll, mut changes) = (Roll::default(), Changes::default());
    ledger::for_each(service, &school.id, 0, u64::MAX, |position, line| {
        if school.calendar.local_date(line.at) == day {
            changes.add(&roll, line);
        }
        roll.add(position, line);
    })
    .await?;
    let mut batch = Batch::default();
    record::put(&mut batch, &school.id, marker, &ListsSent { at: now }, Expect::Absent)?;
    let mut sent = 0;
    if campaign::present(service, school).await?.is_some() {
        for (class, count) in classes_to_ask(&roll) {
            let lines = progress::to_ask_of_class(service, school, &roll, class).await?;
            let list = List { text: TO_ASK, class, count, lines };
            sent += usize::from(list.send(service, school, now, &mut batch).await?);
        }
    }
    for (class, count) in changes.classes() {
        let lines = changes.lines(service, school, class, day, now).await?;
        let list = List { text: CHANGED, class, count, lines };
        sent += usize::from(list.send(service, school, now, &mut batch).await?);
    }
    match service.store.commit(batch).await {
        Ok(_) => Ok(sent),
        // Another turn of the clock sent them.
        Err(StoreError::Conflict(_)) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// The classes with somebody to ask in person, and how many.
fn classes_to_ask(roll: &Roll) -> BTreeMap<ClassId, usize> {
    let mut classes = BTreeMap::new();
    for seat in roll.students.values() {
        let is_to_ask =
            matches!(seat.standing, Standing::Unreachable { .. } | Standing::Silent { is_listed: true, .. });
        if is_to_ask {
            *classes.entry(seat.class).or_default() += 1;
        }
    }
    classes
}

/// A list for the teacher of a class.
struct List {
    text: &'static str,
    class: ClassId,
    count: usize,
    lines: Vec<String>,
}

impl List {
    async fn send(
        self,
        service: &Service,
        school: &School,
        now: Moment,
        batch: &mut Batch,
    ) -> Result<bool, UseCaseError> {
        let key = record::role_key(&Role::HomeroomTeacher(self.class));
        let Some(teacher) = record::first_with(service.store.as_ref(), &school.id, &key).await? else {
            return Ok(false);
        };
        let values = BTreeMap::from([
            ("person".to_owned(), json!({ "title": facts::teacher_title(&teacher.name.0) })),
            ("result".to_owned(), json!({ "count": self.count, "lines": self.lines.join("\n") })),
        ]);
        let words = service.flows().common_words(self.text, &values);
        notice::tell(service, school, (&teacher, Lane::Bulk), &words, now, batch)
    }
}
