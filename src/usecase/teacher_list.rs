//! The homeroom teachers' lists (待联系名单, R3): the children whose family no channel reaches or who stayed silent, by
//! name, to the one teacher who can ask in person.
//!
//! One message per teacher and school day, as long as somebody is on the list. Start at [`send_due`].

use std::collections::BTreeMap;

use chrono::NaiveTime;
use serde_json::json;

use super::record::{self, ListsSent};
use super::{School, Service, UseCaseError, campaign, facts, ledger, notice, progress};
use crate::clock::Moment;
use crate::domain::enrolment::Standing;
use crate::domain::people::{ClassId, Role};
use crate::domain::survey::Roll;
use crate::outbox::Lane;
use crate::store::{Batch, Expect, StoreError};

/// The text in `bot-flows/common.yaml`.
const TEXT: &str = "teacher_list";

/// Sends today's lists, if a survey is open, it is a school day and `at` has come. Returns how many were sent.
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
    if service.store.load(&marker).await?.is_some() || campaign::present(service, school).await?.is_none() {
        return Ok(0);
    }
    let roll = ledger::roll_at(service, &school.id, u64::MAX).await?;
    let mut batch = Batch::default();
    record::put(&mut batch, &school.id, marker, &ListsSent { at: now }, Expect::Absent)?;
    let mut sent = 0;
    for (class, count) in classes_to_ask(&roll) {
        sent += usize::from(send_list(service, school, &roll, (class, count), now, &mut batch).await?);
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

async fn send_list(
    service: &Service,
    school: &School,
    roll: &Roll,
    (class, count): (ClassId, usize),
    now: Moment,
    batch: &mut Batch,
) -> Result<bool, UseCaseError> {
    let key = record::role_key(&Role::HomeroomTeacher(class));
    let Some(teacher) = record::first_with(service.store.as_ref(), &school.id, &key).await? else {
        return Ok(false);
    };
    let lines = progress::to_ask_of_class(service, school, roll, class).await?;
    let values = BTreeMap::from([
        ("person".to_owned(), json!({ "title": facts::teacher_title(&teacher.name.0) })),
        ("result".to_owned(), json!({ "count": count, "lines": lines.join("\n") })),
    ]);
    let words = service.flows().common_words(TEXT, &values);
    notice::tell(service, school, (&teacher, Lane::Bulk), &words, now, batch)
}
